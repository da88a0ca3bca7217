/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages, in and out.
 */
#ifndef _PIOSCSI_AM53_MESSAGE_H
#define _PIOSCSI_AM53_MESSAGE_H

#include "chip.h"

void am53_send(struct am53 *am, const u8 *byte, unsigned int len);
void am53_answer(struct am53 *am, u8 msg);
void am53_msg_out(struct am53 *am);
enum pioscsi_next am53_msg_in(struct am53 *am, struct pioscsi_xfer *xfer,
			      u8 byte);
enum pioscsi_next am53_end(struct am53 *am, struct pioscsi_xfer *xfer,
			   struct pioscsi_cmd *cmd, int result);

#endif /* _PIOSCSI_AM53_MESSAGE_H */
