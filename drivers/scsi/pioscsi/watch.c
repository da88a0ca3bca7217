// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watchdog finds a lost interrupt within a second, long before a command
 * times out, and without a reset.
 */
#include <linux/device.h>
#include <linux/lockdep.h>
#include <linux/workqueue.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "irq.h"
#include "port.h"
#include "progress.h"
#include "settle.h"
#include "wake.h"
#include "watch.h"

/*
 * After this number of lost interrupts, and none that came, the interrupt
 * number is taken to be wrong.
 */
#define WARN_LOST	3

/* The chip has no command, or is out of service. */
static bool needs_no_watch(const struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	lockdep_assert_held(&port->lock);
	return port->owner == PIOSCSI_DEAD ||
	       (port->owner == PIOSCSI_IDLE && !port->nr_active &&
		!port->stalled);
}

/* Tell whether the chip still has commands. */
static bool still_busy(struct pioscsi_port *port)
{
	bool busy;

	spin_lock_irq(&port->lock);
	busy = !needs_no_watch(port);
	if (!busy)
		port->watching = false;
	spin_unlock_irq(&port->lock);
	return busy;
}

/**
 * pioscsi_warn_no_irq() - log that the interrupt number seems to be wrong
 * @port: the port
 * @lost: number of lost interrupts
 *
 * Context: task.
 */
void pioscsi_warn_no_irq(const struct pioscsi_port *port, u64 lost)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_warn_no_irq, port, lost);

	dev_warn(port->hba.dev,
		 "interrupt %d has never come, and %llu were expected; the watchdog serves the HBA instead\n",
		 port->hba.irq, lost);
}

/* Warn once only. */
static void warn_if_no_irq_came(const struct pioscsi_port *port)
{
	u64 lost = READ_ONCE(port->stats.errors[PIOSCSI_ERR_LOST]);

	if (lost == WARN_LOST && port->hba.irq && !READ_ONCE(port->stats.irqs))
		pioscsi_warn_no_irq(port, lost);
}

static void watch(struct work_struct *work)
{
	struct pioscsi_port *port = container_of(to_delayed_work(work),
						 struct pioscsi_port, watch);

	pioscsi_progress_check(port);
	if (READ_ONCE(port->progress) == port->watched &&
	    (READ_ONCE(port->nr_active) || READ_ONCE(port->stalled)) &&
	    pioscsi_check_lost(port))
		warn_if_no_irq_came(port);
	port->watched = READ_ONCE(port->progress);
	if (still_busy(port))
		pioscsi_watch_arm(port);
}

/*
 * Leave out an eighth of the timeout: the midlayer starts its timer some ticks
 * before the chip has the command.
 */
static unsigned long whole_period(struct scsi_cmnd *scmd)
{
	unsigned long timeout = scsi_cmd_to_rq(scmd)->timeout;

	return timeout - timeout / 8;
}

/*
 * No command is started before the targets have settled, which may take longer
 * than several timeouts. A command waits for the targets after one reset only,
 * because another initiator might reset the bus for ever.
 */
static bool waits_for_targets(const struct pioscsi_port *port,
			      struct pioscsi_cmd *cmd)
{
	u64 end = pioscsi_settle_end(port);

	if (!end || READ_ONCE(port->active[cmd->tag]) == cmd)
		return false;
	if (!cmd->settle_end)
		cmd->settle_end = end;
	return cmd->settle_end == end;
}

/**
 * pioscsi_eh_timed_out() - decide whether a command that timed out is aborted
 * @scmd: the command
 *
 * A slow bus or a loaded CPU is no reason for an abort. The command gets more
 * time while it makes progress, or while it waits for commands that do, for
 * targets that settle, or for a resume. A lost interrupt extends the timeout of
 * a command once only. Otherwise a command that hangs beside busy ones would
 * never end.
 *
 * Context: task.
 * Return: %SCSI_EH_RESET_TIMER if the command gets more time.
 */
enum scsi_timeout_action pioscsi_eh_timed_out(struct scsi_cmnd *scmd)
{
	struct pioscsi_port *port = pioscsi_shost_port(scmd->device->host);
	struct pioscsi_cmd *cmd = scsi_cmd_priv(scmd);

	if (pioscsi_progress_since(port, cmd, whole_period(scmd)) ||
	    waits_for_targets(port, cmd) || READ_ONCE(port->resume_due))
		return SCSI_EH_RESET_TIMER;
	if (cmd->timeout_extended || !pioscsi_check_lost(port))
		return SCSI_EH_NOT_HANDLED;
	cmd->timeout_extended = true;
	return SCSI_EH_RESET_TIMER;
}

/**
 * pioscsi_watch_init() - prepare the watchdog of a new port
 * @port: the port
 *
 * Context: task.
 */
void pioscsi_watch_init(struct pioscsi_port *port)
{
	INIT_DELAYED_WORK(&port->watch, watch);
}

/**
 * pioscsi_watch_stop() - end the watchdog
 * @port: the port, whose chip is dead
 *
 * Context: task; sleeps.
 */
void pioscsi_watch_stop(struct pioscsi_port *port)
{
	cancel_delayed_work_sync(&port->watch);
}
