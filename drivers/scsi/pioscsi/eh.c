// SPDX-License-Identifier: GPL-2.0-only
/*
 * Error handling. Each handler takes the chip from its owner and lets the front
 * end abort or reset its scope. It ends the commands in that scope once, and
 * releases the chip.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_eh.h>
#include <scsi/scsi_host.h>

#include "answer.h"
#include "blame.h"
#include "compat.h"
#include "complete.h"
#include "eh.h"
#include "event.h"
#include "owner.h"
#include "port.h"
#include "queue.h"
#include "scope.h"
#include "sense.h"
#include "settle.h"

/* Resets without a completed command after which the HBA is out of service. */
#define RESETS_MAX		8U

/**
 * pioscsi_report_reset() - tell the midlayer that targets have been reset
 * @hba: the HBA
 *
 * Otherwise the midlayer would take the UNIT ATTENTION that follows for a
 * change of the medium. The port calls this after each bus reset: after one
 * that the midlayer requested it does this itself, but for one bus only. A
 * front end calls it if another operation has reset a target, such as an abort.
 *
 * Context: owner of the chip, or start() under the port's lock; any but NMI.
 */
void pioscsi_report_reset(struct pioscsi_hba *hba)
{
	struct Scsi_Host *shost;
	unsigned int channel;
	unsigned long flags;

	KUNIT_STATIC_STUB_REDIRECT(pioscsi_report_reset, hba);

	shost = pioscsi_port(hba)->shost;
	/* Each call looks at all devices of the host, with interrupts off. */
	for (channel = 0; channel <= shost->max_channel; channel++) {
		spin_lock_irqsave(shost->host_lock, flags);
		scsi_report_bus_reset(shost, channel);
		spin_unlock_irqrestore(shost->host_lock, flags);
	}
}
EXPORT_SYMBOL_GPL(pioscsi_report_reset);

/**
 * pioscsi_eh_commands_lost() - end all started commands after a reset
 * @port: the port
 *
 * The midlayer retries most of them. Queued commands stay queued and start as
 * usual.
 *
 * Context: owner of the chip; any but NMI.
 */
void pioscsi_eh_commands_lost(struct pioscsi_port *port)
{
	WRITE_ONCE(port->stalled, false);
	pioscsi_report_reset(&port->hba);
	pioscsi_scope_end_started(port, PIOSCSI_SCOPE_ALL, NULL, DID_RESET);
}

/*
 * End all commands, refuse new ones, and then take the chip from its owner: no
 * abort succeeds for a command before it has ended here.
 */
static void own_dead(struct pioscsi_port *port, int host_byte)
{
	LIST_HEAD(taken);

	spin_lock_irq(&port->lock);
	pioscsi_refuse(port, host_byte);
	pioscsi_scope_take_queued(port, PIOSCSI_SCOPE_ALL, NULL, &taken);
	spin_unlock_irq(&port->lock);
	pioscsi_scope_end_started(port, PIOSCSI_SCOPE_ALL, NULL, host_byte);
	pioscsi_scope_end_taken(&taken, host_byte);
	spin_lock_irq(&port->lock);
	pioscsi_own_dead(port);
	spin_unlock_irq(&port->lock);
}

/*
 * Give the commands to the midlayer's error handling. It escalates up to a
 * reset of the HBA, and takes the devices offline if that fails too.
 */
static void take_out_of_service(struct pioscsi_port *port, int err)
{
	pioscsi_log(&port->hba, KERN_ERR,
		    "taking the HBA out of service (error %d, resets without a completed command: %u)\n",
		    err, port->resets);
	port->next = PIOSCSI_WAIT;
	WRITE_ONCE(port->stalled, false);
	pioscsi_report_reset(&port->hba);
	own_dead(port, DID_TIME_OUT);
}

static int reset_chip(struct pioscsi_port *port)
{
	int err = port->hba.ops->reset_hba(&port->hba);

	pioscsi_mask_again(port);
	if (!err)
		pioscsi_eh_commands_lost(port);
	port->next = PIOSCSI_WAIT;
	return err;
}

/**
 * pioscsi_eh_reset_chip() - reset the chip and end all started commands
 * @port: the port
 *
 * The midlayer retries them, except commands of sg and bsg.
 *
 * Context: owner of the chip, task; sleeps.
 * Return: 0, or a negative error if the HBA is out of service; the caller does
 *	not own it then.
 */
int pioscsi_eh_reset_chip(struct pioscsi_port *port)
{
	int err = reset_chip(port);

	if (err)
		take_out_of_service(port, err);
	return err;
}

/*
 * End the command that caused a fault, with its result. Its end does not prove
 * that the chip works, so the count of resets stays as it is. Returns true if
 * such a command has ended.
 */
static bool end_blamed(struct pioscsi_port *port)
{
	struct pioscsi_cmd *cmd = port->xfer.blame;
	unsigned int resets = port->resets;

	port->xfer.blame = NULL;
	if (!cmd || port->active[cmd->tag] != cmd)
		return false;
	if (port->xfer.cmd == cmd)
		port->xfer.cmd = NULL;
	if (port->rejected == PIOSCSI_XFER || !port->hba.limits_faults)
		pioscsi_blame_count(port, cmd->scmd);
	pioscsi_complete(port, cmd, true);
	port->resets = resets;
	return true;
}

/*
 * An HBA that is masked by its line may interrupt later, too: the next kernel
 * enables that line again.
 */
static bool may_interrupt_later(const struct pioscsi_port *port)
{
	return port->nr_active || !port->hba.can_mask || port->masks_line;
}

/* Name the state of an interrupt after a failed reset, for the log. */
static const char *mask_state(const struct pioscsi_hba *hba)
{
	/* A front end with interrupt() masks its chip itself. */
	if (!hba->ops->mask)
		return "as it is";
	return hba->can_mask ? "masked" : "unmasked";
}

/**
 * pioscsi_eh_stop() - end all commands and take a chip out of service for good
 * @port: the port
 *
 * All commands, and those to come, end with DID_NO_CONNECT. A chip that cannot
 * be masked, or that has a command, is reset, because it might interrupt later.
 * A dead chip is left alone, and not reset any more.
 *
 * Context: owner of the chip, or of a dead one, as after
 *	pioscsi_own_recovery(); task; sleeps. The caller does not own the chip
 *	afterwards.
 */
void pioscsi_eh_stop(struct pioscsi_port *port)
{
	int err = 0;

	if (port->owner != PIOSCSI_DEAD && may_interrupt_later(port))
		err = port->hba.ops->reset_hba(&port->hba);
	if (err)
		dev_err(port->hba.dev,
			"HBA reset failed at shutdown (%d), leaving it %s\n",
			err, mask_state(&port->hba));
	port->next = PIOSCSI_WAIT;
	own_dead(port, DID_NO_CONNECT);
}

static const char *rejected_name(const struct pioscsi_port *port)
{
	switch (port->rejected) {
	case PIOSCSI_XFER:
		return "invalid transfer";
	case PIOSCSI_DONE:
		return "end of a command that is not started";
	case PIOSCSI_RUN:
		return "request for a run() that the front end does not have";
	case PIOSCSI_FAULT:
		return "fault found by the front end";
	default:
		return "unknown answer";
	}
}

/**
 * pioscsi_eh_fault() - reset a chip after an invalid answer
 * @port: the port
 *
 * The midlayer retries most commands. After several resets without a completed
 * command the HBA is taken out of service. A reset for a fault that a command
 * caused is not counted.
 *
 * Context: owner of the chip, task; sleeps.
 * Return: false if the HBA is out of service; the caller does not own it then.
 */
bool pioscsi_eh_fault(struct pioscsi_port *port)
{
	unsigned int active = port->nr_active;
	bool blamed = end_blamed(port);
	bool left = blamed || port->resets < RESETS_MAX;
	int err = -EIO;

	if (left && !blamed)
		port->resets++;
	/* After a line of the front end about the cause. */
	pioscsi_log_ratelimited(&port->hba, KERN_WARNING,
				"invalid answer from HBA (%s, %u bytes, %u active commands); %s (%u of %u resets used)\n",
				rejected_name(port),
				port->rejected == PIOSCSI_XFER ?
				port->xfer.len : 0, active,
				left ? "resetting it" : "no reset is left",
				port->resets, RESETS_MAX);
	if (left)
		err = reset_chip(port);
	pioscsi_record_error(port, PIOSCSI_ERR_FAULT, PIOSCSI_NO_TAG, err);
	if (err)
		take_out_of_service(port, err);
	return !err;
}

/*
 * Tell whether a command needs no abort: the chip has ended it, or another
 * initiator has reset the bus. The bottom half has not served that yet.
 */
static bool has_ended(const struct pioscsi_port *port,
		      const struct pioscsi_cmd *cmd)
{
	if (port->next == PIOSCSI_RESET)
		return true;
	return port->next == PIOSCSI_DONE && port->xfer.cmd == cmd;
}

static int abort_cmd(struct pioscsi_port *port, struct pioscsi_cmd *cmd)
{
	struct pioscsi_hba *hba = &port->hba;
	int err;

	if (!hba->ops->abort_cmd)
		return -EOPNOTSUPP;
	err = hba->ops->abort_cmd(hba, cmd);
	/* The front end may abort by a reset. */
	pioscsi_mask_again(port);
	return err;
}

/**
 * pioscsi_eh_abort() - abort one command
 * @scmd: the command
 *
 * If an idle chip does not take commands, a waiting command can be aborted, but
 * the chip needs a reset. %FAILED makes the midlayer escalate. While targets
 * settle, the port offers the chip no command, so the chip has refused none.
 *
 * Context: task; sleeps.
 * Return: %SUCCESS if neither chip nor target has it any more, or %FAILED.
 */
int pioscsi_eh_abort(struct scsi_cmnd *scmd)
{
	struct pioscsi_port *port = pioscsi_shost_port(scmd->device->host);
	struct pioscsi_cmd *cmd = scsi_cmd_priv(scmd);
	bool waiting;
	int err = 0;

	pioscsi_ring_dump(port, cmd->tag);
	pioscsi_own_recovery(port);
	spin_lock_irq(&port->lock);
	waiting = pioscsi_unqueue(port, cmd);
	spin_unlock_irq(&port->lock);
	if (waiting && port->stalled && !port->nr_active &&
	    !pioscsi_settle_ms(port)) {
		err = -EBUSY;
	} else if (!waiting && port->active[cmd->tag] == cmd) {
		if (!has_ended(port, cmd))
			err = abort_cmd(port, cmd);
		if (!err)
			pioscsi_scope_drop(port, cmd);
	}
	/* Offer the other commands again. */
	WRITE_ONCE(port->stalled, false);
	/* On failure the midlayer escalates, with the original command. */
	if (!err || waiting) {
		pioscsi_forbid_retry(scmd);
		/* With an error this drops incomplete sense data. */
		cmd->result = DID_TIME_OUT << 16;
		pioscsi_sense_end(cmd);
	}
	/* The midlayer reads the sense key of an aborted command too. */
	if (!err)
		pioscsi_drop_sense(scmd);
	pioscsi_record_error(port, PIOSCSI_ERR_ABORT, cmd->tag, err);
	pioscsi_recovered(port);
	return err ? FAILED : SUCCESS;
}

static int reset_lun(struct pioscsi_hba *hba, struct scsi_device *sdev)
{
	if (!hba->ops->reset_lun)
		return -EOPNOTSUPP;
	return hba->ops->reset_lun(hba, sdev->id, sdev->lun);
}

static int reset_target(struct pioscsi_hba *hba, struct scsi_device *sdev)
{
	if (!hba->ops->reset_target)
		return -EOPNOTSUPP;
	return hba->ops->reset_target(hba, sdev->id);
}

static int reset_bus(struct pioscsi_hba *hba, struct scsi_device *sdev)
{
	int err = hba->ops->reset_bus(hba);

	if (!err)
		pioscsi_settle(hba);
	return err;
}

static int reset_hba(struct pioscsi_hba *hba, struct scsi_device *sdev)
{
	return hba->ops->reset_hba(hba);
}

/*
 * End a reset by a front end. The reset may have unmasked the chip. Its line
 * must not stay asserted while this waits for the targets. This waits because
 * the midlayer does not extend the timeouts of the commands that it sends next.
 */
static void settle_after(struct pioscsi_port *port, enum pioscsi_scope scope,
			 int err)
{
	pioscsi_mask_again(port);
	if (!err && scope == PIOSCSI_SCOPE_ALL)
		pioscsi_settle_wait(&port->hba);
}

/*
 * A chip may interrupt for the reset that its front end has made. Drop this
 * event before the next command is started, which it would end. Error handling
 * takes a device offline whose TEST UNIT READY ends with DID_RESET. The event
 * may also be a reset by another device. Other answers stay for the bottom
 * half.
 */
static void drop_own_reset(struct pioscsi_port *port)
{
	port->hba.ops->claim(&port->hba);
	pioscsi_query_chip(port);
	port->spurious_count = 0;
	if (port->next != PIOSCSI_RESET)
		return;
	port->next = PIOSCSI_WAIT;
	pioscsi_record_error(port, PIOSCSI_ERR_RESET_SEEN, PIOSCSI_NO_TAG, 0);
	pioscsi_settle(&port->hba);
	pioscsi_settle_wait(&port->hba);
}

/* Complete the commands that a reset for the midlayer has aborted. */
static void end_commands(struct pioscsi_port *port, enum pioscsi_scope scope,
			 struct scsi_device *sdev)
{
	WRITE_ONCE(port->stalled, false);
	if (scope == PIOSCSI_SCOPE_ALL)
		pioscsi_report_reset(&port->hba);
	pioscsi_scope_end_started(port, scope, sdev, DID_RESET);
	pioscsi_scope_end_queued(port, scope, sdev, DID_RESET);
	if (scope != PIOSCSI_SCOPE_ALL)
		return;
	port->next = PIOSCSI_WAIT;
	drop_own_reset(port);
}

static int reset_owned(struct pioscsi_port *port, struct scsi_device *sdev,
		       enum pioscsi_scope scope,
		       int (*fn)(struct pioscsi_hba *hba,
				 struct scsi_device *sdev))
{
	int err;

	/* reset_lun() and reset_target() are not told the bus. */
	if (scope != PIOSCSI_SCOPE_ALL && port->hba.nr_channels > 1)
		return -EOPNOTSUPP;
	if (port->owner == PIOSCSI_DEAD &&
	    !(fn == reset_hba && pioscsi_own_retry(port)))
		return -ENODEV;
	err = fn(&port->hba, sdev);
	settle_after(port, scope, err);
	return err;
}

static int reset(struct scsi_cmnd *scmd, enum pioscsi_scope scope,
		 enum pioscsi_error what,
		 int (*fn)(struct pioscsi_hba *hba, struct scsi_device *sdev))
{
	struct scsi_device *sdev = scmd->device;
	struct pioscsi_port *port = pioscsi_shost_port(sdev->host);
	int err;

	pioscsi_own_recovery(port);
	err = reset_owned(port, sdev, scope, fn);
	pioscsi_record_error(port, what, PIOSCSI_NO_TAG, err);
	if (!err)
		end_commands(port, scope, sdev);
	else if (fn == reset_hba && port->owner != PIOSCSI_DEAD)
		take_out_of_service(port, err);
	pioscsi_recovered(port);
	return err ? FAILED : SUCCESS;
}

/**
 * pioscsi_eh_lun_reset() - reset a logical unit
 * @scmd: a command for it
 *
 * Context: task; sleeps.
 * Return: %SUCCESS or %FAILED.
 */
int pioscsi_eh_lun_reset(struct scsi_cmnd *scmd)
{
	return reset(scmd, PIOSCSI_SCOPE_LUN, PIOSCSI_ERR_LUN_RESET, reset_lun);
}

/**
 * pioscsi_eh_target_reset() - reset a target
 * @scmd: a command for it
 *
 * Context: task; sleeps.
 * Return: %SUCCESS or %FAILED.
 */
int pioscsi_eh_target_reset(struct scsi_cmnd *scmd)
{
	return reset(scmd, PIOSCSI_SCOPE_TARGET, PIOSCSI_ERR_TARGET_RESET,
		     reset_target);
}

/**
 * pioscsi_eh_bus_reset() - reset the bus
 * @scmd: any command of the bus
 *
 * Context: task; sleeps.
 * Return: %SUCCESS or %FAILED.
 */
int pioscsi_eh_bus_reset(struct scsi_cmnd *scmd)
{
	return reset(scmd, PIOSCSI_SCOPE_ALL, PIOSCSI_ERR_BUS_RESET, reset_bus);
}

/**
 * pioscsi_eh_host_reset() - reset the HBA
 * @scmd: any command of the HBA
 *
 * Context: task; sleeps.
 * Return: %SUCCESS, or %FAILED, after which the HBA is out of service.
 */
int pioscsi_eh_host_reset(struct scsi_cmnd *scmd)
{
	return reset(scmd, PIOSCSI_SCOPE_ALL, PIOSCSI_ERR_HOST_RESET,
		     reset_hba);
}
