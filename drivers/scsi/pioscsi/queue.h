/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_QUEUE_H
#define _PIOSCSI_QUEUE_H

#include <linux/list.h>

#include "compat.h"

struct pioscsi_cmd;
struct pioscsi_port;

/**
 * struct pioscsi_lun - what waits for one logical unit
 * @ready: link in &pioscsi_port.ready, empty while @pending is
 * @pending: commands in the order in which they came
 *
 * Under the port's lock.
 */
struct pioscsi_lun {
	struct list_head ready;
	struct list_head pending;
};

scsi_qc_status_t pioscsi_queuecommand(struct Scsi_Host *shost,
				      struct scsi_cmnd *scmd);
struct pioscsi_lun *pioscsi_lun_alloc(void);
bool pioscsi_start_pending(struct pioscsi_port *port, u64 until);
bool pioscsi_can_start(const struct pioscsi_port *port);
void pioscsi_end_refused(struct pioscsi_port *port);
void pioscsi_queue_first(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
bool pioscsi_unqueue(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
void pioscsi_retire(struct pioscsi_port *port, struct pioscsi_cmd *cmd);

#endif /* _PIOSCSI_QUEUE_H */
