/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_OWNER_H
#define _PIOSCSI_OWNER_H

#include <linux/types.h>

#include "ring.h"

struct pioscsi_port;

/**
 * enum pioscsi_claim - whose an interrupt was
 * @PIOSCSI_NOT_OURS: another device's on the line
 * @PIOSCSI_UNOWNED: the HBA's, but another context owns the chip and will serve
 *	it
 * @PIOSCSI_OURS: the HBA's, and the hard handler owns the chip now
 */
enum pioscsi_claim {
	PIOSCSI_NOT_OURS,
	PIOSCSI_UNOWNED,
	PIOSCSI_OURS,
};

enum pioscsi_claim pioscsi_own_irq(struct pioscsi_port *port, u64 now);
bool pioscsi_own_polled(struct pioscsi_port *port);
void pioscsi_own_deferred(struct pioscsi_port *port, enum pioscsi_path path);
bool pioscsi_own_running(struct pioscsi_port *port);
bool pioscsi_release(struct pioscsi_port *port);

void pioscsi_own_recovery(struct pioscsi_port *port);
void pioscsi_recovered(struct pioscsi_port *port);

void pioscsi_own_suspended(struct pioscsi_port *port);
bool pioscsi_own_resumed(struct pioscsi_port *port);
void pioscsi_own_idle(struct pioscsi_port *port);
void pioscsi_own_dead(struct pioscsi_port *port);
void pioscsi_close_queue(struct pioscsi_port *port);
void pioscsi_own_failed(struct pioscsi_port *port);
bool pioscsi_own_retry(struct pioscsi_port *port);

#endif /* _PIOSCSI_OWNER_H */
