/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_WATCH_H
#define _PIOSCSI_WATCH_H

#include <linux/types.h>

#include "compat.h"

struct pioscsi_port;
struct scsi_cmnd;

void pioscsi_warn_no_irq(const struct pioscsi_port *port, u64 lost);
enum scsi_timeout_action pioscsi_eh_timed_out(struct scsi_cmnd *scmd);

void pioscsi_watch_init(struct pioscsi_port *port);
void pioscsi_watch_stop(struct pioscsi_port *port);

#endif /* _PIOSCSI_WATCH_H */
