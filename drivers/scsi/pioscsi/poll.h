/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_POLL_H
#define _PIOSCSI_POLL_H

struct pioscsi_port;

void pioscsi_poll_init(struct pioscsi_port *port);
void pioscsi_poll_start(struct pioscsi_port *port);
void pioscsi_poll_stop(struct pioscsi_port *port);

#endif /* _PIOSCSI_POLL_H */
