// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes of each host, described in
 * Documentation/ABI/testing/sysfs-class-scsi_host-pioscsi
 */
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/sysfs.h>
#include <scsi/scsi_host.h>

#include "host.h"
#include "params.h"
#include "port.h"

static struct pioscsi_port *dev_port(struct device *dev)
{
	return pioscsi_shost_port(class_to_shost(dev));
}

static ssize_t defer_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	int defer = READ_ONCE(dev_port(dev)->defer);

	return sysfs_emit(buf, "%s\n", pioscsi_defer_name(defer));
}

static ssize_t defer_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	int defer = pioscsi_defer_parse(buf);

	if (defer < 0)
		return defer;
	WRITE_ONCE(dev_port(dev)->defer, defer);
	return count;
}
static DEVICE_ATTR_RW(defer);

static ssize_t hardirq_budget_us_show(struct device *dev,
				      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(dev_port(dev)->budget_us));
}

static ssize_t hardirq_budget_us_store(struct device *dev,
				       struct device_attribute *attr,
				       const char *buf, size_t count)
{
	unsigned int us;
	int err = kstrtouint(buf, 10, &us);

	if (err)
		return err;
	if (us > PIOSCSI_BUDGET_MAX_US)
		return -ERANGE;
	WRITE_ONCE(dev_port(dev)->budget_us, us);
	return count;
}
static DEVICE_ATTR_RW(hardirq_budget_us);

/* Estimated cost of PIO in one direction, ps for each byte. */
static ssize_t show_rate(struct device *dev, char *buf, unsigned int out)
{
	const struct pioscsi_budget *budget = &dev_port(dev)->budget;

	return sysfs_emit(buf, "%u\n", READ_ONCE(budget->ps_per_byte[out]));
}

static ssize_t pio_in_ps_per_byte_show(struct device *dev,
				       struct device_attribute *attr, char *buf)
{
	return show_rate(dev, buf, 0);
}
static DEVICE_ATTR_RO(pio_in_ps_per_byte);

static ssize_t pio_out_ps_per_byte_show(struct device *dev,
					struct device_attribute *attr,
					char *buf)
{
	return show_rate(dev, buf, 1);
}
static DEVICE_ATTR_RO(pio_out_ps_per_byte);

static struct attribute *host_attrs[] = {
	&dev_attr_defer.attr,
	&dev_attr_hardirq_budget_us.attr,
	&dev_attr_pio_in_ps_per_byte.attr,
	&dev_attr_pio_out_ps_per_byte.attr,
	NULL
};

static const struct attribute_group host_group = {
	.attrs = host_attrs,
};

const struct attribute_group *pioscsi_host_groups[] = {
	&host_group,
	NULL
};
