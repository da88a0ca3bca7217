// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands in flight while their logical unit loses blocks: it is removed and
 * added again, or its capacity is reduced.
 */
#include <kunit/static_stub.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/lun.h"
#include "sim_initiator.h"

#define SIZE	SZ_1M
#define CUT	SZ_512K
#define LBA	(CUT / 512)	/* the first block that a cut loses */

/* An UNMAP list for one range. */
#define UNMAP_LEN	24

struct epoch_case {
	const char *desc;
	u8 cdb[16];	/* 8 blocks from LBA 400h on */
	u16 code;	/* after a cut */
};

static const struct epoch_case epoch_cases[] = {
	{ "WRITE (10)", { WRITE_10, [4] = 4, [8] = 8 }, 0x2100 },
	{ "WRITE (16)", { WRITE_16, [8] = 4, [13] = 8 }, 0x2100 },
	{ "WRITE SAME (16)", { WRITE_SAME_16, [8] = 4, [13] = 8 }, 0x2100 },
	{ "WRITE SAME (16), no data", { WRITE_SAME_16, 0x01, [8] = 4,
					[13] = 8 }, 0x2100 },
	{ "WRITE SAME (16), UNMAP", { WRITE_SAME_16, 0x09, [8] = 4,
				      [13] = 8 }, 0x2100 },
	{ "UNMAP", { UNMAP, [8] = UNMAP_LEN }, 0x0000 },
	{ "VERIFY (16), data", { VERIFY_16, 0x02, [8] = 4, [13] = 8 }, 0x2100 },
	{ "READ (16)", { READ_16, [8] = 4, [13] = 8 }, 0x2100 },
};

KUNIT_ARRAY_PARAM_DESC(epoch, epoch_cases, desc);

static struct sim_initiator *make_ini(struct kunit *test)
{
	return sim_initiator_create(test, SIZE, 512);
}

static struct sim_medium *medium(struct sim_initiator *ini)
{
	return sim_lun_medium(sim_initiator_lun(ini));
}

/* Data of 5ah, or the list of UNMAP. */
static void fill_data(struct sim_initiator *ini, u8 opcode)
{
	memset(ini->data, opcode == UNMAP ? 0 : 0x5a, 8 * 512);
	if (opcode != UNMAP)
		return;
	put_unaligned_be16(UNMAP_LEN - 2, &ini->data[0]);
	put_unaligned_be16(UNMAP_LEN - 8, &ini->data[2]);
	put_unaligned_be64(LBA, &ini->data[8]);
	put_unaligned_be32(8, &ini->data[16]);
}

/* Sends a command, during which the event happens. */
static void send_across(struct sim_initiator *ini, const u8 *cdb,
			void (*event)(struct sim_initiator *ini))
{
	fill_data(ini, cdb[0]);
	ini->in_flight = event;
	sim_send(ini, cdb, 16);
	ini->in_flight = NULL;
}

static void cut(struct sim_initiator *ini)
{
	KUNIT_EXPECT_EQ(ini->test, 0, sim_bus_resize_lun(ini->bus, 0, 0, CUT));
}

static void cut_and_grow(struct sim_initiator *ini)
{
	cut(ini);
	KUNIT_EXPECT_EQ(ini->test, 0, sim_bus_resize_lun(ini->bus, 0, 0, SIZE));
}

/* Another initiator writes A5h to the new unit. */
static void replace(struct sim_initiator *ini)
{
	u8 block[512];

	memset(block, 0xa5, sizeof(block));
	KUNIT_EXPECT_EQ(ini->test, 0, sim_bus_remove_lun(ini->bus, 0, 0));
	KUNIT_EXPECT_EQ(ini->test, 0, sim_bus_add_lun(ini->bus, 0, 0, SIZE));
	KUNIT_ASSERT_EQ(ini->test, 0, sim_medium_map(medium(ini), SZ_512K, 512,
						     GFP_KERNEL));
	sim_medium_write(medium(ini), SZ_512K, block, sizeof(block));
}

static void expect_attention(struct sim_initiator *ini, u16 code)
{
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sim_expect_sense(ini, UNIT_ATTENTION, code);
	SIM_SEND_GOOD(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
}

static void command_in_flight_leaves_the_new_unit_alone(struct kunit *test)
{
	const struct epoch_case *c = test->param_value;
	struct sim_initiator *ini = make_ini(test);

	send_across(ini, c->cdb, replace);
	sim_expect_sense(ini, ABORTED_COMMAND, 0x0000);
	expect_attention(ini, 0x2900);
	KUNIT_EXPECT_EQ(test, sim_chunks(ini), 1UL);
	sim_expect_byte(ini, LBA, 1, 0xa5);
	sim_expect_byte(ini, LBA + 1, 7, 0);
}

static void command_in_flight_leaves_lost_blocks_unmapped(struct kunit *test)
{
	const struct epoch_case *c = test->param_value;
	struct sim_initiator *ini = make_ini(test);

	send_across(ini, c->cdb, cut);
	if (c->code)
		sim_expect_sense(ini, ILLEGAL_REQUEST, c->code);
	else
		sim_expect_sense(ini, ABORTED_COMMAND, c->code);
	sim_expect_info(ini, c->code, LBA);
	expect_attention(ini, 0x2a09);
	KUNIT_EXPECT_EQ(test, sim_chunks(ini), 0UL);
}

static void command_across_cut_and_growth_is_aborted(struct kunit *test)
{
	const struct epoch_case *c = test->param_value;
	struct sim_initiator *ini = make_ini(test);

	send_across(ini, c->cdb, cut_and_grow);
	sim_expect_sense(ini, ABORTED_COMMAND, 0x0000);
	KUNIT_EXPECT_EQ(test, sim_chunks(ini), 0UL);
	expect_attention(ini, 0x2a09);
	fill_data(ini, c->cdb[0]);
	if (c->cdb[0] != VERIFY_16)
		sim_send_good(ini, c->cdb, sizeof(c->cdb));
}

static void grow(struct sim_initiator *ini)
{
	KUNIT_EXPECT_EQ(ini->test, 0,
			sim_bus_resize_lun(ini->bus, 0, 0, 2 * SIZE));
}

static void growth_disturbs_no_command(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	send_across(ini, epoch_cases[0].cdb, grow);
	sim_expect_good(ini, 8 * 512);
	expect_attention(ini, 0x2a09);
	sim_expect_byte(ini, LBA, 8, 0x5a);
}

static void cut_of_a_unit_disturbs_no_other_unit(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	ini->lun = 1;
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	send_across(ini, epoch_cases[0].cdb, cut);
	sim_expect_good(ini, 8 * 512);
}

/* The data that it has not sent belongs to the unit that was removed. */
static void read_in_flight_gets_no_data_of_the_new_unit(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	send_across(ini, (const u8 [16]) { READ_16, [8] = 4, [13] = 1 },
		    replace);
	sim_expect_zeroes(ini, 0, 512);
}

static void mode_select_in_flight_leaves_the_new_unit_alone(struct kunit *test)
{
	/* The Caching mode page without WCE. */
	static const u8 list[24] = { [4] = 0x08, [5] = 18 };
	struct sim_initiator *ini = make_ini(test);

	memcpy(ini->data, list, sizeof(list));
	ini->in_flight = replace;
	SIM_SEND(ini, MODE_SELECT, 0x10, 0, 0, sizeof(list), 0);
	ini->in_flight = NULL;
	sim_expect_sense(ini, ABORTED_COMMAND, 0x0000);
	expect_attention(ini, 0x2900);
	SIM_SEND_GOOD(ini, MODE_SENSE, 0x08, 0x08, 0, 0xff, 0);
	KUNIT_EXPECT_EQ(test, ini->data[6], 0x04);
}

static void prepare_of_a_lost_block_maps_nothing(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);
	struct sim_task task = { .cdb = { WRITE_16, [8] = 4, [13] = 8 } };

	KUNIT_ASSERT_EQ(test, 0, sim_task_exec(ini->bus, &task, GFP_KERNEL));
	cut(ini);
	KUNIT_EXPECT_EQ(test, 1, sim_task_prepare(&task, 0, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, 0, sim_task_finish(&task, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, task.status, SAM_STAT_CHECK_CONDITION);
	KUNIT_EXPECT_EQ(test, sim_chunks(ini), 0UL);
	sim_task_release(&task);
}

static struct sim_initiator *cut_at_lookup;

static void *cut_once(struct sim_medium *medium, unsigned long index)
{
	struct sim_initiator *ini = cut_at_lookup;

	cut_at_lookup = NULL;
	if (ini)
		cut(ini);
	return xa_load(&medium->chunks, index);
}

static void lba_status_of_lost_blocks_is_not_reported(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);

	sim_write_byte(ini, LBA + 8, 1, 0x5a);
	cut_at_lookup = ini;
	kunit_activate_static_stub(test, sim_medium_entry, cut_once);
	sim_rw(ini, SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, LBA, 256);
	kunit_deactivate_static_stub(test, sim_medium_entry);
	KUNIT_EXPECT_NULL(test, cut_at_lookup);
	sim_expect_sense(ini, ABORTED_COMMAND, 0x0000);
}

static struct sim_initiator *write_at_lookup;

/* Another command writes the block right after it was looked up. */
static void *write_once(struct sim_medium *medium, unsigned long index)
{
	struct sim_initiator *ini = write_at_lookup;
	void *entry = xa_load(&medium->chunks, index);

	write_at_lookup = NULL;
	if (ini)
		sim_write_byte(ini, LBA, 1, 0x5a);
	return entry;
}

static void lba_status_beside_a_write_has_a_block(struct kunit *test)
{
	struct sim_initiator *ini = make_ini(test);
	bool mapped;

	write_at_lookup = ini;
	kunit_activate_static_stub(test, sim_medium_entry, write_once);
	KUNIT_EXPECT_GE(test, sim_medium_run(medium(ini), LBA * 512ULL,
					     (LBA + 8) * 512ULL, &mapped),
			512ULL);
	kunit_deactivate_static_stub(test, sim_medium_entry);
	KUNIT_EXPECT_NULL(test, write_at_lookup);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(command_in_flight_leaves_the_new_unit_alone,
			 epoch_gen_params),
	KUNIT_CASE_PARAM(command_in_flight_leaves_lost_blocks_unmapped,
			 epoch_gen_params),
	KUNIT_CASE_PARAM(command_across_cut_and_growth_is_aborted,
			 epoch_gen_params),
	KUNIT_CASE(growth_disturbs_no_command),
	KUNIT_CASE(cut_of_a_unit_disturbs_no_other_unit),
	KUNIT_CASE(read_in_flight_gets_no_data_of_the_new_unit),
	KUNIT_CASE(mode_select_in_flight_leaves_the_new_unit_alone),
	KUNIT_CASE(prepare_of_a_lost_block_maps_nothing),
	KUNIT_CASE(lba_status_of_lost_blocks_is_not_reported),
	KUNIT_CASE(lba_status_beside_a_write_has_a_block),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_epoch",
	.test_cases = cases,
};

kunit_test_suite(suite);
