// SPDX-License-Identifier: GPL-2.0-only
/*
 * A command that the chip has cancelled stops its work: its loops touch the
 * medium no more.
 */
#include <kunit/static_stub.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/lun.h"
#include "sim_initiator.h"

#define SIZE	(16ULL << 20)
#define BLOCKS	0x2000	/* 4 MiB */

/* A cancelled command may still look up one block before it stops. */
#define LOOKUPS_MAX	1U

static unsigned int lookups;

static void *count_lookup(struct sim_medium *medium, unsigned long index)
{
	lookups++;
	return xa_load(&medium->chunks, index);
}

struct cancel_case {
	const char *desc;
	u8 cdb[16];
	bool list;
};

static const struct cancel_case cancel_cases[] = {
	{ "WRITE SAME (10)", { WRITE_SAME, 0, 0, 0, 0, 0, 0, BLOCKS >> 8 } },
	{ "WRITE SAME (16)", { WRITE_SAME_16, 0, [12] = BLOCKS >> 8 } },
	{ "WRITE SAME (16), UNMAP", { WRITE_SAME_16, 0x09,
				      [12] = BLOCKS >> 8 } },
	{ "UNMAP", { UNMAP, [8] = 24 }, .list = true },
	{ "VERIFY (16), one block", { VERIFY_16, 0x06, [12] = BLOCKS >> 8 } },
};

KUNIT_ARRAY_PARAM_DESC(cancel, cancel_cases, desc);

/* The first 4 MiB hold 5ah; the command's data is zeroes or an UNMAP list. */
static void write_pattern(struct sim_initiator *ini, bool list)
{
	memset(ini->data, 0x5a, BLOCKS * 512);
	sim_rw(ini, WRITE_16, 0, 0, BLOCKS);
	KUNIT_ASSERT_EQ(ini->test, SAM_STAT_GOOD, ini->task.status);
	memset(ini->data, 0, BLOCKS * 512);
	if (!list)
		return;
	put_unaligned_be16(22, &ini->data[0]);
	put_unaligned_be16(16, &ini->data[2]);
	put_unaligned_be32(BLOCKS, &ini->data[16]);
}

static void cancelled_command_touches_no_block(struct kunit *test)
{
	const struct cancel_case *c = test->param_value;
	struct sim_initiator *ini = sim_initiator_create(test, SIZE, 512);

	write_pattern(ini, c->list);
	/* A block that differs would end VERIFY as well. */
	if (c->cdb[0] == VERIFY_16)
		memset(ini->data, 0x5a, 512);
	ini->cancel = true;
	lookups = 0;
	kunit_activate_static_stub(test, sim_medium_entry, count_lookup);
	sim_send(ini, c->cdb, sizeof(c->cdb));
	kunit_deactivate_static_stub(test, sim_medium_entry);
	KUNIT_EXPECT_LE(test, lookups, LOOKUPS_MAX);
	KUNIT_EXPECT_EQ(test, SAM_STAT_TASK_ABORTED, ini->task.status);

	ini->cancel = false;
	sim_rw(ini, READ_16, 0, 0, BLOCKS);
	KUNIT_EXPECT_NULL(test, memchr_inv(ini->data, 0x5a, BLOCKS * 512));
}

/* The same commands do their work if they are not cancelled. */
static void other_command_touches_every_block(struct kunit *test)
{
	const struct cancel_case *c = test->param_value;
	struct sim_initiator *ini = sim_initiator_create(test, SIZE, 512);

	write_pattern(ini, c->list);
	if (c->cdb[0] == VERIFY_16)
		memset(ini->data, 0x5a, 512);
	sim_send_good(ini, c->cdb, sizeof(c->cdb));
	sim_rw(ini, READ_16, 0, 0, BLOCKS);
	KUNIT_EXPECT_NULL(test, memchr_inv(ini->data, c->cdb[0] == VERIFY_16 ?
					   0x5a : 0, BLOCKS * 512));
}

/* The only step of this command is the cancelled one. */
static void cancelled_lba_status_looks_up_no_block(struct kunit *test)
{
	struct sim_initiator *ini = sim_initiator_create(test, SIZE, 512);
	struct sim_task *task = &ini->task;

	write_pattern(ini, false);
	*task = (struct sim_task) {
		.cdb = { SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, [12] = 1 },
		.cancelled = true,
	};
	lookups = 0;
	kunit_activate_static_stub(test, sim_medium_entry, count_lookup);
	KUNIT_EXPECT_EQ(test, 0, sim_task_exec(ini->bus, task, GFP_NOIO));
	kunit_deactivate_static_stub(test, sim_medium_entry);
	sim_task_release(task);
	KUNIT_EXPECT_LE(test, lookups, LOOKUPS_MAX);
	KUNIT_EXPECT_EQ(test, SAM_STAT_TASK_ABORTED, task->status);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(cancelled_command_touches_no_block,
			 cancel_gen_params),
	KUNIT_CASE_PARAM(other_command_touches_every_block, cancel_gen_params),
	KUNIT_CASE(cancelled_lba_status_looks_up_no_block),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_cancel",
	.test_cases = cases,
};

kunit_test_suite(suite);
