// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data buffer of a request: one range of addresses. A buffer of one aligned
 * segment is used directly. Any other is copied through the bounce buffer of its
 * tag, which is cleared first, so that a miniport sees no data of other
 * commands.
 */
#include <linux/highmem.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>

#include "data.h"

/**
 * sp_data_is_direct() - whether the miniport accesses the command's own buffer
 * @sp: the HBA
 * @scmd: the command
 *
 * Context: any.
 * Return: false if a bounce buffer is needed.
 */
bool sp_data_is_direct(const struct sp_hba *sp, struct scsi_cmnd *scmd)
{
	struct scatterlist *sg = scsi_sglist(scmd);

	return scsi_sg_count(scmd) == 1 && !IS_ENABLED(CONFIG_HIGHMEM) &&
	       sg->length >= scsi_bufflen(scmd) &&
	       !((unsigned long)sg_virt(sg) & sp->cfg.AlignmentMask);
}

/**
 * sp_data_begin() - prepare the data buffer of a request
 * @sp: the HBA
 * @slot: the request, with its command
 *
 * Context: owner of the chip.
 * Return: DataBuffer.
 */
void *sp_data_begin(struct sp_hba *sp, struct sp_slot *slot)
{
	struct scsi_cmnd *scmd = slot->cmd->scmd;
	unsigned int len = scsi_bufflen(scmd);

	if (!len)
		return NULL;
	if (sp_data_is_direct(sp, scmd))
		return sg_virt(scsi_sglist(scmd));
	if (scmd->sc_data_direction == DMA_TO_DEVICE)
		scsi_sg_copy_to_buffer(scmd, slot->bounce, len);
	else
		memset(slot->bounce, 0, len);
	return slot->bounce;
}

static void flush_direct(struct scsi_cmnd *scmd, unsigned int len)
{
	struct scatterlist *sg = scsi_sglist(scmd);
	unsigned int n, pages;

	pages = DIV_ROUND_UP(sg->offset + len, PAGE_SIZE);
	for (n = 0; ARCH_IMPLEMENTS_FLUSH_DCACHE_PAGE && n < pages; n++)
		flush_dcache_page(pfn_to_page(page_to_pfn(sg_page(sg)) + n));
}

/**
 * sp_data_end() - hand the data of a completed request to its command
 * @sp: the HBA
 * @slot: the request
 * @moved: valid bytes
 *
 * The port clears the rest of the buffer.
 *
 * Context: owner of the chip.
 */
void sp_data_end(struct sp_hba *sp, struct sp_slot *slot, unsigned int moved)
{
	struct pioscsi_cmd *cmd = slot->cmd;
	struct scsi_cmnd *scmd = cmd->scmd;

	cmd->moved = moved;
	if (!scsi_bufflen(scmd))
		return;
	pioscsi_seek(cmd, moved);
	if (scmd->sc_data_direction != DMA_FROM_DEVICE)
		return;
	if (sp_data_is_direct(sp, scmd))
		flush_direct(scmd, moved);
	else
		scsi_sg_copy_from_buffer(scmd, slot->bounce, moved);
}
