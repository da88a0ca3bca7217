/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_SETTLE_H
#define _PIOSCSI_SETTLE_H

#include <linux/types.h>

struct pioscsi_port;

unsigned int pioscsi_settle_ms(const struct pioscsi_port *port);
u64 pioscsi_settle_end(const struct pioscsi_port *port);

#endif /* _PIOSCSI_SETTLE_H */
