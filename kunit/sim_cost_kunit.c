// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts may be off while a target starts or ends a command. The work that
 * it does then does not grow with the transfer. This is tested for the longest
 * form of each command of the table. Its look-ups in the medium, and the memory
 * that it clears, are limited by constants.
 */
#include <kunit/static_stub.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/lun.h"
#include "../sim/opcodes.h"
#include "sim_initiator.h"

#define SIZE		(16ULL << 20)
#define BLOCKS		0x2000	/* 4 MiB, the longest transfer */
#define BLOCKS_HIGH	(BLOCKS >> 8)

#define LOOKUPS_MAX	4U
#define MEMORY_MAX	4096U

static unsigned int lookups;

static void *count_lookup(struct sim_medium *medium, unsigned long index)
{
	lookups++;
	return xa_load(&medium->chunks, index);
}

/* The longest form of each command, from LBA 0. */
static const u8 longest[][16] = {
	{ TEST_UNIT_READY },
	{ REQUEST_SENSE, 0, 0, 0, 0xff },
	{ READ_6 },
	{ WRITE_6 },
	{ INQUIRY, 0, 0, 0xff, 0xff },
	{ MODE_SELECT, 0x10, 0, 0, 0xff },
	{ MODE_SENSE, 0, 0x3f, 0, 0xff },
	{ START_STOP, 0, 0, 0, 3 },
	{ SEND_DIAGNOSTIC, 0x04 },
	{ ALLOW_MEDIUM_REMOVAL, 0, 0, 0, 1 },
	{ READ_CAPACITY },
	{ READ_10, [7] = BLOCKS_HIGH },
	{ WRITE_10, [7] = BLOCKS_HIGH },
	{ VERIFY, 0x02, [7] = BLOCKS_HIGH },
	{ SYNCHRONIZE_CACHE, [7] = BLOCKS_HIGH },
	{ WRITE_SAME, [7] = BLOCKS_HIGH },
	{ UNMAP, [7] = 0xff, 0xff },
	{ MODE_SELECT_10, 0x10, [7] = 0xff, 0xff },
	{ MODE_SENSE_10, 0, 0x3f, [7] = 0xff, 0xff },
	{ READ_16, [12] = BLOCKS_HIGH },
	{ WRITE_16, [12] = BLOCKS_HIGH },
	{ VERIFY_16, 0x06, [12] = BLOCKS_HIGH },
	{ SYNCHRONIZE_CACHE_16, [12] = BLOCKS_HIGH },
	{ WRITE_SAME_16, [12] = BLOCKS_HIGH },
	{ SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, [10] = 0xff, 0xff },
	{ SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, [10] = 0xff, 0xff },
	{ REPORT_LUNS, [6] = 0xff, 0xff, 0xff, 0xff },
	{ MAINTENANCE_IN, MI_REPORT_SUPPORTED_OPERATION_CODES,
	  [6] = 0xff, 0xff, 0xff, 0xff },
	{ READ_12, [8] = BLOCKS_HIGH },
	{ WRITE_12, [8] = BLOCKS_HIGH },
	{ VERIFY_12, 0x02, [8] = BLOCKS_HIGH },
};

static void longest_desc(const u8 (*cdb)[16], char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "CDB %16ph", *cdb);
}

KUNIT_ARRAY_PARAM(longest, longest, longest_desc);

static bool is_listed(const struct pioscsi_cdb *op)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(longest); i++)
		if (longest[i][0] == op->opcode &&
		    (!op->has_action || longest[i][1] == op->action))
			return true;
	return false;
}

static void list_has_each_command_of_the_table(struct kunit *test)
{
	const struct sim_bus_config config = { };
	const struct pioscsi_cdb_table *table = sim_opcode_table(&config);
	unsigned int i;

	for (i = 0; i < table->count; i++)
		KUNIT_EXPECT_TRUE_MSG(test, is_listed(&table->cdbs[i]),
				      "opcode %02x", table->cdbs[i].opcode);
}

/* Execute a step as in a context with interrupts off. */
static void expect_short(struct kunit *test, const struct sim_task *task,
			 int ret)
{
	KUNIT_EXPECT_LE(test, lookups, LOOKUPS_MAX);
	KUNIT_EXPECT_TRUE(test, ret == -EAGAIN || task->buf_len <= MEMORY_MAX);
	lookups = 0;
}

static void step_through(struct sim_initiator *ini, const u8 *cdb)
{
	struct sim_task *task = &ini->task;
	struct kunit *test = ini->test;
	int ret;

	memset(task, 0, sizeof(*task));
	memcpy(task->cdb, cdb, sizeof(task->cdb));
	lookups = 0;
	ret = sim_task_exec(ini->bus, task, GFP_NOWAIT);
	expect_short(test, task, ret);
	if (ret)
		KUNIT_ASSERT_EQ(test, 0,
				sim_task_exec(ini->bus, task, GFP_NOIO));
	/* Check that the long command was valid. */
	KUNIT_EXPECT_EQ(test, task->status, SAM_STAT_GOOD);
	lookups = 0;
	if (task->dir == SIM_DIR_OUT)
		sim_task_data_out(task, ini->data, 0, min(task->len, 512U));
	expect_short(test, task, -EAGAIN);
	ret = sim_task_finish(task, GFP_NOWAIT);
	expect_short(test, task, ret);
	sim_task_release(task);
}

static void start_does_not_grow_with_transfer(struct kunit *test)
{
	struct sim_initiator *ini = sim_initiator_create(test, SIZE, 512);
	const u8 *cdb = test->param_value;

	ini->bus->config.removable = true;
	kunit_activate_static_stub(test, sim_medium_entry, count_lookup);
	/* Test an empty medium and a written one. */
	step_through(ini, cdb);
	sim_rw(ini, WRITE_16, 0, 0, BLOCKS);
	step_through(ini, cdb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(start_does_not_grow_with_transfer, longest_gen_params),
	KUNIT_CASE(list_has_each_command_of_the_table),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_cost",
	.test_cases = cases,
};

kunit_test_suite(suite);
