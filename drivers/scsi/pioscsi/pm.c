// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleep: nobody touches the chip from pioscsi_suspend_hba() on until
 * pioscsi_resume_hba() has made it as new.
 */
#include <linux/export.h>

#include "eh.h"
#include "owner.h"
#include "port.h"

/**
 * pioscsi_suspend_hba() - before the chip loses its power
 * @hba: the HBA, in service
 *
 * Waits for whoever has the chip to give it up. The midlayer has stopped its
 * devices already; what comes even so waits for pioscsi_resume_hba(), which has
 * to be called whatever becomes of the chip.
 *
 * Source: ScsiStopAdapter of HwScsiAdapterControl.
 * Context: task; sleeps.
 */
void pioscsi_suspend_hba(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);

	pioscsi_own_recovery(port);
	pioscsi_own_suspended(port);
}
EXPORT_SYMBOL_GPL(pioscsi_suspend_hba);

/**
 * pioscsi_resume_hba() - after the chip got its power back
 * @hba: the HBA, after pioscsi_suspend_hba()
 *
 * Resets the chip, which is given up if that fails. A command that was started
 * before is sent again by the midlayer, unless it was passed through.
 *
 * Source: ScsiRestartAdapter of HwScsiAdapterControl.
 * Context: task; sleeps.
 * Return: 0, or the error of the front end's reset_hba().
 */
int pioscsi_resume_hba(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);
	int err = 0;

	if (pioscsi_own_resumed(port))
		err = pioscsi_eh_reset_chip(port);
	pioscsi_recovered(port);
	return err;
}
EXPORT_SYMBOL_GPL(pioscsi_resume_hba);
