/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface between a ScsiPort miniport and its port: requests, the
 * configuration, the routines of both. Documentation/scsiport.rst says which of
 * these functions have an effect.
 */
#ifndef _PIOSCSI_SCSIPORT_SRB_H
#define _PIOSCSI_SCSIPORT_SRB_H

#include "miniport.h"

/* Limits. */
#define SP_UNINITIALIZED_VALUE		((ULONG)~0)
#define SP_UNTAGGED			((UCHAR)~0)
#define SCSI_MAXIMUM_LOGICAL_UNITS	8
#define SCSI_MAXIMUM_TARGETS		8
#define SCSI_MAXIMUM_TARGETS_PER_BUS	128
#define SCSI_MAXIMUM_LUNS_PER_TARGET	255
#define SCSI_MAXIMUM_BUSES		8
#define SCSI_MINIMUM_PHYSICAL_BREAKS	16
#define SCSI_MAXIMUM_PHYSICAL_BREAKS	255
#define MAXIMUM_CDB_SIZE		12

/* Bits of Dma64BitAddresses. */
#define SCSI_DMA64_MINIPORT_SUPPORTED	0x01
#define SCSI_DMA64_SYSTEM_SUPPORTED	0x80

/* Results of HwScsiFindAdapter. */
#define SP_RETURN_NOT_FOUND		0
#define SP_RETURN_FOUND			1
#define SP_RETURN_ERROR			2
#define SP_RETURN_BAD_CONFIG		3

/* Error codes of ScsiPortLogError(). */
#define SP_BUS_PARITY_ERROR		0x0001
#define SP_UNEXPECTED_DISCONNECT	0x0002
#define SP_INVALID_RESELECTION		0x0003
#define SP_BUS_TIME_OUT			0x0004
#define SP_PROTOCOL_ERROR		0x0005
#define SP_INTERNAL_ADAPTER_ERROR	0x0006
#define SP_REQUEST_TIMEOUT		0x0007
#define SP_IRQ_NOT_RESPONDING		0x0008
#define SP_BAD_FW_WARNING		0x0009
#define SP_BAD_FW_ERROR			0x000a

/* Function of a request. */
#define SRB_FUNCTION_EXECUTE_SCSI	0x00
#define SRB_FUNCTION_CLAIM_DEVICE	0x01
#define SRB_FUNCTION_IO_CONTROL		0x02
#define SRB_FUNCTION_RECEIVE_EVENT	0x03
#define SRB_FUNCTION_RELEASE_QUEUE	0x04
#define SRB_FUNCTION_ATTACH_DEVICE	0x05
#define SRB_FUNCTION_RELEASE_DEVICE	0x06
#define SRB_FUNCTION_SHUTDOWN		0x07
#define SRB_FUNCTION_FLUSH		0x08
#define SRB_FUNCTION_ABORT_COMMAND	0x10
#define SRB_FUNCTION_RELEASE_RECOVERY	0x11
#define SRB_FUNCTION_RESET_BUS		0x12
#define SRB_FUNCTION_RESET_DEVICE	0x13
#define SRB_FUNCTION_TERMINATE_IO	0x14
#define SRB_FUNCTION_FLUSH_QUEUE	0x15
#define SRB_FUNCTION_REMOVE_DEVICE	0x16
#define SRB_FUNCTION_WMI		0x17
#define SRB_FUNCTION_LOCK_QUEUE		0x18
#define SRB_FUNCTION_UNLOCK_QUEUE	0x19
#define SRB_FUNCTION_RESET_LOGICAL_UNIT	0x20
#define SRB_FUNCTION_POWER		0x24
#define SRB_FUNCTION_PNP		0x25

/* Status of a request. */
#define SRB_STATUS_PENDING		0x00
#define SRB_STATUS_SUCCESS		0x01
#define SRB_STATUS_ABORTED		0x02
#define SRB_STATUS_ABORT_FAILED		0x03
#define SRB_STATUS_ERROR		0x04
#define SRB_STATUS_BUSY			0x05
#define SRB_STATUS_INVALID_REQUEST	0x06
#define SRB_STATUS_INVALID_PATH_ID	0x07
#define SRB_STATUS_NO_DEVICE		0x08
#define SRB_STATUS_TIMEOUT		0x09
#define SRB_STATUS_SELECTION_TIMEOUT	0x0a
#define SRB_STATUS_COMMAND_TIMEOUT	0x0b
#define SRB_STATUS_MESSAGE_REJECTED	0x0d
#define SRB_STATUS_BUS_RESET		0x0e
#define SRB_STATUS_PARITY_ERROR		0x0f
#define SRB_STATUS_REQUEST_SENSE_FAILED	0x10
#define SRB_STATUS_NO_HBA		0x11
#define SRB_STATUS_DATA_OVERRUN		0x12
#define SRB_STATUS_UNEXPECTED_BUS_FREE	0x13
#define SRB_STATUS_PHASE_SEQUENCE_FAILURE	0x14
#define SRB_STATUS_BAD_SRB_BLOCK_LENGTH	0x15
#define SRB_STATUS_REQUEST_FLUSHED	0x16
#define SRB_STATUS_INVALID_LUN		0x20
#define SRB_STATUS_INVALID_TARGET_ID	0x21
#define SRB_STATUS_BAD_FUNCTION		0x22
#define SRB_STATUS_ERROR_RECOVERY	0x23
#define SRB_STATUS_NOT_POWERED		0x24
#define SRB_STATUS_LINK_DOWN		0x25
#define SRB_STATUS_INTERNAL_ERROR	0x30
#define SRB_STATUS_QUEUE_FROZEN		0x40
#define SRB_STATUS_AUTOSENSE_VALID	0x80

#define SRB_STATUS(_status) \
	((_status) & ~(SRB_STATUS_AUTOSENSE_VALID | SRB_STATUS_QUEUE_FROZEN))

/* Flags of a request. */
#define SRB_FLAGS_QUEUE_ACTION_ENABLE	0x00000002
#define SRB_FLAGS_DISABLE_DISCONNECT	0x00000004
#define SRB_FLAGS_DISABLE_SYNCH_TRANSFER	0x00000008
#define SRB_FLAGS_BYPASS_FROZEN_QUEUE	0x00000010
#define SRB_FLAGS_DISABLE_AUTOSENSE	0x00000020
#define SRB_FLAGS_DATA_IN		0x00000040
#define SRB_FLAGS_DATA_OUT		0x00000080
#define SRB_FLAGS_NO_DATA_TRANSFER	0x00000000
#define SRB_FLAGS_UNSPECIFIED_DIRECTION	0x000000c0
#define SRB_FLAGS_NO_QUEUE_FREEZE	0x00000100
#define SRB_FLAGS_ADAPTER_CACHE_ENABLE	0x00000200
#define SRB_FLAGS_FREE_SENSE_BUFFER	0x00000400
#define SRB_FLAGS_IS_ACTIVE		0x00010000
#define SRB_FLAGS_ALLOCATED_FROM_ZONE	0x00020000
#define SRB_FLAGS_SGLIST_FROM_POOL	0x00040000
#define SRB_FLAGS_BYPASS_LOCKED_QUEUE	0x00080000
#define SRB_FLAGS_NO_KEEP_AWAKE		0x00100000
#define SRB_FLAGS_PORT_DRIVER_ALLOCSENSE	0x00200000
#define SRB_FLAGS_PORT_DRIVER_SENSEHASPORT	0x00400000
#define SRB_FLAGS_DONT_START_NEXT_PACKET	0x00800000
#define SRB_FLAGS_PORT_DRIVER_RESERVED	0x0f000000
#define SRB_FLAGS_CLASS_DRIVER_RESERVED	0xf0000000

/* Queue actions. */
#define SRB_SIMPLE_TAG_REQUEST		0x20
#define SRB_HEAD_OF_QUEUE_TAG_REQUEST	0x21
#define SRB_ORDERED_QUEUE_TAG_REQUEST	0x22

typedef PHYSICAL_ADDRESS SCSI_PHYSICAL_ADDRESS, *PSCSI_PHYSICAL_ADDRESS;

typedef struct _ACCESS_RANGE {
	SCSI_PHYSICAL_ADDRESS RangeStart;
	ULONG RangeLength;
	BOOLEAN RangeInMemory;
} ACCESS_RANGE, *PACCESS_RANGE;

typedef struct _SCSI_REQUEST_BLOCK {
	USHORT Length;
	UCHAR Function;
	UCHAR SrbStatus;
	UCHAR ScsiStatus;
	UCHAR PathId;
	UCHAR TargetId;
	UCHAR Lun;
	UCHAR QueueTag;
	UCHAR QueueAction;
	UCHAR CdbLength;
	UCHAR SenseInfoBufferLength;
	ULONG SrbFlags;
	ULONG DataTransferLength;
	ULONG TimeOutValue;
	PVOID DataBuffer;
	PVOID SenseInfoBuffer;
	struct _SCSI_REQUEST_BLOCK *NextSrb;
	PVOID OriginalRequest;
	PVOID SrbExtension;
	union {
		ULONG InternalStatus;
		ULONG QueueSortKey;
		ULONG LinkTimeoutValue;
	};
	ULONG Reserved;
	UCHAR Cdb[16];
} SCSI_REQUEST_BLOCK, *PSCSI_REQUEST_BLOCK;

#define SCSI_REQUEST_BLOCK_SIZE	sizeof(SCSI_REQUEST_BLOCK)

typedef struct _PORT_CONFIGURATION_INFORMATION {
	ULONG Length;
	ULONG SystemIoBusNumber;
	INTERFACE_TYPE AdapterInterfaceType;
	ULONG BusInterruptLevel;
	ULONG BusInterruptVector;
	KINTERRUPT_MODE InterruptMode;
	ULONG MaximumTransferLength;
	ULONG NumberOfPhysicalBreaks;
	ULONG DmaChannel;
	ULONG DmaPort;
	DMA_WIDTH DmaWidth;
	DMA_SPEED DmaSpeed;
	ULONG AlignmentMask;
	ULONG NumberOfAccessRanges;
	ACCESS_RANGE (*AccessRanges)[];
	PVOID Reserved;
	UCHAR NumberOfBuses;
	UCHAR InitiatorBusId[8];
	BOOLEAN ScatterGather;
	BOOLEAN Master;
	BOOLEAN CachesData;
	BOOLEAN AdapterScansDown;
	BOOLEAN AtdiskPrimaryClaimed;
	BOOLEAN AtdiskSecondaryClaimed;
	BOOLEAN Dma32BitAddresses;
	BOOLEAN DemandMode;
	BOOLEAN MapBuffers;
	BOOLEAN NeedPhysicalAddresses;
	BOOLEAN TaggedQueuing;
	BOOLEAN AutoRequestSense;
	BOOLEAN MultipleRequestPerLu;
	BOOLEAN ReceiveEvent;
	BOOLEAN RealModeInitialized;
	BOOLEAN BufferAccessScsiPortControlled;
	UCHAR MaximumNumberOfTargets;
	UCHAR ReservedUchars[2];
	ULONG SlotNumber;
	ULONG BusInterruptLevel2;
	ULONG BusInterruptVector2;
	KINTERRUPT_MODE InterruptMode2;
	ULONG DmaChannel2;
	ULONG DmaPort2;
	DMA_WIDTH DmaWidth2;
	DMA_SPEED DmaSpeed2;
	ULONG DeviceExtensionSize;
	ULONG SpecificLuExtensionSize;
	ULONG SrbExtensionSize;
	UCHAR Dma64BitAddresses;
	BOOLEAN ResetTargetSupported;
	UCHAR MaximumNumberOfLogicalUnits;
	BOOLEAN WmiDataProvider;
} PORT_CONFIGURATION_INFORMATION, *PPORT_CONFIGURATION_INFORMATION;

typedef enum _SCSI_NOTIFICATION_TYPE {
	RequestComplete,
	NextRequest,
	NextLuRequest,
	ResetDetected,
	CallDisableInterrupts,
	CallEnableInterrupts,
	RequestTimerCall,
	BusChangeDetected,
	WMIEvent,
	WMIReregister
} SCSI_NOTIFICATION_TYPE, *PSCSI_NOTIFICATION_TYPE;

typedef enum _SCSI_ADAPTER_CONTROL_TYPE {
	ScsiQuerySupportedControlTypes,
	ScsiStopAdapter,
	ScsiRestartAdapter,
	ScsiSetBootConfig,
	ScsiSetRunningConfig,
	ScsiAdapterControlMax
} SCSI_ADAPTER_CONTROL_TYPE, *PSCSI_ADAPTER_CONTROL_TYPE;

typedef enum _SCSI_ADAPTER_CONTROL_STATUS {
	ScsiAdapterControlSuccess,
	ScsiAdapterControlUnsuccessful
} SCSI_ADAPTER_CONTROL_STATUS, *PSCSI_ADAPTER_CONTROL_STATUS;

typedef struct _SCSI_SUPPORTED_CONTROL_TYPE_LIST {
	ULONG MaxControlType;
	BOOLEAN SupportedTypeList[];
} SCSI_SUPPORTED_CONTROL_TYPE_LIST, *PSCSI_SUPPORTED_CONTROL_TYPE_LIST;

/* The routines of the miniport. */
typedef BOOLEAN (*PHW_INITIALIZE)(PVOID DeviceExtension);
typedef BOOLEAN (*PHW_STARTIO)(PVOID DeviceExtension, PSCSI_REQUEST_BLOCK Srb);
typedef BOOLEAN (*PHW_INTERRUPT)(PVOID DeviceExtension);
typedef VOID (*PHW_TIMER)(PVOID DeviceExtension);
typedef VOID (*PHW_DMA_STARTED)(PVOID DeviceExtension);
typedef ULONG (*PHW_FIND_ADAPTER)(PVOID DeviceExtension, PVOID HwContext,
				  PVOID BusInformation, PCHAR ArgumentString,
				  PPORT_CONFIGURATION_INFORMATION ConfigInfo,
				  PBOOLEAN Again);
typedef BOOLEAN (*PHW_RESET_BUS)(PVOID DeviceExtension, ULONG PathId);
typedef BOOLEAN (*PHW_ADAPTER_STATE)(PVOID DeviceExtension, PVOID Context,
				     BOOLEAN SaveState);
typedef SCSI_ADAPTER_CONTROL_STATUS
(*PHW_ADAPTER_CONTROL)(PVOID DeviceExtension,
		       SCSI_ADAPTER_CONTROL_TYPE ControlType, PVOID Parameters);

typedef struct _HW_INITIALIZATION_DATA {
	ULONG HwInitializationDataSize;
	INTERFACE_TYPE AdapterInterfaceType;
	PHW_INITIALIZE HwInitialize;
	PHW_STARTIO HwStartIo;
	PHW_INTERRUPT HwInterrupt;
	PHW_FIND_ADAPTER HwFindAdapter;
	PHW_RESET_BUS HwResetBus;
	PHW_DMA_STARTED HwDmaStarted;
	PHW_ADAPTER_STATE HwAdapterState;
	ULONG DeviceExtensionSize;
	ULONG SpecificLuExtensionSize;
	ULONG SrbExtensionSize;
	ULONG NumberOfAccessRanges;
	PVOID Reserved;
	BOOLEAN MapBuffers;
	BOOLEAN NeedPhysicalAddresses;
	BOOLEAN TaggedQueuing;
	BOOLEAN AutoRequestSense;
	BOOLEAN MultipleRequestPerLu;
	BOOLEAN ReceiveEvent;
	USHORT VendorIdLength;
	PVOID VendorId;
	union {
		USHORT ReservedUshort;
		USHORT PortVersionFlags;
	};
	USHORT DeviceIdLength;
	PVOID DeviceId;
	PHW_ADAPTER_CONTROL HwAdapterControl;
} HW_INITIALIZATION_DATA, *PHW_INITIALIZATION_DATA;

/* The entry point of the miniport. */
ULONG DriverEntry(PVOID DriverObject, PVOID Argument2);

/* Initialisation and configuration. */
ULONG ScsiPortInitialize(PVOID Argument1, PVOID Argument2,
			 struct _HW_INITIALIZATION_DATA *HwInitializationData,
			 PVOID HwContext);
BOOLEAN ScsiPortValidateRange(PVOID HwDeviceExtension, INTERFACE_TYPE BusType,
			      ULONG SystemIoBusNumber,
			      SCSI_PHYSICAL_ADDRESS IoAddress,
			      ULONG NumberOfBytes, BOOLEAN InIoSpace);
PVOID ScsiPortGetDeviceBase(PVOID HwDeviceExtension, INTERFACE_TYPE BusType,
			    ULONG SystemIoBusNumber,
			    SCSI_PHYSICAL_ADDRESS IoAddress,
			    ULONG NumberOfBytes, BOOLEAN InIoSpace);
VOID ScsiPortFreeDeviceBase(PVOID HwDeviceExtension, PVOID MappedAddress);
ULONG ScsiPortGetBusData(PVOID DeviceExtension, ULONG BusDataType,
			 ULONG SystemIoBusNumber, ULONG SlotNumber,
			 PVOID Buffer, ULONG Length);
ULONG ScsiPortSetBusDataByOffset(PVOID DeviceExtension, ULONG BusDataType,
				 ULONG SystemIoBusNumber, ULONG SlotNumber,
				 PVOID Buffer, ULONG Offset, ULONG Length);

/* Bus-master DMA. */
PVOID ScsiPortGetUncachedExtension(PVOID HwDeviceExtension,
				   PPORT_CONFIGURATION_INFORMATION ConfigInfo,
				   ULONG NumberOfBytes);
SCSI_PHYSICAL_ADDRESS
ScsiPortGetPhysicalAddress(PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb,
			   PVOID VirtualAddress, ULONG *Length);
PVOID ScsiPortGetVirtualAddress(PVOID HwDeviceExtension,
				SCSI_PHYSICAL_ADDRESS PhysicalAddress);
SCSI_PHYSICAL_ADDRESS
ScsiPortConvertUlongToPhysicalAddress(ULONG_PTR UlongAddress);
#define ScsiPortConvertPhysicalAddressToUlong(_address) ((_address).LowPart)

/* While requests are served. */
VOID ScsiPortNotification(SCSI_NOTIFICATION_TYPE NotificationType,
			  PVOID HwDeviceExtension, ...);
VOID ScsiPortCompleteRequest(PVOID HwDeviceExtension, UCHAR PathId,
			     UCHAR TargetId, UCHAR Lun, UCHAR SrbStatus);
PVOID ScsiPortGetLogicalUnit(PVOID HwDeviceExtension, UCHAR PathId,
			     UCHAR TargetId, UCHAR Lun);
PSCSI_REQUEST_BLOCK ScsiPortGetSrb(PVOID DeviceExtension, UCHAR PathId,
				   UCHAR TargetId, UCHAR Lun, LONG QueueTag);
VOID ScsiPortLogError(PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb,
		      UCHAR PathId, UCHAR TargetId, UCHAR Lun, ULONG ErrorCode,
		      ULONG UniqueId);

/* At any time. */
VOID ScsiPortStallExecution(ULONG Delay);
VOID ScsiPortQuerySystemTime(PLARGE_INTEGER CurrentTime);
VOID ScsiPortMoveMemory(PVOID WriteBuffer, PVOID ReadBuffer, ULONG Length);
VOID ScsiDebugPrint(ULONG DebugPrintLevel, PCCHAR DebugMessage, ...);
#define DebugPrint(_arguments)	ScsiDebugPrint _arguments

/* Registers in I/O space (Port) and in memory (Register). */
UCHAR ScsiPortReadPortUchar(PUCHAR Address);
VOID ScsiPortWritePortUchar(PUCHAR Address, UCHAR Value);
VOID ScsiPortReadPortBufferUchar(PUCHAR Address, PUCHAR Buffer,
				 ULONG Count);
VOID ScsiPortWritePortBufferUchar(PUCHAR Address, PUCHAR Buffer,
				  ULONG Count);
USHORT ScsiPortReadPortUshort(PUSHORT Address);
VOID ScsiPortWritePortUshort(PUSHORT Address, USHORT Value);
VOID ScsiPortReadPortBufferUshort(PUSHORT Address, PUSHORT Buffer,
				  ULONG Count);
VOID ScsiPortWritePortBufferUshort(PUSHORT Address, PUSHORT Buffer,
				   ULONG Count);
ULONG ScsiPortReadPortUlong(PULONG Address);
VOID ScsiPortWritePortUlong(PULONG Address, ULONG Value);
VOID ScsiPortReadPortBufferUlong(PULONG Address, PULONG Buffer,
				 ULONG Count);
VOID ScsiPortWritePortBufferUlong(PULONG Address, PULONG Buffer,
				  ULONG Count);
UCHAR ScsiPortReadRegisterUchar(PUCHAR Address);
VOID ScsiPortWriteRegisterUchar(PUCHAR Address, UCHAR Value);
VOID ScsiPortReadRegisterBufferUchar(PUCHAR Address, PUCHAR Buffer,
				     ULONG Count);
VOID ScsiPortWriteRegisterBufferUchar(PUCHAR Address, PUCHAR Buffer,
				      ULONG Count);
USHORT ScsiPortReadRegisterUshort(PUSHORT Address);
VOID ScsiPortWriteRegisterUshort(PUSHORT Address, USHORT Value);
VOID ScsiPortReadRegisterBufferUshort(PUSHORT Address, PUSHORT Buffer,
				      ULONG Count);
VOID ScsiPortWriteRegisterBufferUshort(PUSHORT Address, PUSHORT Buffer,
				       ULONG Count);
ULONG ScsiPortReadRegisterUlong(PULONG Address);
VOID ScsiPortWriteRegisterUlong(PULONG Address, ULONG Value);
VOID ScsiPortReadRegisterBufferUlong(PULONG Address, PULONG Buffer,
				     ULONG Count);
VOID ScsiPortWriteRegisterBufferUlong(PULONG Address, PULONG Buffer,
				      ULONG Count);

#define READ_PORT_UCHAR		ScsiPortReadPortUchar
#define READ_PORT_BUFFER_UCHAR	ScsiPortReadPortBufferUchar
#define WRITE_PORT_UCHAR		ScsiPortWritePortUchar
#define WRITE_PORT_BUFFER_UCHAR	ScsiPortWritePortBufferUchar
#define READ_PORT_USHORT		ScsiPortReadPortUshort
#define READ_PORT_BUFFER_USHORT	ScsiPortReadPortBufferUshort
#define WRITE_PORT_USHORT		ScsiPortWritePortUshort
#define WRITE_PORT_BUFFER_USHORT	ScsiPortWritePortBufferUshort
#define READ_PORT_ULONG		ScsiPortReadPortUlong
#define READ_PORT_BUFFER_ULONG	ScsiPortReadPortBufferUlong
#define WRITE_PORT_ULONG		ScsiPortWritePortUlong
#define WRITE_PORT_BUFFER_ULONG	ScsiPortWritePortBufferUlong
#define READ_REGISTER_UCHAR		ScsiPortReadRegisterUchar
#define READ_REGISTER_BUFFER_UCHAR	ScsiPortReadRegisterBufferUchar
#define WRITE_REGISTER_UCHAR		ScsiPortWriteRegisterUchar
#define WRITE_REGISTER_BUFFER_UCHAR	ScsiPortWriteRegisterBufferUchar
#define READ_REGISTER_USHORT		ScsiPortReadRegisterUshort
#define READ_REGISTER_BUFFER_USHORT	ScsiPortReadRegisterBufferUshort
#define WRITE_REGISTER_USHORT		ScsiPortWriteRegisterUshort
#define WRITE_REGISTER_BUFFER_USHORT	ScsiPortWriteRegisterBufferUshort
#define READ_REGISTER_ULONG		ScsiPortReadRegisterUlong
#define READ_REGISTER_BUFFER_ULONG	ScsiPortReadRegisterBufferUlong
#define WRITE_REGISTER_ULONG		ScsiPortWriteRegisterUlong
#define WRITE_REGISTER_BUFFER_ULONG	ScsiPortWriteRegisterBufferUlong

#endif /* _PIOSCSI_SCSIPORT_SRB_H */
