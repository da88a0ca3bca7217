/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the kernel module of a ScsiPort miniport and pioscsi_scsiport. For
 * drivers/scsi/pioscsi/scsiport/miniport/module.c only, which is built into
 * each such module; a miniport's own source does not include this.
 */
#ifndef _PIOSCSI_SCSIPORT_MODULE_H
#define _PIOSCSI_SCSIPORT_MODULE_H

#include <linux/module.h>

struct scsiport_state;

/* Most ranges of I/O ports that a parameter names. */
#define SCSIPORT_IO_MAX		4

/**
 * struct scsiport_driver - a miniport, as its module registers it
 * @name: name of the module
 * @owner: the module
 * @entry: the miniport's DriverEntry
 * @argument: text for HwScsiFindAdapter, or %NULL
 * @io: first I/O port of each range of an HBA on ISA
 * @io_len: number of I/O ports of each range
 * @nr_io: number of ranges
 * @irq: interrupt of an HBA on ISA, or 0
 * @probe: HwScsiFindAdapter may search for an HBA on ISA at other addresses
 * @ids: PCI IDs to bind, "VVVV:DDDD" in hexadecimal, separated by commas, or
 *	%NULL for the IDs of the miniport
 * @verify: check the calls of the miniport against the rules
 * @state: private to pioscsi_scsiport
 */
struct scsiport_driver {
	const char *name;
	struct module *owner;
	unsigned int (*entry)(void *object, void *argument);
	const char *argument;
	unsigned int io[SCSIPORT_IO_MAX];
	unsigned int io_len[SCSIPORT_IO_MAX];
	unsigned int nr_io;
	unsigned int irq;
	bool probe;
	const char *ids;
	bool verify;
	struct scsiport_state *state;
};

int scsiport_register(struct scsiport_driver *drv);
void scsiport_unregister(struct scsiport_driver *drv);

#endif /* _PIOSCSI_SCSIPORT_MODULE_H */
