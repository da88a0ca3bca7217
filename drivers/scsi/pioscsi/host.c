// SPDX-License-Identifier: GPL-2.0-only
/* Creation and removal of a host. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <scsi/scsi_host.h>

#include "compat.h"
#include "eh.h"
#include "host.h"
#include "irq.h"
#include "line.h"
#include "owner.h"
#include "pm.h"
#include "port.h"
#include "progress.h"
#include "queue.h"
#include "rate.h"
#include "stats.h"
#include "timer.h"
#include "wake.h"
#include "watch.h"

/**
 * pioscsi_alloc_hba() - allocate an HBA, which its front end fills in
 * @dev: the device it belongs to
 * @drv: the front end; without pioscsi_register_driver() this fails
 *
 * Context: task; may sleep.
 * Return: the HBA, freed by pioscsi_free_hba(), or %NULL.
 */
struct pioscsi_hba *pioscsi_alloc_hba(struct device *dev,
				      struct pioscsi_driver *drv)
{
	struct pioscsi_port *port;
	struct Scsi_Host *shost;

	/*
	 * If the initialisation of a built-in front end fails, its bus drivers
	 * may still be registered and probe devices.
	 */
	if (!drv->sht.queuecommand) {
		dev_err(dev, "%s is not initialised, ignoring the device\n",
			drv->name);
		return NULL;
	}
	shost = scsi_host_alloc(&drv->sht,
				pioscsi_hostdata_size(drv->priv_size));
	if (!shost)
		return NULL;
	port = pioscsi_shost_port(shost);
	port->shost = shost;
	port->drv = drv;
	port->hba.ops = drv->ops;
	port->hba.dev = dev;
	port->hba.priv = port + 1;
	port->hba.this_id = -1;
	port->hba.can_mask = true;
	spin_lock_init(&port->lock);
	init_waitqueue_head(&port->owner_wait);
	INIT_LIST_HEAD(&port->ready);
	INIT_LIST_HEAD(&port->draining);
	port->owner = PIOSCSI_DEAD;
	port->refusal = DID_NO_CONNECT;
	port->defer = pioscsi_defer_default();
	port->budget_us = pioscsi_budget_default_us();
	port->turn_jiffies = pioscsi_turn_jiffies();
	pioscsi_ring_init(&port->ring);
	pioscsi_log_init(port);
	pioscsi_irq_init(port);
	pioscsi_timer_init(port);
	pioscsi_watch_init(port);
	return &port->hba;
}
EXPORT_SYMBOL_GPL(pioscsi_alloc_hba);

static void fill_host(struct pioscsi_port *port)
{
	const struct pioscsi_hba *hba = &port->hba;
	struct Scsi_Host *shost = port->shost;

	shost->can_queue = pioscsi_rate_depth(port);
	shost->cmd_per_lun = shost->can_queue;
	shost->max_channel = max(hba->nr_channels, 1U) - 1;
	shost->max_id = hba->max_id;
	shost->max_lun = hba->max_lun;
	shost->this_id = hba->this_id;
	shost->max_cmd_len = hba->max_cmd_len;
	shost->max_sectors = pioscsi_rate_sectors(port);
	if (hba->max_segments)
		shost->sg_tablesize = hba->max_segments;
	shost->virt_boundary_mask = hba->virt_boundary;
	shost->irq = hba->irq;
}

static void stop_timers(struct pioscsi_port *port)
{
	pioscsi_timer_stop(port);
	pioscsi_watch_stop(port);
}

/*
 * A chip that is out of service may still interrupt, so stop it too. A
 * suspended chip is not added any more here.
 */
static void stop_chip(struct pioscsi_port *port)
{
	if (port->added && port->hba.ops->stop)
		port->hba.ops->stop(&port->hba);
}

/*
 * Take the chip from its owner, keep it masked, and stop all contexts that
 * serve it. The chip is stopped while its interrupt still has a handler.
 */
static void close_port(struct pioscsi_port *port)
{
	pioscsi_own_recovery(port);
	stop_chip(port);
	spin_lock_irq(&port->lock);
	pioscsi_refuse(port, DID_NO_CONNECT);
	pioscsi_own_dead(port);
	port->added = false;
	spin_unlock_irq(&port->lock);
	pioscsi_recovered(port);
	stop_timers(port);
	pioscsi_line_free(port);
	pioscsi_irq_stop(port);
}

/* A word that straddles two entries must fit the bounce buffer. */
static bool has_valid_width(const struct pioscsi_port *port)
{
	return is_power_of_2(port->hba.align) &&
	       port->hba.align <= sizeof(port->bounce);
}

/* The block layer rejects a limit below a page. */
static bool has_valid_limit(const struct pioscsi_hba *hba)
{
	return !hba->max_sectors || hba->max_sectors >= PAGE_SECTORS;
}

/* Returns false, and says why, if the front end left this field at 0. */
static bool is_filled_in(const struct pioscsi_hba *hba, const char *field,
			 u64 value)
{
	if (!value)
		dev_err(hba->dev, "invalid %s 0: must be at least 1\n", field);
	return value;
}

/*
 * The midlayer adds a host once only. If that fails late, it has dropped
 * references that a second attempt needs.
 */
static bool is_new(const struct pioscsi_port *port)
{
	if (port->host_used)
		dev_err(port->hba.dev,
			"not adding the HBA again: it can only be freed\n");
	return !port->host_used;
}

/* Returns false, and says why, if the port cannot drive such an HBA. */
static bool is_supported(const struct pioscsi_port *port)
{
	const struct pioscsi_hba *hba = &port->hba;

	if (!has_valid_width(port)) {
		dev_err(hba->dev,
			"invalid data port width %u: must be a power of two, at most 64\n",
			hba->align);
		return false;
	}
	if (!has_valid_limit(hba)) {
		dev_err(hba->dev,
			"invalid limit of %u sectors for a transfer: must be at least %lu sectors (a page)\n",
			hba->max_sectors, (unsigned long)PAGE_SECTORS);
		return false;
	}
	return is_filled_in(hba, "depth", hba->depth) &&
	       is_filled_in(hba, "max_id", hba->max_id) &&
	       is_filled_in(hba, "max_lun", hba->max_lun) &&
	       is_filled_in(hba, "max_cmd_len", hba->max_cmd_len);
}

static void log_irq_failure(const struct pioscsi_hba *hba, int err)
{
	if (err == -EBUSY)
		dev_err(hba->dev,
			"interrupt %d: request failed (%d), its other user does not share it or has IRQF_ONESHOT\n",
			hba->irq, err);
	else
		dev_err(hba->dev, "interrupt %d: request failed (%d)\n",
			hba->irq, err);
}

/**
 * pioscsi_start_hba() - put an HBA into service, without a scan of its bus
 * @hba: the HBA, filled in, its chip ready and masked
 *
 * For a device with several HBAs: pioscsi_scan_hba() follows when all of them
 * are in service. If the midlayer refuses the host, the HBA can only be freed,
 * as after pioscsi_remove_hba(). Otherwise a failed call may be repeated.
 *
 * Context: task; sleeps.
 * Return: 0, or a negative error with the HBA masked and out of service.
 */
int pioscsi_start_hba(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);
	int err;

	if (!is_new(port) || !is_supported(port))
		return -EINVAL;
	port->active = kcalloc(hba->depth, sizeof(*port->active), GFP_KERNEL);
	if (!port->active)
		return -ENOMEM;
	err = pioscsi_progress_alloc(port);
	if (err)
		goto free_active;
	err = pioscsi_worker_start(port);
	if (err)
		goto free_slots;
	pioscsi_rate_calibrate(port);
	err = pioscsi_line_request(port);
	if (err) {
		log_irq_failure(hba, err);
		goto stop_worker;
	}
	fill_host(port);
	pioscsi_own_idle(port);
	if (hba->ops->begin) {
		err = hba->ops->begin(hba);
		if (err)
			goto close_port;
	}
	port->host_used = true;
	err = scsi_add_host(port->shost, hba->dev);
	if (err)
		goto close_port;
	pioscsi_stats_add_host(port);
	pioscsi_pm_add(port);
	return 0;

close_port:
	close_port(port);
stop_worker:
	pioscsi_worker_stop(port);
free_slots:
	pioscsi_progress_free(port);
free_active:
	kfree(port->active);
	return err;
}
EXPORT_SYMBOL_GPL(pioscsi_start_hba);

/**
 * pioscsi_scan_hba() - look for the devices of an HBA
 * @hba: the HBA, after pioscsi_start_hba()
 *
 * Context: task; sleeps.
 */
void pioscsi_scan_hba(struct pioscsi_hba *hba)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_scan_hba, hba);

	scsi_scan_host(pioscsi_port(hba)->shost);
}
EXPORT_SYMBOL_GPL(pioscsi_scan_hba);

/**
 * pioscsi_add_hba() - put an HBA into service
 * @hba: the HBA, filled in, its chip ready and masked
 *
 * Unmasks the chip and scans its bus.
 *
 * Context: task; sleeps.
 * Return: as pioscsi_start_hba().
 */
int pioscsi_add_hba(struct pioscsi_hba *hba)
{
	int err = pioscsi_start_hba(hba);

	if (!err)
		pioscsi_scan_hba(hba);
	return err;
}
EXPORT_SYMBOL_GPL(pioscsi_add_hba);

/**
 * pioscsi_remove_hba() - take an HBA out of service
 * @hba: the HBA
 *
 * The chip is masked and has no command when this returns. If it is suspended,
 * it is not touched.
 *
 * Context: task; sleeps.
 */
void pioscsi_remove_hba(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);

	KUNIT_STATIC_STUB_REDIRECT(pioscsi_remove_hba, hba);

	/* First, because the midlayer sends a flush, and waits for its end. */
	pioscsi_unresumed_stop(port);
	pioscsi_pm_remove(port);
	scsi_remove_host(port->shost);
	pioscsi_stats_remove_host(port);
	close_port(port);
	pioscsi_worker_stop(port);
	pioscsi_progress_free(port);
	kfree(port->active);
}
EXPORT_SYMBOL_GPL(pioscsi_remove_hba);

/**
 * pioscsi_shutdown_hba() - quiesce an HBA before the machine restarts
 * @hba: the HBA, in service
 *
 * The next kernel, which need not know the chip, finds it masked and without a
 * command. So the chip cannot keep a shared line asserted. The midlayer shuts
 * down its disks first, which flushes their caches. A suspended chip is not
 * touched. For the shutdown operation of the front end's bus glue.
 *
 * Source: ScsiStopAdapter of HwScsiAdapterControl.
 * Context: task; sleeps.
 */
void pioscsi_shutdown_hba(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);

	pioscsi_unresumed_stop(port);
	pioscsi_own_recovery(port);
	pioscsi_eh_stop(port);
	pioscsi_recovered(port);
	stop_timers(port);
	stop_chip(port);
}
EXPORT_SYMBOL_GPL(pioscsi_shutdown_hba);

/**
 * pioscsi_free_hba() - undo pioscsi_alloc_hba()
 * @hba: the HBA, not in service
 *
 * Ends a timer that was requested before a pioscsi_add_hba() that failed or did
 * not come.
 *
 * Context: task; sleeps.
 */
void pioscsi_free_hba(struct pioscsi_hba *hba)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_free_hba, hba);

	stop_timers(pioscsi_port(hba));
	pioscsi_log_flush(pioscsi_port(hba));
	scsi_host_put(pioscsi_port(hba)->shost);
}
EXPORT_SYMBOL_GPL(pioscsi_free_hba);

/**
 * pioscsi_scan_channel() - look for new devices on one bus of an HBA
 * @hba: the HBA, in service
 * @channel: the bus
 *
 * Context: task; sleeps.
 */
void pioscsi_scan_channel(struct pioscsi_hba *hba, unsigned int channel)
{
	struct Scsi_Host *shost = pioscsi_port(hba)->shost;
	unsigned int id;

	for (id = 0; id < hba->max_id; id++)
		scsi_scan_target(&shost->shost_gendev, channel, id,
				 SCAN_WILD_CARD, SCSI_SCAN_RESCAN);
}
EXPORT_SYMBOL_GPL(pioscsi_scan_channel);

/**
 * pioscsi_find_cmd() - find the started command of a tag
 * @hba: the HBA
 * @tag: tag from the chip; may be invalid
 *
 * Context: owner of the chip, or start() under the port's lock. Also claim() if
 *	the chip can be masked, and the front end has no interrupt().
 * Return: the command, or %NULL if the chip has none of that tag.
 */
struct pioscsi_cmd *pioscsi_find_cmd(struct pioscsi_hba *hba,
				     unsigned int tag)
{
	return tag < hba->depth ? pioscsi_port(hba)->active[tag] : NULL;
}
EXPORT_SYMBOL_GPL(pioscsi_find_cmd);

/**
 * pioscsi_in_task() - tell whether the owner of the chip may work for long
 * @hba: the HBA
 *
 * Context: owner of the chip.
 * Return: true in a thread of the port, with interrupts and preemption on;
 *	false in start(), claim() and unmask() under the port's lock. A chip
 *	that cannot be masked, or whose front end has interrupt(), may
 *	interrupt while another context owns it. In the claim() that follows,
 *	this is the state of that owner.
 */
bool pioscsi_in_task(const struct pioscsi_hba *hba)
{
	return container_of(hba, struct pioscsi_port, hba)->in_task;
}
EXPORT_SYMBOL_GPL(pioscsi_in_task);
