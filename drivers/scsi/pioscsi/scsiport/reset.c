// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets. As in ScsiPort a command that times out leads to a reset of the bus:
 * there is no narrower one. A callback that waits is run first.
 *
 * If a reset fails, the commands end all the same. The miniport may still have
 * their requests, so only the next reset calls it again.
 */
#include <linux/bits.h>

#include "adapter.h"
#include "defer.h"
#include "dma.h"
#include "intx.h"
#include "reset.h"
#include "routine.h"
#include "srb.h"
#include "timer.h"
#include "verify.h"

static bool reset_bus(struct sp_hba *sp, ULONG path)
{
	struct sp_call call;
	bool ok;

	sp_enter_after_callbacks(sp, &call);
	ok = sp->hw.HwResetBus(sp->dx, path);
	sp_leave(sp, &call, SP_RESET_BUS);
	return ok;
}

/* The port ends all commands itself, so completed requests are dropped. */
static void drop_requests(struct sp_hba *sp)
{
	struct sp_slot *slot, *next;
	struct sp_call call;
	unsigned int left;

	sp_enter(sp, &call);
	spin_lock(&sp->lock);
	left = sp_srb_complete_all(sp, SP_UNTAGGED, SP_UNTAGGED, SP_UNTAGGED,
				   SRB_STATUS_BUS_RESET);
	if (left)
		sp_broke_rule(sp, SP_RULE_RESET, left);
	sp_show_completed(sp);
	list_for_each_entry_safe(slot, next, &sp->done, node)
		sp_srb_drop(sp, slot);
	sp->next = true;
	spin_unlock(&sp->lock);
	sp_cancel(sp, &call);
	pioscsi_settle(sp->hba);
}

/* No routine may access the requests from here on, nor the HBA their data. */
static void end_access(struct sp_hba *sp)
{
	struct sp_call call;

	sp_enter(sp, &call);
	sp->lost = true;
	sp->enable_fn = NULL;
	sp->deferred = false;
	sp_cancel(sp, &call);
	if (sp->controls & BIT(ScsiStopAdapter))
		sp_adapter_stop(sp);
	else
		sp_timer_stop(sp);
	sp_dma_stop(sp);
}

/* The miniport has no request any more. It may have missed an interrupt. */
static void restore(struct sp_hba *sp)
{
	struct sp_call call;

	sp_dma_start(sp);
	sp_enter(sp, &call);
	sp->lost = false;
	sp_cancel(sp, &call);
	/* It is off if the HBA has been suspended meanwhile. */
	sp_intx_enable(sp);
	if (sp->hw.HwInterrupt)
		sp_interrupt(sp);
	if (READ_ONCE(sp->timer_due))
		sp_timer_run(sp);
}

/**
 * sp_reset() - reset all buses of an HBA
 * @sp: the HBA
 *
 * Context: owner of the chip; task, sleeps.
 * Return: 0, or -EIO if the miniport could not reset a bus, -ENODEV if it is
 *	stopped. It has no request in any case.
 */
int sp_reset(struct sp_hba *sp)
{
	unsigned int path;
	bool ok = true;

	/* If the last reset failed, the miniport may have stopped its HBA. */
	if (sp->stopped && !(sp->lost && sp_adapter_restart(sp))) {
		drop_requests(sp);
		return -ENODEV;
	}
	for (path = 0; path < max_t(unsigned int, sp->cfg.NumberOfBuses, 1);
	     path++)
		ok &= reset_bus(sp, path);
	if (!ok)
		end_access(sp);
	else if (sp->lost)
		restore(sp);
	else
		sp_defer_reset(sp);
	sp_run_callbacks(sp);
	drop_requests(sp);
	return ok ? 0 : -EIO;
}
