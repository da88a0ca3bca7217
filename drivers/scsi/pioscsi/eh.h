/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_EH_H
#define _PIOSCSI_EH_H

#include <linux/types.h>

struct pioscsi_port;
struct scsi_cmnd;

void pioscsi_eh_commands_lost(struct pioscsi_port *port);
bool pioscsi_eh_fault(struct pioscsi_port *port);
void pioscsi_eh_stop(struct pioscsi_port *port);
int pioscsi_eh_reset_chip(struct pioscsi_port *port);

int pioscsi_eh_abort(struct scsi_cmnd *scmd);
int pioscsi_eh_lun_reset(struct scsi_cmnd *scmd);
int pioscsi_eh_target_reset(struct scsi_cmnd *scmd);
int pioscsi_eh_bus_reset(struct scsi_cmnd *scmd);
int pioscsi_eh_host_reset(struct scsi_cmnd *scmd);

#endif /* _PIOSCSI_EH_H */
