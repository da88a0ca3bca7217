/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data through the FIFO.
 */
#ifndef _PIOSCSI_AM53_DATA_H
#define _PIOSCSI_AM53_DATA_H

#include "chip.h"

unsigned int am53_phase(const struct am53 *am, u8 stat);
enum pioscsi_next am53_announce(struct am53 *am, struct pioscsi_xfer *xfer,
				enum dma_data_direction dir);
bool am53_land(struct am53 *am, struct pioscsi_xfer *xfer, u32 event);
unsigned int am53_pio_in(struct pioscsi_hba *hba, void *buf,
			 unsigned int len);
unsigned int am53_pio_out(struct pioscsi_hba *hba, const void *buf,
			  unsigned int len);

#endif /* _PIOSCSI_AM53_DATA_H */
