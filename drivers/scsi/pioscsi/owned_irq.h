/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_OWNED_IRQ_H
#define _PIOSCSI_OWNED_IRQ_H

#include "port.h"

enum pioscsi_claim pioscsi_note_owned_irq(struct pioscsi_port *port, u64 now);

#endif /* _PIOSCSI_OWNED_IRQ_H */
