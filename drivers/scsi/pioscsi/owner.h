/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_OWNER_H
#define _PIOSCSI_OWNER_H

#include <linux/types.h>

#include "port.h"

bool pioscsi_owner_change_is_legal(enum pioscsi_owner from,
				   enum pioscsi_owner to);
void pioscsi_warn_owner(const struct pioscsi_port *port,
			enum pioscsi_owner owner);

enum pioscsi_claim pioscsi_own_irq(struct pioscsi_port *port, u64 now);
bool pioscsi_own_polled(struct pioscsi_port *port);
void pioscsi_own_deferred(struct pioscsi_port *port, enum pioscsi_path path);
bool pioscsi_own_running(struct pioscsi_port *port);
bool pioscsi_release(struct pioscsi_port *port, bool leave_timer);

void pioscsi_own_recovery(struct pioscsi_port *port);
void pioscsi_mask_again(struct pioscsi_port *port);
void pioscsi_recovered(struct pioscsi_port *port);

void pioscsi_own_suspended(struct pioscsi_port *port);
bool pioscsi_own_resumed(struct pioscsi_port *port);
void pioscsi_own_idle(struct pioscsi_port *port);
void pioscsi_refuse(struct pioscsi_port *port, int host_byte);
void pioscsi_own_dead(struct pioscsi_port *port);
bool pioscsi_own_retry(struct pioscsi_port *port);

#endif /* _PIOSCSI_OWNER_H */
