/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The chip's interrupts, served by the phase of the bus.
 */
#ifndef _PIOSCSI_C9X_PHASE_H
#define _PIOSCSI_C9X_PHASE_H

#include "chip.h"

enum pioscsi_next c9x_service(struct pioscsi_hba *hba,
			      struct pioscsi_xfer *xfer);
enum pioscsi_next c9x_step(struct c9x *chip, struct pioscsi_xfer *xfer,
			   u32 event);

#endif /* _PIOSCSI_C9X_PHASE_H */
