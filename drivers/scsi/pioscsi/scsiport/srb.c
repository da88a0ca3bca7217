// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests: one for each tag, with its extension. A request is filled in before
 * HwScsiStartIo, and read after its completion.
 */
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "control.h"
#include "data.h"
#include "dma.h"
#include "lu.h"
#include "routine.h"
#include "srb.h"
#include "status.h"
#include "verify.h"

/* Extensions are aligned for any member, and followed by the sense buffer. */
static size_t ext_size(const struct sp_hba *sp)
{
	return ALIGN(sp->accepted.SrbExtensionSize, 16);
}

static size_t stride(const struct sp_hba *sp)
{
	return ext_size(sp) + ALIGN(SP_SENSE_MAX, 16);
}

static void *ext_of(const struct sp_hba *sp, unsigned int tag)
{
	return sp->exts.va + tag * stride(sp);
}

/*
 * The address of this buffer also serves as a key for data, with an offset in
 * the page. So no other memory that the HBA knows may follow directly.
 */
#define KEY_BYTES	(SP_TRANSFER_MAX + SP_PAGE_SIZE)

/* A bus master gets contiguous memory, so that it can be mapped. */
static void *alloc_bounce(const struct sp_hba *sp)
{
	if (sp->hba->virt_boundary)
		return alloc_pages_exact(KEY_BYTES,
					 sp_dma_gfp(sp) | __GFP_ZERO);
	if (sp_is_master(sp))
		return kzalloc(SP_TRANSFER_MAX, sp_dma_gfp(sp));
	return kvzalloc(SP_TRANSFER_MAX, GFP_KERNEL);
}

static void free_bounce(const struct sp_hba *sp, void *bounce)
{
	if (!sp->hba->virt_boundary)
		kvfree(bounce);
	else if (bounce)
		free_pages_exact(bounce, KEY_BYTES);
}

/**
 * sp_srb_alloc() - allocate the requests of an HBA
 * @sp: the HBA, with its configuration
 *
 * Context: task; may sleep.
 * Return: 0 or -ENOMEM; sp_srb_free() frees what was allocated.
 */
int sp_srb_alloc(struct sp_hba *sp)
{
	unsigned int depth = sp->hba->depth, tag;

	sp->slot = kvcalloc(depth + 1, sizeof(*sp->slot), GFP_KERNEL);
	if (!sp->slot)
		return -ENOMEM;
	if (sp_shared_alloc(sp, &sp->exts, (depth + 1) * stride(sp)))
		return -ENOMEM;
	for (tag = 0; tag <= depth; tag++) {
		sp->slot[tag].sense = ext_of(sp, tag) + ext_size(sp);
		if (tag == depth)
			break;
		sp->slot[tag].bounce = alloc_bounce(sp);
		if (!sp->slot[tag].bounce)
			return -ENOMEM;
	}
	return 0;
}

/**
 * sp_srb_free() - undo sp_srb_alloc()
 * @sp: the HBA
 *
 * Context: task.
 */
void sp_srb_free(struct sp_hba *sp)
{
	unsigned int tag;

	for (tag = 0; tag < sp_nr_slots(sp); tag++)
		free_bounce(sp, sp->slot[tag].bounce);
	sp_shared_free(sp, &sp->exts);
	kvfree(sp->slot);
	sp->slot = NULL;
}

static ULONG flags_of(const struct sp_hba *sp, const struct pioscsi_cmd *cmd)
{
	ULONG flags = SRB_FLAGS_IS_ACTIVE;

	switch (cmd->scmd->sc_data_direction) {
	case DMA_FROM_DEVICE:
		flags |= SRB_FLAGS_DATA_IN;
		break;
	case DMA_TO_DEVICE:
		flags |= SRB_FLAGS_DATA_OUT;
		break;
	case DMA_BIDIRECTIONAL:
		flags |= SRB_FLAGS_UNSPECIFIED_DIRECTION;
		break;
	case DMA_NONE:
		break;
	}
	if (cmd->tagged && sp->cfg.TaggedQueuing)
		flags |= SRB_FLAGS_QUEUE_ACTION_ENABLE;
	if (!sp->accepted.AutoRequestSense)
		flags |= SRB_FLAGS_DISABLE_AUTOSENSE;
	return flags;
}

/* Rounding up must not overflow: bsg has timeouts close to UINT_MAX. */
static ULONG seconds_of(unsigned int timeout)
{
	return timeout / HZ + !!(timeout % HZ);
}

/* No tag is 0: a miniport may use that for a request without a tag. */
static UCHAR queue_tag(const struct pioscsi_cmd *cmd)
{
	return cmd->tagged ? cmd->tag + 1 : SP_UNTAGGED;
}

/**
 * sp_srb_fill() - fill in the request of a command
 * @sp: the HBA
 * @slot: its request
 * @cmd: the command
 * @lu: its logical unit
 *
 * Context: owner of the chip.
 */
void sp_srb_fill(struct sp_hba *sp, struct sp_slot *slot,
		 struct pioscsi_cmd *cmd, struct sp_lu *lu)
{
	struct scsi_cmnd *scmd = cmd->scmd;
	PSCSI_REQUEST_BLOCK srb = &slot->srb;

	slot->cmd = cmd;
	slot->lu = lu;
	slot->tagged = cmd->tagged;
	*srb = (SCSI_REQUEST_BLOCK) {
		.Length = sizeof(*srb),
		.Function = SRB_FUNCTION_EXECUTE_SCSI,
		.SrbStatus = SRB_STATUS_PENDING,
		.PathId = lu->path,
		.TargetId = lu->id,
		.Lun = lu->lun,
		.QueueTag = queue_tag(cmd),
		.QueueAction = cmd->tagged ? SRB_SIMPLE_TAG_REQUEST : 0,
		.CdbLength = scmd->cmd_len,
		.SenseInfoBufferLength = SP_SENSE_MAX,
		.SrbFlags = flags_of(sp, cmd),
		.DataTransferLength = scsi_bufflen(scmd),
		.TimeOutValue = seconds_of(scsi_cmd_to_rq(scmd)->timeout),
		.SenseInfoBuffer = slot->sense,
		.OriginalRequest = slot,
	};
	memcpy(srb->Cdb, scmd->cmnd, min_t(size_t, scmd->cmd_len,
					   sizeof(srb->Cdb)));
	memset(slot->sense, 0, SP_SENSE_MAX);
	if (ext_size(sp))
		srb->SrbExtension = ext_of(sp, cmd->tag);
	if (!sp_control_begin(sp, slot))
		sp_data_begin(sp, slot);
}

/**
 * sp_srb_fill_own() - fill in the front end's own request
 * @sp: the HBA
 * @slot: sp_own_slot()
 * @lu: the logical unit
 * @function: SRB_FUNCTION_*
 *
 * Context: owner of the chip.
 */
void sp_srb_fill_own(struct sp_hba *sp, struct sp_slot *slot, struct sp_lu *lu,
		     UCHAR function)
{
	PSCSI_REQUEST_BLOCK srb = &slot->srb;

	slot->cmd = NULL;
	slot->lu = lu;
	slot->tagged = false;
	*srb = (SCSI_REQUEST_BLOCK) {
		.Length = sizeof(*srb),
		.Function = function,
		.SrbStatus = SRB_STATUS_PENDING,
		.PathId = lu->path,
		.TargetId = lu->id,
		.Lun = lu->lun,
		.QueueTag = SP_UNTAGGED,
		.SenseInfoBufferLength = SP_SENSE_MAX,
		.SrbFlags = SRB_FLAGS_IS_ACTIVE,
		.TimeOutValue = 60,
		.SenseInfoBuffer = slot->sense,
		.OriginalRequest = slot,
	};
	memset(slot->sense, 0, SP_SENSE_MAX);
	if (ext_size(sp))
		srb->SrbExtension = ext_of(sp, sp->hba->depth);
}

/**
 * sp_srb_activate() - note that the miniport gets a request
 * @sp: the HBA
 * @slot: the request, filled in
 *
 * Context: list lock.
 */
void sp_srb_activate(struct sp_hba *sp, struct sp_slot *slot)
{
	sp_lu_use_next(sp, slot->lu);
	slot->lu->nr_active++;
	slot->lu->nr_untagged += !slot->tagged;
	slot->state = SP_ACTIVE;
}

static void set_result(const struct sp_slot *slot)
{
	const SCSI_REQUEST_BLOCK *srb = &slot->srb;
	struct pioscsi_cmd *cmd = slot->cmd;
	struct scsi_cmnd *scmd = cmd->scmd;

	cmd->result = sp_result_of(srb, slot->lu, scsi_bufflen(scmd));
	cmd->overran = sp_is_overrun(srb, scsi_bufflen(scmd));
	if (srb->SrbStatus & SRB_STATUS_AUTOSENSE_VALID)
		memcpy(scmd->sense_buffer, slot->sense,
		       min_t(unsigned int, srb->SenseInfoBufferLength,
			     SCSI_SENSE_BUFFERSIZE));
}

/**
 * sp_srb_finish() - read the result of a completed request
 * @sp: the HBA
 * @slot: the request, which is free afterwards
 *
 * Context: owner of the chip.
 * Return: the command, with its result.
 */
struct pioscsi_cmd *sp_srb_finish(struct sp_hba *sp, struct sp_slot *slot)
{
	PSCSI_REQUEST_BLOCK srb = &slot->srb;
	struct pioscsi_cmd *cmd = slot->cmd;
	struct scsi_cmnd *scmd = cmd->scmd;

	if (slot->control) {
		cmd->moved = 0;
		cmd->result = sp_control_end(sp, slot);
		slot->cmd = NULL;
		return cmd;
	}
	sp_note_presence(slot->lu, SRB_STATUS(srb->SrbStatus));
	sp_data_end(sp, slot, sp_moved_by(srb, scsi_bufflen(scmd)));
	set_result(slot);
	slot->cmd = NULL;
	return cmd;
}

/**
 * sp_srb_drop() - forget a completed request whose command the port ends
 * @sp: the HBA
 * @slot: the request, in the list of completed ones
 *
 * The command gets its result, since the port does not retry an error that the
 * target reports once. Its data is dropped.
 *
 * Context: ISR lock and list lock: no routine that has completed it runs on.
 */
void sp_srb_drop(struct sp_hba *sp, struct sp_slot *slot)
{
	lockdep_assert_held(&sp->isr_lock);
	lockdep_assert_held(&sp->lock);
	list_del(&slot->node);
	slot->state = SP_FREE;
	if (!slot->control)
		set_result(slot);
	/* Keep the DMA API from copying the data with interrupts off. */
	slot->asked = false;
	sp_dma_unmap(sp, slot);
	slot->cmd = NULL;
	slot->control = NULL;
}

static bool is_valid_status(UCHAR status)
{
	return SRB_STATUS(status) != SRB_STATUS_PENDING &&
	       SRB_STATUS(status) <= SRB_STATUS_INTERNAL_ERROR;
}

/*
 * The owner of the chip may be on another CPU. It gets no request before the
 * routine that completes it has returned. HwScsiEnableInterruptsCallback is
 * called by the owner itself, which serves no other request meanwhile.
 */
static void list_completed(struct sp_hba *sp, struct sp_slot *slot)
{
	if (sp_is_entered(sp)) {
		list_add_tail(&slot->node, &sp->completed);
		return;
	}
	list_add_tail(&slot->node, &sp->done);
	WRITE_ONCE(sp->event, true);
}

/**
 * sp_srb_complete() - take a request back from the miniport
 * @sp: the HBA
 * @srb: the request, as the miniport gives it
 *
 * Context: list lock.
 */
void sp_srb_complete(struct sp_hba *sp, PSCSI_REQUEST_BLOCK srb)
{
	struct sp_slot *slot;

	lockdep_assert_held(&sp->lock);
	slot = sp_active_slot(sp, srb);
	if (!slot) {
		sp_broke_rule(sp, SP_RULE_COMPLETE, 0);
		return;
	}
	if (!is_valid_status(srb->SrbStatus)) {
		sp_broke_rule(sp, SP_RULE_STATUS, srb->SrbStatus);
		srb->SrbStatus = SRB_STATUS_ERROR;
	}
	if (srb->SrbStatus & SRB_STATUS_QUEUE_FROZEN)
		sp_broke_rule(sp, SP_RULE_QUEUE_FROZEN, srb->SrbStatus);
	slot->lu->nr_active--;
	slot->lu->nr_untagged -= !slot->tagged;
	/* Nothing is left to do for the own request. */
	slot->state = slot->cmd ? SP_DONE : SP_FREE;
	if (slot->cmd)
		list_completed(sp, slot);
}

/**
 * sp_srb_answer() - complete a request that the miniport does not get
 * @sp: the HBA
 * @slot: the request, filled in
 * @status: its status
 *
 * Context: owner of the chip.
 */
void sp_srb_answer(struct sp_hba *sp, struct sp_slot *slot, UCHAR status)
{
	unsigned long flags;

	spin_lock_irqsave(&sp->lock, flags);
	slot->srb.SrbStatus = status;
	slot->state = SP_DONE;
	list_add_tail(&slot->node, &sp->done);
	WRITE_ONCE(sp->event, true);
	spin_unlock_irqrestore(&sp->lock, flags);
}

/**
 * sp_srb_withdraw() - take back a request that HwScsiStartIo refused
 * @sp: the HBA
 * @slot: the request, which the miniport may have completed all the same
 *
 * Context: ISR lock.
 */
void sp_srb_withdraw(struct sp_hba *sp, struct sp_slot *slot)
{
	spin_lock(&sp->lock);
	if (slot->state == SP_ACTIVE) {
		slot->srb.SrbStatus = SRB_STATUS_INVALID_REQUEST;
		sp_srb_complete(sp, &slot->srb);
		sp->next = true;
	}
	spin_unlock(&sp->lock);
}

static bool matches(UCHAR value, UCHAR wanted)
{
	return wanted == SP_UNTAGGED || value == wanted;
}

/**
 * sp_srb_complete_all() - complete all active requests of an address
 * @sp: the HBA
 * @path: PathId, or %SP_UNTAGGED for all
 * @id: TargetId, or %SP_UNTAGGED for all
 * @lun: Lun, or %SP_UNTAGGED for all
 * @status: their status
 *
 * Context: list lock.
 * Return: number of requests.
 */
unsigned int sp_srb_complete_all(struct sp_hba *sp, u8 path, u8 id, u8 lun,
				 u8 status)
{
	unsigned int tag, nr = 0;

	for (tag = 0; tag < sp_nr_slots(sp); tag++) {
		PSCSI_REQUEST_BLOCK srb = &sp->slot[tag].srb;

		if (sp->slot[tag].state != SP_ACTIVE ||
		    !matches(srb->PathId, path) ||
		    !matches(srb->TargetId, id) || !matches(srb->Lun, lun))
			continue;
		srb->SrbStatus = status;
		sp_srb_complete(sp, srb);
		nr++;
	}
	return nr;
}

void ScsiPortCompleteRequest(PVOID HwDeviceExtension, UCHAR PathId,
			     UCHAR TargetId, UCHAR Lun, UCHAR SrbStatus)
{
	struct sp_hba *sp = sp_of_dx(HwDeviceExtension);
	unsigned long flags;

	spin_lock_irqsave(&sp->lock, flags);
	sp_srb_complete_all(sp, PathId, TargetId, Lun, SrbStatus);
	spin_unlock_irqrestore(&sp->lock, flags);
}
EXPORT_SYMBOL_GPL(ScsiPortCompleteRequest);

static bool has_tag(const struct sp_slot *slot, LONG tag)
{
	if (tag == -1 || tag == SP_UNTAGGED)
		return !slot->tagged;
	return slot->tagged && slot->srb.QueueTag == tag;
}

PSCSI_REQUEST_BLOCK ScsiPortGetSrb(PVOID DeviceExtension, UCHAR PathId,
				   UCHAR TargetId, UCHAR Lun, LONG QueueTag)
{
	struct sp_hba *sp = sp_of_dx(DeviceExtension);
	PSCSI_REQUEST_BLOCK found = NULL;
	unsigned long flags;
	unsigned int tag;

	spin_lock_irqsave(&sp->lock, flags);
	for (tag = 0; tag < sp_nr_slots(sp); tag++) {
		PSCSI_REQUEST_BLOCK srb = &sp->slot[tag].srb;

		if (sp->slot[tag].state == SP_ACTIVE &&
		    srb->PathId == PathId && srb->TargetId == TargetId &&
		    srb->Lun == Lun && has_tag(&sp->slot[tag], QueueTag)) {
			found = srb;
			break;
		}
	}
	spin_unlock_irqrestore(&sp->lock, flags);
	return found;
}
EXPORT_SYMBOL_GPL(ScsiPortGetSrb);
