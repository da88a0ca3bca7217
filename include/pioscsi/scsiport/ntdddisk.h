/* SPDX-License-Identifier: GPL-2.0-only */
/* ATA commands in private requests to a miniport. */
#ifndef _PIOSCSI_SCSIPORT_NTDDDISK_H
#define _PIOSCSI_SCSIPORT_NTDDDISK_H

#include "miniport.h"
#include "devioctl.h"

typedef struct _IDEREGS {
	UCHAR bFeaturesReg;
	UCHAR bSectorCountReg;
	UCHAR bSectorNumberReg;
	UCHAR bCylLowReg;
	UCHAR bCylHighReg;
	UCHAR bDriveHeadReg;
	UCHAR bCommandReg;
	UCHAR bReserved;
} IDEREGS, *PIDEREGS, *LPIDEREGS;

#pragma pack(push, 1)

typedef struct _GETVERSIONINPARAMS {
	UCHAR bVersion;
	UCHAR bRevision;
	UCHAR bReserved;
	UCHAR bIDEDeviceMap;
	ULONG fCapabilities;
	ULONG dwReserved[4];
} GETVERSIONINPARAMS, *PGETVERSIONINPARAMS, *LPGETVERSIONINPARAMS;

typedef struct _SENDCMDINPARAMS {
	ULONG cBufferSize;
	IDEREGS irDriveRegs;
	UCHAR bDriveNumber;
	UCHAR bReserved[3];
	ULONG dwReserved[4];
	UCHAR bBuffer[1];
} SENDCMDINPARAMS, *PSENDCMDINPARAMS, *LPSENDCMDINPARAMS;

typedef struct _DRIVERSTATUS {
	UCHAR bDriverError;
	UCHAR bIDEError;
	UCHAR bReserved[2];
	ULONG dwReserved[2];
} DRIVERSTATUS, *PDRIVERSTATUS, *LPDRIVERSTATUS;

typedef struct _SENDCMDOUTPARAMS {
	ULONG cBufferSize;
	DRIVERSTATUS DriverStatus;
	UCHAR bBuffer[1];
} SENDCMDOUTPARAMS, *PSENDCMDOUTPARAMS, *LPSENDCMDOUTPARAMS;

#pragma pack(pop)

/* Capabilities, commands and sizes. */
#define CAP_ATA_ID_CMD			1
#define CAP_ATAPI_ID_CMD		2
#define CAP_SMART_CMD			4
#define IDENTIFY_BUFFER_SIZE		512
#define READ_ATTRIBUTE_BUFFER_SIZE	512
#define READ_THRESHOLD_BUFFER_SIZE	512
#define ATAPI_ID_CMD			0xa1
#define ID_CMD				0xec
#define SMART_CMD			0xb0
#define SMART_CYL_LOW			0x4f
#define SMART_CYL_HI			0xc2
#define READ_ATTRIBUTES			0xd0
#define READ_THRESHOLDS			0xd1
#define ENABLE_DISABLE_AUTOSAVE		0xd2
#define SAVE_ATTRIBUTE_VALUES		0xd3
#define EXECUTE_OFFLINE_DIAGS		0xd4
#define ENABLE_SMART			0xd8
#define DISABLE_SMART			0xd9
#define RETURN_SMART_STATUS		0xda

#endif /* _PIOSCSI_SCSIPORT_NTDDDISK_H */
