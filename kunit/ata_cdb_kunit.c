// SPDX-License-Identifier: GPL-2.0-only
/* The time from DRQ to the CDB of devices that do not take a CDB at once. */
#include <linux/ktime.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_proto.h>

#include "../ata/quirk.h"
#include "fake_ata.h"

#define READY	FAKE_ATA_READY

/* Word 0: an interrupt announces DRQ for the CDB; DRQ within 50 us. */
#define CDB_INTR	0x80a0
#define CDB_FAST	0x80c0

struct cdb_case {
	const char *desc;
	u16 config;
	u32 quirks;
	unsigned int early_us;
	unsigned int late_us;
};

static const struct cdb_case cdb_cases[] = {
	{ "interrupt DRQ", CDB_INTR, 0, 500, 1000 },
	{ "quirk", CDB_FAST, SAT_QUIRK_SLOW_CDB, 40000, 50000 },
	{ "interrupt DRQ and quirk", CDB_INTR, SAT_QUIRK_SLOW_CDB, 40000,
	  50000 },
};

KUNIT_ARRAY_PARAM_DESC(cdb, cdb_cases, desc);

static int setup(struct kunit *test)
{
	struct fake_ata *fake = fake_ata_create(test);

	fake->chan.targets[0].dev.packet = true;
	test->priv = fake;
	return 0;
}

static void start(struct fake_ata *fake, u16 config, u32 quirks)
{
	const u8 cdb[12] = { TEST_UNIT_READY };

	fake->in[PIOATA_IO_STATUS] = READY;
	fake->bytes_out = 0;
	fake->chan.targets[0].dev.id[ATA_ID_CONFIG] = config;
	fake->chan.targets[0].dev.quirks = quirks;
	KUNIT_EXPECT_EQ(fake->test, PIOSCSI_START_POLL,
			fake_ata_start(fake, DMA_NONE, 0, cdb, sizeof(cdb)));
}

/* Move the first DRQ into the past, so that this time has passed since. */
static void let_pass(struct fake_ata *fake, unsigned int us)
{
	KUNIT_EXPECT_NE(fake->test, fake->chan.job.cdb_since, 0);
	fake->chan.job.cdb_since = ktime_get_ns() - us * NSEC_PER_USEC;
}

static void expect_sent(struct fake_ata *fake)
{
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_BUSY_POLL);
	KUNIT_EXPECT_EQ(fake->test, fake->bytes_out, 12);
	fake_ata_expect(fake, READY, PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(fake->test, fake->cmd.result, SAM_STAT_GOOD);
}

static void slow_device_gets_cdb_some_time_after_drq(struct kunit *test)
{
	const struct cdb_case *c = test->param_value;
	struct fake_ata *fake = test->priv;

	start(fake, c->config, c->quirks);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	let_pass(fake, c->early_us);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 0);
	let_pass(fake, c->late_us);
	expect_sent(fake);

	/* The next command has a time of its own. */
	start(fake, c->config, c->quirks);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	KUNIT_EXPECT_EQ(test, fake->bytes_out, 0);
}

/* Otherwise the port would serve the device in a loop. */
static void interrupt_in_that_time_is_only_withdrawn(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start(fake, CDB_INTR, 0);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake->acks = 0;
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, READY | ATA_DRQ));
	KUNIT_EXPECT_FALSE(test, fake_ata_claim(fake, READY));
	KUNIT_EXPECT_EQ(test, fake->acks, 2);
}

static void drq_and_busy_may_change_in_that_time(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start(fake, CDB_INTR, SAT_QUIRK_SLOW_CDB);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	fake_ata_expect(fake, READY, PIOSCSI_POLL);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	let_pass(fake, 50000);
	fake_ata_expect(fake, ATA_BUSY, PIOSCSI_POLL);
	expect_sent(fake);
}

static void missing_drq_after_that_time_is_a_fault(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start(fake, CDB_INTR, 0);
	fake_ata_expect(fake, READY | ATA_DRQ, PIOSCSI_POLL);
	let_pass(fake, 1000);
	fake_ata_expect(fake, READY, PIOSCSI_FAULT);
}

static void other_device_gets_cdb_at_once(struct kunit *test)
{
	struct fake_ata *fake = test->priv;

	start(fake, CDB_FAST, 0);
	expect_sent(fake);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(slow_device_gets_cdb_some_time_after_drq,
			 cdb_gen_params),
	KUNIT_CASE(interrupt_in_that_time_is_only_withdrawn),
	KUNIT_CASE(drq_and_busy_may_change_in_that_time),
	KUNIT_CASE(missing_drq_after_that_time_is_a_fault),
	KUNIT_CASE(other_device_gets_cdb_at_once),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_cdb",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);
