// SPDX-License-Identifier: GPL-2.0-only
/* Logical units whose device is replaced by another one. */
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "fake_miniport.h"

#define EXT_BYTES	64

static void *ext_of(struct mini *mini)
{
	void *ext = ScsiPortGetLogicalUnit(mini_dx(mini), 0, 0, 0);

	KUNIT_ASSERT_NOT_NULL(mini->test, ext);
	return ext;
}

/* The midlayer looks for a device at 0:0, as in each scan of an empty ID. */
static void scan(struct mini *mini)
{
	struct Scsi_Host *shost = mini->fake.port->shost;
	struct scsi_device *sdev = kunit_kzalloc(mini->test, sizeof(*sdev),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(mini->test, sdev);
	sdev->host = shost;
	KUNIT_ASSERT_EQ(mini->test, shost->hostt->sdev_init(sdev), 0);
	shost->hostt->sdev_destroy(sdev);
}

static void new_device_gets_a_zeroed_extension(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct sp_lu *lu;
	void *ext;

	mini_load(mini);
	scan(mini);
	mini_run_one(mini);
	lu = list_first_entry(&mini->sp->lus, struct sp_lu, node);
	KUNIT_EXPECT_TRUE(test, lu->answered);
	ext = ext_of(mini);
	memset(ext, 1, EXT_BYTES);
	scan(mini);
	KUNIT_EXPECT_PTR_EQ(test, ext_of(mini), ext);
	KUNIT_EXPECT_NULL(test, memchr_inv(ext, 0, EXT_BYTES));
	KUNIT_EXPECT_FALSE(test, lu->answered);
	KUNIT_EXPECT_FALSE(test, lu->present);
}

/* The only case is a flush of the cache, which the midlayer does not know. */
static void extension_of_an_active_request_is_kept(struct kunit *test)
{
	struct mini *mini = test->priv;

	mini_load(mini);
	mini_started(mini, fake_sdev(&mini->fake, 0, 0), DMA_NONE, 0);
	memset(ext_of(mini), 1, EXT_BYTES);
	scan(mini);
	KUNIT_EXPECT_NULL(test, memchr_inv(ext_of(mini), 1, EXT_BYTES));
	mini_finish_all(mini);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_device_gets_a_zeroed_extension),
	KUNIT_CASE(extension_of_an_active_request_is_kept),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_lu",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
