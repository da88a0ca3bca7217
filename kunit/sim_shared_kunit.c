// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical units that several hosts share: the names by which an initiator finds
 * out, the common medium, and the unit attention conditions of each host.
 */
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/chip_state.h"
#include "../sim/lun.h"
#include "sim_initiator.h"
#include "sim_rig.h"

#define TYPE_NAA	0x3
#define TYPE_RELATIVE	0x4
#define OF_UNIT		0x0
#define OF_PORT		0x1

static struct sim_initiator *make_host(struct kunit *test,
				       unsigned int host_no, bool shared)
{
	const struct sim_bus_config config = {
		.num_tgts = 1,
		.max_luns = 2,
		.dev_size = SZ_1M,
		.sector_size = 512,
		.host_no = host_no,
		.shared = shared,
	};

	return sim_initiator_on(test, &config);
}

/* Two hosts that share their logical units, without unit attentions. */
static void make_hosts(struct kunit *test, struct sim_initiator *host[2])
{
	host[0] = make_host(test, 0, true);
	host[1] = make_host(test, 1, true);
}

static void expect_attention(struct sim_initiator *ini, u16 code)
{
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sim_expect_sense(ini, UNIT_ATTENTION, code);
	SIM_SEND_GOOD(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
}

static void write_byte(struct sim_initiator *ini, u8 byte)
{
	memset(ini->data, byte, 512);
	sim_rw(ini, WRITE_16, 0, 0, 1);
	KUNIT_EXPECT_EQ(ini->test, ini->task.status, SAM_STAT_GOOD);
}

static void expect_byte(struct sim_initiator *ini, u8 byte)
{
	memset(ini->data, ~byte, 512);
	sim_rw(ini, READ_16, 0, 0, 1);
	KUNIT_EXPECT_EQ(ini->test, ini->task.status, SAM_STAT_GOOD);
	KUNIT_EXPECT_NULL(ini->test, memchr_inv(ini->data, byte, 512));
}

/* Sets WCE. */
static void select_cache(struct sim_initiator *ini, bool on)
{
	memset(ini->data, 0, 24);
	ini->data[4] = 0x08;
	ini->data[5] = 18;
	ini->data[6] = on ? 0x04 : 0;
	SIM_SEND_GOOD(ini, MODE_SELECT, 0x10, 0, 0, 24, 0);
}

/* Finds a designator in the Device Identification page. */
static const u8 *designator(struct sim_initiator *ini, u8 of, u8 type)
{
	const u8 *id, *end;

	SIM_SEND_GOOD(ini, INQUIRY, 1, 0x83, 0, 252, 0);
	end = ini->data + 4 + get_unaligned_be16(&ini->data[2]);
	for (id = ini->data + 4; id < end; id += 4 + id[3])
		if ((id[1] & 0x3f) == (of << 4 | type))
			return id + 4;
	KUNIT_FAIL(ini->test, "nothing of type %u for %u", type, of);
	return ini->data;
}

static u64 naa(struct sim_initiator *ini, u8 of)
{
	return get_unaligned_be64(designator(ini, of, TYPE_NAA));
}

static u16 relative_port(struct sim_initiator *ini)
{
	return get_unaligned_be16(designator(ini, OF_PORT, TYPE_RELATIVE) + 2);
}

static void shared_unit_has_one_name_and_two_ports(struct kunit *test)
{
	struct sim_initiator *host[2];
	u8 serial[16];

	make_hosts(test, host);
	KUNIT_EXPECT_EQ(test, naa(host[0], OF_UNIT), naa(host[1], OF_UNIT));
	KUNIT_EXPECT_NE(test, naa(host[0], OF_PORT), naa(host[1], OF_PORT));
	KUNIT_EXPECT_NE(test, naa(host[0], OF_PORT), naa(host[0], OF_UNIT));
	KUNIT_EXPECT_EQ(test, relative_port(host[0]), 1);
	KUNIT_EXPECT_EQ(test, relative_port(host[1]), 2);
	SIM_SEND_GOOD(host[0], INQUIRY, 1, 0x80, 0, 16, 0);
	memcpy(serial, host[0]->data, sizeof(serial));
	SIM_SEND_GOOD(host[1], INQUIRY, 1, 0x80, 0, 16, 0);
	KUNIT_EXPECT_EQ(test, 0, memcmp(serial, host[1]->data, sizeof(serial)));
}

/* MULTIP; no TPGS, as all ports are equal. */
static void standard_inquiry_data_tells_of_ports(struct kunit *test)
{
	struct sim_initiator *shared = make_host(test, 0, true);
	struct sim_initiator *alone = make_host(test, 1, false);

	SIM_SEND_GOOD(shared, INQUIRY, 0, 0, 0, 36, 0);
	KUNIT_EXPECT_EQ(test, shared->data[5] & 0x30, 0);
	KUNIT_EXPECT_EQ(test, shared->data[6], 0x10);
	SIM_SEND_GOOD(alone, INQUIRY, 0, 0, 0, 36, 0);
	KUNIT_EXPECT_EQ(test, alone->data[6], 0);
}

static void units_of_other_hosts_differ_unless_shared(struct kunit *test)
{
	struct sim_initiator *one = make_host(test, 0, false);
	struct sim_initiator *two = make_host(test, 1, false);

	KUNIT_EXPECT_NE(test, naa(one, OF_UNIT), naa(two, OF_UNIT));
	KUNIT_EXPECT_EQ(test, relative_port(two), 1);
	write_byte(one, 0x5a);
	expect_byte(two, 0);
}

static void block_written_by_one_host_is_read_by_other(struct kunit *test)
{
	struct sim_initiator *host[2];

	make_hosts(test, host);
	write_byte(host[0], 0x5a);
	expect_byte(host[1], 0x5a);
	write_byte(host[1], 0xa5);
	expect_byte(host[0], 0xa5);
	host[1]->lun = 1;
	SIM_SEND(host[1], TEST_UNIT_READY, 0, 0, 0, 0, 0);
	expect_byte(host[1], 0);
}

static void mode_change_is_reported_to_other_host(struct kunit *test)
{
	struct sim_initiator *host[2];

	make_hosts(test, host);
	select_cache(host[0], false);
	SIM_SEND_GOOD(host[0], TEST_UNIT_READY, 0, 0, 0, 0, 0);
	expect_attention(host[1], 0x2a01);
	SIM_SEND_GOOD(host[1], MODE_SENSE, 0x08, 0x08, 0, 0xff, 0);
	KUNIT_EXPECT_EQ(test, host[1]->data[6], 0);
	/* The same values once more change nothing. */
	select_cache(host[0], false);
	SIM_SEND_GOOD(host[1], TEST_UNIT_READY, 0, 0, 0, 0, 0);
}

static void capacity_change_is_reported_to_each_host(struct kunit *test)
{
	struct sim_initiator *host[2];
	unsigned int i;

	make_hosts(test, host);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_resize_lun(host[1]->bus, 0, 0, SZ_2M));
	for (i = 0; i < 2; i++) {
		expect_attention(host[i], 0x2a09);
		SIM_SEND_GOOD(host[i], READ_CAPACITY, 0, 0, 0, 0, 0, 0, 0, 0,
			      0);
		KUNIT_EXPECT_EQ(test, get_unaligned_be32(host[i]->data),
				SZ_2M / 512 - 1);
	}
}

static void reset_is_reported_to_each_host(struct kunit *test)
{
	struct sim_initiator *host[2];

	make_hosts(test, host);
	select_cache(host[0], false);
	expect_attention(host[1], 0x2a01);
	sim_lun_reset(host[0]->bus, 0, 0);
	expect_attention(host[0], 0x2903);
	expect_attention(host[1], 0x2903);
	SIM_SEND_GOOD(host[1], MODE_SENSE, 0x08, 0x08, 0, 0xff, 0);
	KUNIT_EXPECT_EQ(test, host[1]->data[6], 0x04);
	/* For another host, a reset of the bus is one of the unit. */
	sim_bus_reset(host[1]->bus);
	expect_attention(host[0], 0x2903);
	expect_attention(host[1], 0x2902);
}

static void unit_removed_from_one_host_stays_at_other(struct kunit *test)
{
	struct sim_initiator *host[2];

	make_hosts(test, host);
	write_byte(host[0], 0x5a);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(host[0]->bus, 0, 0));
	SIM_SEND(host[0], TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sim_expect_sense(host[0], ILLEGAL_REQUEST, 0x2500);
	expect_byte(host[1], 0x5a);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(host[0]->bus, 0, 0, 0));
	expect_attention(host[0], 0x2900);
	expect_byte(host[0], 0x5a);
	SIM_SEND_GOOD(host[1], TEST_UNIT_READY, 0, 0, 0, 0, 0);
}

static void unit_removed_from_all_hosts_comes_back_empty(struct kunit *test)
{
	struct sim_initiator *host[2];

	make_hosts(test, host);
	write_byte(host[0], 0x5a);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(host[0]->bus, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(host[1]->bus, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(host[1]->bus, 0, 0, 0));
	expect_attention(host[1], 0x2900);
	expect_byte(host[1], 0);
}

/* The second host has never had this LUN. */
static void unit_that_no_host_has_left_is_added_empty(struct kunit *test)
{
	struct sim_initiator *host[2];

	make_hosts(test, host);
	host[0]->lun = 5;
	host[1]->lun = 5;
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(host[0]->bus, 0, 5, 0));
	expect_attention(host[0], 0x2900);
	write_byte(host[0], 0x5a);
	select_cache(host[0], false);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(host[0]->bus, 0, 5));
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(host[1]->bus, 0, 5, SZ_2M));
	expect_attention(host[1], 0x2900);
	expect_byte(host[1], 0);
	SIM_SEND_GOOD(host[1], MODE_SENSE, 0x08, 0x08, 0, 0xff, 0);
	KUNIT_EXPECT_EQ(test, host[1]->data[6], 0x04);
}

static void host_that_comes_later_finds_the_data(struct kunit *test)
{
	struct sim_initiator *host[2];

	host[0] = make_host(test, 0, true);
	write_byte(host[0], 0x5a);
	select_cache(host[0], false);
	host[1] = make_host(test, 1, true);
	expect_byte(host[1], 0x5a);
	/* The new host disturbs neither the mode pages nor the first host. */
	SIM_SEND_GOOD(host[1], MODE_SENSE, 0x08, 0x08, 0, 0xff, 0);
	KUNIT_EXPECT_EQ(test, host[1]->data[6], 0);
	SIM_SEND_GOOD(host[0], TEST_UNIT_READY, 0, 0, 0, 0, 0);
}

static void unit_removed_from_all_is_empty_for_a_new_host(struct kunit *test)
{
	struct sim_initiator *host[2];

	host[0] = make_host(test, 0, true);
	write_byte(host[0], 0x5a);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(host[0]->bus, 0, 0));
	host[1] = make_host(test, 1, true);
	expect_byte(host[1], 0);
}

static void destroy_chip(void *data)
{
	struct sim_rig *rig = data;

	sim_chip_destroy(rig->chip);
	sim_lines_destroy(rig->lines);
}

/* A chip for a host. */
static struct sim_rig *make_chip(struct sim_initiator *ini, bool shared)
{
	const struct sim_chip_config config = {
		.depth = SIM_RIG_DEPTH,
		.shared_luns = shared,
	};
	struct kunit *test = ini->test;
	struct sim_rig *rig;

	KUNIT_ASSERT_EQ(test, 0, sim_rig_init(test));
	rig = test->priv;
	rig->chip = sim_chip_create(&config, ini->bus,
				    sim_lines_get(rig->lines, 0));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rig->chip);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, destroy_chip, rig));
	return rig;
}

/* Send a command for block 0. */
static void start_block(struct sim_rig *rig, u8 opcode)
{
	sim_rig_write(rig, SIM_REG_CDB, opcode);
	sim_rig_write(rig, SIM_REG_CDB + 4, 0);
	sim_rig_write(rig, SIM_REG_CDB + 8, 1);
	sim_rig_write(rig, SIM_REG_CDB + 12, 0);
	sim_rig_do(rig, SIM_CMD_START);
}

struct heal_case {
	const char *desc;
	bool shared;
	u32 phase;	/* phase of a read after the write by the other host */
};

static const struct heal_case heal_cases[] = {
	{ "shared", true, SIM_PHASE_DATA_IN },
	{ "not shared", false, SIM_PHASE_STATUS },
};

KUNIT_ARRAY_PARAM_DESC(heal, heal_cases, desc);

static void write_heals_bad_block_of_host_that_shares(struct kunit *test)
{
	const struct heal_case *c = test->param_value;
	struct sim_rule_error error = { };
	struct sim_rig *rig[2];
	unsigned int i;

	for (i = 0; i < 2; i++)
		rig[i] = make_chip(make_host(test, i, c->shared), c->shared);
	KUNIT_ASSERT_EQ(test, 0, sim_rules_command(&rig[1]->chip->rules,
						   "lba=0 medium", &error));
	start_block(rig[1], READ_10);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig[1]), SIM_PHASE_STATUS);
	sim_rig_do(rig[1], SIM_CMD_ACCEPT);

	start_block(rig[0], WRITE_10);
	KUNIT_ASSERT_EQ(test, sim_rig_phase(rig[0]), SIM_PHASE_DATA_OUT);
	sim_chip_write_rep(rig[0]->chip, sim_rig_buf(test), 512);
	KUNIT_EXPECT_TRUE(test, sim_rig_ends(rig[0], 0, SAM_STAT_GOOD));

	start_block(rig[1], READ_10);
	KUNIT_EXPECT_EQ(test, sim_rig_phase(rig[1]), c->phase);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(shared_unit_has_one_name_and_two_ports),
	KUNIT_CASE(standard_inquiry_data_tells_of_ports),
	KUNIT_CASE(units_of_other_hosts_differ_unless_shared),
	KUNIT_CASE(block_written_by_one_host_is_read_by_other),
	KUNIT_CASE(mode_change_is_reported_to_other_host),
	KUNIT_CASE(capacity_change_is_reported_to_each_host),
	KUNIT_CASE(reset_is_reported_to_each_host),
	KUNIT_CASE(unit_removed_from_one_host_stays_at_other),
	KUNIT_CASE(unit_removed_from_all_hosts_comes_back_empty),
	KUNIT_CASE(unit_that_no_host_has_left_is_added_empty),
	KUNIT_CASE(host_that_comes_later_finds_the_data),
	KUNIT_CASE(unit_removed_from_all_is_empty_for_a_new_host),
	KUNIT_CASE_PARAM(write_heals_bad_block_of_host_that_shares,
			 heal_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_shared",
	.test_cases = cases,
};

kunit_test_suite(suite);
