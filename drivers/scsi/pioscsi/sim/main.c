// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bus glue of the simulated HBA: the platform driver that makes a chip, its
 * targets and its interrupt line for each host adapter.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <pioscsi/version.h>

#include "../compat.h"
#include "chip.h"
#include "fault_chip.h"
#include "debugfs.h"
#include "hba.h"
#include "hosts.h"
#include "line.h"
#include "medium.h"
#include "params.h"
#include "target.h"

/* The interrupt lines that hosts share. */
static struct sim_lines *shared_lines;

static struct pioscsi_driver sim_driver = {
	.name = SIM_DRV_NAME,
	.owner = THIS_MODULE,
	.ops = &sim_ops,
	.priv_size = sizeof(struct sim_hba),
};

/* A line of the host's own, unless the hosts share some. */
static struct sim_line *get_line(struct sim_hba *sim, unsigned int id)
{
	if (sim_num_shared_lines())
		return sim_lines_get(shared_lines,
				     id % sim_num_shared_lines());
	sim->lines = sim_lines_create(1, sim_trigger());
	if (IS_ERR(sim->lines))
		return ERR_CAST(sim->lines);
	return sim_lines_get(sim->lines, 0);
}

static void put_line(struct sim_hba *sim)
{
	if (!sim_num_shared_lines())
		sim_lines_destroy(sim->lines);
}

/*
 * Makes the targets, and then the chip in front of them. Undone by power_off().
 */
static int power_on(struct pioscsi_hba *hba, unsigned int id, bool dead)
{
	struct sim_hba *sim = hba->priv;
	struct sim_bus_config bus;
	struct sim_chip_config chip;
	struct sim_line *line;

	sim_params_bus(&bus, id);
	sim_params_chip(&chip, id);
	line = get_line(sim, id);
	if (IS_ERR(line))
		return PTR_ERR(line);
	sim->bus = sim_bus_create(&bus);
	if (IS_ERR(sim->bus)) {
		put_line(sim);
		return PTR_ERR(sim->bus);
	}
	sim->chip = sim_chip_create(&chip, sim->bus, line);
	if (IS_ERR(sim->chip)) {
		sim_bus_destroy(sim->bus);
		put_line(sim);
		return PTR_ERR(sim->chip);
	}
	if (dead)
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
	put_line(sim);
}

static int sim_probe(struct platform_device *pdev)
{
	const struct sim_host_data *data = dev_get_platdata(&pdev->dev);
	struct pioscsi_hba *hba;
	int err;

	hba = pioscsi_alloc_hba(&pdev->dev, &sim_driver);
	if (!hba)
		return -ENOMEM;
	err = power_on(hba, pdev->id, data && data->dead);
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

/*
 * Registers lose their values without power. The targets' media keep their
 * data.
 */
static int sim_suspend(struct device *dev)
{
	struct pioscsi_hba *hba = dev_get_drvdata(dev);
	int ret = pioscsi_suspend_hba(hba);

	if (ret < 0)
		return ret;
	sim_hba_power_cut(hba);
	return 0;
}

static int sim_resume(struct device *dev)
{
	return pioscsi_resume_hba(dev_get_drvdata(dev));
}

static DEFINE_SIMPLE_DEV_PM_OPS(sim_pm_ops, sim_suspend, sim_resume);

/* sim_hosts_add() sees at once whether the probe has failed. */
static struct platform_driver sim_platform_driver = {
	.driver.name = SIM_DRV_NAME,
	.driver.probe_type = PROBE_FORCE_SYNCHRONOUS,
	.driver.pm = pm_sleep_ptr(&sim_pm_ops),
	.probe = sim_probe,
	.platform_remove = sim_remove,
	.shutdown = sim_shutdown,
};

static int create_shared_lines(void)
{
	if (!sim_num_shared_lines())
		return 0;
	shared_lines = sim_lines_create(sim_num_shared_lines(), sim_trigger());
	return PTR_ERR_OR_ZERO(shared_lines);
}

static void destroy_shared_lines(void)
{
	if (sim_num_shared_lines())
		sim_lines_destroy(shared_lines);
}

/* Users can add hosts until the files in debugfs are removed. */
static void remove_hosts(void)
{
	sim_debugfs_stop();
	sim_hosts_exit();
	sim_debugfs_exit();
}

static int __init sim_init(void)
{
	int err = sim_params_check();

	if (err)
		return err;
	err = pioscsi_register_driver(&sim_driver);
	if (err)
		return err;
	err = create_shared_lines();
	if (err)
		return err;
	sim_medium_set_limit(sim_params_chunks());
	err = platform_driver_register(&sim_platform_driver);
	if (err)
		goto destroy_lines;
	sim_debugfs_init();
	err = sim_hosts_init();
	if (err)
		goto remove_hosts;
	return 0;

remove_hosts:
	remove_hosts();
	platform_driver_unregister(&sim_platform_driver);
destroy_lines:
	destroy_shared_lines();
	return err;
}

static void __exit sim_exit(void)
{
	remove_hosts();
	platform_driver_unregister(&sim_platform_driver);
	destroy_shared_lines();
}

module_init(sim_init);
module_exit(sim_exit);
MODULE_AUTHOR("Seed b4971795 maintainers <maintainers@users.noreply.h-seed-b4971795.example>");
MODULE_DESCRIPTION("Simulated PIO SCSI host adapter");
MODULE_VERSION(PIOSCSI_VERSION);
MODULE_LICENSE("GPL");
