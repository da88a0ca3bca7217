// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ScsiPort miniport for ATA disks by bus-master DMA, on a PCI IDE controller
 * in compatibility mode. It shows the functions for DMA: the uncached extension
 * holds the list of segments, whose addresses come from the port.
 */
#include "../sample/atascsi.h"

/* Registers of the command block, and of the bus master. */
#define ATA_DATA		0
#define ATA_COUNT		2
#define ATA_LBA			3	/* low, middle, high */
#define ATA_DEVICE		6
#define ATA_STATUS		7

#define BM_COMMAND		0
#define BM_STATUS		2
#define BM_LIST			4
#define BM_CHANNEL		8	/* bytes of a channel */

#define STATUS_BSY		0x80
#define STATUS_DF		0x20
#define STATUS_DRQ		0x08
#define STATUS_ERR		0x01

#define CONTROL_NIEN		0x02
#define CONTROL_SRST		0x04

#define BM_START		0x01
#define BM_TO_MEMORY		0x08
#define BM_ERROR		0x02
#define BM_INTERRUPT		0x04

#define COMMAND_READ_DMA	0xc8
#define COMMAND_WRITE_DMA	0xca
#define COMMAND_FLUSH_CACHE	0xe7
#define COMMAND_IDENTIFY	0xec

#define LEGACY_COMMAND		0x1f0
#define LEGACY_CONTROL		0x3f6
#define LEGACY_LEVEL		14
#define RANGE_BM		4

#define NR_DEVICES		2
#define STEP_US			10
#define WAIT_STEPS		100000

/* A segment of the list must not cross a boundary of 64 KiB. */
#define SEGMENTS		34
#define BOUNDARY		0x10000
#define LAST_SEGMENT		0x80000000

typedef struct _ATA_SEGMENT {
	ULONG Address;
	ULONG Length;
} ATA_SEGMENT, *PATA_SEGMENT;

typedef struct _ATA_EXTENSION {
	PUCHAR Command;
	PUCHAR Control;
	PUCHAR BusMaster;
	PATA_SEGMENT List;
	ULONG ListAddress;
	/* A device without sectors is absent. */
	ULONG Sectors[NR_DEVICES];
	/* The request that the device executes. */
	PSCSI_REQUEST_BLOCK Srb;
} ATA_EXTENSION, *PATA_EXTENSION;

static VOID AtaWrite(PATA_EXTENSION Ata, ULONG Register, UCHAR Value)
{
	ScsiPortWritePortUchar(Ata->Command + Register, Value);
}

static VOID AtaIssue(PATA_EXTENSION Ata, ULONG Target, UCHAR Command,
		     ULONG Sector, UCHAR Count)
{
	AtaWrite(Ata, ATA_DEVICE, (UCHAR)(0xe0 | (Target << 4) |
					  ((Sector >> 24) & 0x0f)));
	ScsiPortStallExecution(1);
	AtaWrite(Ata, ATA_COUNT, Count);
	AtaWrite(Ata, ATA_LBA, (UCHAR)Sector);
	AtaWrite(Ata, ATA_LBA + 1, (UCHAR)(Sector >> 8));
	AtaWrite(Ata, ATA_LBA + 2, (UCHAR)(Sector >> 16));
	AtaWrite(Ata, ATA_STATUS, Command);
}

/* Wait until the device is not busy; returns the status. */
static UCHAR AtaWait(PATA_EXTENSION Ata)
{
	ULONG Steps = WAIT_STEPS;
	UCHAR Status;

	/* The status is valid 400 ns after a command. */
	do {
		ScsiPortStallExecution(STEP_US);
		Status = ScsiPortReadPortUchar(Ata->Control);
	} while ((Status & STATUS_BSY) && Status != 0xff && --Steps);
	return Status;
}

static VOID AtaStopMaster(PATA_EXTENSION Ata)
{
	ScsiPortWritePortUchar(Ata->BusMaster + BM_COMMAND, 0);
	/* Writing the bits clears them. */
	ScsiPortWritePortUchar(Ata->BusMaster + BM_STATUS,
			       BM_ERROR | BM_INTERRUPT);
}

static VOID AtaComplete(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	Ata->Srb = NULL;
	ScsiPortNotification(RequestComplete, Ata, Srb);
	ScsiPortNotification(NextRequest, Ata, NULL);
}

/* Returns FALSE if the port gives no address, or too many segments. */
static BOOLEAN AtaFillList(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb,
			   ULONG Left)
{
	PUCHAR Data = (PUCHAR)Srb->DataBuffer;
	PATA_SEGMENT Segment = Ata->List;
	ULONG Address, Length, Room;

	for (; Left; Left -= Length, Data += Length, Segment++) {
		SCSI_PHYSICAL_ADDRESS Physical;

		Physical = ScsiPortGetPhysicalAddress(Ata, Srb, Data, &Length);
		Address = ScsiPortConvertPhysicalAddressToUlong(Physical);
		if (!Length || Segment == Ata->List + SEGMENTS)
			return FALSE;
		Room = BOUNDARY - (Address & (BOUNDARY - 1));
		if (Length > Room)
			Length = Room;
		if (Length > Left)
			Length = Left;
		Segment->Address = Address;
		/* Zero stands for 64 KiB. */
		Segment->Length = Length & (BOUNDARY - 1);
	}
	Segment[-1].Length |= LAST_SEGMENT;
	return TRUE;
}

/* Returns TRUE if the device executes the request. */
static BOOLEAN AtaReadWrite(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb,
			    ULONG Sectors)
{
	BOOLEAN Read = (BOOLEAN)(Srb->Cdb[0] == SCSIOP_READ);
	UCHAR Direction = (UCHAR)(Read ? BM_TO_MEMORY : 0);
	ULONG Sector, Count;

	if (!AtaDecode(Srb, Sectors, &Sector, &Count))
		return FALSE;
	if (!AtaFillList(Ata, Srb, Count * SECTOR_SIZE)) {
		Srb->SrbStatus = SRB_STATUS_INTERNAL_ERROR;
		return FALSE;
	}
	Ata->Srb = Srb;
	AtaStopMaster(Ata);
	ScsiPortWritePortUlong((PULONG)(Ata->BusMaster + BM_LIST),
			       Ata->ListAddress);
	ScsiPortWritePortUchar(Ata->BusMaster + BM_COMMAND, Direction);
	AtaIssue(Ata, Srb->TargetId, Read ? COMMAND_READ_DMA :
		 COMMAND_WRITE_DMA, Sector, (UCHAR)Count);
	ScsiPortWritePortUchar(Ata->BusMaster + BM_COMMAND,
			       (UCHAR)(Direction | BM_START));
	return TRUE;
}

/* Returns TRUE if the device executes the request. */
static BOOLEAN AtaExecute(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	ULONG Sectors = Srb->TargetId < NR_DEVICES && !Srb->Lun ?
			Ata->Sectors[Srb->TargetId] : 0;

	if (Sectors && (Srb->Cdb[0] == SCSIOP_READ ||
			Srb->Cdb[0] == SCSIOP_WRITE))
		return AtaReadWrite(Ata, Srb, Sectors);
	if (Sectors && Srb->Cdb[0] == SCSIOP_SYNCHRONIZE_CACHE) {
		Ata->Srb = Srb;
		AtaStopMaster(Ata);
		AtaIssue(Ata, Srb->TargetId, COMMAND_FLUSH_CACHE, 0, 0);
		return TRUE;
	}
	AtaEmulate(Srb, Sectors);
	return FALSE;
}

/* HwScsiStartIo */
static BOOLEAN AtaStartIo(PVOID DeviceExtension, PSCSI_REQUEST_BLOCK Srb)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	if (Srb->Function != SRB_FUNCTION_EXECUTE_SCSI)
		Srb->SrbStatus = SRB_STATUS_INVALID_REQUEST;
	else if (AtaExecute(Ata, Srb))
		return TRUE;
	AtaComplete(Ata, Srb);
	return TRUE;
}

/* HwScsiInterrupt: the data is in memory already. */
static BOOLEAN AtaInterrupt(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	UCHAR Master = ScsiPortReadPortUchar(Ata->BusMaster + BM_STATUS);
	PSCSI_REQUEST_BLOCK Srb = Ata->Srb;
	UCHAR Status;

	if (!(Master & BM_INTERRUPT))
		return FALSE;
	/* This read clears the interrupt. */
	Status = ScsiPortReadPortUchar(Ata->Command + ATA_STATUS);
	AtaStopMaster(Ata);
	if (!Srb)
		return TRUE;
	Srb->SrbStatus = SRB_STATUS_SUCCESS;
	if ((Status & (STATUS_BSY | STATUS_DF | STATUS_ERR)) ||
	    (Master & BM_ERROR)) {
		Srb->DataTransferLength = 0;
		AtaSense(Srb, SCSI_SENSE_MEDIUM_ERROR, 0);
	}
	AtaComplete(Ata, Srb);
	return TRUE;
}

/* HwScsiResetBus */
static BOOLEAN AtaResetBus(PVOID DeviceExtension, ULONG PathId)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	UCHAR Status;

	AtaStopMaster(Ata);
	ScsiPortWritePortUchar(Ata->Control, CONTROL_NIEN | CONTROL_SRST);
	ScsiPortStallExecution(STEP_US);
	ScsiPortWritePortUchar(Ata->Control, 0);
	ScsiPortStallExecution(2000);
	Status = AtaWait(Ata);
	Ata->Srb = NULL;
	ScsiPortCompleteRequest(Ata, (UCHAR)PathId, SP_UNTAGGED, SP_UNTAGGED,
				SRB_STATUS_BUS_RESET);
	ScsiPortNotification(NextRequest, Ata, NULL);
	return (BOOLEAN)!(Status & STATUS_BSY);
}

/* HwScsiInitialize */
static BOOLEAN AtaInitialize(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	ScsiPortReadPortUchar(Ata->Command + ATA_STATUS);
	AtaStopMaster(Ata);
	ScsiPortWritePortUchar(Ata->Control, 0);
	return TRUE;
}

static VOID AtaIdentify(PATA_EXTENSION Ata, ULONG Target)
{
	USHORT Data[SECTOR_WORDS];
	UCHAR Status;

	AtaIssue(Ata, Target, COMMAND_IDENTIFY, 0, 0);
	Status = AtaWait(Ata);
	if ((Status & (STATUS_BSY | STATUS_DRQ | STATUS_ERR)) != STATUS_DRQ)
		return;
	ScsiPortReadPortBufferUshort((PUSHORT)(Ata->Command + ATA_DATA), Data,
				     SECTOR_WORDS);
	/* LBA and DMA are needed. */
	if ((Data[49] & 0x0300) == 0x0300)
		Ata->Sectors[Target] = Data[60] | ((ULONG)Data[61] << 16);
}

static PUCHAR AtaMap(PATA_EXTENSION Ata,
		     PPORT_CONFIGURATION_INFORMATION Config,
		     SCSI_PHYSICAL_ADDRESS Start, ULONG Length)
{
	return (PUCHAR)ScsiPortGetDeviceBase(Ata, Config->AdapterInterfaceType,
					     Config->SystemIoBusNumber, Start,
					     Length, TRUE);
}

/* The memory of the list, after all members of the configuration are set. */
static BOOLEAN AtaAllocateList(PATA_EXTENSION Ata,
			       PPORT_CONFIGURATION_INFORMATION Config)
{
	SCSI_PHYSICAL_ADDRESS Address;
	ULONG Length;

	Config->NumberOfBuses = 1;
	Config->InitiatorBusId[0] = 7;
	Config->MaximumNumberOfTargets = NR_DEVICES;
	Config->MaximumTransferLength = 128 * 1024;
	Config->NumberOfPhysicalBreaks = SEGMENTS / 2 - 1;
	Config->AlignmentMask = 1;
	Config->Master = TRUE;
	Config->ScatterGather = TRUE;
	Config->Dma32BitAddresses = TRUE;
	Ata->List = (PATA_SEGMENT)
		ScsiPortGetUncachedExtension(Ata, Config,
					     SEGMENTS * sizeof(ATA_SEGMENT));
	if (!Ata->List)
		return FALSE;
	Address = ScsiPortGetPhysicalAddress(Ata, NULL, Ata->List, &Length);
	Ata->ListAddress = ScsiPortConvertPhysicalAddressToUlong(Address);
	return TRUE;
}

/* HwScsiFindAdapter: the first channel of the controller. */
static ULONG AtaFindAdapter(PVOID DeviceExtension, PVOID HwContext,
			    PVOID BusInformation, PCHAR ArgumentString,
			    PPORT_CONFIGURATION_INFORMATION Config,
			    PBOOLEAN Again)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	ACCESS_RANGE *Master = &(*Config->AccessRanges)[RANGE_BM];
	SCSI_PHYSICAL_ADDRESS Command =
		ScsiPortConvertUlongToPhysicalAddress(LEGACY_COMMAND);
	SCSI_PHYSICAL_ADDRESS Control =
		ScsiPortConvertUlongToPhysicalAddress(LEGACY_CONTROL);
	ULONG Target;

	if (!Master->RangeLength || Master->RangeInMemory)
		return SP_RETURN_NOT_FOUND;
	Ata->BusMaster = AtaMap(Ata, Config, Master->RangeStart, BM_CHANNEL);
	Ata->Command = AtaMap(Ata, Config, Command, 8);
	Ata->Control = AtaMap(Ata, Config, Control, 1);
	if (!Ata->BusMaster || !Ata->Command || !Ata->Control)
		return SP_RETURN_NOT_FOUND;
	Config->BusInterruptLevel = LEGACY_LEVEL;
	Config->InterruptMode = Latched;
	ScsiPortWritePortUchar(Ata->Control, CONTROL_NIEN);
	for (Target = 0; Target < NR_DEVICES; Target++)
		AtaIdentify(Ata, Target);
	if (!Ata->Sectors[0] && !Ata->Sectors[1])
		return SP_RETURN_NOT_FOUND;
	return AtaAllocateList(Ata, Config) ? SP_RETURN_FOUND : SP_RETURN_ERROR;
}

ULONG DriverEntry(PVOID DriverObject, PVOID Argument2)
{
	HW_INITIALIZATION_DATA Data;

	RtlZeroMemory(&Data, sizeof(Data));
	Data.HwInitializationDataSize = sizeof(Data);
	Data.AdapterInterfaceType = PCIBus;
	Data.HwInitialize = AtaInitialize;
	Data.HwStartIo = AtaStartIo;
	Data.HwInterrupt = AtaInterrupt;
	Data.HwFindAdapter = AtaFindAdapter;
	Data.HwResetBus = AtaResetBus;
	Data.DeviceExtensionSize = sizeof(ATA_EXTENSION);
	Data.NumberOfAccessRanges = 6;
	Data.MapBuffers = TRUE;
	Data.NeedPhysicalAddresses = TRUE;
	Data.AutoRequestSense = TRUE;
	return ScsiPortInitialize(DriverObject, Argument2, &Data, NULL);
}
