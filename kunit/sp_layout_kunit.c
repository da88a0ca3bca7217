// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rule 1 of the ScsiPort API: sizes and offsets, as a front end for 64-bit
 * machines compiles them. tools/layouts compares all of them with the headers
 * of another project.
 */
#include <kunit/test.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>

#include "../scsiport/nt.h"
#include <pioscsi/scsiport/ntddscsi.h>
#include <pioscsi/scsiport/scsi.h>

/**
 * struct layout - an offset, a size or a value
 * @name: member, type or name of the value
 * @actual: number from our headers
 * @expected: number from the documents
 */
struct layout {
	const char *name;
	size_t actual;
	size_t expected;
};

#define SIZE(_type, _expected) { #_type, sizeof(_type), _expected }
#define AT(_type, _member, _expected) \
	{ #_type "." #_member, offsetof(_type, _member), _expected }
#define VALUE(_name, _expected) { #_name, _name, _expected }

#define HW	HW_INITIALIZATION_DATA
#define CFG	PORT_CONFIGURATION_INFORMATION
#define SRB	SCSI_REQUEST_BLOCK

static const struct layout layouts[] = {
	SIZE(HW, 128),
	AT(HW, AdapterInterfaceType, 4),
	AT(HW, HwInitialize, 8),
	AT(HW, HwStartIo, 16),
	AT(HW, HwInterrupt, 24),
	AT(HW, HwFindAdapter, 32),
	AT(HW, HwResetBus, 40),
	AT(HW, DeviceExtensionSize, 64),
	AT(HW, SpecificLuExtensionSize, 68),
	AT(HW, SrbExtensionSize, 72),
	AT(HW, NumberOfAccessRanges, 76),
	AT(HW, MapBuffers, 88),
	AT(HW, ReceiveEvent, 93),
	AT(HW, VendorIdLength, 94),
	AT(HW, VendorId, 96),
	AT(HW, PortVersionFlags, 104),
	AT(HW, DeviceIdLength, 106),
	AT(HW, DeviceId, 112),
	AT(HW, HwAdapterControl, 120),
	SIZE(CFG, 152),
	AT(CFG, AdapterInterfaceType, 8),
	AT(CFG, BusInterruptLevel, 12),
	AT(CFG, MaximumTransferLength, 24),
	AT(CFG, NumberOfPhysicalBreaks, 28),
	AT(CFG, AlignmentMask, 48),
	AT(CFG, NumberOfAccessRanges, 52),
	AT(CFG, AccessRanges, 56),
	AT(CFG, NumberOfBuses, 72),
	AT(CFG, InitiatorBusId, 73),
	AT(CFG, ScatterGather, 81),
	AT(CFG, CachesData, 83),
	AT(CFG, Dma32BitAddresses, 87),
	AT(CFG, MapBuffers, 89),
	AT(CFG, TaggedQueuing, 91),
	AT(CFG, MultipleRequestPerLu, 93),
	AT(CFG, MaximumNumberOfTargets, 97),
	AT(CFG, SlotNumber, 100),
	AT(CFG, DeviceExtensionSize, 132),
	AT(CFG, SrbExtensionSize, 140),
	AT(CFG, Dma64BitAddresses, 144),
	AT(CFG, MaximumNumberOfLogicalUnits, 146),
	SIZE(ACCESS_RANGE, 16),
	AT(ACCESS_RANGE, RangeLength, 8),
	AT(ACCESS_RANGE, RangeInMemory, 12),
	SIZE(SRB, 88),
	AT(SRB, Function, 2),
	AT(SRB, SrbStatus, 3),
	AT(SRB, ScsiStatus, 4),
	AT(SRB, PathId, 5),
	AT(SRB, TargetId, 6),
	AT(SRB, Lun, 7),
	AT(SRB, QueueTag, 8),
	AT(SRB, QueueAction, 9),
	AT(SRB, CdbLength, 10),
	AT(SRB, SenseInfoBufferLength, 11),
	AT(SRB, SrbFlags, 12),
	AT(SRB, DataTransferLength, 16),
	AT(SRB, TimeOutValue, 20),
	AT(SRB, DataBuffer, 24),
	AT(SRB, SenseInfoBuffer, 32),
	AT(SRB, NextSrb, 40),
	AT(SRB, OriginalRequest, 48),
	AT(SRB, SrbExtension, 56),
	AT(SRB, QueueSortKey, 64),
	AT(SRB, Cdb, 72),
	SIZE(SRB_IO_CONTROL, 28),
	AT(SRB_IO_CONTROL, Signature, 4),
	AT(SRB_IO_CONTROL, Timeout, 12),
	AT(SRB_IO_CONTROL, ControlCode, 16),
	AT(SRB_IO_CONTROL, ReturnCode, 20),
	AT(SRB_IO_CONTROL, Length, 24),
	SIZE(SCSI_PHYSICAL_ADDRESS, 8),
	AT(SCSI_SUPPORTED_CONTROL_TYPE_LIST, SupportedTypeList, 4),
	SIZE(CDB, 16),
	SIZE(struct _CDB12, 12),
	AT(CDB, CDB12.LogicalBlock, 2),
	AT(CDB, CDB12.TransferLength, 6),
	AT(CDB, CDB12.Control, 11),
	SIZE(struct _MODE_SENSE10, 10),
	AT(CDB, MODE_SENSE10.AllocationLength, 7),
	AT(CDB, MODE_SENSE10.Control, 9),
	VALUE(SRB_FUNCTION_POWER, 0x24),
	VALUE(SRB_FUNCTION_PNP, 0x25),
	VALUE(SRB_STATUS_LINK_DOWN, 0x25),
	SIZE(CCHAR, 1),
	SIZE(ULONG, 4),
	SIZE(BOOLEAN, 1),
	SIZE(SCSI_NOTIFICATION_TYPE, 4),
};

static void rule_01_layouts_are_those_of_the_documents(struct kunit *test)
{
	unsigned int i;

	if (sizeof(void *) != 8)
		kunit_skip(test, "the documents' offsets are for 64 bits");
	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		KUNIT_EXPECT_EQ_MSG(test, layouts[i].actual,
				    layouts[i].expected, "%s",
				    layouts[i].name);
}

/* A miniport may share such a structure with its adapter. */
static void numbers_of_64_bits_are_aligned_to_8_bytes(struct kunit *test)
{
	struct shared {
		ULONG length;
		SCSI_PHYSICAL_ADDRESS address;
		ULONG flags;
		LONGLONG time;
		ULONG count;
		ULONGLONG size;
	};

	KUNIT_EXPECT_EQ(test, offsetof(struct shared, address), 8);
	KUNIT_EXPECT_EQ(test, offsetof(struct shared, time), 24);
	KUNIT_EXPECT_EQ(test, offsetof(struct shared, size), 40);
	KUNIT_EXPECT_EQ(test, sizeof(struct shared), 48);
}

static void low_part_is_the_low_half_of_an_address(struct kunit *test)
{
	SCSI_PHYSICAL_ADDRESS address = { .QuadPart = 0x123456789abcdefll };

	KUNIT_EXPECT_EQ(test, address.LowPart, 0x89abcdefu);
	KUNIT_EXPECT_EQ(test, address.HighPart, 0x1234567);
}

static void reversed_number_has_the_other_byte_order(struct kunit *test)
{
	ULONG number = 0x12345678, other = 0;
	USHORT half = 0x1234, other_half = 0;

	REVERSE_BYTES(&other, &number);
	KUNIT_EXPECT_EQ(test, other, 0x78563412);
	REVERSE_BYTES_SHORT(&other_half, &half);
	KUNIT_EXPECT_EQ(test, other_half, 0x3412);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rule_01_layouts_are_those_of_the_documents),
	KUNIT_CASE(numbers_of_64_bits_are_aligned_to_8_bytes),
	KUNIT_CASE(low_part_is_the_low_half_of_an_address),
	KUNIT_CASE(reversed_number_has_the_other_byte_order),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_layout",
	.test_cases = cases,
};

kunit_test_suite(suite);
