// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data buffer of a request: one range of addresses. A buffer of one aligned
 * segment is used directly, unless a user's command sends it to the device. Any
 * other buffer is copied through the bounce buffer of its tag. That is cleared
 * first, so that a miniport sees no data of other commands.
 */
#include <linux/blk-mq.h>
#include <linux/highmem.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>

#include "../compat.h"
#include "cpu.h"
#include "data.h"
#include "dma.h"

static bool is_aligned(const struct sp_hba *sp, struct scsi_cmnd *scmd)
{
	struct scatterlist *sg;
	int i;

	scsi_for_each_sg(scmd, sg, scsi_sg_count(scmd), i)
		if (sg->offset & sp->cfg.AlignmentMask)
			return false;
	return true;
}

/*
 * A miniport may take the direction from the CDB, which a user can choose. The
 * pages of a command that sends data may be of a file that the user can only
 * read.
 */
static bool is_read_only(struct scsi_cmnd *scmd)
{
	return scmd->sc_data_direction == DMA_TO_DEVICE &&
	       blk_rq_is_passthrough(scsi_cmd_to_rq(scmd));
}

/*
 * A bus master that asks for no CPU address takes any segments, if it reaches
 * them.
 */
static bool is_direct(const struct sp_hba *sp, struct scsi_cmnd *scmd)
{
	if (!is_aligned(sp, scmd) || is_read_only(scmd) || sp_dma_is_narrow(sp))
		return false;
	if (sp_is_master(sp) && !sp->cfg.MapBuffers)
		return true;
	return scsi_sg_count(scmd) == 1 && !IS_ENABLED(CONFIG_HIGHMEM) &&
	       scsi_sglist(scmd)->length >= scsi_bufflen(scmd);
}

/*
 * DataBuffer of a bus master that asks for no CPU address is only a key for
 * ScsiPortGetPhysicalAddress(). The bounce buffer's address serves as that. A
 * miniport may divide the buffer into pages by this address, so its offset in
 * the page is that of the data.
 */
static void *address_of(const struct sp_hba *sp, const struct sp_slot *slot)
{
	struct scatterlist *sg = scsi_sglist(slot->cmd->scmd);

	if (!slot->direct)
		return slot->bounce;
	if (sp_is_master(sp) && !sp->cfg.MapBuffers)
		return slot->bounce + (sg->offset & sp->hba->virt_boundary);
	return sg_virt(sg);
}

/* Bytes that are copied or cleared between two calls of the scheduler. */
#define PIECE_BYTES	SZ_16K

/* Other contexts must not call the scheduler, e.g. within an RCU section. */
static_assert(SP_LONG_BYTES <= PIECE_BYTES);

/* The DMA API copies at the map in each direction, and after a read. */
static bool mapping_copies(const struct sp_hba *sp)
{
	return sp_is_master(sp) && sp->dma_copies;
}

/**
 * sp_data_begins_long() - tell whether a command has much data to copy or clear
 * before it starts
 * @sp: the HBA
 * @scmd: the command
 *
 * Context: owner of the chip.
 * Return: true if only a task may do that.
 */
bool sp_data_begins_long(const struct sp_hba *sp, struct scsi_cmnd *scmd)
{
	return scsi_bufflen(scmd) > SP_LONG_BYTES &&
	       (mapping_copies(sp) || !is_direct(sp, scmd));
}

/**
 * sp_data_ends_long() - tell whether a completed request has much data to copy
 * @sp: the HBA
 * @slot: the request
 *
 * Context: owner of the chip.
 * Return: true if only a task may do that.
 */
bool sp_data_ends_long(const struct sp_hba *sp, const struct sp_slot *slot)
{
	if (slot->len <= SP_LONG_BYTES ||
	    (slot->direct && !mapping_copies(sp)))
		return false;
	return slot->control ||
	       slot->cmd->scmd->sc_data_direction == DMA_FROM_DEVICE;
}

/* Let other tasks run between two pieces; returns 0 after the last one. */
static unsigned int next_piece(unsigned int at, unsigned int len)
{
	if (at && at < len)
		sp_share_cpu();
	return min(len - at, PIECE_BYTES);
}

/**
 * sp_data_copy() - copy data of a private request
 * @to: where to
 * @from: where from
 * @len: bytes
 *
 * Context: task if there are more than %SP_LONG_BYTES, else any.
 */
void sp_data_copy(void *to, const void *from, unsigned int len)
{
	unsigned int at, part;

	for (at = 0; (part = next_piece(at, len)); at += part)
		memcpy(to + at, from + at, part);
}

static void copy_bounce(const struct sp_slot *slot, unsigned int len,
			bool to_bounce)
{
	struct scsi_cmnd *scmd = slot->cmd->scmd;
	unsigned int at, part;

	for (at = 0; (part = next_piece(at, len)); at += part)
		sg_copy_buffer(scsi_sglist(scmd), scsi_sg_count(scmd),
			       slot->bounce + at, part, at, to_bounce);
}

static void clear_bounce(const struct sp_slot *slot, unsigned int len)
{
	unsigned int at, part;

	for (at = 0; (part = next_piece(at, len)); at += part)
		memset(slot->bounce + at, 0, part);
}

/* Skip the search for pages if caches have no aliases. */
#define FLUSHES		(ARCH_IMPLEMENTS_FLUSH_DCACHE_PAGE || \
			 IS_ENABLED(CONFIG_SCSI_PIOSCSI_KUNIT_TEST))

/**
 * sp_data_flush() - flush a page that the CPU has written or will read
 * @page: the page, which programs may have mapped, too
 *
 * Context: owner of the chip.
 */
void sp_data_flush(struct page *page)
{
	KUNIT_STATIC_STUB_REDIRECT(sp_data_flush, page);

	flush_dcache_page(page);
}

/* Flush the pages of the first @len bytes of a command's buffer. */
static void flush_pages(struct scsi_cmnd *scmd, unsigned int len)
{
	struct scatterlist *sg;
	size_t n, end;
	int i;

	if (!FLUSHES)
		return;
	scsi_for_each_sg(scmd, sg, scsi_sg_count(scmd), i) {
		end = (size_t)sg->offset + min(len, sg->length);
		for (n = sg->offset >> PAGE_SHIFT; n << PAGE_SHIFT < end; n++)
			sp_data_flush(pfn_to_page(page_to_pfn(sg_page(sg)) +
						  n));
		len -= min(len, sg->length);
		if (!len)
			break;
	}
}

/*
 * Tell whether the CPU reads data out: for a copy, or in the miniport. The
 * miniport of a bus master may do so if it has an address for the CPU.
 */
static bool cpu_reads(const struct sp_hba *sp, const struct sp_slot *slot)
{
	return !slot->direct || !sp_is_master(sp) || sp->cfg.MapBuffers;
}

/**
 * sp_data_begin() - prepare the data buffer of a request, and set DataBuffer
 * @sp: the HBA
 * @slot: the request, with its command
 *
 * Context: owner of the chip.
 */
void sp_data_begin(struct sp_hba *sp, struct sp_slot *slot)
{
	struct scsi_cmnd *scmd = slot->cmd->scmd;
	unsigned int len = scsi_bufflen(scmd);

	slot->len = len;
	slot->asked = false;
	if (!len)
		return;
	slot->direct = is_direct(sp, scmd);
	slot->data = address_of(sp, slot);
	slot->srb.DataBuffer = slot->data;
	if (scmd->sc_data_direction == DMA_TO_DEVICE && cpu_reads(sp, slot))
		flush_pages(scmd, len);
	if (!slot->direct && scmd->sc_data_direction == DMA_TO_DEVICE)
		copy_bounce(slot, len, true);
	else if (!slot->direct)
		clear_bounce(slot, len);
}

/*
 * Tell whether the CPU may have written to the buffer of the command. The
 * miniport of a bus master may answer a command by itself. Then it asks for no
 * address.
 */
static bool cpu_has_written(const struct sp_hba *sp,
			    const struct sp_slot *slot)
{
	return !sp_is_master(sp) || (sp->cfg.MapBuffers && !slot->asked);
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
	sp_dma_unmap(sp, slot);
	pioscsi_seek(cmd, moved);
	if (scmd->sc_data_direction != DMA_FROM_DEVICE)
		return;
	if (!slot->direct)
		copy_bounce(slot, moved, false);
	else if (cpu_has_written(sp, slot))
		flush_pages(scmd, moved);
}
