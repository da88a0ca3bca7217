// SPDX-License-Identifier: GPL-2.0-only
/*
 * 53C9x: selections, CDBs and messages that are sent again, or in part.
 */
#include <kunit/test.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/nexus.h"
#include "../ncr53c9x/phase.h"
#include "../ncr53c9x/recover.h"
#include "fake_c9x.h"

/* The target takes the CDB, and finds bad parity in it. */
static void restored_cdb_is_sent_from_its_first_byte(struct kunit *test)
{
	struct fake_c9x *fake = test->priv;
	struct c9x_cmd *c = c9x_cmd(fake, 0, 10, DMA_NONE, 0);

	SCRIPT(fake, { C9X_CMD_SELECT, MI, BS | FC, 4 },
	       SENDS(RESTORE_POINTERS), ACCEPTED(CD),
	       { C9X_CMD_TRANSFER, ST, BS }, STATUS_IS(0), BUS_GOES_FREE);
	fake_c9x_start(fake, c);
	fake->nr_taken = 0;
	fake_c9x_expect_done(fake, c, SAM_STAT_GOOD);
	KUNIT_EXPECT_EQ(test, fake->nr_taken, 10);
	KUNIT_EXPECT_MEMEQ(test, fake->taken, c->scmd.cmnd, 10);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(restored_cdb_is_sent_from_its_first_byte),
	{}
};

static struct kunit_suite suite = {
	.name = "c9x_repeat",
	.init = fake_c9x_init,
	.exit = fake_c9x_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
