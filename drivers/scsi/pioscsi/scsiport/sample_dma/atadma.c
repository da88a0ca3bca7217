// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ScsiPort miniport for ATA disks by bus-master DMA, on a PCI IDE controller
 * in compatibility mode. It shows the functions for DMA: the uncached extension
 * holds the list of segments, whose addresses come from the port.
 */
#include "../sample/atachan.h"

/* Registers of the bus master. */
#define BM_COMMAND		0
#define BM_STATUS		2
#define BM_LIST			4
#define BM_CHANNEL		8	/* bytes of a channel */

#define BM_START		0x01
#define BM_TO_MEMORY		0x08
#define BM_ERROR		0x02
#define BM_INTERRUPT		0x04

#define COMMAND_READ_DMA	0xc8
#define COMMAND_WRITE_DMA	0xca

#define RANGE_BM		4

/* A segment of the list must not cross a boundary of 64 KiB. */
#define SEGMENTS		34
#define BOUNDARY		0x10000
#define LAST_SEGMENT		0x80000000

typedef struct _ATA_SEGMENT {
	ULONG Address;
	ULONG Length;
} ATA_SEGMENT, *PATA_SEGMENT;

typedef struct _ATA_EXTENSION {
	ATA_CHANNEL Channel;
	PUCHAR BusMaster;
	PATA_SEGMENT List;
	ULONG ListAddress;
} ATA_EXTENSION, *PATA_EXTENSION;

static VOID AtaStopMaster(PATA_EXTENSION Ata)
{
	ScsiPortWritePortUchar(Ata->BusMaster + BM_COMMAND, 0);
	/* Writing the bits clears them. */
	ScsiPortWritePortUchar(Ata->BusMaster + BM_STATUS,
			       BM_ERROR | BM_INTERRUPT);
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
	Ata->Channel.Srb = Srb;
	AtaStopMaster(Ata);
	ScsiPortWritePortUlong((PULONG)(Ata->BusMaster + BM_LIST),
			       Ata->ListAddress);
	ScsiPortWritePortUchar(Ata->BusMaster + BM_COMMAND, Direction);
	AtaIssue(&Ata->Channel, Srb->TargetId, Read ? COMMAND_READ_DMA :
		 COMMAND_WRITE_DMA, Sector, (UCHAR)Count);
	ScsiPortWritePortUchar(Ata->BusMaster + BM_COMMAND,
			       (UCHAR)(Direction | BM_START));
	return TRUE;
}

/* Returns TRUE if the device executes the request. */
static BOOLEAN AtaExecute(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	ULONG Sectors = AtaSectorsOf(&Ata->Channel, Srb);

	if (Sectors && (Srb->Cdb[0] == SCSIOP_READ ||
			Srb->Cdb[0] == SCSIOP_WRITE))
		return AtaReadWrite(Ata, Srb, Sectors);
	if (Sectors && Srb->Cdb[0] == SCSIOP_SYNCHRONIZE_CACHE) {
		Ata->Channel.Srb = Srb;
		AtaStopMaster(Ata);
		AtaIssue(&Ata->Channel, Srb->TargetId, COMMAND_FLUSH_CACHE, 0,
			 0);
		return TRUE;
	}
	AtaEmulate(Srb, Sectors, AtaHasCache(&Ata->Channel, Srb));
	return FALSE;
}

/* HwScsiStartIo */
static BOOLEAN AtaStartIo(PVOID DeviceExtension, PSCSI_REQUEST_BLOCK Srb)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	if (Ata->Channel.Polls) {
		AtaPostpone(&Ata->Channel, Srb);
		return TRUE;
	}
	if (Srb->Function != SRB_FUNCTION_EXECUTE_SCSI)
		Srb->SrbStatus = SRB_STATUS_INVALID_REQUEST;
	else if (AtaExecute(Ata, Srb))
		return TRUE;
	AtaEnd(&Ata->Channel, Srb);
	return TRUE;
}

/* HwScsiInterrupt: the data is in memory already. */
static BOOLEAN AtaInterrupt(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	UCHAR Master = ScsiPortReadPortUchar(Ata->BusMaster + BM_STATUS);
	PSCSI_REQUEST_BLOCK Srb = Ata->Channel.Srb;
	UCHAR Status;

	if (!(Master & BM_INTERRUPT))
		return FALSE;
	/* This read clears the interrupt. */
	Status = ScsiPortReadPortUchar(Ata->Channel.Command + ATA_STATUS);
	AtaStopMaster(Ata);
	if (!Srb)
		return TRUE;
	Srb->SrbStatus = SRB_STATUS_SUCCESS;
	if (((Status & (STATUS_BSY | STATUS_DF | STATUS_ERR)) ||
	     (Master & BM_ERROR)) && !AtaLacksFlush(&Ata->Channel, Status)) {
		Srb->DataTransferLength = 0;
		AtaSense(Srb, SCSI_SENSE_MEDIUM_ERROR, 0);
	}
	AtaEnd(&Ata->Channel, Srb);
	return TRUE;
}

/* HwScsiResetBus */
static BOOLEAN AtaResetBus(PVOID DeviceExtension, ULONG PathId)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	AtaStopMaster(Ata);
	AtaReset(&Ata->Channel);
	AtaEndAll(&Ata->Channel, PathId);
	return TRUE;
}

/* Clear old interrupts, and unmask the channel. */
static VOID AtaSetUp(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	ScsiPortReadPortUchar(Ata->Channel.Command + ATA_STATUS);
	AtaStopMaster(Ata);
	ScsiPortWritePortUchar(Ata->Channel.Control, 0);
}

/* HwScsiInitialize */
static BOOLEAN AtaInitialize(PVOID DeviceExtension)
{
	AtaSetUp(DeviceExtension);
	return TRUE;
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

	if (!Master->RangeLength || Master->RangeInMemory)
		return SP_RETURN_NOT_FOUND;
	Ata->Channel.SetUp = AtaSetUp;
	Ata->BusMaster = AtaMapPorts(&Ata->Channel, Config, Master->RangeStart,
				     BM_CHANNEL);
	Ata->Channel.Command = AtaMapPorts(&Ata->Channel, Config, Command, 8);
	Ata->Channel.Control = AtaMapPorts(&Ata->Channel, Config, Control, 1);
	if (!Ata->BusMaster || !Ata->Channel.Command || !Ata->Channel.Control)
		return SP_RETURN_NOT_FOUND;
	Config->BusInterruptLevel = LEGACY_LEVEL;
	Config->InterruptMode = Latched;
	if (!AtaFindDevices(&Ata->Channel, HAS_LBA | HAS_DMA))
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
