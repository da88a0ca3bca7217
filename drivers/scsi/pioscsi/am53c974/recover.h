/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aborts and resets.
 */
#ifndef _PIOSCSI_AM53_RECOVER_H
#define _PIOSCSI_AM53_RECOVER_H

#include "chip.h"

int am53_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
int am53_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun);
int am53_reset_target(struct pioscsi_hba *hba, unsigned int id);
int am53_reset_bus(struct pioscsi_hba *hba);
int am53_reset_hba(struct pioscsi_hba *hba);

#endif /* _PIOSCSI_AM53_RECOVER_H */
