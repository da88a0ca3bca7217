// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend and resume. Between pioscsi_suspend_hba() and the reset in
 * pioscsi_resume_hba() no context touches the chip.
 */
#include <linux/export.h>

#include "eh.h"
#include "owner.h"
#include "pm.h"
#include "port.h"

/**
 * pioscsi_suspend_hba() - stop using the chip before it loses its power
 * @hba: the HBA, in service
 *
 * Waits until the owner releases the chip. The midlayer has stopped its devices
 * already; later commands wait for pioscsi_resume_hba(). The caller must call
 * that function even if the chip does not resume, unless the bus removes the
 * device or the machine restarts. The HBA may be suspended already: a bus
 * suspends a device again that it could not resume.
 *
 * Source: ScsiStopAdapter of HwScsiAdapterControl.
 * Context: task; sleeps.
 */
void pioscsi_suspend_hba(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);

	/* Only a resume or a removal ends it, and neither runs now. */
	if (READ_ONCE(port->owner) == PIOSCSI_SUSPENDED)
		return;
	pioscsi_own_recovery(port);
	pioscsi_own_suspended(port);
}
EXPORT_SYMBOL_GPL(pioscsi_suspend_hba);

/**
 * pioscsi_resume_hba() - reset the chip after its power is back
 * @hba: the HBA, after pioscsi_suspend_hba()
 *
 * Resets the chip. If that fails, the HBA is out of service. The midlayer
 * retries commands that were started before, except those of sg and bsg. Does
 * nothing if the HBA is not suspended any more.
 *
 * Source: ScsiRestartAdapter of HwScsiAdapterControl.
 * Context: task; sleeps.
 * Return: 0, or the error of the front end's reset_hba().
 */
int pioscsi_resume_hba(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);
	int err;

	if (!pioscsi_own_resumed(port))
		return 0;
	err = pioscsi_eh_reset_chip(port);
	pioscsi_recovered(port);
	return err;
}
EXPORT_SYMBOL_GPL(pioscsi_resume_hba);

/* Return false if the chip was not suspended. */
static bool own_unresumed(struct pioscsi_port *port)
{
	bool suspended;

	spin_lock_irq(&port->lock);
	suspended = port->owner == PIOSCSI_SUSPENDED;
	if (suspended) {
		/* Without power its interrupt is not acknowledged either. */
		port->added = false;
		pioscsi_own_dead(port);
	}
	spin_unlock_irq(&port->lock);
	return suspended;
}

/**
 * pioscsi_unresumed_stop() - take a suspended HBA out of service for good
 * @port: the port, suspended or not
 *
 * A bus removes a device without a resume if its card was taken out while the
 * machine was asleep. The machine may restart while one device is suspended.
 * All commands end with DID_NO_CONNECT, and error handling does not wait any
 * more. The chip, which may have no power, is not touched.
 *
 * Context: task; sleeps.
 */
void pioscsi_unresumed_stop(struct pioscsi_port *port)
{
	if (!own_unresumed(port))
		return;
	pioscsi_eh_stop(port);
	pioscsi_recovered(port);
}
