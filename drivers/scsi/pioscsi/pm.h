/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_PM_H
#define _PIOSCSI_PM_H

struct pioscsi_port;

void pioscsi_unresumed_stop(struct pioscsi_port *port);

#endif /* _PIOSCSI_PM_H */
