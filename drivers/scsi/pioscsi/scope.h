/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SCOPE_H
#define _PIOSCSI_SCOPE_H

#include "port.h"

struct scsi_device;

/**
 * enum pioscsi_scope - the commands that a reset ends
 * @PIOSCSI_SCOPE_LUN: commands of a logical unit
 * @PIOSCSI_SCOPE_TARGET: commands of a target
 * @PIOSCSI_SCOPE_ALL: all commands
 */
enum pioscsi_scope {
	PIOSCSI_SCOPE_LUN,
	PIOSCSI_SCOPE_TARGET,
	PIOSCSI_SCOPE_ALL,
};

void pioscsi_scope_drop(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
void pioscsi_scope_end_started(struct pioscsi_port *port,
			       enum pioscsi_scope scope,
			       const struct scsi_device *sdev, int host_byte);
void pioscsi_scope_take_queued(struct pioscsi_port *port,
			       enum pioscsi_scope scope,
			       const struct scsi_device *sdev,
			       struct list_head *taken)
	__must_hold(&port->lock);
void pioscsi_scope_end_taken(struct list_head *taken, int host_byte);
void pioscsi_scope_end_queued(struct pioscsi_port *port,
			      enum pioscsi_scope scope,
			      const struct scsi_device *sdev, int host_byte);

#endif /* _PIOSCSI_SCOPE_H */
