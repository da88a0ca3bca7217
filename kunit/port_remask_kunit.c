// SPDX-License-Identifier: GPL-2.0-only
/* The mask of a chip that an operation of its front end has unmasked. */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/errno.h>
#include <scsi/scsi.h>

#include "../eh.h"
#include "fake_cmd.h"
#include "fake_port.h"

struct reset_case {
	const char *desc;
	int (*fn)(struct scsi_cmnd *scmd);
	enum fake_op op;
};

static const struct reset_case reset_cases[] = {
	{ "logical unit", pioscsi_eh_lun_reset, FAKE_LUN },
	{ "target", pioscsi_eh_target_reset, FAKE_TARGET },
	{ "bus", pioscsi_eh_bus_reset, FAKE_BUS },
	{ "host", pioscsi_eh_host_reset, FAKE_HBA },
};

KUNIT_ARRAY_PARAM_DESC(reset, reset_cases, desc);

static struct fake_cmd *queued(struct fake_hba *fake)
{
	return fake_queued(fake, fake_sdev(fake, 0, 0), DMA_NONE, 0);
}

/* Many chips enable all interrupts when they are reset. */
static void unmask_at_reset(struct fake_hba *fake, enum fake_op op)
{
	if (op == FAKE_ABORT || op == FAKE_LUN || op == FAKE_TARGET ||
	    op == FAKE_BUS || op == FAKE_HBA)
		fake->masked = false;
}

/* The line must not be asserted for as long as the targets take. */
static void expect_masked(struct pioscsi_hba *hba)
{
	struct kunit *test = kunit_get_current_test();
	struct fake_hba *fake = test->priv;

	KUNIT_EXPECT_TRUE(test, fake->masked);
}

static void reset_that_unmasks_the_chip_is_masked_again(struct kunit *test)
{
	const struct reset_case *r = test->param_value;
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake);
	int err;

	kunit_activate_static_stub(test, pioscsi_settle_wait, expect_masked);
	fake->hook = unmask_at_reset;
	for (err = 0; err >= -EIO; err -= EIO) {
		fake_fail(fake, r->op, err, 1);
		r->fn(&c->scmd);
		KUNIT_EXPECT_TRUE(test, fake->masked);
		fake_kick(fake);
	}
}

static void abort_that_unmasks_the_chip_is_masked_again(struct kunit *test)
{
	struct fake_hba *fake = test->priv;
	struct fake_cmd *c = queued(fake);

	fake->hook = unmask_at_reset;
	fake_fail(fake, FAKE_ABORT, -EIO, 1);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), FAILED);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	KUNIT_EXPECT_EQ(test, pioscsi_eh_abort(&c->scmd), SUCCESS);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	fake_kick(fake);
	fake_expect_idle(test);
}

static void resume_that_unmasks_the_chip_is_masked_again(struct kunit *test)
{
	struct fake_hba *fake = test->priv;

	fake->hook = unmask_at_reset;
	pioscsi_suspend_hba(fake->hba);
	KUNIT_EXPECT_EQ(test, pioscsi_resume_hba(fake->hba), 0);
	KUNIT_EXPECT_TRUE(test, fake->masked);
	fake_kick(fake);
	fake_expect_idle(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(reset_that_unmasks_the_chip_is_masked_again,
			 reset_gen_params),
	KUNIT_CASE(abort_that_unmasks_the_chip_is_masked_again),
	KUNIT_CASE(resume_that_unmasks_the_chip_is_masked_again),
	{}
};

static struct kunit_suite suite = {
	.name = "port_remask",
	.init = fake_port_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
