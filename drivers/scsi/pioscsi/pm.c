// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend and resume. Between pioscsi_suspend_hba() and the reset in
 * pioscsi_resume_hba() no context touches the chip.
 *
 * Commands wait for the resume. But a bus may suspend one device alone, such as
 * a PC Card on demand. If the machine restarts or sleeps before its resume, the
 * midlayer sends a flush to its disks, and waits. Such commands must end.
 */
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/suspend.h>
#include <scsi/scsi.h>

#include "eh.h"
#include "owner.h"
#include "pm.h"
#include "port.h"

static DEFINE_MUTEX(ports_lock);	/* for ports */
static LIST_HEAD(ports);

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
 * Return: true if the HBA was in service. Otherwise the front end must not
 *	touch the chip: it was suspended before, or is out of service.
 */
bool pioscsi_suspend_hba(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);
	bool in_service = false;

	mutex_lock(&port->pm_lock);
	/* Only a resume or a removal ends it, and neither runs now. */
	if (READ_ONCE(port->owner) != PIOSCSI_SUSPENDED) {
		pioscsi_own_recovery(port);
		in_service = port->owner == PIOSCSI_RECOVERY;
		pioscsi_own_suspended(port);
	}
	mutex_unlock(&port->pm_lock);
	return in_service;
}
EXPORT_SYMBOL_GPL(pioscsi_suspend_hba);

/* Commands wait for the reset, as those that came before the machine slept. */
static void accept_commands(struct pioscsi_port *port)
{
	spin_lock_irq(&port->lock);
	port->refusal = 0;
	spin_unlock_irq(&port->lock);
}

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
	int err = 0;

	mutex_lock(&port->pm_lock);
	if (pioscsi_own_resumed(port)) {
		accept_commands(port);
		err = pioscsi_eh_reset_chip(port);
		pioscsi_recovered(port);
	}
	mutex_unlock(&port->pm_lock);
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
	mutex_lock(&port->pm_lock);
	if (own_unresumed(port)) {
		pioscsi_eh_stop(port);
		pioscsi_recovered(port);
	}
	mutex_unlock(&port->pm_lock);
}

/* An HBA that was out of service before refuses all commands already. */
static void refuse_until_resume(struct pioscsi_port *port)
{
	mutex_lock(&port->pm_lock);
	if (READ_ONCE(port->owner) == PIOSCSI_SUSPENDED && !port->refusal)
		pioscsi_eh_refuse(port, DID_NO_CONNECT);
	mutex_unlock(&port->pm_lock);
}

static void call_for_ports(void (*fn)(struct pioscsi_port *port))
{
	struct pioscsi_port *port;

	mutex_lock(&ports_lock);
	list_for_each_entry(port, &ports, pm_node)
		fn(port);
	mutex_unlock(&ports_lock);
}

/* Called before the kernel shuts down the disks, also for kexec. */
static int before_restart(struct notifier_block *nb, unsigned long event,
			  void *cmd)
{
	call_for_ports(pioscsi_unresumed_stop);
	return NOTIFY_DONE;
}

/* Called before the kernel freezes tasks and suspends the disks. */
static int before_sleep(struct notifier_block *nb, unsigned long event,
			void *unused)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		call_for_ports(refuse_until_resume);
		break;
	}
	return NOTIFY_DONE;
}

struct notifier_block pioscsi_restart_nb = { .notifier_call = before_restart };
struct notifier_block pioscsi_sleep_nb = { .notifier_call = before_sleep };

/**
 * pioscsi_pm_add() - end the commands of a suspended HBA before a sleep
 * @port: the port, whose HBA is added
 *
 * Also before a restart.
 *
 * Context: task; sleeps.
 */
void pioscsi_pm_add(struct pioscsi_port *port)
{
	mutex_lock(&ports_lock);
	list_add_tail(&port->pm_node, &ports);
	mutex_unlock(&ports_lock);
}

/**
 * pioscsi_pm_remove() - undo pioscsi_pm_add()
 * @port: the port
 *
 * Context: task; sleeps.
 */
void pioscsi_pm_remove(struct pioscsi_port *port)
{
	mutex_lock(&ports_lock);
	list_del(&port->pm_node);
	mutex_unlock(&ports_lock);
}

/**
 * pioscsi_pm_start() - request calls before the machine sleeps or restarts
 *
 * Context: task; module initialisation.
 * Return: 0 or a negative error.
 */
int pioscsi_pm_start(void)
{
	int err = register_pm_notifier(&pioscsi_sleep_nb);

	if (err)
		return err;
	err = register_reboot_notifier(&pioscsi_restart_nb);
	if (err)
		unregister_pm_notifier(&pioscsi_sleep_nb);
	return err;
}

/**
 * pioscsi_pm_stop() - undo pioscsi_pm_start()
 *
 * Context: task; sleeps.
 */
void pioscsi_pm_stop(void)
{
	unregister_reboot_notifier(&pioscsi_restart_nb);
	unregister_pm_notifier(&pioscsi_sleep_nb);
}
