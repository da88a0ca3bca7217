/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_ATA_JOB_H
#define _PIOSCSI_ATA_JOB_H

#include <linux/types.h>

struct pioata_chan;
struct pioscsi_cmd;
struct pioscsi_hba;

int pioata_start_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
void pioata_job_tf_ended(struct pioata_chan *ch, u8 status);
void pioata_job_got_param(struct pioata_chan *ch);
void pioata_job_end(struct pioata_chan *ch, int result);
void pioata_job_clear(struct pioata_chan *ch);

#endif /* _PIOSCSI_ATA_JOB_H */
