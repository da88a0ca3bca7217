/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages to the target.
 */
#ifndef _PIOSCSI_C9X_MSG_OUT_H
#define _PIOSCSI_C9X_MSG_OUT_H

#include "chip.h"

void c9x_send(struct c9x *chip, const u8 *byte, unsigned int len);
void c9x_answer(struct c9x *chip, u8 msg);
void c9x_report_parity(struct c9x *chip);
void c9x_msg_sent(struct c9x *chip, const u8 *byte, unsigned int len);
void c9x_msg_out(struct c9x *chip);

#endif /* _PIOSCSI_C9X_MSG_OUT_H */
