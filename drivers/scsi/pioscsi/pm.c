// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend and resume. Between pioscsi_suspend_hba() and the reset in
 * pioscsi_resume_hba() no context touches the chip.
 *
 * Commands wait for the resume. But a bus may suspend one device alone, such
 * as a PC Card on demand. Before the machine restarts or sleeps, the midlayer
 * sends a flush to its disks, and would wait for ever. So a restart ends the
 * commands, and a sleep is refused, which loses no data. As soon as a restart
 * or a sleep begins, pioscsi_suspend_hba() refuses to suspend a device alone.
 */
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/suspend.h>

#include "eh.h"
#include "owner.h"
#include "pm.h"
#include "port.h"
#include "queue.h"

/* Longest wait for a resume that has begun, jiffies. */
#define RESUME_WAIT	HZ

/* For @ports and @sleep_or_restart; held while an HBA is suspended. */
static DEFINE_MUTEX(ports_lock);
static LIST_HEAD(ports);
static bool sleep_or_restart;	/* one of them is about to begin */

static bool suspend(struct pioscsi_port *port)
{
	bool in_service;

	/* Only a resume or a removal ends it, and neither runs now. */
	if (READ_ONCE(port->owner) == PIOSCSI_SUSPENDED)
		return false;
	pioscsi_own_recovery(port);
	in_service = port->owner == PIOSCSI_RECOVERY;
	pioscsi_own_suspended(port);
	return in_service;
}

/*
 * Tell whether the bus suspends this device alone. PCMCIA has one callback for
 * this and for a sleep of the machine, so the front end cannot tell. The PM
 * core prepares each device before a sleep, and forgets that at the resume of
 * the device. From then until PM_POST_SUSPEND, when tasks already run, a
 * suspend of the device alone fails. The user may repeat it.
 */
static bool is_alone(const struct pioscsi_hba *hba)
{
	return !hba->dev->power.is_prepared;
}

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
 * Return: 1 if the HBA was in service. 0 if it was suspended before, or is out
 *	of service: then the front end must not touch the chip. -EBUSY if a bus
 *	suspends this device alone while the machine is about to sleep or to
 *	restart: then the HBA stays in service.
 */
int pioscsi_suspend_hba(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);
	int ret;

	mutex_lock(&ports_lock);
	if (sleep_or_restart && is_alone(hba))
		ret = -EBUSY;
	else
		ret = suspend(port);
	mutex_unlock(&ports_lock);
	return ret;
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
	pioscsi_renew_ages(port);
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

/* A front end may still resume its chip in the background. */
static bool stays_suspended(struct pioscsi_port *port)
{
	return !wait_event_timeout(port->owner_wait,
				   READ_ONCE(port->owner) != PIOSCSI_SUSPENDED,
				   RESUME_WAIT);
}

/* Called before the kernel shuts down the disks, also for kexec. */
static int before_restart(struct notifier_block *nb, unsigned long event,
			  void *cmd)
{
	struct pioscsi_port *port;

	mutex_lock(&ports_lock);
	sleep_or_restart = true;
	list_for_each_entry(port, &ports, pm_node) {
		if (stays_suspended(port))
			pioscsi_unresumed_stop(port);
	}
	mutex_unlock(&ports_lock);
	return NOTIFY_DONE;
}

/* Return an error, and say why, if the machine must not sleep now. */
static int check_ports(void)
{
	struct pioscsi_port *port;
	int err = 0;

	mutex_lock(&ports_lock);
	list_for_each_entry(port, &ports, pm_node) {
		if (!stays_suspended(port))
			continue;
		dev_err(port->hba.dev,
			"HBA is suspended, so the machine cannot sleep: resume or remove this device\n");
		err = -EBUSY;
		break;
	}
	sleep_or_restart = !err;
	mutex_unlock(&ports_lock);
	return err;
}

static void stay(void)
{
	mutex_lock(&ports_lock);
	sleep_or_restart = false;
	mutex_unlock(&ports_lock);
}

/*
 * Called before the kernel freezes tasks and suspends the disks, and after the
 * machine has slept.
 */
static int around_sleep(struct notifier_block *nb, unsigned long event,
			void *unused)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		return notifier_from_errno(check_ports());
	default:
		stay();
		return NOTIFY_DONE;
	}
}

struct notifier_block pioscsi_restart_nb = { .notifier_call = before_restart };
struct notifier_block pioscsi_sleep_nb = { .notifier_call = around_sleep };

/**
 * pioscsi_pm_add() - add an HBA to those that a sleep or a restart checks
 * @port: the port, whose HBA is added
 *
 * The machine does not sleep while the HBA is suspended alone. A restart takes
 * a suspended HBA out of service.
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
