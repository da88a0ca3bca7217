// SPDX-License-Identifier: GPL-2.0-only
/* The port's module: its initialisation and its exit. */
#include <linux/module.h>
#include <pioscsi/version.h>

#include "params.h"
#include "pm.h"
#include "stats.h"
#include "template.h"
#include "wake.h"

static int __init pioscsi_init(void)
{
	int err = pioscsi_params_check();

	if (err)
		return err;
	err = pioscsi_wake_start();
	if (err)
		return err;
	err = pioscsi_pm_start();
	if (err) {
		pioscsi_wake_stop();
		return err;
	}
	pioscsi_stats_init();
	pioscsi_template_start();
	return 0;
}

static void __exit pioscsi_exit(void)
{
	pioscsi_stats_exit();
	pioscsi_pm_stop();
	pioscsi_wake_stop();
}

module_init(pioscsi_init);
module_exit(pioscsi_exit);
MODULE_AUTHOR("Seed b4971795 maintainers <maintainers@users.noreply.h-seed-b4971795.example>");
MODULE_DESCRIPTION("Port driver for SCSI host adapters that use programmed I/O");
MODULE_VERSION(PIOSCSI_VERSION);
MODULE_LICENSE("GPL");
