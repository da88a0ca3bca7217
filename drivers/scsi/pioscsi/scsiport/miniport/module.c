// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel module around a miniport: its parameters, and the call of its
 * DriverEntry. The file Kbuild beside this one builds it into the module of
 * each miniport.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/printk.h>
#include <pioscsi/scsiport/module.h>

/* The miniport's; ULONG has 32 bits. */
unsigned int DriverEntry(void *object, void *argument);

static unsigned int io[SCSIPORT_IO_MAX];
static unsigned int nr_io;
module_param_hw_array(io, uint, ioport, &nr_io, 0444);
MODULE_PARM_DESC(io, "first I/O port of each range of an HBA on ISA, up to 4 (default none)");

static unsigned int io_len[SCSIPORT_IO_MAX];
static unsigned int nr_len;
module_param_array(io_len, uint, &nr_len, 0444);
MODULE_PARM_DESC(io_len, "number of I/O ports of each range, 1 to 256 (default 8, 1, 1, 1)");

static unsigned int irq;
module_param_hw(irq, uint, irq, 0444);
MODULE_PARM_DESC(irq, "interrupt of an HBA on ISA; 0: none (default 0)");

static bool probe;
module_param_hw(probe, bool, other, 0444);
MODULE_PARM_DESC(probe, "let the miniport search for an HBA on ISA at its own addresses, 0 or 1 (default 0)");

static char *argument;
module_param(argument, charp, 0444);
MODULE_PARM_DESC(argument, "argument string for HwScsiFindAdapter (default none)");

static char *ids;
module_param(ids, charp, 0444);
MODULE_PARM_DESC(ids, "PCI IDs to bind, VVVV:DDDD in hexadecimal, with commas, at most 4 (default the miniport's)");

static bool verify = true;
module_param(verify, bool, 0444);
MODULE_PARM_DESC(verify, "report rules that the miniport breaks, 0 or 1 (default 1)");

static struct scsiport_driver driver = {
	.name = KBUILD_MODNAME,
	.owner = THIS_MODULE,
	.entry = DriverEntry,
};

/* The last I/O port of ISA. */
#define PORT_MAX	0xffffU

#define IO_LEN_MAX	256U

/* As an ATA channel has them: 8 registers, and then single ones. */
static unsigned int default_len(unsigned int range)
{
	return range ? 1 : 8;
}

static int __init check_ranges(void)
{
	unsigned int i;

	for (i = 0; i < nr_len; i++)
		if (!io_len[i] || io_len[i] > IO_LEN_MAX) {
			pr_err("invalid io_len=%u: must be 1 to %u\n",
			       io_len[i], IO_LEN_MAX);
			return -EINVAL;
		}
	if (nr_len > nr_io) {
		pr_err("io_len has %u values, but io has %u: each range needs io\n",
		       nr_len, nr_io);
		return -EINVAL;
	}
	for (i = 0; i < nr_io; i++)
		if (!io[i] || io[i] > PORT_MAX + 1 - driver.io_len[i]) {
			pr_err("invalid io=%#x: must be 0x1 to %#x for %u ports\n",
			       io[i], PORT_MAX + 1 - driver.io_len[i],
			       driver.io_len[i]);
			return -EINVAL;
		}
	return 0;
}

static int __init miniport_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < nr_io; i++) {
		driver.io[i] = io[i];
		driver.io_len[i] = i < nr_len ? io_len[i] : default_len(i);
	}
	err = check_ranges();
	if (err)
		return err;
	driver.nr_io = nr_io;
	driver.irq = irq;
	driver.probe = probe;
	driver.argument = argument;
	driver.ids = ids;
	driver.verify = verify;
	return scsiport_register(&driver);
}
module_init(miniport_init);

static void __exit miniport_exit(void)
{
	scsiport_unregister(&driver);
}
module_exit(miniport_exit);

#ifdef MINIPORT_AUTHOR
MODULE_AUTHOR(MINIPORT_AUTHOR);
#endif
MODULE_DESCRIPTION("ScsiPort miniport " KBUILD_MODNAME);
MODULE_LICENSE(MINIPORT_LICENSE);
