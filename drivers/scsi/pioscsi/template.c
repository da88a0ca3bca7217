// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host template of each front end: what the midlayer calls, also for each
 * logical unit.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "eh.h"
#include "host.h"
#include "port.h"
#include "queue.h"
#include "submit.h"
#include "template.h"
#include "watch.h"

static bool gets_no_tags(const struct pioscsi_hba *hba, unsigned int id)
{
	if (hba->no_tags == PIOSCSI_NO_TAGS_ALL)
		return true;
	return id < BITS_PER_TYPE(hba->no_tags) && hba->no_tags & BIT(id);
}

/*
 * If REPORT LUNS names LUN max_lun, the midlayer creates a device for it. The
 * front end cannot address that LUN, so refuse the device. The midlayer then
 * ends its scan of the target.
 */
static int sdev_new(struct scsi_device *sdev)
{
	struct pioscsi_port *port = pioscsi_shost_port(sdev->host);
	struct pioscsi_lun *lun;

	if (sdev->lun && sdev->lun >= sdev->host->max_lun)
		return -ENXIO;
	lun = pioscsi_lun_alloc();
	/* Old ATAPI devices do not know REPORT LUNS, and one LUN needs none. */
	if (sdev->host->max_lun == 1)
		scsi_target(sdev)->no_report_luns = 1;
	if (!lun)
		return -ENOMEM;
	lun->no_tags = gets_no_tags(&port->hba, sdev->id);
	sdev->hostdata = lun;
	if (port->drv->new_device)
		port->drv->new_device(&port->hba, sdev);
	return 0;
}

/* Without tags a target aborts a command when it gets the next one. */
static bool takes_many(const struct scsi_device *sdev)
{
	const struct pioscsi_lun *lun = sdev->hostdata;

	return sdev->tagged_supported && !lun->no_tags;
}

static int depth_max(const struct scsi_device *sdev)
{
	const struct pioscsi_port *port = pioscsi_shost_port(sdev->host);
	int limit = port->hba.lun_depth ?: INT_MAX;

	return takes_many(sdev) ? min(sdev->host->can_queue, limit) : 1;
}

static int sdev_set_up(SDEV_CONFIGURE_ARGS(sdev))
{
	struct pioscsi_port *port = pioscsi_shost_port(sdev->host);
	unsigned int sectors = 0;

	if (port->drv->max_sectors)
		sectors = port->drv->max_sectors(&port->hba, sdev);
	if (sectors)
		pioscsi_limit_sectors(sdev, SDEV_CONFIGURE_LIM, sectors);
	sdev->use_10_for_ms = port->hba.use_10_for_ms;
	sdev->manage_runtime_start_stop = port->hba.manage_start_stop;
	sdev->manage_shutdown = port->hba.manage_start_stop;
	pioscsi_start_after_sleep(sdev, port->hba.manage_start_stop);
	scsi_change_queue_depth(sdev, depth_max(sdev));
	return 0;
}

static int sdev_change_depth(struct scsi_device *sdev, int depth)
{
	return scsi_change_queue_depth(sdev, min(depth, depth_max(sdev)));
}

static void sdev_gone(struct scsi_device *sdev)
{
	kfree(sdev->hostdata);
	sdev->hostdata = NULL;
}

static int run_ioctl(struct scsi_device *sdev, unsigned int cmd,
		     void __user *arg)
{
	struct pioscsi_port *port = pioscsi_shost_port(sdev->host);

	return port->drv->ioctl(&port->hba, sdev, cmd, arg);
}

/* geometry[0]: heads; [1]: sectors per track; [2]: cylinders. */
static int get_lba_geometry(struct scsi_device *sdev, BIOS_PARAM_DISK *disk,
			    sector_t capacity, int geometry[])
{
	geometry[0] = 255;
	geometry[1] = 63;
	sector_div(capacity, geometry[0] * geometry[1]);
	geometry[2] = capacity;
	return 0;
}

struct named_op {
	const char *name;
	size_t offset;
};

#define NAMED_OP(op)	{ #op, offsetof(struct pioscsi_ops, op) }

static const struct named_op mandatory_ops[] = {
	NAMED_OP(claim), NAMED_OP(service), NAMED_OP(start),
	NAMED_OP(reset_bus), NAMED_OP(reset_hba), {}
};

/* Those of a front end whose data the port moves. */
static const struct named_op pio_ops[] = {
	NAMED_OP(pio_in), NAMED_OP(pio_out), NAMED_OP(mask), NAMED_OP(unmask),
	{}
};

/* Those of a front end that moves its data itself. */
static const struct named_op direct_ops[] = {
	NAMED_OP(interrupt), NAMED_OP(begin), NAMED_OP(run), {}
};

static bool is_direct(const struct pioscsi_ops *ops)
{
	return ops->interrupt || ops->begin || ops->run;
}

static const char *first_missing(const struct pioscsi_ops *ops,
				 const struct named_op *named)
{
	const u8 *base = (const u8 *)ops;

	for (; named->name; named++)
		if (!*(void *const *)(base + named->offset))
			break;
	return named->name;
}

/*
 * Return the name of an operation that a front end has and the port never
 * calls, or NULL. Some code of the port tests these pointers.
 */
static const char *unused_op(const struct pioscsi_ops *ops)
{
	const u8 *base = (const u8 *)ops;
	const struct named_op *named = pio_ops;

	if (!is_direct(ops))
		return NULL;
	for (; named->name; named++)
		if (*(void *const *)(base + named->offset))
			break;
	return named->name;
}

/* Return the name of an operation that a front end lacks, or NULL. */
static const char *missing_op(const struct pioscsi_ops *ops)
{
	const char *missing = first_missing(ops, mandatory_ops);

	if (missing)
		return missing;
	return first_missing(ops, is_direct(ops) ? direct_ops : pio_ops);
}

/*
 * If the port is built into the kernel, the front ends are initialised although
 * its initialisation has failed, as with a wrong parameter.
 */
static bool started;

/**
 * pioscsi_template_start() - let front ends be registered
 *
 * Context: task; end of the initialisation of the module.
 */
void pioscsi_template_start(void)
{
	started = true;
}

/**
 * pioscsi_register_driver() - make a front end known to the port
 * @drv: the front end
 *
 * Context: task; module initialisation of the front end.
 * Return: 0, -EINVAL if the front end lacks an operation or has one that the
 *	port never calls, or -ENODEV if the port is not initialised.
 */
int pioscsi_register_driver(struct pioscsi_driver *drv)
{
	const char *missing, *unused;

	if (!started) {
		pr_err("the port is not initialised, not registering %s\n",
		       drv->name);
		return -ENODEV;
	}
	missing = missing_op(drv->ops);
	if (missing) {
		pr_err("%s lacks the operation %s, not registering it\n",
		       drv->name, missing);
		return -EINVAL;
	}
	unused = unused_op(drv->ops);
	if (unused) {
		pr_err("%s moves its data itself and has the operation %s, not registering it\n",
		       drv->name, unused);
		return -EINVAL;
	}
	drv->sht = (struct scsi_host_template) {
		.module = drv->owner,
		.name = drv->name,
		.proc_name = drv->name,
		.queuecommand = drv->ops->interrupt ?
			pioscsi_queuecommand_direct :
			pioscsi_queuecommand,
		.eh_timed_out = pioscsi_eh_timed_out,
		.eh_abort_handler = pioscsi_eh_abort,
		.eh_device_reset_handler = pioscsi_eh_lun_reset,
		.eh_target_reset_handler = pioscsi_eh_target_reset,
		.eh_bus_reset_handler = pioscsi_eh_bus_reset,
		.eh_host_reset_handler = pioscsi_eh_host_reset,
		.sdev_init = sdev_new,
		.sdev_configure = sdev_set_up,
		.sdev_destroy = sdev_gone,
		.change_queue_depth = sdev_change_depth,
		.ioctl = drv->ioctl ? run_ioctl : NULL,
#ifdef CONFIG_COMPAT
		.compat_ioctl = drv->ioctl ? run_ioctl : NULL,
#endif
		.bios_param = drv->lba_geometry ? get_lba_geometry : NULL,
		.track_queue_depth = 1,
		/* The port itself waits until the bus has settled. */
		.skip_settle_delay = 1,
		.cmd_size = sizeof(struct pioscsi_cmd),
		.sg_tablesize = SG_MAX_SEGMENTS,
		.max_segment_size = UINT_MAX,
		.shost_groups = pioscsi_host_groups,
	};
	pioscsi_send_in_tasks(&drv->sht);
	return 0;
}
EXPORT_SYMBOL_GPL(pioscsi_register_driver);

/**
 * pioscsi_unregister_driver() - let a front end get no more HBAs
 * @drv: the front end, which has no HBA
 *
 * Needed only if the initialisation of the front end fails afterwards. If it is
 * built into the kernel, its other bus drivers remain.
 *
 * Context: task.
 */
void pioscsi_unregister_driver(struct pioscsi_driver *drv)
{
	drv->sht.queuecommand = NULL;
}
EXPORT_SYMBOL_GPL(pioscsi_unregister_driver);
