/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_ATA_JOB_H
#define _PIOSCSI_ATA_JOB_H

#include <linux/types.h>

struct ata_chan;
struct pioscsi_cmd;
struct pioscsi_hba;

int ata_job_start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
void ata_job_tf_ended(struct ata_chan *ch, u8 status);
void ata_job_got_param(struct ata_chan *ch);
void ata_job_end(struct ata_chan *ch, int result);
void ata_job_drop(struct ata_chan *ch);

#endif /* _PIOSCSI_ATA_JOB_H */
