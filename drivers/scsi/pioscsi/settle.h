/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SETTLE_H
#define _PIOSCSI_SETTLE_H

#include <linux/types.h>

struct pioscsi_port;

void pioscsi_settle_sleep(struct pioscsi_port *port);
bool pioscsi_is_settling(const struct pioscsi_port *port);

#endif /* _PIOSCSI_SETTLE_H */
