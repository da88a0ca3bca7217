/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands, status, messages and data of SCSI-2 and its successors, with the
 * names that miniports use.
 */
#ifndef _PIOSCSI_SCSIPORT_SCSI_H
#define _PIOSCSI_SCSIPORT_SCSI_H

#include "srb.h"

/* Operation codes. */
#define SCSIOP_TEST_UNIT_READY		0x00
#define SCSIOP_REZERO_UNIT		0x01
#define SCSIOP_REQUEST_SENSE		0x03
#define SCSIOP_FORMAT_UNIT		0x04
#define SCSIOP_REASSIGN_BLOCKS		0x07
#define SCSIOP_READ6			0x08
#define SCSIOP_WRITE6			0x0a
#define SCSIOP_SEEK6			0x0b
#define SCSIOP_INQUIRY			0x12
#define SCSIOP_MODE_SELECT		0x15
#define SCSIOP_RESERVE_UNIT		0x16
#define SCSIOP_RELEASE_UNIT		0x17
#define SCSIOP_COPY			0x18
#define SCSIOP_ERASE			0x19
#define SCSIOP_MODE_SENSE		0x1a
#define SCSIOP_START_STOP_UNIT		0x1b
#define SCSIOP_LOAD_UNLOAD		0x1b
#define SCSIOP_RECEIVE_DIAGNOSTIC	0x1c
#define SCSIOP_SEND_DIAGNOSTIC		0x1d
#define SCSIOP_MEDIUM_REMOVAL		0x1e
#define SCSIOP_READ_FORMATTED_CAPACITY	0x23
#define SCSIOP_READ_CAPACITY		0x25
#define SCSIOP_READ			0x28
#define SCSIOP_WRITE			0x2a
#define SCSIOP_SEEK			0x2b
#define SCSIOP_WRITE_VERIFY		0x2e
#define SCSIOP_VERIFY			0x2f
#define SCSIOP_READ_POSITION		0x34
#define SCSIOP_SYNCHRONIZE_CACHE	0x35
#define SCSIOP_WRITE_DATA_BUFF		0x3b
#define SCSIOP_READ_DATA_BUFF		0x3c
#define SCSIOP_WRITE_SAME		0x41
#define SCSIOP_READ_SUB_CHANNEL		0x42
#define SCSIOP_UNMAP			0x42
#define SCSIOP_READ_TOC			0x43
#define SCSIOP_READ_HEADER		0x44
#define SCSIOP_PLAY_AUDIO		0x45
#define SCSIOP_GET_CONFIGURATION	0x46
#define SCSIOP_PLAY_AUDIO_MSF		0x47
#define SCSIOP_GET_EVENT_STATUS		0x4a
#define SCSIOP_PAUSE_RESUME		0x4b
#define SCSIOP_LOG_SELECT		0x4c
#define SCSIOP_LOG_SENSE		0x4d
#define SCSIOP_STOP_PLAY_SCAN		0x4e
#define SCSIOP_READ_DISK_INFORMATION	0x51
#define SCSIOP_READ_TRACK_INFORMATION	0x52
#define SCSIOP_SEND_OPC_INFORMATION	0x54
#define SCSIOP_MODE_SELECT10		0x55
#define SCSIOP_MODE_SENSE10		0x5a
#define SCSIOP_CLOSE_TRACK_SESSION	0x5b
#define SCSIOP_READ_BUFFER_CAPACITY	0x5c
#define SCSIOP_SEND_CUE_SHEET		0x5d
#define SCSIOP_PERSISTENT_RESERVE_IN	0x5e
#define SCSIOP_PERSISTENT_RESERVE_OUT	0x5f
#define SCSIOP_ATA_PASSTHROUGH16	0x85
#define SCSIOP_READ16			0x88
#define SCSIOP_WRITE16			0x8a
#define SCSIOP_VERIFY16			0x8f
#define SCSIOP_SYNCHRONIZE_CACHE16	0x91
#define SCSIOP_WRITE_SAME16		0x93
#define SCSIOP_READ_CAPACITY16		0x9e
#define SCSIOP_SERVICE_ACTION_IN16	0x9e
#define SCSIOP_REPORT_LUNS		0xa0
#define SCSIOP_BLANK			0xa1
#define SCSIOP_ATA_PASSTHROUGH12	0xa1
#define SCSIOP_SEND_KEY			0xa3
#define SCSIOP_MAINTENANCE_IN		0xa3
#define SCSIOP_REPORT_KEY		0xa4
#define SCSIOP_LOAD_UNLOAD_SLOT		0xa6
#define SCSIOP_READ12			0xa8
#define SCSIOP_WRITE12			0xaa
#define SCSIOP_GET_PERFORMANCE		0xac
#define SCSIOP_READ_DVD_STRUCTURE	0xad
#define SCSIOP_VERIFY12			0xaf
#define SCSIOP_SET_STREAMING		0xb6
#define SCSIOP_READ_CD_MSF		0xb9
#define SCSIOP_SET_CD_SPEED		0xbb
#define SCSIOP_MECHANISM_STATUS		0xbd
#define SCSIOP_READ_CD			0xbe

/* Status. */
#define SCSISTAT_GOOD			0x00
#define SCSISTAT_CHECK_CONDITION	0x02
#define SCSISTAT_CONDITION_MET		0x04
#define SCSISTAT_BUSY			0x08
#define SCSISTAT_INTERMEDIATE		0x10
#define SCSISTAT_INTERMEDIATE_COND_MET	0x14
#define SCSISTAT_RESERVATION_CONFLICT	0x18
#define SCSISTAT_COMMAND_TERMINATED	0x22
#define SCSISTAT_QUEUE_FULL		0x28

/* Messages. */
#define SCSIMESS_COMMAND_COMPLETE	0x00
#define SCSIMESS_EXTENDED_MESSAGE	0x01
#define SCSIMESS_SAVE_DATA_POINTER	0x02
#define SCSIMESS_RESTORE_POINTERS	0x03
#define SCSIMESS_DISCONNECT		0x04
#define SCSIMESS_INIT_DETECTED_ERROR	0x05
#define SCSIMESS_ABORT			0x06
#define SCSIMESS_MESSAGE_REJECT		0x07
#define SCSIMESS_NO_OPERATION		0x08
#define SCSIMESS_MESS_PARITY_ERROR	0x09
#define SCSIMESS_LINK_CMD_COMP		0x0a
#define SCSIMESS_LINK_CMD_COMP_W_FLAG	0x0b
#define SCSIMESS_BUS_DEVICE_RESET	0x0c
#define SCSIMESS_ABORT_WITH_TAG		0x0d
#define SCSIMESS_CLEAR_QUEUE		0x0e
#define SCSIMESS_INITIATE_RECOVERY	0x0f
#define SCSIMESS_RELEASE_RECOVERY	0x10
#define SCSIMESS_TERMINATE_IO_PROCESS	0x11
#define SCSIMESS_SIMPLE_QUEUE_TAG	0x20
#define SCSIMESS_HEAD_OF_QUEUE_TAG	0x21
#define SCSIMESS_ORDERED_QUEUE_TAG	0x22
#define SCSIMESS_IGNORE_WIDE_RESIDUE	0x23
#define SCSIMESS_IDENTIFY		0x80
#define SCSIMESS_IDENTIFY_WITH_DISCON	0xc0
#define SCSIMESS_MODIFY_DATA_POINTER	0x00
#define SCSIMESS_SYNCHRONOUS_DATA_REQ	0x01
#define SCSIMESS_WIDE_DATA_REQUEST	0x03
#define SCSIMESS_MODIFY_DATA_LENGTH	0x05
#define SCSIMESS_SYNCH_DATA_LENGTH	0x03
#define SCSIMESS_WIDE_DATA_LENGTH	0x02

/* Sense keys. */
#define SCSI_SENSE_NO_SENSE		0x00
#define SCSI_SENSE_RECOVERED_ERROR	0x01
#define SCSI_SENSE_NOT_READY		0x02
#define SCSI_SENSE_MEDIUM_ERROR		0x03
#define SCSI_SENSE_HARDWARE_ERROR	0x04
#define SCSI_SENSE_ILLEGAL_REQUEST	0x05
#define SCSI_SENSE_UNIT_ATTENTION	0x06
#define SCSI_SENSE_DATA_PROTECT		0x07
#define SCSI_SENSE_BLANK_CHECK		0x08
#define SCSI_SENSE_UNIQUE		0x09
#define SCSI_SENSE_COPY_ABORTED		0x0a
#define SCSI_SENSE_ABORTED_COMMAND	0x0b
#define SCSI_SENSE_EQUAL		0x0c
#define SCSI_SENSE_VOL_OVERFLOW		0x0d
#define SCSI_SENSE_MISCOMPARE		0x0e
#define SCSI_SENSE_RESERVED		0x0f

/* Additional sense codes. */
#define SCSI_ADSENSE_NO_SENSE		0x00
#define SCSI_ADSENSE_NO_SEEK_COMPLETE	0x02
#define SCSI_ADSENSE_LUN_NOT_READY	0x04
#define SCSI_ADSENSE_WRITE_ERROR	0x0c
#define SCSI_ADSENSE_TRACK_ERROR	0x14
#define SCSI_ADSENSE_SEEK_ERROR		0x15
#define SCSI_ADSENSE_REC_DATA_NOECC	0x17
#define SCSI_ADSENSE_REC_DATA_ECC	0x18
#define SCSI_ADSENSE_ILLEGAL_COMMAND	0x20
#define SCSI_ADSENSE_ILLEGAL_BLOCK	0x21
#define SCSI_ADSENSE_INVALID_CDB	0x24
#define SCSI_ADSENSE_INVALID_LUN	0x25
#define SCSI_ADSENSE_WRITE_PROTECT	0x27
#define SCSI_ADSENSE_MEDIUM_CHANGED	0x28
#define SCSI_ADSENSE_BUS_RESET		0x29
#define SCSI_ADSENSE_INVALID_MEDIA	0x30
#define SCSI_ADSENSE_NO_MEDIA_IN_DEVICE	0x3a

/* Device types. */
#define DIRECT_ACCESS_DEVICE		0x00
#define SEQUENTIAL_ACCESS_DEVICE	0x01
#define PRINTER_DEVICE			0x02
#define PROCESSOR_DEVICE		0x03
#define WRITE_ONCE_READ_MULTIPLE_DEVICE	0x04
#define READ_ONLY_DIRECT_ACCESS_DEVICE	0x05
#define SCANNER_DEVICE			0x06
#define OPTICAL_DEVICE			0x07
#define COMMUNICATION_DEVICE		0x09

/* Mode pages. */
#define MODE_PAGE_ERROR_RECOVERY	0x01
#define MODE_PAGE_DISCONNECT		0x02
#define MODE_PAGE_FORMAT_DEVICE		0x03
#define MODE_PAGE_RIGID_GEOMETRY	0x04
#define MODE_PAGE_CACHING		0x08
#define MODE_PAGE_CONTROL		0x0a
#define MODE_PAGE_CAPABILITIES		0x2a
#define MODE_SENSE_RETURN_ALL		0x3f
#define MODE_SENSE_CURRENT_VALUES	0x00
#define MODE_SENSE_CHANGEABLE_VALUES	0x40
#define MODE_SENSE_SAVED_VALUES		0xc0
#define MODE_DSP_FUA_SUPPORTED		0x10
#define MODE_DSP_WRITE_PROTECT		0x80

/* Sizes. */
#define INQUIRYDATABUFFERSIZE		36
#define CDB6GENERIC_LENGTH		6
#define CDB10GENERIC_LENGTH		10
#define CDB12GENERIC_LENGTH		12
#define MODE_HEADER_LENGTH		4
#define MODE_HEADER_LENGTH10		8
#define MODE_BLOCK_DESC_LENGTH		8

typedef union _CDB {
	struct _CDB6GENERIC {
		UCHAR OperationCode;
		UCHAR Immediate:1;
		UCHAR CommandUniqueBits:4;
		UCHAR LogicalUnitNumber:3;
		UCHAR CommandUniqueBytes[3];
		UCHAR Link:1;
		UCHAR Flag:1;
		UCHAR Reserved:4;
		UCHAR VendorUnique:2;
	} CDB6GENERIC;
	struct _CDB6READWRITE {
		UCHAR OperationCode;
		UCHAR LogicalBlockMsb1:5;
		UCHAR LogicalUnitNumber:3;
		UCHAR LogicalBlockMsb0;
		UCHAR LogicalBlockLsb;
		UCHAR TransferBlocks;
		UCHAR Control;
	} CDB6READWRITE;
	struct _CDB6INQUIRY {
		UCHAR OperationCode;
		UCHAR Reserved1:5;
		UCHAR LogicalUnitNumber:3;
		UCHAR PageCode;
		UCHAR IReserved;
		UCHAR AllocationLength;
		UCHAR Control;
	} CDB6INQUIRY;
	struct _CDB6INQUIRY3 {
		UCHAR OperationCode;
		UCHAR EnableVitalProductData:1;
		UCHAR CommandSupportData:1;
		UCHAR Reserved1:6;
		UCHAR PageCode;
		UCHAR Reserved2;
		UCHAR AllocationLength;
		UCHAR Control;
	} CDB6INQUIRY3;
	struct _CDB10 {
		UCHAR OperationCode;
		UCHAR RelativeAddress:1;
		UCHAR Reserved1:2;
		UCHAR ForceUnitAccess:1;
		UCHAR DisablePageOut:1;
		UCHAR LogicalUnitNumber:3;
		UCHAR LogicalBlockByte0;
		UCHAR LogicalBlockByte1;
		UCHAR LogicalBlockByte2;
		UCHAR LogicalBlockByte3;
		UCHAR Reserved2;
		UCHAR TransferBlocksMsb;
		UCHAR TransferBlocksLsb;
		UCHAR Control;
	} CDB10;
	struct _CDB12 {
		UCHAR OperationCode;
		UCHAR RelativeAddress:1;
		UCHAR Reserved1:2;
		UCHAR ForceUnitAccess:1;
		UCHAR DisablePageOut:1;
		UCHAR LogicalUnitNumber:3;
		UCHAR LogicalBlock[4];
		UCHAR TransferLength[4];
		UCHAR Reserved2;
		UCHAR Control;
	} CDB12;
	struct _MODE_SENSE {
		UCHAR OperationCode;
		UCHAR Reserved1:3;
		UCHAR Dbd:1;
		UCHAR Reserved2:1;
		UCHAR LogicalUnitNumber:3;
		UCHAR PageCode:6;
		UCHAR Pc:2;
		UCHAR Reserved3;
		UCHAR AllocationLength;
		UCHAR Control;
	} MODE_SENSE;
	struct _MODE_SENSE10 {
		UCHAR OperationCode;
		UCHAR Reserved1:3;
		UCHAR Dbd:1;
		UCHAR Reserved2:1;
		UCHAR LogicalUnitNumber:3;
		UCHAR PageCode:6;
		UCHAR Pc:2;
		UCHAR Reserved3[4];
		UCHAR AllocationLength[2];
		UCHAR Control;
	} MODE_SENSE10;
	struct _START_STOP {
		UCHAR OperationCode;
		UCHAR Immediate:1;
		UCHAR Reserved1:4;
		UCHAR LogicalUnitNumber:3;
		UCHAR Reserved2[2];
		UCHAR Start:1;
		UCHAR LoadEject:1;
		UCHAR Reserved3:6;
		UCHAR Control;
	} START_STOP;
	UCHAR AsByte[16];
	ULONG AsUlong[4];
} CDB, *PCDB;

typedef struct _INQUIRYDATA {
	UCHAR DeviceType:5;
	UCHAR DeviceTypeQualifier:3;
	UCHAR DeviceTypeModifier:7;
	UCHAR RemovableMedia:1;
	UCHAR Versions;
	UCHAR ResponseDataFormat:4;
	UCHAR HiSupport:1;
	UCHAR NormACA:1;
	UCHAR TerminateTask:1;
	UCHAR AERC:1;
	UCHAR AdditionalLength;
	UCHAR Reserved;
	UCHAR Addr16:1;
	UCHAR Addr32:1;
	UCHAR AckReqQ:1;
	UCHAR MediumChanger:1;
	UCHAR MultiPort:1;
	UCHAR Reserved2:1;
	UCHAR EnclosureServices:1;
	UCHAR ReservedBit2:1;
	UCHAR SoftReset:1;
	UCHAR CommandQueue:1;
	UCHAR TransferDisable:1;
	UCHAR LinkedCommands:1;
	UCHAR Synchronous:1;
	UCHAR Wide16Bit:1;
	UCHAR Wide32Bit:1;
	UCHAR RelativeAddressing:1;
	UCHAR VendorId[8];
	UCHAR ProductId[16];
	UCHAR ProductRevisionLevel[4];
	UCHAR VendorSpecific[20];
	UCHAR Reserved3[40];
} INQUIRYDATA, *PINQUIRYDATA;

typedef struct _SENSE_DATA {
	UCHAR ErrorCode:7;
	UCHAR Valid:1;
	UCHAR SegmentNumber;
	UCHAR SenseKey:4;
	UCHAR Reserved:1;
	UCHAR IncorrectLength:1;
	UCHAR EndOfMedia:1;
	UCHAR FileMark:1;
	UCHAR Information[4];
	UCHAR AdditionalSenseLength;
	UCHAR CommandSpecificInformation[4];
	UCHAR AdditionalSenseCode;
	UCHAR AdditionalSenseCodeQualifier;
	UCHAR FieldReplaceableUnitCode;
	UCHAR SenseKeySpecific[3];
} SENSE_DATA, *PSENSE_DATA;

typedef struct _READ_CAPACITY_DATA {
	ULONG LogicalBlockAddress;
	ULONG BytesPerBlock;
} READ_CAPACITY_DATA, *PREAD_CAPACITY_DATA;

typedef struct _MODE_PARAMETER_HEADER {
	UCHAR ModeDataLength;
	UCHAR MediumType;
	UCHAR DeviceSpecificParameter;
	UCHAR BlockDescriptorLength;
} MODE_PARAMETER_HEADER, *PMODE_PARAMETER_HEADER;

typedef struct _MODE_PARAMETER_BLOCK {
	UCHAR DensityCode;
	UCHAR NumberOfBlocks[3];
	UCHAR Reserved;
	UCHAR BlockLength[3];
} MODE_PARAMETER_BLOCK, *PMODE_PARAMETER_BLOCK;

/* Copy a number in the other byte order. Any alignment of both will do. */
#define REVERSE_BYTES(_to, _from) \
	do { \
		const UCHAR *from_ = (const UCHAR *)(_from); \
		PUCHAR to_ = (PUCHAR)(_to); \
		to_[0] = from_[3]; \
		to_[1] = from_[2]; \
		to_[2] = from_[1]; \
		to_[3] = from_[0]; \
	} while (0)
#define REVERSE_BYTES_SHORT(_to, _from) \
	do { \
		const UCHAR *from_ = (const UCHAR *)(_from); \
		PUCHAR to_ = (PUCHAR)(_to); \
		to_[0] = from_[1]; \
		to_[1] = from_[0]; \
	} while (0)

#endif /* _PIOSCSI_SCSIPORT_SCSI_H */
