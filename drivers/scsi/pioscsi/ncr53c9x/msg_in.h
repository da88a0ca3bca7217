/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages from the target.
 */
#ifndef _PIOSCSI_C9X_MSG_IN_H
#define _PIOSCSI_C9X_MSG_IN_H

#include "chip.h"

void c9x_msg_damaged(struct c9x *chip);
enum pioscsi_next c9x_msg_in(struct c9x *chip, struct pioscsi_xfer *xfer,
			     u8 byte);

#endif /* _PIOSCSI_C9X_MSG_IN_H */
