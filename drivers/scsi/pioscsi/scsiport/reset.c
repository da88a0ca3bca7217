// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets. As in ScsiPort a command that times out leads to a reset of the bus:
 * there is no narrower one. A callback that waits is run first.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "defer.h"
#include "reset.h"
#include "routine.h"
#include "srb.h"
#include "verify.h"

/* Time in which targets need not answer after a reset, as in the port. */
#define SETTLE_MS	250

/**
 * sp_settle() - keep new requests back until the targets have settled
 * @sp: the HBA
 *
 * Context: list lock.
 */
void sp_settle(struct sp_hba *sp)
{
	sp->settle_until = jiffies + msecs_to_jiffies(SETTLE_MS);
	sp->settling = true;
}

/*
 * Enter with no callback due. An interrupt on another CPU may ask for one until
 * the ISR lock is held.
 */
static void enter_after_callbacks(struct sp_hba *sp, struct sp_call *call)
{
	for (;;) {
		sp_enter(sp, call);
		if (!sp->enable_fn)
			return;
		sp_cancel(sp, call);
		sp->flushed++;
		sp_run_callback(sp);
	}
}

static bool reset_bus(struct sp_hba *sp, ULONG path)
{
	struct sp_call call;
	bool ok;

	enter_after_callbacks(sp, &call);
	ok = sp->hw.HwResetBus(sp->dx, path);
	sp_leave(sp, &call, SP_RESET_BUS);
	return ok;
}

/* The port ends all commands itself, so completed requests are dropped. */
static void drop_requests(struct sp_hba *sp)
{
	struct sp_slot *slot, *next;
	unsigned int left;

	spin_lock_irq(&sp->lock);
	left = sp_srb_complete_all(sp, SP_UNTAGGED, SP_UNTAGGED, SP_UNTAGGED,
				   SRB_STATUS_BUS_RESET);
	if (left)
		sp_broke_rule(sp, SP_RULE_RESET, left);
	list_for_each_entry_safe(slot, next, &sp->done, node)
		sp_srb_drop(sp, slot);
	sp->next = true;
	sp_settle(sp);
	spin_unlock_irq(&sp->lock);
}

/**
 * sp_reset() - reset all buses of an HBA
 * @sp: the HBA
 *
 * Context: owner of the chip; task, sleeps.
 * Return: 0, or -EIO if the miniport could not reset a bus, -ENODEV if it is
 *	stopped.
 */
int sp_reset(struct sp_hba *sp)
{
	unsigned int path;
	bool ok = true;

	if (sp->stopped)
		return -ENODEV;
	for (path = 0; path < max_t(unsigned int, sp->cfg.NumberOfBuses, 1);
	     path++)
		ok &= reset_bus(sp, path);
	while (READ_ONCE(sp->enable_fn))
		sp_run_callback(sp);
	if (!ok)
		return -EIO;
	drop_requests(sp);
	return 0;
}
