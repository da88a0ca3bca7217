// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ScsiPort miniport for ATA disks by programmed I/O, on the legacy ports or
 * on a PCI IDE controller. It is written as a miniport for Windows NT would be,
 * and compiles for Windows too.
 *
 * HwScsiInterrupt only masks the channel and asks for a callback. The callback
 * moves the data with the interrupts of the system enabled. The third routine
 * unmasks the channel.
 */
#include <miniport.h>
#include <srb.h>
#include <scsi.h>

/* Registers of the command block, and the device control register. */
#define ATA_DATA		0
#define ATA_ERROR		1
#define ATA_COUNT		2
#define ATA_LBA_LOW		3
#define ATA_LBA_MID		4
#define ATA_LBA_HIGH		5
#define ATA_DEVICE		6
#define ATA_STATUS		7
#define ATA_COMMAND		7

#define STATUS_BSY		0x80
#define STATUS_DRDY		0x40
#define STATUS_DF		0x20
#define STATUS_DRQ		0x08
#define STATUS_ERR		0x01

#define CONTROL_NIEN		0x02
#define CONTROL_SRST		0x04

#define COMMAND_READ_MULTIPLE	0xc4
#define COMMAND_WRITE_MULTIPLE	0xc5
#define COMMAND_SET_MULTIPLE	0xc6
#define COMMAND_FLUSH_CACHE	0xe7
#define COMMAND_IDENTIFY	0xec

#define SECTOR_SIZE		512
#define SECTOR_WORDS		256
#define BLOCK_SECTORS		8
#define LBA28_MAX		0x0fffffff
#define NR_DEVICES		2
#define NR_CHANNELS		2

/* Stalls, in steps of 10 microseconds. */
#define STEP_US			10
#define READY_STEPS		5000
#define IDENTIFY_STEPS		100000

/* A lost interrupt is found after this time. */
#define TIMER_US		500000

typedef struct _ATA_DEVICE_INFO {
	BOOLEAN Present;
	ULONG Sectors;
	UCHAR Block;
	CHAR Model[40];
	CHAR Revision[8];
} ATA_DEVICE_INFO, *PATA_DEVICE_INFO;

typedef struct _ATA_EXTENSION {
	PUCHAR Command;
	PUCHAR Control;
	ATA_DEVICE_INFO Device[NR_DEVICES];
	/* The request that the device executes. */
	PSCSI_REQUEST_BLOCK Srb;
	PUSHORT Data;
	ULONG WordsLeft;
	BOOLEAN Write;
	/* Context of a deferral. */
	UCHAR Status;
	BOOLEAN Deferred;
	/* The interrupt of one timer period did not come. */
	BOOLEAN Late;
} ATA_EXTENSION, *PATA_EXTENSION;

typedef struct _ATA_CONTEXT {
	ULONG Channel;
} ATA_CONTEXT, *PATA_CONTEXT;

static const ULONG LegacyCommand[NR_CHANNELS] = { 0x1f0, 0x170 };
static const ULONG LegacyControl[NR_CHANNELS] = { 0x3f6, 0x376 };
static const ULONG LegacyLevel[NR_CHANNELS] = { 14, 15 };

static UCHAR AtaRead(PATA_EXTENSION Ata, ULONG Register)
{
	return ScsiPortReadPortUchar(Ata->Command + Register);
}

static VOID AtaWrite(PATA_EXTENSION Ata, ULONG Register, UCHAR Value)
{
	ScsiPortWritePortUchar(Ata->Command + Register, Value);
}

static VOID AtaMask(PATA_EXTENSION Ata)
{
	ScsiPortWritePortUchar(Ata->Control, CONTROL_NIEN);
}

/* Wait until the device is not busy; returns the status. */
static UCHAR AtaWait(PATA_EXTENSION Ata, ULONG Steps)
{
	UCHAR Status;

	do {
		/* The status is valid 400 ns after a command. */
		ScsiPortStallExecution(1);
		Status = ScsiPortReadPortUchar(Ata->Control);
		if (!(Status & STATUS_BSY) || Status == 0xff)
			break;
		ScsiPortStallExecution(STEP_US);
	} while (--Steps);
	return Status;
}

static VOID AtaIssue(PATA_EXTENSION Ata, ULONG Target, UCHAR Command,
		     ULONG Sector, UCHAR Count)
{
	AtaWrite(Ata, ATA_DEVICE, (UCHAR)(0xe0 | (Target << 4) |
					  ((Sector >> 24) & 0x0f)));
	ScsiPortStallExecution(1);
	AtaWrite(Ata, ATA_COUNT, Count);
	AtaWrite(Ata, ATA_LBA_LOW, (UCHAR)Sector);
	AtaWrite(Ata, ATA_LBA_MID, (UCHAR)(Sector >> 8));
	AtaWrite(Ata, ATA_LBA_HIGH, (UCHAR)(Sector >> 16));
	AtaWrite(Ata, ATA_COMMAND, Command);
}

/* Move the next block, or what is left, between the device and the buffer. */
static VOID AtaMoveBlock(PATA_EXTENSION Ata)
{
	ULONG Block = Ata->Device[Ata->Srb->TargetId].Block * SECTOR_WORDS;
	ULONG Words = Ata->WordsLeft < Block ? Ata->WordsLeft : Block;

	if (Ata->Write)
		ScsiPortWritePortBufferUshort((PUSHORT)Ata->Command,
					      Ata->Data, Words);
	else
		ScsiPortReadPortBufferUshort((PUSHORT)Ata->Command,
					     Ata->Data, Words);
	Ata->Data += Words;
	Ata->WordsLeft -= Words;
}

static VOID AtaSense(PSCSI_REQUEST_BLOCK Srb, UCHAR Key, UCHAR Code)
{
	PSENSE_DATA Sense = (PSENSE_DATA)Srb->SenseInfoBuffer;

	Srb->SrbStatus = SRB_STATUS_ERROR;
	Srb->ScsiStatus = SCSISTAT_CHECK_CONDITION;
	if (!Sense || Srb->SenseInfoBufferLength < sizeof(SENSE_DATA))
		return;
	RtlZeroMemory(Sense, sizeof(SENSE_DATA));
	Sense->ErrorCode = 0x70;
	Sense->SenseKey = Key;
	Sense->AdditionalSenseCode = Code;
	Sense->AdditionalSenseLength = sizeof(SENSE_DATA) - 8;
	Srb->SenseInfoBufferLength = sizeof(SENSE_DATA);
	Srb->SrbStatus |= SRB_STATUS_AUTOSENSE_VALID;
}

static VOID AtaComplete(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	Ata->Srb = NULL;
	ScsiPortNotification(RequestTimerCall, Ata, NULL, 0);
	ScsiPortNotification(RequestComplete, Ata, Srb);
	ScsiPortNotification(NextRequest, Ata, NULL);
}

static VOID AtaFail(PATA_EXTENSION Ata)
{
	PSCSI_REQUEST_BLOCK Srb = Ata->Srb;

	Srb->DataTransferLength -= Ata->WordsLeft * 2;
	AtaSense(Srb, SCSI_SENSE_MEDIUM_ERROR,
		 Ata->Write ? SCSI_ADSENSE_WRITE_ERROR : 0x11);
	AtaComplete(Ata, Srb);
}

/* HwScsiDisableInterruptsCallback: unmask the channel, and nothing else. */
static BOOLEAN AtaUnmask(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	Ata->Deferred = FALSE;
	ScsiPortWritePortUchar(Ata->Control, 0);
	return TRUE;
}

/* HwScsiEnableInterruptsCallback: the work that the interrupt announced. */
static BOOLEAN AtaTransfer(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	if (Ata->Status & (STATUS_ERR | STATUS_DF)) {
		AtaFail(Ata);
	} else if (!Ata->WordsLeft) {
		Ata->Srb->SrbStatus = SRB_STATUS_SUCCESS;
		AtaComplete(Ata, Ata->Srb);
	} else if (!(Ata->Status & STATUS_DRQ)) {
		AtaFail(Ata);
	} else {
		AtaMoveBlock(Ata);
		/* The device does not interrupt after the last data it gave. */
		if (!Ata->WordsLeft && !Ata->Write) {
			Ata->Srb->SrbStatus = SRB_STATUS_SUCCESS;
			AtaComplete(Ata, Ata->Srb);
		}
	}
	ScsiPortNotification(CallDisableInterrupts, Ata, AtaUnmask);
	return TRUE;
}

/* HwScsiInterrupt: the steps of a deferral. */
static BOOLEAN AtaInterrupt(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	if (!Ata->Srb || Ata->Deferred)
		return FALSE;
	if (ScsiPortReadPortUchar(Ata->Control) & STATUS_BSY)
		return FALSE;
	AtaMask(Ata);
	/* This read clears the interrupt. */
	Ata->Status = AtaRead(Ata, ATA_STATUS);
	Ata->Deferred = TRUE;
	Ata->Late = FALSE;
	ScsiPortNotification(CallEnableInterrupts, Ata, AtaTransfer);
	return TRUE;
}

/* HwScsiTimer: find a lost interrupt. */
static VOID AtaTimer(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	if (!Ata->Srb)
		return;
	if (Ata->Late && AtaInterrupt(Ata))
		ScsiPortLogError(Ata, Ata->Srb, 0, Ata->Srb->TargetId, 0,
				 SP_IRQ_NOT_RESPONDING, Ata->Status);
	else
		Ata->Late = TRUE;
	ScsiPortNotification(RequestTimerCall, Ata, AtaTimer, TIMER_US);
}

static VOID AtaStartTransfer(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb,
			     UCHAR Command, ULONG Sector, ULONG Count)
{
	Ata->Srb = Srb;
	Ata->Data = (PUSHORT)Srb->DataBuffer;
	Ata->WordsLeft = Count * SECTOR_WORDS;
	Ata->Write = (BOOLEAN)(Command == COMMAND_WRITE_MULTIPLE);
	Ata->Late = FALSE;
	AtaIssue(Ata, Srb->TargetId, Command, Sector, (UCHAR)Count);
	ScsiPortNotification(RequestTimerCall, Ata, AtaTimer, TIMER_US);
	if (!Ata->Write)
		return;
	/* The device does not interrupt for the first data that it takes. */
	Ata->Status = AtaWait(Ata, READY_STEPS);
	if ((Ata->Status & (STATUS_BSY | STATUS_DRQ)) == STATUS_DRQ)
		AtaMoveBlock(Ata);
	else
		AtaFail(Ata);
}

/* Returns TRUE if the device executes the request. */
static BOOLEAN AtaReadWrite(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	PATA_DEVICE_INFO Device = &Ata->Device[Srb->TargetId];
	PCDB Cdb = (PCDB)Srb->Cdb;
	ULONG Sector = ((ULONG)Cdb->CDB10.LogicalBlockByte0 << 24) |
		       ((ULONG)Cdb->CDB10.LogicalBlockByte1 << 16) |
		       ((ULONG)Cdb->CDB10.LogicalBlockByte2 << 8) |
		       Cdb->CDB10.LogicalBlockByte3;
	ULONG Count = ((ULONG)Cdb->CDB10.TransferBlocksMsb << 8) |
		      Cdb->CDB10.TransferBlocksLsb;

	Srb->SrbStatus = SRB_STATUS_SUCCESS;
	if (!Count)
		return FALSE;
	if (Sector >= Device->Sectors || Count > Device->Sectors - Sector) {
		AtaSense(Srb, SCSI_SENSE_ILLEGAL_REQUEST,
			 SCSI_ADSENSE_ILLEGAL_BLOCK);
		return FALSE;
	}
	if (Count > 256 || Srb->DataTransferLength < Count * SECTOR_SIZE) {
		AtaSense(Srb, SCSI_SENSE_ILLEGAL_REQUEST,
			 SCSI_ADSENSE_INVALID_CDB);
		return FALSE;
	}
	AtaStartTransfer(Ata, Srb, Cdb->CDB10.OperationCode == SCSIOP_READ ?
			 COMMAND_READ_MULTIPLE : COMMAND_WRITE_MULTIPLE,
			 Sector, Count);
	return TRUE;
}

/* Give at most what the request has room for. */
static VOID AtaGive(PSCSI_REQUEST_BLOCK Srb, const VOID *Data, ULONG Length)
{
	if (Length < Srb->DataTransferLength) {
		Srb->DataTransferLength = Length;
		Srb->SrbStatus = SRB_STATUS_DATA_OVERRUN;
	} else {
		Srb->SrbStatus = SRB_STATUS_SUCCESS;
	}
	RtlCopyMemory(Srb->DataBuffer, Data, Srb->DataTransferLength);
}

static VOID AtaInquiry(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	PATA_DEVICE_INFO Device = &Ata->Device[Srb->TargetId];
	INQUIRYDATA Inquiry;

	if (((PCDB)Srb->Cdb)->CDB6INQUIRY3.EnableVitalProductData) {
		AtaSense(Srb, SCSI_SENSE_ILLEGAL_REQUEST,
			 SCSI_ADSENSE_INVALID_CDB);
		return;
	}
	RtlZeroMemory(&Inquiry, sizeof(Inquiry));
	Inquiry.Versions = 2;
	Inquiry.ResponseDataFormat = 2;
	Inquiry.AdditionalLength = INQUIRYDATABUFFERSIZE - 5;
	RtlCopyMemory(Inquiry.VendorId, "ATA     ", 8);
	RtlCopyMemory(Inquiry.ProductId, Device->Model, 16);
	RtlCopyMemory(Inquiry.ProductRevisionLevel, Device->Revision, 4);
	AtaGive(Srb, &Inquiry, INQUIRYDATABUFFERSIZE);
}

static VOID AtaCapacity(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	ULONG Last = Ata->Device[Srb->TargetId].Sectors - 1;
	UCHAR Data[8] = {
		(UCHAR)(Last >> 24), (UCHAR)(Last >> 16),
		(UCHAR)(Last >> 8), (UCHAR)Last,
		0, 0, SECTOR_SIZE >> 8, 0,
	};

	AtaGive(Srb, Data, sizeof(Data));
}

/* Returns TRUE if the device executes the request. */
static BOOLEAN AtaExecute(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	if (Srb->TargetId >= NR_DEVICES || Srb->Lun ||
	    !Ata->Device[Srb->TargetId].Present) {
		Srb->SrbStatus = SRB_STATUS_SELECTION_TIMEOUT;
		return FALSE;
	}
	switch (Srb->Cdb[0]) {
	case SCSIOP_READ:
	case SCSIOP_WRITE:
		return AtaReadWrite(Ata, Srb);
	case SCSIOP_SYNCHRONIZE_CACHE:
		Ata->Srb = Srb;
		Ata->WordsLeft = 0;
		Ata->Late = FALSE;
		AtaIssue(Ata, Srb->TargetId, COMMAND_FLUSH_CACHE, 0, 0);
		ScsiPortNotification(RequestTimerCall, Ata, AtaTimer,
				     TIMER_US);
		return TRUE;
	case SCSIOP_INQUIRY:
		AtaInquiry(Ata, Srb);
		return FALSE;
	case SCSIOP_READ_CAPACITY:
		AtaCapacity(Ata, Srb);
		return FALSE;
	case SCSIOP_TEST_UNIT_READY:
	case SCSIOP_VERIFY:
	case SCSIOP_START_STOP_UNIT:
		Srb->SrbStatus = SRB_STATUS_SUCCESS;
		return FALSE;
	default:
		AtaSense(Srb, SCSI_SENSE_ILLEGAL_REQUEST,
			 SCSI_ADSENSE_ILLEGAL_COMMAND);
		return FALSE;
	}
}

/* HwScsiStartIo */
static BOOLEAN AtaStartIo(PVOID DeviceExtension, PSCSI_REQUEST_BLOCK Srb)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	if (Srb->Function != SRB_FUNCTION_EXECUTE_SCSI)
		Srb->SrbStatus = SRB_STATUS_INVALID_REQUEST;
	else if (AtaExecute(Ata, Srb))
		return TRUE;
	ScsiPortNotification(RequestComplete, Ata, Srb);
	ScsiPortNotification(NextRequest, Ata, NULL);
	return TRUE;
}

static VOID AtaSetMultiple(PATA_EXTENSION Ata)
{
	ULONG Target;

	for (Target = 0; Target < NR_DEVICES; Target++) {
		if (!Ata->Device[Target].Present)
			continue;
		AtaIssue(Ata, Target, COMMAND_SET_MULTIPLE, 0, BLOCK_SECTORS);
		Ata->Device[Target].Block =
			AtaWait(Ata, READY_STEPS) & STATUS_ERR ?
			1 : BLOCK_SECTORS;
	}
}

/* HwScsiResetBus */
static BOOLEAN AtaResetBus(PVOID DeviceExtension, ULONG PathId)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	UCHAR Status;

	ScsiPortWritePortUchar(Ata->Control, CONTROL_NIEN | CONTROL_SRST);
	ScsiPortStallExecution(STEP_US);
	AtaMask(Ata);
	ScsiPortStallExecution(2000);
	Status = AtaWait(Ata, READY_STEPS);
	if (!(Status & STATUS_BSY))
		AtaSetMultiple(Ata);
	AtaRead(Ata, ATA_STATUS);
	AtaUnmask(Ata);
	Ata->Srb = NULL;
	ScsiPortNotification(RequestTimerCall, Ata, NULL, 0);
	ScsiPortCompleteRequest(Ata, (UCHAR)PathId, SP_UNTAGGED, SP_UNTAGGED,
				SRB_STATUS_BUS_RESET);
	ScsiPortNotification(NextRequest, Ata, NULL);
	return (BOOLEAN)!(Status & STATUS_BSY);
}

/* HwScsiInitialize */
static BOOLEAN AtaInitialize(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	AtaSetMultiple(Ata);
	AtaRead(Ata, ATA_STATUS);
	AtaUnmask(Ata);
	return TRUE;
}

/* The characters of a word of IDENTIFY data are swapped. */
static VOID AtaText(PCHAR To, const USHORT *Words, ULONG Length)
{
	ULONG i;

	for (i = 0; i < Length; i += 2) {
		To[i] = (CHAR)(Words[i / 2] >> 8);
		To[i + 1] = (CHAR)Words[i / 2];
	}
}

static BOOLEAN AtaIdentify(PATA_EXTENSION Ata, ULONG Target)
{
	PATA_DEVICE_INFO Device = &Ata->Device[Target];
	USHORT Data[SECTOR_WORDS];
	UCHAR Status;

	AtaIssue(Ata, Target, COMMAND_IDENTIFY, 0, 0);
	Status = AtaWait(Ata, IDENTIFY_STEPS);
	if (Status == 0xff || (Status & (STATUS_BSY | STATUS_ERR)) ||
	    !(Status & STATUS_DRQ))
		return FALSE;
	ScsiPortReadPortBufferUshort((PUSHORT)Ata->Command, Data,
				     SECTOR_WORDS);
	Device->Sectors = Data[60] | ((ULONG)Data[61] << 16);
	/* Without LBA there is no sector number. */
	if (!(Data[49] & 0x0200) || !Device->Sectors)
		return FALSE;
	Device->Block = 1;
	AtaText(Device->Model, &Data[27], sizeof(Device->Model));
	AtaText(Device->Revision, &Data[23], sizeof(Device->Revision));
	Device->Present = TRUE;
	return TRUE;
}

/* Map one range, or the legacy address if the port has given none. */
static PUCHAR AtaMap(PATA_EXTENSION Ata,
		     PPORT_CONFIGURATION_INFORMATION Config, ULONG Range,
		     ULONG Legacy, ULONG Length)
{
	ACCESS_RANGE *Access = &(*Config->AccessRanges)[Range];
	BOOLEAN Given = (BOOLEAN)(Access->RangeLength != 0);
	SCSI_PHYSICAL_ADDRESS Start = Access->RangeStart;

	if (!Given) {
		Start = ScsiPortConvertUlongToPhysicalAddress(Legacy);
		if (!ScsiPortValidateRange(Ata, Config->AdapterInterfaceType,
					   Config->SystemIoBusNumber, Start,
					   Length, TRUE))
			return NULL;
		Access->RangeStart = Start;
		Access->RangeLength = Length;
	} else if (Access->RangeInMemory) {
		return NULL;
	}
	return (PUCHAR)ScsiPortGetDeviceBase(Ata, Config->AdapterInterfaceType,
					     Config->SystemIoBusNumber, Start,
					     Access->RangeLength, TRUE);
}

/* HwScsiFindAdapter: one channel at each call. */
static ULONG AtaFindAdapter(PVOID DeviceExtension, PVOID HwContext,
			    PVOID BusInformation, PCHAR ArgumentString,
			    PPORT_CONFIGURATION_INFORMATION Config,
			    PBOOLEAN Again)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	PATA_CONTEXT Context = (PATA_CONTEXT)HwContext;
	ULONG Channel = Context->Channel;
	ULONG Range = Config->AdapterInterfaceType == PCIBus ? 2 * Channel : 0;
	ULONG Target;

	/* A controller on PCI has two channels. */
	if (Config->AdapterInterfaceType == PCIBus) {
		Context->Channel = !Channel;
		*Again = (BOOLEAN)!Channel;
	}
	Ata->Command = AtaMap(Ata, Config, Range, LegacyCommand[Channel], 8);
	if (!Ata->Command)
		return SP_RETURN_NOT_FOUND;
	Ata->Control = AtaMap(Ata, Config, Range + 1, LegacyControl[Channel],
			      1);
	if (!Ata->Control)
		return SP_RETURN_NOT_FOUND;
	/* In native mode the register is the third of four. */
	if ((*Config->AccessRanges)[Range + 1].RangeLength >= 4)
		Ata->Control += 2;
	if (!Config->BusInterruptLevel) {
		Config->BusInterruptLevel = LegacyLevel[Channel];
		Config->InterruptMode = Latched;
	}
	AtaMask(Ata);
	for (Target = 0; Target < NR_DEVICES; Target++)
		AtaIdentify(Ata, Target);
	if (!Ata->Device[0].Present && !Ata->Device[1].Present)
		return SP_RETURN_NOT_FOUND;
	Config->NumberOfBuses = 1;
	Config->InitiatorBusId[0] = 7;
	Config->MaximumNumberOfTargets = NR_DEVICES;
	Config->MaximumTransferLength = 64 * 1024;
	Config->AlignmentMask = 1;
	return SP_RETURN_FOUND;
}

static ATA_CONTEXT IsaContext, PciContext;

ULONG DriverEntry(PVOID DriverObject, PVOID Argument2)
{
	HW_INITIALIZATION_DATA Data;
	ULONG Isa_, Pci;

	RtlZeroMemory(&Data, sizeof(Data));
	Data.HwInitializationDataSize = sizeof(Data);
	Data.HwInitialize = AtaInitialize;
	Data.HwStartIo = AtaStartIo;
	Data.HwInterrupt = AtaInterrupt;
	Data.HwFindAdapter = AtaFindAdapter;
	Data.HwResetBus = AtaResetBus;
	Data.DeviceExtensionSize = sizeof(ATA_EXTENSION);
	Data.NumberOfAccessRanges = 4;
	Data.MapBuffers = TRUE;
	Data.AutoRequestSense = TRUE;
	Data.AdapterInterfaceType = Isa;
	Isa_ = ScsiPortInitialize(DriverObject, Argument2, &Data, &IsaContext);
	Data.AdapterInterfaceType = PCIBus;
	Pci = ScsiPortInitialize(DriverObject, Argument2, &Data, &PciContext);
	return Pci < Isa_ ? Pci : Isa_;
}
