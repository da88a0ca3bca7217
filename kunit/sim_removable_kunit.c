// SPDX-License-Identifier: GPL-2.0-only
/*
 * A removable medium: it is ejected and loaded, and a host prevents that.
 */
#include <linux/sizes.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "../sim/lun.h"
#include "sim_initiator.h"

/* START STOP UNIT, byte 4. */
#define STOP	0x00
#define START	0x01
#define EJECT	0x02
#define LOAD	0x03

static struct sim_initiator *make_host(struct kunit *test,
				       unsigned int host_no, bool shared)
{
	const struct sim_bus_config config = {
		.num_tgts = 1,
		.max_luns = 2,
		.dev_size = SZ_1M,
		.sector_size = 512,
		.host_no = host_no,
		.removable = true,
		.shared = shared,
	};

	return sim_initiator_on(test, &config);
}

static void start_stop(struct sim_initiator *ini, u8 how)
{
	SIM_SEND(ini, START_STOP, 0, 0, 0, how, 0);
}

static void start_stop_good(struct sim_initiator *ini, u8 how)
{
	SIM_SEND_GOOD(ini, START_STOP, 0, 0, 0, how, 0);
}

static void prevent(struct sim_initiator *ini, u8 value)
{
	SIM_SEND_GOOD(ini, ALLOW_MEDIUM_REMOVAL, 0, 0, 0, value, 0);
}

static void expect_ready(struct sim_initiator *ini)
{
	SIM_SEND_GOOD(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
}

static void expect_not_ready(struct sim_initiator *ini, u8 key, u16 code)
{
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	sim_expect_sense(ini, key, code);
}

static void ejected_medium_is_not_present(struct kunit *test)
{
	struct sim_initiator *ini = make_host(test, 0, false);

	start_stop_good(ini, EJECT);
	expect_not_ready(ini, NOT_READY, 0x3a00);
	sim_rw(ini, READ_16, 0, 0, 1);
	sim_expect_sense(ini, NOT_READY, 0x3a00);
	sim_rw(ini, WRITE_16, 0, 0, 1);
	sim_expect_sense(ini, NOT_READY, 0x3a00);
	SIM_SEND(ini, READ_CAPACITY, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	sim_expect_sense(ini, NOT_READY, 0x3a00);
	sim_rw(ini, SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, 0, 32);
	sim_expect_sense(ini, NOT_READY, 0x3a00);
	start_stop(ini, START);
	sim_expect_sense(ini, NOT_READY, 0x3a00);
	SIM_SEND_GOOD(ini, REQUEST_SENSE, 0, 0, 0, 18, 0);
	KUNIT_EXPECT_EQ(test, NOT_READY, ini->data[2]);
	KUNIT_EXPECT_EQ(test, 0x3a00, get_unaligned_be16(&ini->data[12]));
	SIM_SEND_GOOD(ini, INQUIRY, 0, 0, 0, 36, 0);
	/* Once more changes nothing. */
	start_stop_good(ini, EJECT);
	ini->lun = 1;
	expect_not_ready(ini, UNIT_ATTENTION, 0x2900);
	expect_ready(ini);
}

static void loaded_medium_has_its_data(struct kunit *test)
{
	struct sim_initiator *ini = make_host(test, 0, false);

	sim_write_byte(ini, 0, 8, 0x5a);
	start_stop_good(ini, STOP);
	start_stop_good(ini, EJECT);
	start_stop_good(ini, LOAD);
	expect_not_ready(ini, UNIT_ATTENTION, 0x2800);
	expect_ready(ini);
	sim_expect_byte(ini, 0, 8, 0x5a);
	/* A medium that is present is only started. */
	start_stop_good(ini, STOP);
	expect_not_ready(ini, NOT_READY, 0x0402);
	start_stop_good(ini, LOAD);
	expect_ready(ini);
}

static void prevented_eject_is_refused(struct kunit *test)
{
	struct sim_initiator *ini = make_host(test, 0, false);

	prevent(ini, 1);
	start_stop(ini, EJECT);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x5302);
	expect_ready(ini);
	/* A stop is not an eject. */
	start_stop_good(ini, STOP);
	start_stop_good(ini, LOAD);
	expect_ready(ini);
	prevent(ini, 0);
	start_stop_good(ini, EJECT);
	expect_not_ready(ini, NOT_READY, 0x3a00);
}

/* Such a value is obsolete, and changes nothing. */
static void prevent_above_one_is_refused(struct kunit *test)
{
	struct sim_initiator *ini = make_host(test, 0, false);
	u8 value;

	for (value = 2; value < 4; value++) {
		SIM_SEND(ini, ALLOW_MEDIUM_REMOVAL, 0, 0, 0, value, 0);
		sim_expect_field(ini, 0x2400, 4, 1);
	}
	start_stop_good(ini, EJECT);
	start_stop_good(ini, LOAD);
	expect_not_ready(ini, UNIT_ATTENTION, 0x2800);
	prevent(ini, 1);
	SIM_SEND(ini, ALLOW_MEDIUM_REMOVAL, 0, 0, 0, 2, 0);
	sim_expect_field(ini, 0x2400, 4, 1);
	start_stop(ini, EJECT);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x5302);
}

static void reset_allows_eject_and_keeps_ejected_medium(struct kunit *test)
{
	struct sim_initiator *ini = make_host(test, 0, false);

	prevent(ini, 1);
	sim_lun_reset(ini->bus, 0, 0);
	expect_not_ready(ini, UNIT_ATTENTION, 0x2903);
	start_stop_good(ini, EJECT);
	sim_lun_reset(ini->bus, 0, 0);
	expect_not_ready(ini, UNIT_ATTENTION, 0x2903);
	expect_not_ready(ini, NOT_READY, 0x3a00);
}

static void each_host_can_prevent_eject(struct kunit *test)
{
	struct sim_initiator *host[2];
	unsigned int i;

	host[0] = make_host(test, 0, true);
	host[1] = make_host(test, 1, true);
	prevent(host[0], 1);
	prevent(host[1], 1);
	prevent(host[0], 0);
	start_stop(host[0], EJECT);
	sim_expect_sense(host[0], ILLEGAL_REQUEST, 0x5302);
	prevent(host[1], 0);
	start_stop_good(host[0], EJECT);
	expect_not_ready(host[1], UNIT_ATTENTION, 0x3a00);
	expect_not_ready(host[1], NOT_READY, 0x3a00);
	start_stop_good(host[1], LOAD);
	for (i = 0; i < 2; i++) {
		expect_not_ready(host[i], UNIT_ATTENTION, 0x2800);
		expect_ready(host[i]);
	}
}

/* The host that ejects knows of it. */
static void eject_is_reported_to_other_hosts_once(struct kunit *test)
{
	struct sim_initiator *host[2];
	unsigned int i;

	host[0] = make_host(test, 0, true);
	host[1] = make_host(test, 1, true);
	for (i = 0; i < 2; i++) {
		start_stop_good(host[0], EJECT);
		expect_not_ready(host[0], NOT_READY, 0x3a00);
	}
	expect_not_ready(host[1], UNIT_ATTENTION, 0x3a00);
	start_stop_good(host[0], EJECT);
	expect_not_ready(host[1], NOT_READY, 0x3a00);
}

static void load_replaces_the_report_of_an_eject(struct kunit *test)
{
	struct sim_initiator *host[2];

	host[0] = make_host(test, 0, true);
	host[1] = make_host(test, 1, true);
	start_stop_good(host[0], EJECT);
	start_stop_good(host[0], LOAD);
	expect_not_ready(host[1], UNIT_ATTENTION, 0x2800);
	expect_ready(host[1]);
}

/* The status with the report of the eject gets lost after the load. */
static void report_of_an_eject_is_not_restored_after_a_load(struct kunit *test)
{
	struct sim_initiator *host[2];

	host[0] = make_host(test, 0, true);
	host[1] = make_host(test, 1, true);
	start_stop_good(host[0], EJECT);
	expect_not_ready(host[1], UNIT_ATTENTION, 0x3a00);
	start_stop_good(host[0], LOAD);
	sim_task_lost(&host[1]->task);
	expect_not_ready(host[1], UNIT_ATTENTION, 0x2800);
	expect_ready(host[1]);
}

static void host_without_the_lun_prevents_nothing(struct kunit *test)
{
	struct sim_initiator *host[2];

	host[0] = make_host(test, 0, true);
	host[1] = make_host(test, 1, true);
	prevent(host[1], 1);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(host[1]->bus, 0, 0));
	start_stop_good(host[0], EJECT);

	/* Neither does it when it has the LUN again. */
	start_stop_good(host[0], LOAD);
	expect_not_ready(host[0], UNIT_ATTENTION, 0x2800);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(host[1]->bus, 0, 0, 0));
	start_stop_good(host[0], EJECT);
}

static void added_lun_has_a_medium(struct kunit *test)
{
	struct sim_initiator *ini = make_host(test, 0, false);

	start_stop_good(ini, EJECT);
	KUNIT_EXPECT_EQ(test, 0, sim_bus_remove_lun(ini->bus, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, sim_bus_add_lun(ini->bus, 0, 0, 0));
	expect_not_ready(ini, UNIT_ATTENTION, 0x2900);
	expect_ready(ini);
}

/* RSOC for one operation code. */
static void rsoc(struct sim_initiator *ini, u8 opcode)
{
	SIM_SEND_GOOD(ini, MAINTENANCE_IN, MI_REPORT_SUPPORTED_OPERATION_CODES,
		      1, opcode, 0, 0, 0, 0, 0, 32, 0, 0);
}

static void fixed_medium_cannot_be_ejected(struct kunit *test)
{
	struct sim_initiator *ini = make_host(test, 0, false);

	rsoc(ini, START_STOP);
	KUNIT_EXPECT_EQ(test, ini->data[4 + 4], 0x07);
	rsoc(ini, ALLOW_MEDIUM_REMOVAL);
	KUNIT_EXPECT_EQ(test, ini->data[1] & 7, 3);
	KUNIT_EXPECT_EQ(test, ini->data[4 + 4], 0x03);

	ini->bus->config.removable = false;
	rsoc(ini, START_STOP);
	KUNIT_EXPECT_EQ(test, ini->data[4 + 4], 0x05);
	rsoc(ini, ALLOW_MEDIUM_REMOVAL);
	KUNIT_EXPECT_EQ(test, ini->data[1] & 7, 1);
	start_stop(ini, EJECT);
	sim_expect_field(ini, 0x2400, 4, 1);
	SIM_SEND(ini, ALLOW_MEDIUM_REMOVAL, 0, 0, 0, 1, 0);
	sim_expect_sense(ini, ILLEGAL_REQUEST, 0x2000);
	expect_ready(ini);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ejected_medium_is_not_present),
	KUNIT_CASE(loaded_medium_has_its_data),
	KUNIT_CASE(prevented_eject_is_refused),
	KUNIT_CASE(prevent_above_one_is_refused),
	KUNIT_CASE(reset_allows_eject_and_keeps_ejected_medium),
	KUNIT_CASE(each_host_can_prevent_eject),
	KUNIT_CASE(eject_is_reported_to_other_hosts_once),
	KUNIT_CASE(load_replaces_the_report_of_an_eject),
	KUNIT_CASE(report_of_an_eject_is_not_restored_after_a_load),
	KUNIT_CASE(host_without_the_lun_prevents_nothing),
	KUNIT_CASE(added_lun_has_a_medium),
	KUNIT_CASE(fixed_medium_cannot_be_ejected),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_removable",
	.test_cases = cases,
};

kunit_test_suite(suite);
