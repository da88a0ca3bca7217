// SPDX-License-Identifier: GPL-2.0-only
/*
 * The set-up of devices by the sample miniport after a reset, and its data of
 * INQUIRY. The miniport is compiled into this file, and its registers are
 * variables of the fake.
 */
#include <kunit/test.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#include "../scsiport/nt.h"
#include <pioscsi/scsiport/ntddscsi.h>
#include <pioscsi/scsiport/ntdddisk.h>
#include <pioscsi/scsiport/scsi.h>

/* The most that one routine may stall the CPU. */
#define STALL_MAX_US	1000

/* Calls of the timer that the slowest set-up needs, with reserve. */
#define CALLS_MAX	1000

#define SECTORS		16

/**
 * struct fake - the registers, and what the miniport did
 * @regs: addresses of the command block, and of the control register
 * @busy_reads: number of reads of the status with BSY after each command
 * @busy: reads that are left of these
 * @status: the status afterwards
 * @control: the last value of DEVICE CONTROL
 * @commands: number of commands
 * @stalled_us: stalls of the present routine
 * @timer: the routine of the timer
 * @mapped: address of the last range that the miniport has mapped
 */
static struct fake {
	UCHAR regs[9];
	unsigned int busy_reads;
	unsigned int busy;
	UCHAR status;
	UCHAR control;
	unsigned int commands;
	unsigned int stalled_us;
	PHW_TIMER timer;
	ULONG mapped;
} fake;

static UCHAR fake_read(PUCHAR address)
{
	if (!fake.busy)
		return fake.status;
	fake.busy--;
	return 0x80;
}

static void fake_write(PUCHAR address, UCHAR value)
{
	if (address == &fake.regs[8]) {
		fake.control = value;
	} else if (address == &fake.regs[7]) {
		fake.commands++;
		fake.busy = fake.busy_reads;
	}
}

static void fake_stall(ULONG us)
{
	fake.stalled_us += us;
}

static void fake_notify(SCSI_NOTIFICATION_TYPE type, PVOID extension, ...)
{
	va_list args;

	if (type != RequestTimerCall)
		return;
	va_start(args, extension);
	fake.timer = va_arg(args, PHW_TIMER);
	va_end(args);
}

static void fake_complete(PVOID extension, UCHAR path, UCHAR target, UCHAR lun,
			  UCHAR status)
{
}

/* The miniport finds no devices. */
static PVOID fake_get_base(PVOID extension, INTERFACE_TYPE type, ULONG bus,
			   SCSI_PHYSICAL_ADDRESS address, ULONG length,
			   BOOLEAN ports)
{
	fake.mapped = ScsiPortConvertPhysicalAddressToUlong(address);
	return NULL;
}

/* HwContext for controllers on PCI. */
static PVOID pci_context;

static ULONG fake_initialize(PVOID object, PVOID argument,
			     HW_INITIALIZATION_DATA *data, PVOID context)
{
	if (data->AdapterInterfaceType == PCIBus)
		pci_context = context;
	return 0;
}

#define ScsiPortInitialize	fake_initialize
#define ScsiPortGetDeviceBase	fake_get_base
#define ScsiPortReadPortUchar	fake_read
#define ScsiPortWritePortUchar	fake_write
#define ScsiPortStallExecution	fake_stall
#define ScsiPortNotification	fake_notify
#define ScsiPortCompleteRequest	fake_complete

/* sp_module_kunit.c has another DriverEntry. */
#define DriverEntry		sample_entry
ULONG sample_entry(PVOID object, PVOID argument);

#include "../scsiport/sample/atapio.c"

static ATA_EXTENSION ata;

static int setup(struct kunit *test)
{
	unsigned int id;

	memset(&fake, 0, sizeof(fake));
	memset(&ata, 0, sizeof(ata));
	sample_entry(NULL, NULL);
	fake.status = 0x50;
	ata.Channel.Command = fake.regs;
	ata.Channel.Control = &fake.regs[8];
	ata.Channel.SetUp = AtaSetUp;
	for (id = 0; id < NR_DEVICES; id++) {
		ata.Channel.Sectors[id] = 1000;
		ata.Channel.Multiple[id] = SECTORS;
	}
	return 0;
}

static void expect_short(struct kunit *test)
{
	KUNIT_EXPECT_LE(test, fake.stalled_us, STALL_MAX_US);
	fake.stalled_us = 0;
}

/* The reset, and the timer until the miniport needs no more calls. */
static void reset(struct kunit *test)
{
	unsigned int calls;

	KUNIT_EXPECT_TRUE(test, AtaResetBus(&ata, 0));
	expect_short(test);
	for (calls = 0; calls < CALLS_MAX && fake.timer; calls++) {
		PHW_TIMER timer = fake.timer;

		fake.timer = NULL;
		timer(&ata);
		expect_short(test);
	}
	KUNIT_EXPECT_LT(test, calls, CALLS_MAX);
	KUNIT_EXPECT_EQ(test, fake.commands, NR_DEVICES);
	KUNIT_EXPECT_EQ(test, ata.Channel.Polls, 0);
	KUNIT_EXPECT_FALSE(test, ata.Channel.Lost);
	KUNIT_EXPECT_EQ(test, fake.control, 0);
}

static void expect_blocks(struct kunit *test, unsigned int sectors)
{
	unsigned int id;

	for (id = 0; id < NR_DEVICES; id++)
		KUNIT_EXPECT_EQ(test, ata.Block[id], sectors * SECTOR_WORDS);
}

static void ready_devices_are_set_up_at_once(struct kunit *test)
{
	reset(test);
	expect_blocks(test, SECTORS);
}

static void slow_devices_are_awaited_by_timer(struct kunit *test)
{
	fake.busy_reads = 200;
	fake.busy = 20;
	reset(test);
	expect_blocks(test, SECTORS);
}

static void device_that_stays_busy_has_blocks_of_one_sector(struct kunit *test)
{
	fake.busy_reads = UINT_MAX;
	reset(test);
	expect_blocks(test, 1);
}

static void device_with_fault_has_blocks_of_one_sector(struct kunit *test)
{
	fake.status = 0x70;
	reset(test);
	expect_blocks(test, 1);
}

static void request_during_set_up_is_postponed(struct kunit *test)
{
	SCSI_REQUEST_BLOCK srb = { .Function = SRB_FUNCTION_EXECUTE_SCSI };
	PHW_TIMER timer;

	fake.busy_reads = UINT_MAX;
	AtaResetBus(&ata, 0);
	timer = fake.timer;
	KUNIT_ASSERT_NOT_NULL(test, timer);
	timer(&ata);
	AtaStartIo(&ata, &srb);
	KUNIT_EXPECT_EQ(test, srb.SrbStatus, SRB_STATUS_BUSY);
	KUNIT_EXPECT_PTR_EQ(test, ata.Channel.Srb, NULL);
}

/* Call HwScsiFindAdapter for a controller; return its channel. */
static unsigned int channel_of(struct kunit *test, ULONG slot, BOOLEAN *again)
{
	ACCESS_RANGE ranges[4] = {};
	PORT_CONFIGURATION_INFORMATION config = {
		.AdapterInterfaceType = PCIBus,
		.SlotNumber = slot,
		.NumberOfAccessRanges = ARRAY_SIZE(ranges),
		.AccessRanges = &ranges,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		ranges[i].RangeStart.QuadPart = i;
		ranges[i].RangeLength = 8;
	}
	*again = FALSE;
	KUNIT_EXPECT_EQ(test, SP_RETURN_NOT_FOUND,
			AtaFindAdapter(&ata, pci_context, NULL, NULL, &config,
				       again));
	return fake.mapped / 2;
}

static void controller_on_pci_has_two_channels(struct kunit *test)
{
	BOOLEAN again;

	KUNIT_EXPECT_EQ(test, channel_of(test, 1, &again), 0);
	KUNIT_EXPECT_TRUE(test, again);
	KUNIT_EXPECT_EQ(test, channel_of(test, 1, &again), 1);
	KUNIT_EXPECT_FALSE(test, again);
	KUNIT_EXPECT_EQ(test, channel_of(test, 1, &again), 0);
	KUNIT_EXPECT_TRUE(test, again);
	KUNIT_EXPECT_EQ(test, channel_of(test, 1, &again), 1);
	KUNIT_EXPECT_FALSE(test, again);
}

/* The port lacked memory for the second call. */
static void missing_call_loses_no_channel_of_another_device(struct kunit *test)
{
	BOOLEAN again;

	KUNIT_EXPECT_EQ(test, channel_of(test, 1, &again), 0);
	KUNIT_EXPECT_EQ(test, channel_of(test, 2, &again), 0);
	KUNIT_EXPECT_TRUE(test, again);
	KUNIT_EXPECT_EQ(test, channel_of(test, 2, &again), 1);
	KUNIT_EXPECT_FALSE(test, again);
}

/* SCSI generic may give a longer buffer than the command allows data. */
static void inquiry_gives_at_most_its_allocation_length(struct kunit *test)
{
	UCHAR data[INQUIRYDATABUFFERSIZE];
	SCSI_REQUEST_BLOCK srb = {
		.Cdb = { SCSIOP_INQUIRY, 0, 0, 0, 5, 0 },
		.DataBuffer = data,
		.DataTransferLength = sizeof(data),
	};

	memset(data, 0xa5, sizeof(data));
	AtaEmulate(&srb, 1000, FALSE);
	KUNIT_EXPECT_EQ(test, srb.SrbStatus, SRB_STATUS_DATA_OVERRUN);
	KUNIT_EXPECT_EQ(test, srb.DataTransferLength, 5);
	KUNIT_EXPECT_EQ(test, data[4], INQUIRYDATABUFFERSIZE - 5);
	KUNIT_EXPECT_NULL(test, memchr_inv(&data[5], 0xa5, sizeof(data) - 5));
}

static void inquiry_gives_all_data_for_a_longer_allocation(struct kunit *test)
{
	UCHAR data[255];
	SCSI_REQUEST_BLOCK srb = {
		.Cdb = { SCSIOP_INQUIRY, 0, 0, 0, sizeof(data), 0 },
		.DataBuffer = data,
		.DataTransferLength = sizeof(data),
	};

	AtaEmulate(&srb, 1000, FALSE);
	KUNIT_EXPECT_EQ(test, srb.SrbStatus, SRB_STATUS_DATA_OVERRUN);
	KUNIT_EXPECT_EQ(test, srb.DataTransferLength, INQUIRYDATABUFFERSIZE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ready_devices_are_set_up_at_once),
	KUNIT_CASE(slow_devices_are_awaited_by_timer),
	KUNIT_CASE(device_that_stays_busy_has_blocks_of_one_sector),
	KUNIT_CASE(device_with_fault_has_blocks_of_one_sector),
	KUNIT_CASE(request_during_set_up_is_postponed),
	KUNIT_CASE(controller_on_pci_has_two_channels),
	KUNIT_CASE(missing_call_loses_no_channel_of_another_device),
	KUNIT_CASE(inquiry_gives_at_most_its_allocation_length),
	KUNIT_CASE(inquiry_gives_all_data_for_a_longer_allocation),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_sample",
	.init = setup,
	.test_cases = cases,
};

kunit_test_suite(suite);
