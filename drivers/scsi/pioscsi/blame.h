/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_BLAME_H
#define _PIOSCSI_BLAME_H

struct pioscsi_port;
struct scsi_cmnd;

void pioscsi_blame_count(struct pioscsi_port *port, struct scsi_cmnd *scmd);

#endif /* _PIOSCSI_BLAME_H */
