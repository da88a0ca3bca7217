/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A port on a fake chip. The case itself runs the functions of all contexts:
 * interrupt, thread, work queue and softirq.
 */
#ifndef _PIOSCSI_KUNIT_FAKE_PORT_H
#define _PIOSCSI_KUNIT_FAKE_PORT_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/irqreturn.h>
#include <linux/types.h>

#include "fake_hba.h"

struct scsi_cmnd;
struct scsi_device;

/* Cost of PIO in these tests, ps for each byte. */
#define FAKE_PS_FAST	1000U
#define FAKE_PS_SLOW	(U32_MAX / 4)	/* 1 KiB takes a second */

struct fake_hba *fake_port_alloc(struct kunit *test);
struct fake_hba *fake_port_alloc_driver(struct kunit *test,
					struct pioscsi_driver *drv);
int fake_port_start(struct kunit *test, struct fake_hba *fake);
int fake_port_init(struct kunit *test);
void fake_port_remove(struct fake_hba *fake);
void fake_refuse_host(struct fake_hba *fake, bool refuse);
int fake_add_irq(struct kunit *test);
void fake_hold(struct fake_hba *fake);
void fake_let_go(struct fake_hba *fake);

void fake_slow(struct fake_hba *fake);
void fake_fast(struct fake_hba *fake);

irqreturn_t fake_irq(struct fake_hba *fake);
irqreturn_t fake_thread(struct fake_hba *fake);
bool fake_kick(struct fake_hba *fake);
void fake_settle(struct fake_hba *fake);
bool fake_watch(struct fake_hba *fake);
bool fake_bh(struct fake_hba *fake);
void fake_interrupt(struct fake_hba *fake);

struct fake_cmd *fake_deferred_read(struct fake_hba *fake,
				    struct scsi_device *sdev, unsigned int len);
void fake_deferred_fault(struct fake_hba *fake);
void fake_expect_idle(struct kunit *test);

void fake_linger_at_data(struct fake_hba *fake, enum fake_op op);

#endif /* _PIOSCSI_KUNIT_FAKE_PORT_H */
