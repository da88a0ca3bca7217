/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Selection of a target for a command or for a message.
 */
#ifndef _PIOSCSI_C9X_SELECT_H
#define _PIOSCSI_C9X_SELECT_H

#include "chip.h"

unsigned int c9x_cdb(const struct pioscsi_cmd *cmd, u8 *cdb);
int c9x_start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
bool c9x_repeat(struct c9x *chip);
bool c9x_select_stop(struct c9x *chip, unsigned int id, unsigned int lun);
void c9x_selected(struct c9x *chip, u32 event);

#endif /* _PIOSCSI_C9X_SELECT_H */
