/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_ATA_RESET_H
#define _PIOSCSI_ATA_RESET_H

#include <linux/types.h>

struct pioscsi_cmd;
struct pioscsi_hba;

int pioata_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
int pioata_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun);
int pioata_reset_target(struct pioscsi_hba *hba, unsigned int id);
int pioata_reset_bus(struct pioscsi_hba *hba);
void pioata_standby(struct pioscsi_hba *hba);

#endif /* _PIOSCSI_ATA_RESET_H */
