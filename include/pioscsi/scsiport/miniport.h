/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types of a ScsiPort miniport. No header of Linux is included, because the
 * names of both worlds collide. ULONG has 32 bits, also where long has 64.
 */
#ifndef _PIOSCSI_SCSIPORT_MINIPORT_H
#define _PIOSCSI_SCSIPORT_MINIPORT_H

/* Annotations and calling conventions have no meaning here. */
#define NTAPI
#define STDCALL
#define CDECL
#define FASTCALL
#define __stdcall
#define __cdecl
#define __fastcall
#define SCSIPORT_API
#define SCSIPORTAPI
#define DECLSPEC_IMPORT
#define FAR
#define UNALIGNED
#define _In_
#define _In_z_
#define _In_opt_
#define _Out_
#define _Out_opt_
#define _Inout_
#define _Inout_opt_
#define _Use_decl_annotations_
#define _Must_inspect_result_
#define UNREFERENCED_PARAMETER(_p)	((void)(_p))

/* The kernel's own sources, which include this header too, use these names. */
#ifndef __KERNEL_SOURCE_OF_SCSIPORT__
#define IN
#define OUT
#define OPTIONAL
#ifndef NULL
#define NULL		((void *)0)
#endif
#endif

#ifndef TRUE
#define TRUE		1
#define FALSE		0
#endif

#ifndef VOID
#define VOID		void
#endif
#ifndef CONST
#define CONST		const
#endif

/* The kernel's compiler headers have this macro; a program's may not. */
#ifndef __aligned
#define __aligned(_x)	__attribute__((__aligned__(_x)))
#endif

typedef void *PVOID;
typedef char CHAR, *PCHAR, CCHAR, *PCCHAR, *PSZ;
typedef const char *PCSTR;
typedef unsigned char UCHAR, *PUCHAR;
typedef unsigned char BOOLEAN, *PBOOLEAN;
typedef short SHORT, *PSHORT, CSHORT;
typedef unsigned short USHORT, *PUSHORT;
typedef unsigned short WCHAR, *PWCHAR;
typedef int LONG, *PLONG;
typedef unsigned int ULONG, *PULONG;
typedef unsigned int ULONG32, *PULONG32;
typedef int NTSTATUS;
/*
 * Windows aligns 64-bit numbers to 8 bytes on 32-bit CPUs, too. On i386 gcc
 * aligns the members of a structure to 4 bytes only.
 */
typedef long long LONGLONG __aligned(8), *PLONGLONG;
typedef unsigned long long ULONGLONG __aligned(8), *PULONGLONG;
typedef unsigned long ULONG_PTR, *PULONG_PTR;
typedef long LONG_PTR, *PLONG_PTR;
typedef unsigned long SIZE_T, *PSIZE_T;

typedef union _LARGE_INTEGER {
	struct {
		ULONG LowPart;
		LONG HighPart;
	};
	struct {
		ULONG LowPart;
		LONG HighPart;
	} u;
	LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

#define STATUS_SUCCESS		((NTSTATUS)0)
#define STATUS_UNSUCCESSFUL	((NTSTATUS)0xc0000001)

typedef enum _INTERFACE_TYPE {
	InterfaceTypeUndefined = -1,
	Internal,
	Isa,
	Eisa,
	MicroChannel,
	TurboChannel,
	PCIBus,
	VMEBus,
	NuBus,
	PCMCIABus,
	CBus,
	MPIBus,
	MPSABus,
	ProcessorInternal,
	InternalPowerBus,
	PNPISABus,
	PNPBus,
	Vmcs,
	ACPIBus,
	MaximumInterfaceType
} INTERFACE_TYPE, *PINTERFACE_TYPE;

typedef enum _BUS_DATA_TYPE {
	ConfigurationSpaceUndefined = -1,
	Cmos,
	EisaConfiguration,
	Pos,
	CbusConfiguration,
	PCIConfiguration,
	VMEConfiguration,
	NuBusConfiguration,
	PCMCIAConfiguration,
	MPIConfiguration,
	MPSAConfiguration,
	PNPISAConfiguration,
	SgiInternalConfiguration,
	MaximumBusDataType
} BUS_DATA_TYPE, *PBUS_DATA_TYPE;

typedef enum _KINTERRUPT_MODE {
	LevelSensitive,
	Latched
} KINTERRUPT_MODE;

typedef enum _DMA_WIDTH {
	Width8Bits,
	Width16Bits,
	Width32Bits,
	Width64Bits,
	WidthNoWrap,
	MaximumDmaWidth
} DMA_WIDTH, *PDMA_WIDTH;

typedef enum _DMA_SPEED {
	Compatible,
	TypeA,
	TypeB,
	TypeC,
	TypeF,
	MaximumDmaSpeed
} DMA_SPEED, *PDMA_SPEED;

/* PCI configuration space, as ScsiPortGetBusData() stores it. */
#define PCI_TYPE0_ADDRESSES	6
#define PCI_TYPE1_ADDRESSES	2
#define PCI_MAX_DEVICES		32
#define PCI_MAX_FUNCTION	8
#define PCI_INVALID_VENDORID	0xffff

typedef struct _PCI_SLOT_NUMBER {
	union {
		struct {
			ULONG DeviceNumber:5;
			ULONG FunctionNumber:3;
			ULONG Reserved:24;
		} bits;
		ULONG AsULONG;
	} u;
} PCI_SLOT_NUMBER, *PPCI_SLOT_NUMBER;

typedef struct _PCI_COMMON_CONFIG {
	USHORT VendorID;
	USHORT DeviceID;
	USHORT Command;
	USHORT Status;
	UCHAR RevisionID;
	UCHAR ProgIf;
	UCHAR SubClass;
	UCHAR BaseClass;
	UCHAR CacheLineSize;
	UCHAR LatencyTimer;
	UCHAR HeaderType;
	UCHAR BIST;
	union {
		struct _PCI_HEADER_TYPE_0 {
			ULONG BaseAddresses[PCI_TYPE0_ADDRESSES];
			ULONG CIS;
			USHORT SubVendorID;
			USHORT SubSystemID;
			ULONG ROMBaseAddress;
			UCHAR CapabilitiesPtr;
			UCHAR Reserved1[3];
			ULONG Reserved2;
			UCHAR InterruptLine;
			UCHAR InterruptPin;
			UCHAR MinimumGrant;
			UCHAR MaximumLatency;
		} type0;
	} u;
	UCHAR DeviceSpecific[192];
} PCI_COMMON_CONFIG, *PPCI_COMMON_CONFIG;

#define PCI_COMMON_HDR_LENGTH	64

/* Functions of a C library. The kernel has them. */
#ifndef __KERNEL_SOURCE_OF_SCSIPORT__
void *memset(void *to, int value, SIZE_T length);
void *memcpy(void *to, const void *from, SIZE_T length);
void *memmove(void *to, const void *from, SIZE_T length);
int memcmp(const void *one, const void *other, SIZE_T length);
SIZE_T strlen(const char *text);
int strcmp(const char *one, const char *other);
int strncmp(const char *one, const char *other, SIZE_T length);
char *strstr(const char *text, const char *part);
#endif

#define FIELD_OFFSET(_type, _field) \
	((LONG)__builtin_offsetof(_type, _field))
#define CONTAINING_RECORD(_address, _type, _field) \
	((_type *)((PCHAR)(_address) - FIELD_OFFSET(_type, _field)))

#define RtlZeroMemory(_to, _length)		memset(_to, 0, _length)
#define RtlFillMemory(_to, _length, _value)	memset(_to, _value, _length)
#define RtlCopyMemory(_to, _from, _length)	memcpy(_to, _from, _length)
#define RtlMoveMemory(_to, _from, _length)	memmove(_to, _from, _length)
#define RtlEqualMemory(_one, _other, _length) \
	(!memcmp(_one, _other, _length))

#define ASSERT(_condition)	((void)0)

#endif /* _PIOSCSI_SCSIPORT_MINIPORT_H */
