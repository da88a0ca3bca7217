/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_COMPLETE_H
#define _PIOSCSI_COMPLETE_H

#include <linux/types.h>

struct pioscsi_cmd;
struct pioscsi_port;
struct scsi_cmnd;

unsigned int pioscsi_shortfall(const struct pioscsi_cmd *cmd);
void pioscsi_done(struct scsi_cmnd *scmd, bool task);
void pioscsi_complete(struct pioscsi_port *port, struct pioscsi_cmd *cmd,
		      bool task);
void pioscsi_fail(struct pioscsi_cmd *cmd, int host_byte);

#endif /* _PIOSCSI_COMPLETE_H */
