/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_COMPLETE_H
#define _PIOSCSI_COMPLETE_H

#include <linux/dma-direction.h>
#include <linux/types.h>
#include <scsi/scsi_cmnd.h>

#include <pioscsi/pioscsi.h>

struct pioscsi_port;

/**
 * pioscsi_shortfall() - count the bytes that a read has not filled
 * @cmd: a command whose data phase is over
 *
 * Context: owner of the chip.
 * Return: bytes at the end of the data buffer.
 */
static inline unsigned int pioscsi_shortfall(const struct pioscsi_cmd *cmd)
{
	if (cmd->scmd->sc_data_direction != DMA_FROM_DEVICE)
		return 0;
	return scsi_bufflen(cmd->scmd) - cmd->moved;
}

void pioscsi_done(struct scsi_cmnd *scmd, bool task);
bool pioscsi_is_final(struct scsi_cmnd *scmd);
bool pioscsi_forbid_retry(struct scsi_cmnd *scmd);
void pioscsi_drop_sense(struct scsi_cmnd *scmd);
void pioscsi_complete(struct pioscsi_port *port, struct pioscsi_cmd *cmd,
		      bool task);
void pioscsi_fail(struct pioscsi_cmd *cmd, int host_byte);

#endif /* _PIOSCSI_COMPLETE_H */
