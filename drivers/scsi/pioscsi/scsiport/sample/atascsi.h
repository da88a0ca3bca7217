/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SCSI commands of an ATA disk, for the sample miniports. The functions set the
 * status of the request; the miniport completes it.
 */
#ifndef _ATASCSI_H
#define _ATASCSI_H

#include <miniport.h>
#include <srb.h>
#include <scsi.h>

#define SECTOR_WORDS		256
#define SECTOR_SIZE		(2 * SECTOR_WORDS)

/* The caching page of MODE SENSE, without its first two bytes. */
#define CACHING_LENGTH		18
#define CACHING_WCE		0x04

#define ADSENSE_NO_SAVED_VALUES	0x39

static VOID AtaSense(PSCSI_REQUEST_BLOCK Srb, UCHAR Key, UCHAR Code)
{
	PSENSE_DATA Sense = (PSENSE_DATA)Srb->SenseInfoBuffer;

	Srb->SrbStatus = SRB_STATUS_ERROR;
	Srb->ScsiStatus = SCSISTAT_CHECK_CONDITION;
	if (Srb->SenseInfoBufferLength < sizeof(SENSE_DATA))
		return;
	RtlZeroMemory(Sense, sizeof(SENSE_DATA));
	Sense->ErrorCode = 0x70;
	Sense->SenseKey = Key;
	Sense->AdditionalSenseCode = Code;
	Sense->AdditionalSenseLength = sizeof(SENSE_DATA) - 8;
	Srb->SenseInfoBufferLength = sizeof(SENSE_DATA);
	Srb->SrbStatus |= SRB_STATUS_AUTOSENSE_VALID;
}

static VOID AtaRefuse(PSCSI_REQUEST_BLOCK Srb, UCHAR Code)
{
	AtaSense(Srb, SCSI_SENSE_ILLEGAL_REQUEST, Code);
}

/* Give at most the data that the request has room for. */
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

static VOID AtaInquiry(PSCSI_REQUEST_BLOCK Srb)
{
	/* A disk, SCSI-2, 31 more bytes. */
	static const CHAR Data[INQUIRYDATABUFFERSIZE + 1] =
		"\0\0\2\2\37\0\0\0ATA     sample disk     1.0 ";
	PCDB Cdb = (PCDB)Srb->Cdb;
	ULONG Length = Cdb->CDB6INQUIRY3.AllocationLength;

	if (Cdb->CDB6INQUIRY3.EnableVitalProductData)
		AtaRefuse(Srb, SCSI_ADSENSE_INVALID_CDB);
	else
		AtaGive(Srb, Data, Length < INQUIRYDATABUFFERSIZE ?
				   Length : INQUIRYDATABUFFERSIZE);
}

static VOID AtaCapacity(PSCSI_REQUEST_BLOCK Srb, ULONG Sectors)
{
	ULONG Last = Sectors - 1;
	UCHAR Data[8] = {
		(UCHAR)(Last >> 24), (UCHAR)(Last >> 16), (UCHAR)(Last >> 8),
		(UCHAR)Last, 0, 0, SECTOR_SIZE >> 8, 0,
	};

	AtaGive(Srb, Data, sizeof(Data));
}

/*
 * MODE SENSE (6): the caching page, the only one. Without this page the class
 * driver would assume that there is no write cache to flush.
 */
static VOID AtaModeSense(PSCSI_REQUEST_BLOCK Srb, BOOLEAN WriteCache)
{
	UCHAR Page = (UCHAR)(Srb->Cdb[2] & MODE_SENSE_RETURN_ALL);
	UCHAR Control = (UCHAR)(Srb->Cdb[2] & MODE_SENSE_SAVED_VALUES);
	/* A header of 4 bytes, no block descriptor, and the page. */
	UCHAR Data[4 + 2 + CACHING_LENGTH] = {
		sizeof(Data) - 1, 0, 0, 0, MODE_PAGE_CACHING, CACHING_LENGTH,
	};

	/* No page has subpages: FFh, all of them, is the page itself. */
	if ((Page != MODE_PAGE_CACHING && Page != MODE_SENSE_RETURN_ALL) ||
	    (Srb->Cdb[3] && Srb->Cdb[3] != 0xff)) {
		AtaRefuse(Srb, SCSI_ADSENSE_INVALID_CDB);
		return;
	}
	if (Control == MODE_SENSE_SAVED_VALUES) {
		AtaRefuse(Srb, ADSENSE_NO_SAVED_VALUES);
		return;
	}
	/* No value can be changed. */
	if (WriteCache && Control != MODE_SENSE_CHANGEABLE_VALUES)
		Data[6] = CACHING_WCE;
	AtaGive(Srb, Data,
		Srb->Cdb[4] < sizeof(Data) ? Srb->Cdb[4] : sizeof(Data));
}

/* Execute a command without the device; zero sectors are no device. */
static VOID AtaEmulate(PSCSI_REQUEST_BLOCK Srb, ULONG Sectors,
		       BOOLEAN WriteCache)
{
	if (!Sectors) {
		Srb->SrbStatus = SRB_STATUS_SELECTION_TIMEOUT;
		return;
	}
	switch (Srb->Cdb[0]) {
	case SCSIOP_INQUIRY:
		AtaInquiry(Srb);
		break;
	case SCSIOP_READ_CAPACITY:
		AtaCapacity(Srb, Sectors);
		break;
	case SCSIOP_MODE_SENSE:
		AtaModeSense(Srb, WriteCache);
		break;
	case SCSIOP_TEST_UNIT_READY:
		Srb->SrbStatus = SRB_STATUS_SUCCESS;
		break;
	default:
		AtaRefuse(Srb, SCSI_ADSENSE_ILLEGAL_COMMAND);
		break;
	}
}

/* Returns TRUE if READ (10) or WRITE (10) has sectors to move. */
static BOOLEAN AtaDecode(PSCSI_REQUEST_BLOCK Srb, ULONG Sectors,
			 ULONG *Sector, ULONG *Count)
{
	PCDB Cdb = (PCDB)Srb->Cdb;

	*Sector = ((ULONG)Cdb->CDB10.LogicalBlockByte0 << 24) |
		  ((ULONG)Cdb->CDB10.LogicalBlockByte1 << 16) |
		  ((ULONG)Cdb->CDB10.LogicalBlockByte2 << 8) |
		  Cdb->CDB10.LogicalBlockByte3;
	*Count = ((ULONG)Cdb->CDB10.TransferBlocksMsb << 8) |
		 Cdb->CDB10.TransferBlocksLsb;
	Srb->SrbStatus = SRB_STATUS_SUCCESS;
	if (*Sector >= Sectors || *Count > Sectors - *Sector)
		AtaRefuse(Srb, SCSI_ADSENSE_ILLEGAL_BLOCK);
	else if (*Count > 256 ||
		 Srb->DataTransferLength < *Count * SECTOR_SIZE)
		AtaRefuse(Srb, SCSI_ADSENSE_INVALID_CDB);
	else
		return (BOOLEAN)(*Count != 0);
	return FALSE;
}

#endif /* _ATASCSI_H */
