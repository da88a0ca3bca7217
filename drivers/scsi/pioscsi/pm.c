// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend and resume. Between pioscsi_suspend_hba() and the reset in
 * pioscsi_resume_hba() no context touches the chip.
 */
#include <linux/export.h>

#include "eh.h"
#include "owner.h"
#include "port.h"

/**
 * pioscsi_suspend_hba() - stop using the chip before it loses its power
 * @hba: the HBA, in service
 *
 * Waits until the owner releases the chip. The midlayer has stopped its devices
 * already; later commands wait for pioscsi_resume_hba(). The caller must call
 * that function, even if the chip does not resume.
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
 * pioscsi_resume_hba() - reset the chip after its power is back
 * @hba: the HBA, after pioscsi_suspend_hba()
 *
 * Resets the chip. If that fails, the HBA is out of service. The midlayer
 * retries commands that were started before, except those of sg and bsg.
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
