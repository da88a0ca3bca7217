// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register access. The address comes from ScsiPortGetDeviceBase() and tells
 * whether it is an I/O port. Long transfers are interrupted for other tasks.
 */
#include <linux/export.h>
#include <linux/io.h>
#include <linux/minmax.h>

#include "cpu.h"
#include "nt.h"

/* Most elements between two calls of the scheduler: below 1 ms on ISA. */
#define PIECE		256U

static inline void __iomem *reg(void *address)
{
	return (void __iomem *)address;
}

#define SP_SINGLE(_space, _name, _type, _bits)				\
_type ScsiPortRead##_space##_name(_type *address)			\
{									\
	return ioread##_bits(reg(address));				\
}									\
EXPORT_SYMBOL_GPL(ScsiPortRead##_space##_name);				\
									\
void ScsiPortWrite##_space##_name(_type *address, _type value)		\
{									\
	iowrite##_bits(value, reg(address));				\
}									\
EXPORT_SYMBOL_GPL(ScsiPortWrite##_space##_name)

/* A buffer through one register: the data port. */
#define SP_PORT_BUFFER(_name, _type, _bits)				\
void ScsiPortReadPortBuffer##_name(_type *address, _type *buffer,	\
				   ULONG count)				\
{									\
	ULONG part;							\
									\
	for (; count; count -= part, buffer += part) {			\
		part = min(count, PIECE);				\
		ioread##_bits##_rep(reg(address), buffer, part);	\
		sp_share_cpu();						\
	}								\
}									\
EXPORT_SYMBOL_GPL(ScsiPortReadPortBuffer##_name);			\
									\
void ScsiPortWritePortBuffer##_name(_type *address, _type *buffer,	\
				    ULONG count)			\
{									\
	ULONG part;							\
									\
	for (; count; count -= part, buffer += part) {			\
		part = min(count, PIECE);				\
		iowrite##_bits##_rep(reg(address), buffer, part);	\
		sp_share_cpu();						\
	}								\
}									\
EXPORT_SYMBOL_GPL(ScsiPortWritePortBuffer##_name)

/* A buffer through consecutive addresses: memory of the HBA. */
#define SP_REGISTER_BUFFER(_name, _type, _bits)				\
void ScsiPortReadRegisterBuffer##_name(_type *address, _type *buffer,	\
				       ULONG count)			\
{									\
	ULONG i;							\
									\
	for (i = 0; i < count; i++) {					\
		buffer[i] = ioread##_bits(reg(address + i));		\
		if (i % PIECE == PIECE - 1)				\
			sp_share_cpu();					\
	}								\
}									\
EXPORT_SYMBOL_GPL(ScsiPortReadRegisterBuffer##_name);			\
									\
void ScsiPortWriteRegisterBuffer##_name(_type *address, _type *buffer,	\
					ULONG count)			\
{									\
	ULONG i;							\
									\
	for (i = 0; i < count; i++) {					\
		iowrite##_bits(buffer[i], reg(address + i));		\
		if (i % PIECE == PIECE - 1)				\
			sp_share_cpu();					\
	}								\
}									\
EXPORT_SYMBOL_GPL(ScsiPortWriteRegisterBuffer##_name)

#define SP_WIDTH(_name, _type, _bits)					\
	SP_SINGLE(Port, _name, _type, _bits);				\
	SP_SINGLE(Register, _name, _type, _bits);			\
	SP_PORT_BUFFER(_name, _type, _bits);				\
	SP_REGISTER_BUFFER(_name, _type, _bits)

SP_WIDTH(Uchar, UCHAR, 8);
SP_WIDTH(Ushort, USHORT, 16);
SP_WIDTH(Ulong, ULONG, 32);
