/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An ATA channel, for the sample miniports: its registers and devices. A device
 * extension begins with an ATA_CHANNEL, so that a pointer to one is a pointer
 * to the other.
 */
#ifndef _ATACHAN_H
#define _ATACHAN_H

#include "atascsi.h"

/* Registers of the command block. */
#define ATA_DATA		0
#define ATA_ERROR		1
#define ATA_COUNT		2
#define ATA_LBA			3	/* low, middle, high */
#define ATA_DEVICE		6
/* Status if read, command if written. */
#define ATA_STATUS		7

#define STATUS_BSY		0x80
#define STATUS_DF		0x20
#define STATUS_DRQ		0x08
#define STATUS_ERR		0x01

#define ERROR_ABRT		0x04

#define CONTROL_NIEN		0x02
#define CONTROL_SRST		0x04

#define COMMAND_FLUSH_CACHE	0xe7
#define COMMAND_IDENTIFY	0xec

/* IDENTIFY DEVICE, word 47: most sectors of a block; word 49: abilities. */
#define MOST_SECTORS		0x00ff
#define HAS_DMA			0x0100
#define HAS_LBA			0x0200
/* Word 85: features that are on; valid if word 87 has this mark. */
#define WRITE_CACHE_ON		0x0020
#define HAS_FLUSH		0x1000
#define FEATURES_MASK		0xc000
#define FEATURES_VALID		0x4000

#define NR_DEVICES		2

/* The first channel. */
#define LEGACY_COMMAND		0x1f0
#define LEGACY_CONTROL		0x3f6
#define LEGACY_LEVEL		14

/* Stalls, in steps of 10 microseconds. */
#define STEP_US			10
#define READY_STEPS		5000
#define IDENTIFY_STEPS		100000

/* After a reset the status is valid 2 ms later, and BSY may last for 31 s. */
#define RESET_VALID_US		2000
#define RESET_POLL_US		100000
#define RESET_POLLS		310

typedef struct _ATA_CHANNEL {
	PUCHAR Command;
	PUCHAR Control;
	/* A device without sectors is absent. */
	ULONG Sectors[NR_DEVICES];
	/* Sectors of the longest block that a device moves for an interrupt. */
	UCHAR Multiple[NR_DEVICES];
	/* Data that was written may be lost without FLUSH CACHE. */
	BOOLEAN WriteCache[NR_DEVICES];
	/* The device does not report that command. */
	BOOLEAN NoFlush[NR_DEVICES];
	/* The request that a device executes. */
	PSCSI_REQUEST_BLOCK Srb;
	/* After a reset: polls that are left; zero if requests are executed. */
	ULONG Polls;
	BOOLEAN Lost;
	/* Sets up the devices after a reset, and unmasks the channel. */
	VOID (*SetUp)(PVOID DeviceExtension);
} ATA_CHANNEL, *PATA_CHANNEL;

static VOID AtaWrite(PATA_CHANNEL Channel, ULONG Register, UCHAR Value)
{
	ScsiPortWritePortUchar(Channel->Command + Register, Value);
}

/* Wait until the device is not busy; returns the status. */
static UCHAR AtaWait(PATA_CHANNEL Channel, ULONG Steps)
{
	UCHAR Status;

	/* The status is valid 400 ns after a command. */
	do {
		ScsiPortStallExecution(STEP_US);
		Status = ScsiPortReadPortUchar(Channel->Control);
	} while ((Status & STATUS_BSY) && Status != 0xff && --Steps);
	return Status;
}

static VOID AtaIssue(PATA_CHANNEL Channel, ULONG Target, UCHAR Command,
		     ULONG Sector, UCHAR Count)
{
	AtaWrite(Channel, ATA_DEVICE, (UCHAR)(0xe0 | (Target << 4) |
					      ((Sector >> 24) & 0x0f)));
	ScsiPortStallExecution(1);
	AtaWrite(Channel, ATA_COUNT, Count);
	AtaWrite(Channel, ATA_LBA, (UCHAR)Sector);
	AtaWrite(Channel, ATA_LBA + 1, (UCHAR)(Sector >> 8));
	AtaWrite(Channel, ATA_LBA + 2, (UCHAR)(Sector >> 16));
	AtaWrite(Channel, ATA_STATUS, Command);
}

/* Find a device that has all of the Needed bits in word 49. */
static VOID AtaIdentify(PATA_CHANNEL Channel, ULONG Target, USHORT Needed)
{
	USHORT Data[SECTOR_WORDS];
	UCHAR Status;

	AtaIssue(Channel, Target, COMMAND_IDENTIFY, 0, 0);
	Status = AtaWait(Channel, IDENTIFY_STEPS);
	if ((Status & (STATUS_BSY | STATUS_DRQ | STATUS_ERR)) != STATUS_DRQ)
		return;
	ScsiPortReadPortBufferUshort((PUSHORT)(Channel->Command + ATA_DATA),
				     Data, SECTOR_WORDS);
	if ((Data[49] & Needed) == Needed)
		Channel->Sectors[Target] = Data[60] | ((ULONG)Data[61] << 16);
	Channel->Multiple[Target] = (UCHAR)(Data[47] & MOST_SECTORS);
	/* An old device does not tell whether it has a cache. */
	Channel->WriteCache[Target] =
		(BOOLEAN)((Data[87] & FEATURES_MASK) != FEATURES_VALID ||
			  (Data[85] & WRITE_CACHE_ON));
	Channel->NoFlush[Target] =
		(BOOLEAN)((Data[83] & (FEATURES_MASK | HAS_FLUSH)) !=
			  (FEATURES_VALID | HAS_FLUSH));
}

/* Find the devices, masked; returns FALSE if there are none. */
static BOOLEAN AtaFindDevices(PATA_CHANNEL Channel, USHORT Needed)
{
	ULONG Target;

	ScsiPortWritePortUchar(Channel->Control, CONTROL_NIEN);
	for (Target = 0; Target < NR_DEVICES; Target++)
		AtaIdentify(Channel, Target, Needed);
	return (BOOLEAN)(Channel->Sectors[0] || Channel->Sectors[1]);
}

/* The sectors of the device that a request addresses; zero if it is absent. */
static ULONG AtaSectorsOf(PATA_CHANNEL Channel, PSCSI_REQUEST_BLOCK Srb)
{
	return Srb->TargetId < NR_DEVICES && !Srb->Lun && !Channel->Lost ?
	       Channel->Sectors[Srb->TargetId] : 0;
}

/* Whether the device that a request addresses has a write cache. */
static BOOLEAN AtaHasCache(PATA_CHANNEL Channel, PSCSI_REQUEST_BLOCK Srb)
{
	return (BOOLEAN)(Srb->TargetId < NR_DEVICES &&
			 Channel->WriteCache[Srb->TargetId]);
}

/* A device that does not report FLUSH CACHE may abort it. */
static BOOLEAN AtaLacksFlush(PATA_CHANNEL Channel, UCHAR Status)
{
	PSCSI_REQUEST_BLOCK Srb = Channel->Srb;

	return (BOOLEAN)(Srb->Cdb[0] == SCSIOP_SYNCHRONIZE_CACHE &&
			 Channel->NoFlush[Srb->TargetId] &&
			 (Status & STATUS_ERR) &&
			 (ScsiPortReadPortUchar(Channel->Command + ATA_ERROR) &
			  ERROR_ABRT));
}

/* Complete a request, and ask for the next one. */
static VOID AtaEnd(PATA_CHANNEL Channel, PSCSI_REQUEST_BLOCK Srb)
{
	Channel->Srb = NULL;
	ScsiPortNotification(RequestComplete, Channel, Srb);
	ScsiPortNotification(NextRequest, Channel, NULL);
}

/* HwScsiTimer: wait until the devices are ready after a reset. */
static VOID AtaPollReset(PVOID DeviceExtension)
{
	PATA_CHANNEL Channel = (PATA_CHANNEL)DeviceExtension;

	if (!(ScsiPortReadPortUchar(Channel->Control) & STATUS_BSY)) {
		Channel->Polls = 0;
		Channel->SetUp(DeviceExtension);
	} else if (--Channel->Polls) {
		ScsiPortNotification(RequestTimerCall, DeviceExtension,
				     AtaPollReset, RESET_POLL_US);
	} else {
		Channel->Lost = TRUE;
	}
}

/* Reset the devices; the channel is masked until they are ready. */
static VOID AtaReset(PATA_CHANNEL Channel)
{
	ScsiPortWritePortUchar(Channel->Control, CONTROL_NIEN | CONTROL_SRST);
	ScsiPortStallExecution(STEP_US);
	ScsiPortWritePortUchar(Channel->Control, CONTROL_NIEN);
	Channel->Lost = FALSE;
	Channel->Polls = RESET_POLLS;
	ScsiPortNotification(RequestTimerCall, Channel, AtaPollReset,
			     RESET_VALID_US);
}

/* The devices are not ready after a reset: the port sends the request again. */
static VOID AtaPostpone(PATA_CHANNEL Channel, PSCSI_REQUEST_BLOCK Srb)
{
	Srb->SrbStatus = SRB_STATUS_BUSY;
	AtaEnd(Channel, Srb);
}

/* Complete all requests after a reset, and ask for the next one. */
static VOID AtaEndAll(PATA_CHANNEL Channel, ULONG PathId)
{
	Channel->Srb = NULL;
	ScsiPortCompleteRequest(Channel, (UCHAR)PathId, SP_UNTAGGED,
				SP_UNTAGGED, SRB_STATUS_BUS_RESET);
	ScsiPortNotification(NextRequest, Channel, NULL);
}

static PUCHAR AtaMapPorts(PATA_CHANNEL Channel,
			  PPORT_CONFIGURATION_INFORMATION Config,
			  SCSI_PHYSICAL_ADDRESS Start, ULONG Length)
{
	return (PUCHAR)ScsiPortGetDeviceBase(Channel,
					     Config->AdapterInterfaceType,
					     Config->SystemIoBusNumber, Start,
					     Length, TRUE);
}

#endif /* _ATACHAN_H */
