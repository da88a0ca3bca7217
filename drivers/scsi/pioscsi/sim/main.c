// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bus glue of the simulated HBA: a board of interrupt lines, and platform
 * devices for the chips on it.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/slab.h>
#include <pioscsi/version.h>

#include "../compat.h"
#include "chip.h"
#include "fault_chip.h"
#include "debugfs.h"
#include "hba.h"
#include "line.h"
#include "medium.h"
#include "params.h"
#include "target.h"

#define DRV_NAME	"pioscsi_sim"

static struct sim_lines *lines;
static struct platform_device **boards;

static struct pioscsi_driver sim_driver = {
	.name = DRV_NAME,
	.owner = THIS_MODULE,
	.ops = &sim_ops,
	.priv_size = sizeof(struct sim_hba),
};

/* Targets, and the chip before them; undone by power_off(). */
static int power_on(struct pioscsi_hba *hba, unsigned int id)
{
	struct sim_line *line = sim_lines_get(lines, id % sim_num_lines());
	struct sim_hba *sim = hba->priv;
	struct sim_bus_config bus;
	struct sim_chip_config chip;

	sim_params_bus(&bus, id);
	sim_params_chip(&chip, id);
	sim->bus = sim_bus_create(&bus);
	if (IS_ERR(sim->bus))
		return PTR_ERR(sim->bus);
	sim->chip = sim_chip_create(&chip, sim->bus, line);
	if (IS_ERR(sim->chip)) {
		sim_bus_destroy(sim->bus);
		return PTR_ERR(sim->chip);
	}
	if (sim_is_dead(id))
		sim_chip_fault_die(sim->chip, 0);
	sim_debugfs_add(sim->chip, id);
	hba->irq = sim_has_irq() ? sim_line_irq(line) : 0;
	return 0;
}

static void power_off(struct pioscsi_hba *hba)
{
	struct sim_hba *sim = hba->priv;

	sim_debugfs_remove(sim->chip);
	sim_chip_destroy(sim->chip);
	sim_bus_destroy(sim->bus);
}

static int sim_probe(struct platform_device *pdev)
{
	struct pioscsi_hba *hba;
	int err;

	hba = pioscsi_alloc_hba(&pdev->dev, &sim_driver);
	if (!hba)
		return -ENOMEM;
	err = power_on(hba, pdev->id);
	if (err)
		goto free_hba;
	err = sim_hba_init(hba);
	if (err)
		goto power_off;
	err = pioscsi_add_hba(hba);
	if (err)
		goto power_off;
	platform_set_drvdata(pdev, hba);
	return 0;

power_off:
	power_off(hba);
free_hba:
	pioscsi_free_hba(hba);
	return err;
}

static void sim_remove(struct platform_device *pdev)
{
	struct pioscsi_hba *hba = platform_get_drvdata(pdev);

	pioscsi_remove_hba(hba);
	power_off(hba);
	pioscsi_free_hba(hba);
}

static void sim_shutdown(struct platform_device *pdev)
{
	pioscsi_shutdown_hba(platform_get_drvdata(pdev));
}

/* Its registers do not outlive this, its targets' media do. */
static int sim_suspend(struct device *dev)
{
	struct pioscsi_hba *hba = dev_get_drvdata(dev);

	pioscsi_suspend_hba(hba);
	sim_hba_power_cut(hba);
	return 0;
}

static int sim_resume(struct device *dev)
{
	return pioscsi_resume_hba(dev_get_drvdata(dev));
}

static DEFINE_SIMPLE_DEV_PM_OPS(sim_pm_ops, sim_suspend, sim_resume);

static struct platform_driver sim_platform_driver = {
	.driver.name = DRV_NAME,
	.driver.pm = pm_sleep_ptr(&sim_pm_ops),
	.probe = sim_probe,
	.platform_remove = sim_remove,
	.shutdown = sim_shutdown,
};

static void remove_boards(void)
{
	unsigned int i;

	for (i = sim_num_hosts(); i-- > 0;)
		platform_device_unregister(boards[i]);
	kfree(boards);
}

static int add_boards(void)
{
	unsigned int i;

	boards = kcalloc(sim_num_hosts(), sizeof(*boards), GFP_KERNEL);
	if (!boards)
		return -ENOMEM;
	for (i = 0; i < sim_num_hosts(); i++) {
		struct platform_device *pdev;

		pdev = platform_device_register_simple(DRV_NAME, i, NULL, 0);
		if (IS_ERR(pdev)) {
			remove_boards();
			return PTR_ERR(pdev);
		}
		boards[i] = pdev;
	}
	return 0;
}

static int __init sim_init(void)
{
	int err = sim_params_check();

	if (err)
		return err;
	err = pioscsi_register_driver(&sim_driver);
	if (err)
		return err;
	lines = sim_lines_create(sim_num_lines());
	if (IS_ERR(lines))
		return PTR_ERR(lines);
	sim_medium_set_limit(sim_params_chunks());
	sim_debugfs_init();
	err = platform_driver_register(&sim_platform_driver);
	if (err)
		goto destroy_lines;
	err = add_boards();
	if (err)
		goto unregister_driver;
	return 0;

unregister_driver:
	platform_driver_unregister(&sim_platform_driver);
destroy_lines:
	sim_debugfs_exit();
	sim_lines_destroy(lines);
	return err;
}

static void __exit sim_exit(void)
{
	remove_boards();
	platform_driver_unregister(&sim_platform_driver);
	sim_debugfs_exit();
	sim_lines_destroy(lines);
}

module_init(sim_init);
module_exit(sim_exit);
MODULE_AUTHOR("Seed b4971795 maintainers <maintainers@users.noreply.h-seed-b4971795.example>");
MODULE_DESCRIPTION("Simulated PIO SCSI host adapter");
MODULE_VERSION(PIOSCSI_VERSION);
MODULE_LICENSE("GPL");
