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
#include "atachan.h"
#include <ntddscsi.h>
#include <ntdddisk.h>

#define COMMAND_READ_SECTORS	0x20
#define COMMAND_WRITE_SECTORS	0x30
#define COMMAND_READ_MULTIPLE	0xc4
#define COMMAND_WRITE_MULTIPLE	0xc5
#define COMMAND_SET_MULTIPLE	0xc6

/* From one legacy channel to the next, downwards. */
#define LEGACY_STEP		0x80

/* Longest wait for the next block. An interrupt and a callback cost more. */
#define POLL_US			20

/* A lost interrupt is found after this time. */
#define TIMER_US		500000

/* Limits of the wait for SET MULTIPLE: steps of one call, and timer calls. */
#define SET_UP_STEPS		10
#define SET_UP_POLL_US		1000
#define SET_UP_POLLS		50

typedef struct _ATA_EXTENSION {
	ATA_CHANNEL Channel;
	/* Words that a device moves for an interrupt. */
	ULONG Block[NR_DEVICES];
	/* The device that is being set up. */
	ULONG SetUpTarget;
	/* The rest of the data of the request. */
	PUSHORT Data;
	ULONG WordsLeft;
	BOOLEAN Write;
	BOOLEAN First;
	/* Context of a deferral. */
	UCHAR Status;
	BOOLEAN Deferred;
	/* The interrupt of one timer period did not come. */
	BOOLEAN Late;
} ATA_EXTENSION, *PATA_EXTENSION;

/* Move the next block, or what is left, between the device and the buffer. */
static VOID AtaMoveBlock(PATA_EXTENSION Ata)
{
	ULONG Block = Ata->Block[Ata->Channel.Srb->TargetId];
	ULONG Words = Ata->WordsLeft < Block ? Ata->WordsLeft : Block;
	PUSHORT Port = (PUSHORT)(Ata->Channel.Command + ATA_DATA);

	if (Ata->Write)
		ScsiPortWritePortBufferUshort(Port, Ata->Data, Words);
	else
		ScsiPortReadPortBufferUshort(Port, Ata->Data, Words);
	Ata->Data += Words;
	Ata->WordsLeft -= Words;
}

static VOID AtaComplete(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	ScsiPortNotification(RequestTimerCall, Ata, NULL, 0);
	AtaEnd(&Ata->Channel, Srb);
}

static VOID AtaFail(PATA_EXTENSION Ata)
{
	PSCSI_REQUEST_BLOCK Srb = Ata->Channel.Srb;

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
	ScsiPortWritePortUchar(Ata->Channel.Control, 0);
	return TRUE;
}

static VOID AtaSucceed(PATA_EXTENSION Ata)
{
	Ata->Channel.Srb->SrbStatus = SRB_STATUS_SUCCESS;
	AtaComplete(Ata, Ata->Channel.Srb);
}

/* Do what the status announces; returns TRUE if the device will do more. */
static BOOLEAN AtaStep(PATA_EXTENSION Ata)
{
	BOOLEAN Done = (BOOLEAN)!Ata->WordsLeft;

	if ((Ata->Status & (STATUS_BSY | STATUS_ERR | STATUS_DF)) ||
	    (!Done && !(Ata->Status & STATUS_DRQ))) {
		if (AtaLacksFlush(&Ata->Channel, Ata->Status))
			AtaSucceed(Ata);
		else
			AtaFail(Ata);
		return FALSE;
	}
	if (!Done)
		AtaMoveBlock(Ata);
	/* The device reports nothing after the last data it gave. */
	if (Ata->WordsLeft || (!Done && Ata->Write))
		return TRUE;
	AtaSucceed(Ata);
	return FALSE;
}

/* The device has the next block or takes it, or the request is at its end. */
static BOOLEAN AtaIsReady(PATA_EXTENSION Ata, UCHAR Status)
{
	if (Status & STATUS_BSY)
		return FALSE;
	return (BOOLEAN)(!Ata->WordsLeft ||
			 (Status & (STATUS_DRQ | STATUS_ERR | STATUS_DF)));
}

/* Poll the device, for less time than another deferral would take. */
static BOOLEAN AtaPoll(PATA_EXTENSION Ata)
{
	UCHAR Status;
	ULONG Us;

	for (Us = 0; Us < POLL_US; Us++) {
		ScsiPortStallExecution(1);
		Status = ScsiPortReadPortUchar(Ata->Channel.Control);
		if (!AtaIsReady(Ata, Status))
			continue;
		/* This read clears the interrupt. */
		Ata->Status = ScsiPortReadPortUchar(Ata->Channel.Command +
						    ATA_STATUS);
		return TRUE;
	}
	return FALSE;
}

/*
 * The device does not interrupt for the first data that it takes. Returns FALSE
 * if it is still busy: then the timer looks again. All ones are no device.
 */
static BOOLEAN AtaWaitFirst(PATA_EXTENSION Ata)
{
	Ata->Status = AtaWait(&Ata->Channel, READY_STEPS);
	Ata->First = (BOOLEAN)((Ata->Status & STATUS_BSY) &&
			       Ata->Status != 0xff);
	return (BOOLEAN)!Ata->First;
}

/* HwScsiEnableInterruptsCallback: the work that the interrupt announced. */
static BOOLEAN AtaTransfer(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	if (!Ata->First || AtaWaitFirst(Ata))
		while (AtaStep(Ata) && AtaPoll(Ata))
			;
	ScsiPortNotification(CallDisableInterrupts, Ata, AtaUnmask);
	return TRUE;
}

/* Mask the channel, and have the callback do the work. */
static VOID AtaDefer(PATA_EXTENSION Ata)
{
	ScsiPortWritePortUchar(Ata->Channel.Control, CONTROL_NIEN);
	Ata->Deferred = TRUE;
	Ata->Late = FALSE;
	ScsiPortNotification(CallEnableInterrupts, Ata, AtaTransfer);
}

/* HwScsiInterrupt: the steps of a deferral. */
static BOOLEAN AtaInterrupt(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	if (!Ata->Channel.Srb || Ata->Deferred)
		return FALSE;
	if (ScsiPortReadPortUchar(Ata->Channel.Control) & STATUS_BSY)
		return FALSE;
	AtaDefer(Ata);
	/* This read clears the interrupt. */
	Ata->Status = ScsiPortReadPortUchar(Ata->Channel.Command + ATA_STATUS);
	return TRUE;
}

/*
 * HwScsiTimer: find a lost interrupt, or a device that takes the first data at
 * last. The port's timeout ends the request of a device that stays busy.
 */
static VOID AtaTimer(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	PSCSI_REQUEST_BLOCK Srb = Ata->Channel.Srb;

	if (!Srb)
		return;
	if (Ata->First)
		AtaInterrupt(Ata);
	else if (Ata->Late && AtaInterrupt(Ata))
		ScsiPortLogError(Ata, Srb, 0, Srb->TargetId, 0,
				 SP_IRQ_NOT_RESPONDING, Ata->Status);
	else
		Ata->Late = TRUE;
	ScsiPortNotification(RequestTimerCall, Ata, AtaTimer, TIMER_US);
}

/* The device executes the request; without data the count is zero. */
static VOID AtaBegin(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb,
		     PVOID Data, UCHAR Command, ULONG Sector, ULONG Count)
{
	Ata->Channel.Srb = Srb;
	Ata->Data = (PUSHORT)Data;
	Ata->WordsLeft = Count * SECTOR_WORDS;
	Ata->Write = (BOOLEAN)(Command == COMMAND_WRITE_MULTIPLE ||
			       Command == COMMAND_WRITE_SECTORS);
	Ata->Late = FALSE;
	AtaIssue(&Ata->Channel, Srb->TargetId, Command, Sector, (UCHAR)Count);
	ScsiPortNotification(RequestTimerCall, Ata, AtaTimer, TIMER_US);
	Ata->First = Ata->Write;
	if (Ata->First)
		AtaDefer(Ata);
}

/* A device with blocks of one sector may lack the other commands. */
static UCHAR AtaCommand(PATA_EXTENSION Ata, ULONG Target, BOOLEAN Read)
{
	if (Ata->Block[Target] == SECTOR_WORDS)
		return Read ? COMMAND_READ_SECTORS : COMMAND_WRITE_SECTORS;
	return Read ? COMMAND_READ_MULTIPLE : COMMAND_WRITE_MULTIPLE;
}

/* Returns TRUE if the device executes the request. */
static BOOLEAN AtaExecute(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	ULONG Sectors = AtaSectorsOf(&Ata->Channel, Srb);
	BOOLEAN Read = (BOOLEAN)(Srb->Cdb[0] == SCSIOP_READ);
	ULONG Sector, Count;

	if (Sectors && (Read || Srb->Cdb[0] == SCSIOP_WRITE)) {
		if (!AtaDecode(Srb, Sectors, &Sector, &Count))
			return FALSE;
		AtaBegin(Ata, Srb, Srb->DataBuffer,
			 AtaCommand(Ata, Srb->TargetId, Read), Sector, Count);
		return TRUE;
	}
	if (Sectors && Srb->Cdb[0] == SCSIOP_SYNCHRONIZE_CACHE) {
		AtaBegin(Ata, Srb, NULL, COMMAND_FLUSH_CACHE, 0, 0);
		return TRUE;
	}
	AtaEmulate(Srb, Sectors, AtaHasCache(&Ata->Channel, Srb));
	return FALSE;
}

/*
 * A private request: IDENTIFY DEVICE of the device that the request addresses.
 * Returns TRUE if the device executes it.
 */
static BOOLEAN AtaPrivate(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	PSRB_IO_CONTROL Control = (PSRB_IO_CONTROL)Srb->DataBuffer;
	PSENDCMDOUTPARAMS Out = (PSENDCMDOUTPARAMS)(Control + 1);
	ULONG Length = FIELD_OFFSET(SENDCMDOUTPARAMS, bBuffer) +
		       IDENTIFY_BUFFER_SIZE;

	Srb->SrbStatus = SRB_STATUS_INVALID_REQUEST;
	if (!RtlEqualMemory(Control->Signature, "SCSIDISK", 8) ||
	    Control->ControlCode != IOCTL_SCSI_MINIPORT_IDENTIFY ||
	    Control->Length < Length)
		return FALSE;
	Srb->SrbStatus = SRB_STATUS_NO_DEVICE;
	if (!AtaSectorsOf(&Ata->Channel, Srb))
		return FALSE;
	RtlZeroMemory(Out, Length);
	Out->cBufferSize = IDENTIFY_BUFFER_SIZE;
	Control->ReturnCode = 0;
	Srb->DataTransferLength = sizeof(SRB_IO_CONTROL) + Length;
	AtaBegin(Ata, Srb, Out->bBuffer, COMMAND_IDENTIFY, 0, 1);
	return TRUE;
}

/* Returns TRUE if the device executes the request. */
static BOOLEAN AtaDispatch(PATA_EXTENSION Ata, PSCSI_REQUEST_BLOCK Srb)
{
	switch (Srb->Function) {
	case SRB_FUNCTION_EXECUTE_SCSI:
		return AtaExecute(Ata, Srb);
	case SRB_FUNCTION_IO_CONTROL:
		return AtaPrivate(Ata, Srb);
	default:
		Srb->SrbStatus = SRB_STATUS_INVALID_REQUEST;
		return FALSE;
	}
}

/* HwScsiStartIo */
static BOOLEAN AtaStartIo(PVOID DeviceExtension, PSCSI_REQUEST_BLOCK Srb)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	if (Ata->Channel.Polls)
		AtaPostpone(&Ata->Channel, Srb);
	else if (!AtaDispatch(Ata, Srb))
		AtaComplete(Ata, Srb);
	return TRUE;
}

/* Returns FALSE for a device that is absent or lacks READ MULTIPLE. */
static BOOLEAN AtaSetMultiple(PATA_EXTENSION Ata, ULONG Target)
{
	UCHAR Sectors = Ata->Channel.Multiple[Target];

	Ata->Block[Target] = SECTOR_WORDS;
	if (!Ata->Channel.Sectors[Target] || !Sectors)
		return FALSE;
	AtaIssue(&Ata->Channel, Target, COMMAND_SET_MULTIPLE, 0, Sectors);
	Ata->Channel.Polls = SET_UP_POLLS;
	return TRUE;
}

/*
 * HwScsiTimer: set up one device after the other. While one is busy, let the
 * timer look again, and postpone all requests.
 */
static VOID AtaSetUpNext(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	ULONG Target;
	UCHAR Status;

	for (; Ata->SetUpTarget < NR_DEVICES; Ata->SetUpTarget++) {
		Target = Ata->SetUpTarget;
		if (!Ata->Channel.Polls && !AtaSetMultiple(Ata, Target))
			continue;
		Status = AtaWait(&Ata->Channel, SET_UP_STEPS);
		if ((Status & STATUS_BSY) && --Ata->Channel.Polls) {
			ScsiPortNotification(RequestTimerCall, Ata,
					     AtaSetUpNext, SET_UP_POLL_US);
			return;
		}
		Ata->Channel.Polls = 0;
		if (!(Status & (STATUS_BSY | STATUS_DF | STATUS_ERR)))
			Ata->Block[Target] *= Ata->Channel.Multiple[Target];
	}
	ScsiPortReadPortUchar(Ata->Channel.Command + ATA_STATUS);
	AtaUnmask(Ata);
}

/* Set up the idle devices, and unmask the channel. */
static VOID AtaSetUp(PVOID DeviceExtension)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	Ata->SetUpTarget = 0;
	AtaSetUpNext(Ata);
}

/* HwScsiResetBus */
static BOOLEAN AtaResetBus(PVOID DeviceExtension, ULONG PathId)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;

	ScsiPortNotification(RequestTimerCall, Ata, NULL, 0);
	AtaReset(&Ata->Channel);
	AtaEndAll(&Ata->Channel, PathId);
	return TRUE;
}

/* HwScsiInitialize */
static BOOLEAN AtaInitialize(PVOID DeviceExtension)
{
	AtaSetUp(DeviceExtension);
	return TRUE;
}

/* HwScsiAdapterControl: the port resets the bus after a restart. */
static SCSI_ADAPTER_CONTROL_STATUS
AtaControl(PVOID DeviceExtension, SCSI_ADAPTER_CONTROL_TYPE Type,
	   PVOID Parameters)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	PSCSI_SUPPORTED_CONTROL_TYPE_LIST List =
		(PSCSI_SUPPORTED_CONTROL_TYPE_LIST)Parameters;

	if (Type == ScsiQuerySupportedControlTypes) {
		List->SupportedTypeList[ScsiStopAdapter] = TRUE;
		List->SupportedTypeList[ScsiRestartAdapter] = TRUE;
	} else if (Type == ScsiStopAdapter) {
		ScsiPortWritePortUchar(Ata->Channel.Control, CONTROL_NIEN);
	}
	return ScsiAdapterControlSuccess;
}

/* Map one range, or the legacy address if the port has given none. */
static PUCHAR AtaMap(PATA_EXTENSION Ata,
		     PPORT_CONFIGURATION_INFORMATION Config, ULONG Range,
		     ULONG Legacy, ULONG Length)
{
	ACCESS_RANGE *Access = &(*Config->AccessRanges)[Range];

	if (!Access->RangeLength) {
		Access->RangeStart =
			ScsiPortConvertUlongToPhysicalAddress(Legacy);
		Access->RangeLength = Length;
		if (!ScsiPortValidateRange(Ata, Config->AdapterInterfaceType,
					   Config->SystemIoBusNumber,
					   Access->RangeStart, Length, TRUE))
			return NULL;
	} else if (Access->RangeInMemory) {
		return NULL;
	}
	return AtaMapPorts(&Ata->Channel, Config, Access->RangeStart,
			   Access->RangeLength);
}

/* HwScsiFindAdapter: one channel at each call. */
static ULONG AtaFindAdapter(PVOID DeviceExtension, PVOID HwContext,
			    PVOID BusInformation, PCHAR ArgumentString,
			    PPORT_CONFIGURATION_INFORMATION Config,
			    PBOOLEAN Again)
{
	PATA_EXTENSION Ata = (PATA_EXTENSION)DeviceExtension;
	ULONG *Second = (ULONG *)HwContext;
	ULONG Here = (Config->SystemIoBusNumber << 8) | Config->SlotNumber;
	ULONG Channel = (ULONG)(*Second == Here);
	ULONG Range = 2 * Channel;

	Ata->Channel.SetUp = AtaSetUp;
	/* A controller on PCI has two channels. A second call may not come. */
	if (Config->AdapterInterfaceType == PCIBus) {
		*Second = Channel ? SP_UNINITIALIZED_VALUE : Here;
		*Again = (BOOLEAN)!Channel;
	}
	Ata->Channel.Command =
		AtaMap(Ata, Config, Range,
		       LEGACY_COMMAND - Channel * LEGACY_STEP, 8);
	Ata->Channel.Control =
		AtaMap(Ata, Config, Range + 1,
		       LEGACY_CONTROL - Channel * LEGACY_STEP, 1);
	if (!Ata->Channel.Command || !Ata->Channel.Control)
		return SP_RETURN_NOT_FOUND;
	/* In native mode the register is the third of four. */
	if ((*Config->AccessRanges)[Range + 1].RangeLength >= 4)
		Ata->Channel.Control += 2;
	if (!Config->BusInterruptLevel) {
		Config->BusInterruptLevel = LEGACY_LEVEL + Channel;
		Config->InterruptMode = Latched;
	}
	/* Without LBA there is no sector number. */
	if (!AtaFindDevices(&Ata->Channel, HAS_LBA))
		return SP_RETURN_NOT_FOUND;
	Config->NumberOfBuses = 1;
	Config->InitiatorBusId[0] = 7;
	Config->MaximumNumberOfTargets = NR_DEVICES;
	Config->MaximumTransferLength = 64 * 1024;
	Config->AlignmentMask = 1;
	return SP_RETURN_FOUND;
}

/* The controller whose second channel is next, for each type of bus. */
static ULONG IsaSecond = SP_UNINITIALIZED_VALUE;
static ULONG PciSecond = SP_UNINITIALIZED_VALUE;

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
	Data.HwAdapterControl = AtaControl;
	Data.DeviceExtensionSize = sizeof(ATA_EXTENSION);
	Data.NumberOfAccessRanges = 4;
	Data.MapBuffers = TRUE;
	Data.AutoRequestSense = TRUE;
	Data.AdapterInterfaceType = Isa;
	Isa_ = ScsiPortInitialize(DriverObject, Argument2, &Data, &IsaSecond);
	Data.AdapterInterfaceType = PCIBus;
	Pci = ScsiPortInitialize(DriverObject, Argument2, &Data, &PciSecond);
	return Pci < Isa_ ? Pci : Isa_;
}
