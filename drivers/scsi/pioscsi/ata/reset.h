/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_ATA_RESET_H
#define _PIOSCSI_ATA_RESET_H

#include <linux/types.h>

struct pioscsi_cmd;
struct pioscsi_hba;

int ata_reset_forget_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
int ata_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun);
int ata_reset_target(struct pioscsi_hba *hba, unsigned int id);
int ata_reset_bus(struct pioscsi_hba *hba);
void ata_standby(struct pioscsi_hba *hba);

#endif /* _PIOSCSI_ATA_RESET_H */
