// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random commands with random data end with a valid status. KASAN checks that
 * they stay within bounds.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/lun.h"
#include "../sim/opcodes.h"
#include "sim_initiator.h"

#define SIM_FUZZ_COMMANDS	8000

struct sim_fuzz_param {
	const char *desc;
	u32 seed;
	u64 size;
	u32 sector;
};

static const struct sim_fuzz_param sim_fuzz_params[] = {
	{ "small", 1, SZ_64K, 512 },
	{ "medium", 2, SZ_8M, 1024 },
	{ "one block", 3, 4096, 4096 },
	{ "huge", 4, 1ULL << 60, 2048 },
	{ "largest", 5, U64_MAX - 511, 512 },
};

KUNIT_ARRAY_PARAM_DESC(sim_fuzz, sim_fuzz_params, desc);

struct sim_fuzz {
	struct sim_initiator *ini;
	struct rnd_state rnd;
	const struct sim_fuzz_param *param;
};

static u32 sim_random(struct sim_fuzz *fuzz, u32 below)
{
	return prandom_u32_state(&fuzz->rnd) % below;
}

/* Return a number that is near a limit, or small. */
static u64 sim_edge(struct sim_fuzz *fuzz)
{
	u64 blocks = fuzz->param->size / fuzz->param->sector;
	const u64 edge[] = { 0, 8, 256, blocks / 2, blocks, U32_MAX,
			     1ULL << 55, U64_MAX };

	if (sim_random(fuzz, 2))
		return sim_random(fuzz, 300);
	return edge[sim_random(fuzz, ARRAY_SIZE(edge))] +
	       sim_random(fuzz, 9) - 4;
}

/* A CDB of a known command whose reserved bits are mostly not set. */
static void sim_random_cdb(struct sim_fuzz *fuzz, u8 *cdb)
{
	const struct pioscsi_cdb_table *table =
		sim_opcode_table(&fuzz->ini->bus->config);
	const struct pioscsi_cdb *op;
	unsigned int i;

	prandom_bytes_state(&fuzz->rnd, cdb, 16);
	if (!sim_random(fuzz, 10))
		return;
	op = &table->cdbs[sim_random(fuzz, table->count)];
	cdb[0] = op->opcode;
	/* Fields in the usual place: short lengths near an edge. */
	if (op->len == 16 && sim_random(fuzz, 4)) {
		put_unaligned_be64(sim_edge(fuzz), &cdb[2]);
		put_unaligned_be32(sim_random(fuzz, 80), &cdb[10]);
	} else if (op->len == 10 && sim_random(fuzz, 4)) {
		put_unaligned_be16(sim_random(fuzz, 80), &cdb[7]);
	}
	for (i = 1; i < op->len; i++)
		cdb[i] &= op->usage[i];
	if (op->has_action)
		cdb[1] = op->action;
	/* No more than a megabyte of WRITE SAME. */
	if (op->opcode == WRITE_SAME)
		cdb[7] = 0;
	if (op->opcode == WRITE_SAME_16)
		memset(&cdb[10], 0, 3);
	if (!sim_random(fuzz, 20))
		cdb[sim_random(fuzz, op->len)] ^=
			1U << sim_random(fuzz, 8);
}

/* Data that sometimes is a valid parameter list. */
static void sim_random_data(struct sim_fuzz *fuzz)
{
	static const u8 page[] = { 0x01, 0x08, 0x0a, 0x1c };
	u8 *data = fuzz->ini->data;
	unsigned int i, off;

	if (sim_random(fuzz, 2)) {
		prandom_bytes_state(&fuzz->rnd, data, 4096);
		return;
	}
	memset(data, 0, 4096);
	data[3] = sim_random(fuzz, 70);
	for (off = 8; off < 1024; off += 16) {
		put_unaligned_be64(sim_edge(fuzz), &data[off]);
		put_unaligned_be32(sim_random(fuzz, 100), &data[off + 8]);
	}
	if (sim_random(fuzz, 2))
		return;
	memset(data, 0, 4096);
	off = sim_random(fuzz, 2) ? 4 : 8;
	for (i = 0; i < 20; i++) {
		data[off] = page[sim_random(fuzz, 4)];
		data[off + 1] = data[off] == 0x08 ? 18 : 10;
		data[off + 2] = prandom_u32_state(&fuzz->rnd);
		off += data[off + 1] + 2;
	}
}

static void sim_random_event(struct sim_fuzz *fuzz)
{
	struct sim_initiator *ini = fuzz->ini;
	struct sim_lun *lu = sim_initiator_lun(ini);

	/* The media are larger than the memory of the machine. */
	if (lu && sim_medium_chunks(&lu->unit->medium) > SZ_8M / SIM_CHUNK_SIZE)
		sim_medium_unmap(&lu->unit->medium, 0, fuzz->param->size);

	ini->target = sim_random(fuzz, SIM_TEST_TARGETS);
	ini->lun = 0;
	if (!sim_random(fuzz, 20))
		ini->lun = sim_random(fuzz, SIM_TEST_LUNS + 1);
	ini->piece = 1 + sim_random(fuzz, 9000);
	if (!sim_random(fuzz, 100))
		sim_bus_reset(ini->bus);
	if (!sim_random(fuzz, 100))
		sim_lun_reset(ini->bus, ini->target, ini->lun);
	if (!sim_random(fuzz, 3))
		SIM_SEND(ini, START_STOP, 0, 0, 0, 1, 0);
}

static void sim_expect_valid(struct sim_fuzz *fuzz)
{
	const struct sim_task *task = &fuzz->ini->task;
	struct kunit *test = fuzz->ini->test;

	if (task->status == SAM_STAT_GOOD) {
		KUNIT_EXPECT_EQ(test, 0, task->sense_len);
		return;
	}
	KUNIT_EXPECT_EQ(test, SAM_STAT_CHECK_CONDITION, task->status);
	KUNIT_EXPECT_GE(test, task->sense_len, 8);
	KUNIT_EXPECT_LE(test, task->sense_len, SIM_SENSE_MAX);
	KUNIT_EXPECT_EQ(test, task->sense_len, 8 + task->sense[7]);
}

static void random_commands_end_with_valid_status(struct kunit *test)
{
	struct sim_fuzz fuzz = { .param = test->param_value };
	unsigned int i, good = 0;
	u8 cdb[16];

	prandom_seed_state(&fuzz.rnd, fuzz.param->seed);
	fuzz.ini = sim_initiator_create(test, fuzz.param->size,
					fuzz.param->sector);
	for (i = 0; i < SIM_FUZZ_COMMANDS; i++) {
		sim_random_event(&fuzz);
		sim_random_cdb(&fuzz, cdb);
		sim_random_data(&fuzz);
		sim_send(fuzz.ini, cdb, sizeof(cdb));
		sim_expect_valid(&fuzz);
		good += fuzz.ini->task.status == SAM_STAT_GOOD;
	}
	/* Otherwise most commands failed at the first check. */
	KUNIT_EXPECT_GT(test, good, SIM_FUZZ_COMMANDS / 8);
	kunit_info(test, "%u of %u commands ended with GOOD", good, i);
}

static struct kunit_case sim_fuzz_cases[] = {
	KUNIT_CASE_PARAM(random_commands_end_with_valid_status,
			 sim_fuzz_gen_params),
	{}
};

static struct kunit_suite sim_fuzz_suite = {
	.name = "sim_fuzz",
	.test_cases = sim_fuzz_cases,
};

kunit_test_suite(sim_fuzz_suite);

MODULE_DESCRIPTION("KUnit fuzzing of the simulated targets");
MODULE_LICENSE("GPL");
