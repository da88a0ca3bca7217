/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_WATCH_H
#define _PIOSCSI_WATCH_H

struct pioscsi_port;

void pioscsi_watch_init(struct pioscsi_port *port);
void pioscsi_watch_start(struct pioscsi_port *port);
void pioscsi_watch_stop(struct pioscsi_port *port);

#endif /* _PIOSCSI_WATCH_H */
