/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_PIO_H
#define _PIOSCSI_PIO_H

#include <linux/types.h>

struct page;
struct pioscsi_cmd;
struct pioscsi_port;
struct pioscsi_xfer;

void pioscsi_pio_rewind(struct pioscsi_cmd *cmd);
void pioscsi_pio_flush(struct page *page);
void pioscsi_pio_zero_rest(struct pioscsi_cmd *cmd);
bool pioscsi_pio_lacks_data(const struct pioscsi_xfer *xfer);
bool pioscsi_pio_cap_out(struct pioscsi_xfer *xfer);
unsigned int pioscsi_pio(struct pioscsi_port *port, bool task);

#endif /* _PIOSCSI_PIO_H */
