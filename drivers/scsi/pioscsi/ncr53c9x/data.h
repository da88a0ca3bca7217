/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data through the FIFO.
 */
#ifndef _PIOSCSI_C9X_DATA_H
#define _PIOSCSI_C9X_DATA_H

#include "chip.h"

u64 c9x_clock(void);
unsigned int c9x_phase(const struct c9x *chip, u8 stat);
enum pioscsi_next c9x_announce(struct c9x *chip, struct pioscsi_xfer *xfer,
			       enum dma_data_direction dir);
bool c9x_end_flight(struct c9x *chip, struct pioscsi_xfer *xfer, u32 event);
unsigned int c9x_pio_in(struct pioscsi_hba *hba, void *buf,
			unsigned int len);
unsigned int c9x_pio_out(struct pioscsi_hba *hba, const void *buf,
			 unsigned int len);

#endif /* _PIOSCSI_C9X_DATA_H */
