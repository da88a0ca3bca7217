/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_PIO_H
#define _PIOSCSI_PIO_H

#include <linux/types.h>
#include <scsi/scsi_cmnd.h>

#include <pioscsi/cmd.h>
#include <pioscsi/request.h>

struct page;
struct pioscsi_port;

/**
 * pioscsi_pio_room() - tell how much of a buffer is left for a transfer
 * @xfer: the announced transfer
 *
 * Context: owner of the chip.
 * Return: the number of bytes, 0 in the wrong direction.
 */
static inline unsigned int pioscsi_pio_room(const struct pioscsi_xfer *xfer)
{
	const struct pioscsi_cmd *cmd = xfer->cmd;

	if (xfer->dir != cmd->scmd->sc_data_direction || !cmd->at.sg)
		return 0;
	return scsi_bufflen(cmd->scmd) - cmd->moved;
}

void pioscsi_pio_rewind(struct pioscsi_cmd *cmd);
void pioscsi_pio_flush(struct page *page);
void pioscsi_pio_zero_rest(struct pioscsi_cmd *cmd);
unsigned int pioscsi_pio(struct pioscsi_port *port, bool task, u64 until);

#endif /* _PIOSCSI_PIO_H */
