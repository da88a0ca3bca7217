// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations for the port. The miniport moves the data and masks its HBA;
 * here its notifications become answers of service().
 */
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "adapter.h"
#include "config.h"
#include "control.h"
#include "data.h"
#include "defer.h"
#include "dma.h"
#include "intx.h"
#include "lu.h"
#include "ops.h"
#include "power.h"
#include "reset.h"
#include "routine.h"
#include "srb.h"
#include "timer.h"

static bool has_event(struct pioscsi_hba *hba)
{
	return READ_ONCE(sp_of_hba(hba)->event);
}

static bool handle_irq(struct pioscsi_hba *hba)
{
	struct sp_hba *sp = sp_of_hba(hba);

	return sp->hw.HwInterrupt && sp_interrupt(sp);
}

/* An interrupt handler must not copy much data. */
static bool start_needs_task(struct sp_hba *sp, struct pioscsi_cmd *cmd)
{
	return !pioscsi_in_task(sp->hba) &&
	       (sp_data_begins_long(sp, cmd->scmd) ||
		sp_control_begins_long(sp, cmd->scmd));
}

static bool end_needs_task(struct sp_hba *sp, const struct sp_slot *slot)
{
	return !pioscsi_in_task(sp->hba) && slot->cmd &&
	       sp_data_ends_long(sp, slot);
}

static enum pioscsi_next next_event(struct pioscsi_hba *hba,
				    struct pioscsi_xfer *xfer)
{
	struct sp_hba *sp = sp_of_hba(hba);
	enum pioscsi_next next = PIOSCSI_WAIT;
	struct sp_slot *slot;
	unsigned long flags;
	bool next_lu;

	spin_lock_irqsave(&sp->lock, flags);
	next_lu = sp->next_lu;
	sp->next_lu = false;
	slot = list_first_entry_or_null(&sp->done, struct sp_slot, node);
	if (slot && end_needs_task(sp, slot)) {
		slot = NULL;
		next = PIOSCSI_RUN;
	} else if (slot) {
		list_del(&slot->node);
		slot->state = SP_FREE;
		next = PIOSCSI_DONE;
	} else if (sp->enable_fn || READ_ONCE(sp->held) || sp->start_due) {
		next = PIOSCSI_RUN;
	} else {
		WRITE_ONCE(sp->event, false);
	}
	spin_unlock_irqrestore(&sp->lock, flags);
	if (next_lu)
		pioscsi_offer_again(hba);
	if (slot)
		xfer->cmd = sp_srb_finish(sp, slot);
	return next;
}

/* Whether the miniport has asked for a request of this unit. */
static bool is_asked_for(const struct sp_hba *sp, const struct sp_lu *lu,
			 const struct pioscsi_cmd *cmd)
{
	if (!lu->nr_active)
		return sp->next;
	return sp->next && sp->next_busy && lu->next && cmd->tagged &&
	       !lu->nr_untagged;
}

/* Return 0, -EBUSY if the HBA takes no request, or -EAGAIN if the unit does. */
static int may_start(struct sp_hba *sp, const struct sp_lu *lu,
		     const struct pioscsi_cmd *cmd)
{
	if (sp_is_closed(sp))
		return -EBUSY;
	if (is_asked_for(sp, lu, cmd))
		return 0;
	return lu->nr_active ? -EAGAIN : -EBUSY;
}

static int start_io(struct sp_hba *sp, struct pioscsi_cmd *cmd,
		    struct sp_lu *lu)
{
	struct sp_slot *slot = &sp->slot[cmd->tag];
	struct sp_call call;
	int err;

	sp_enter(sp, &call);
	spin_lock(&sp->lock);
	err = may_start(sp, lu, cmd);
	if (!err)
		sp_srb_activate(sp, slot);
	spin_unlock(&sp->lock);
	if (!err && !sp->hw.HwStartIo(sp->dx, &slot->srb))
		sp_srb_withdraw(sp, slot);
	sp_leave(sp, &call, SP_START_IO);
	return err;
}

/* The port calls start() again after run(). */
static void ask_for_task(struct sp_hba *sp)
{
	unsigned long flags;

	spin_lock_irqsave(&sp->lock, flags);
	sp->start_due = true;
	WRITE_ONCE(sp->event, true);
	spin_unlock_irqrestore(&sp->lock, flags);
}

/*
 * A miniport that needs addresses cannot wait for them. Other miniports may ask
 * for them with interrupts off. Then the DMA API must not copy long data.
 */
static bool needs_map(const struct sp_hba *sp, const struct sp_slot *slot)
{
	return sp_is_master(sp) && slot->len &&
	       (sp->cfg.NeedPhysicalAddresses ||
		(sp->dma_copies && slot->len > SP_LONG_BYTES));
}

/* Without room for its mapping the command is offered again later. */
static int fill_and_start(struct sp_hba *sp, struct pioscsi_cmd *cmd,
			  struct sp_lu *lu)
{
	struct sp_slot *slot = &sp->slot[cmd->tag];
	int err;

	sp_srb_fill(sp, slot, cmd, lu);
	if (needs_map(sp, slot) && sp_dma_map(sp, slot))
		return -EBUSY;
	err = start_io(sp, cmd, lu);
	if (err)
		sp_dma_unmap(sp, slot);
	return err;
}

/* The midlayer itself leaves out an ID that the HBA has on all buses. */
static bool is_own_id(const struct sp_hba *sp, const struct scsi_device *sdev)
{
	return sp->hba->this_id < 0 &&
	       sp_config_own_id(sp, sdev->channel) == (int)sdev->id;
}

static int start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	struct scsi_device *sdev = cmd->scmd->device;
	struct sp_hba *sp = sp_of_hba(hba);
	unsigned long flags;
	struct sp_lu *lu;
	int err;

	lu = sp_lu_get(sp, sdev->channel, sdev->id, sdev->lun);
	if (!lu)
		return -ENOMEM;
	if (is_own_id(sp, sdev)) {
		sp_srb_fill(sp, &sp->slot[cmd->tag], cmd, lu);
		sp_srb_answer(sp, &sp->slot[cmd->tag], SRB_STATUS_NO_DEVICE);
		return 0;
	}
	/* Don't copy data for a request that has to wait. */
	spin_lock_irqsave(&sp->lock, flags);
	err = may_start(sp, lu, cmd);
	spin_unlock_irqrestore(&sp->lock, flags);
	if (err)
		return err;
	if (start_needs_task(sp, cmd)) {
		ask_for_task(sp);
		return -EINPROGRESS;
	}
	return fill_and_start(sp, cmd, lu);
}

/* An end that the port has not seen yet needs no abort. */
static int abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	struct sp_hba *sp = sp_of_hba(hba);
	struct sp_slot *slot = &sp->slot[cmd->tag];
	int err = -EOPNOTSUPP;
	struct sp_call call;

	sp_run_callbacks(sp);
	sp_enter(sp, &call);
	spin_lock(&sp->lock);
	if (slot->state == SP_DONE) {
		sp_srb_drop(sp, slot);
		err = 0;
	}
	spin_unlock(&sp->lock);
	sp_cancel(sp, &call);
	return err;
}

static int reset_all(struct pioscsi_hba *hba)
{
	return sp_reset(sp_of_hba(hba));
}

static int begin(struct pioscsi_hba *hba)
{
	struct sp_hba *sp = sp_of_hba(hba);
	struct sp_call call;
	bool ok;

	/* It is off unless another HBA of the function is in service. */
	sp_intx_enable(sp);
	/* The port served no interrupt before the HBA was in service. */
	if (READ_ONCE(sp->event))
		pioscsi_serve_soon(hba);
	sp_enter_between_callbacks(sp, &call);
	sp->stopped = false;
	/* The port scans all buses afterwards. */
	WRITE_ONCE(sp->changed, 0);
	ok = sp->hw.HwInitialize(sp->dx);
	sp->stopped = !ok;
	if (!ok)
		sp_adapter_ignore_interrupts(sp);
	sp_leave(sp, &call, SP_INITIALIZE);
	if (ok) {
		sp_adapter_query(sp);
		sp_timer_run_due(sp);
		return 0;
	}
	dev_err(sp->place.dev,
		"HwScsiInitialize failed, not using the HBA\n");
	return -EIO;
}

/* If HwScsiInitialize failed, the HBA counts as stopped already. */
static void stop(struct pioscsi_hba *hba)
{
	sp_power_stop(sp_of_hba(hba));
}

static void run(struct pioscsi_hba *hba)
{
	struct sp_hba *sp = sp_of_hba(hba);

	WRITE_ONCE(sp->start_due, false);
	sp_run_callback(sp);
}

/**
 * sp_new_device() - note that a new device may be at an address
 * @hba: the HBA
 * @sdev: the device
 *
 * Context: as &pioscsi_driver.new_device.
 */
void sp_new_device(struct pioscsi_hba *hba, const struct scsi_device *sdev)
{
	struct sp_hba *sp = sp_of_hba(hba);
	struct sp_call call;

	sp_enter(sp, &call);
	sp_lu_renew(sp, sdev->channel, sdev->id, sdev->lun);
	sp_cancel(sp, &call);
}

const struct pioscsi_ops sp_ops = {
	.claim = has_event,
	.service = next_event,
	.start = start,
	.abort_cmd = abort_cmd,
	.reset_bus = reset_all,
	.reset_hba = reset_all,
	.interrupt = handle_irq,
	.begin = begin,
	.stop = stop,
	.run = run,
};
