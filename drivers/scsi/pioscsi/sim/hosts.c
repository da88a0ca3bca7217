// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated host adapters. Each is a platform device, which can be added
 * and removed.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>

#include "hosts.h"
#include "params.h"

static DEFINE_MUTEX(hosts_mutex);	/* for hosts */
static struct platform_device *hosts[SIM_HOSTS_MAX];

static int register_host(unsigned int id, bool dead)
{
	const struct sim_host_data data = { .dead = dead };
	struct platform_device *pdev;

	pdev = platform_device_register_data(NULL, SIM_DRV_NAME, id, &data,
					     sizeof(data));
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	hosts[id] = pdev;
	return 0;
}

static void unregister_host(unsigned int id)
{
	platform_device_unregister(hosts[id]);
	hosts[id] = NULL;
}

/**
 * sim_hosts_add() - add a host adapter
 *
 * The driver core does not return the error of a failed probe.
 *
 * Context: process context; may sleep.
 * Return: its number; -ENOSPC if there are SIM_HOSTS_MAX; -ENODEV if the driver
 * could not take it; or another error.
 */
int sim_hosts_add(void)
{
	unsigned int id = 0;
	int err = -ENOSPC;

	mutex_lock(&hosts_mutex);
	while (id < SIM_HOSTS_MAX && hosts[id])
		id++;
	if (id < SIM_HOSTS_MAX)
		err = register_host(id, false);
	if (!err && !platform_get_drvdata(hosts[id])) {
		unregister_host(id);
		err = -ENODEV;
	}
	mutex_unlock(&hosts_mutex);
	return err ?: id;
}

/**
 * sim_hosts_remove() - remove a host adapter
 * @id: its number
 *
 * Context: process context; may sleep.
 * Return: 0, or -ENOENT if there is none.
 */
int sim_hosts_remove(unsigned int id)
{
	int err = 0;

	mutex_lock(&hosts_mutex);
	if (id < SIM_HOSTS_MAX && hosts[id])
		unregister_host(id);
	else
		err = -ENOENT;
	mutex_unlock(&hosts_mutex);
	return err;
}

/**
 * sim_hosts_exit() - remove all host adapters
 *
 * Context: process context; may sleep.
 */
void sim_hosts_exit(void)
{
	unsigned int id;

	mutex_lock(&hosts_mutex);
	for (id = SIM_HOSTS_MAX; id-- > 0;)
		if (hosts[id])
			unregister_host(id);
	mutex_unlock(&hosts_mutex);
}

/**
 * sim_hosts_init() - add the host adapters that the parameters ask for
 *
 * Context: process context; may sleep.
 * Return: 0, or an error; the caller removes those that were added.
 */
int sim_hosts_init(void)
{
	unsigned int id;
	int err = 0;

	mutex_lock(&hosts_mutex);
	for (id = 0; !err && id < sim_num_hosts(); id++)
		err = register_host(id, sim_is_dead(id));
	mutex_unlock(&hosts_mutex);
	return err;
}
