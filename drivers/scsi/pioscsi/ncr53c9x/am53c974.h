/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The board with an AMD AM53C974.
 */
#ifndef _PIOSCSI_AM53C974_H
#define _PIOSCSI_AM53C974_H

#include "chip.h"

/* Number of the DMA command register; 0 keeps the DMA engine idle. */
#define AM53_DMA_CMD	0x10

extern const struct c9x_board am53_board;

/* The same board in QEMU, whose FIFO may be locked. */
extern const struct c9x_board am53_qemu_board;

#endif /* _PIOSCSI_AM53C974_H */
