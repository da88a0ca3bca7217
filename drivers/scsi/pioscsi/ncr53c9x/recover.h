/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aborts and resets.
 */
#ifndef _PIOSCSI_C9X_RECOVER_H
#define _PIOSCSI_C9X_RECOVER_H

#include "chip.h"

int c9x_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
int c9x_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun);
int c9x_reset_target(struct pioscsi_hba *hba, unsigned int id);
int c9x_reset_bus(struct pioscsi_hba *hba);
int c9x_reset_hba(struct pioscsi_hba *hba);

#endif /* _PIOSCSI_C9X_RECOVER_H */
