/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_RATE_H
#define _PIOSCSI_RATE_H

#include <linux/types.h>

struct pioscsi_port;

u64 pioscsi_rate_clock(void);
u32 pioscsi_rate_tick(void);
void pioscsi_rate_calibrate(struct pioscsi_port *port);
unsigned int pioscsi_rate_depth(const struct pioscsi_port *port);
unsigned int pioscsi_rate_sectors(const struct pioscsi_port *port);

#endif /* _PIOSCSI_RATE_H */
