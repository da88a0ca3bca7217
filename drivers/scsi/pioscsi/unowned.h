/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_UNOWNED_H
#define _PIOSCSI_UNOWNED_H

#include "port.h"

enum pioscsi_claim pioscsi_note_unowned_irq(struct pioscsi_port *port);

#endif /* _PIOSCSI_UNOWNED_H */
