/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of a driver for sleep and hibernation.
 */
#ifndef _PIOSCSI_KUNIT_PM_OPS_H
#define _PIOSCSI_KUNIT_PM_OPS_H

#include <kunit/test.h>
#include <linux/device.h>
#include <linux/pm.h>

/*
 * thaw() and restore() end what freeze() and poweroff() have begun. Without
 * them the HBA would stay suspended after hibernation.
 */
static inline void expect_pm_ops(struct kunit *test,
				 const struct dev_pm_ops *pm)
{
	KUNIT_ASSERT_NOT_NULL(test, pm);
	KUNIT_EXPECT_NOT_NULL(test, pm->suspend);
	KUNIT_EXPECT_NOT_NULL(test, pm->resume);
	KUNIT_EXPECT_NOT_NULL(test, pm->freeze);
	KUNIT_EXPECT_PTR_EQ(test, pm->thaw, pm->resume);
	KUNIT_EXPECT_PTR_EQ(test, pm->poweroff, pm->suspend);
	KUNIT_EXPECT_PTR_EQ(test, pm->restore, pm->resume);
}

/* The operations of a registered driver. */
static inline const struct dev_pm_ops *
find_pm_ops(struct kunit *test, const char *name, const struct bus_type *bus)
{
	const struct device_driver *drv = driver_find(name, bus);

	KUNIT_ASSERT_NOT_NULL(test, drv);
	return drv->pm;
}

#endif /* _PIOSCSI_KUNIT_PM_OPS_H */
