/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the chip wants, by the phase of the bus.
 */
#ifndef _PIOSCSI_AM53_PHASE_H
#define _PIOSCSI_AM53_PHASE_H

#include "chip.h"

enum pioscsi_next am53_service(struct pioscsi_hba *hba,
			       struct pioscsi_xfer *xfer);
enum pioscsi_next am53_step(struct am53 *am, struct pioscsi_xfer *xfer,
			    u32 event);

#endif /* _PIOSCSI_AM53_PHASE_H */
