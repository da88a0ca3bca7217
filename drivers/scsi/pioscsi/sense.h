/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SENSE_H
#define _PIOSCSI_SENSE_H

#include <linux/types.h>

struct pioscsi_cmd;
struct pioscsi_port;

bool pioscsi_sense_due(const struct pioscsi_port *port,
		       const struct pioscsi_cmd *cmd);
bool pioscsi_sense_begin(struct pioscsi_port *port, struct pioscsi_cmd *cmd);
void pioscsi_sense_end(struct pioscsi_cmd *cmd);

#endif /* _PIOSCSI_SENSE_H */
