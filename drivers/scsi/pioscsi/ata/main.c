// SPDX-License-Identifier: GPL-2.0-only
/* The module: initialisation and exit of each bus, in the reverse order. */
#include <linux/module.h>
#include <pioscsi/version.h>

#include "glue.h"

static int __init pioata_init(void)
{
	int err = pioata_glue_init();

	if (err)
		return err;
	err = pioata_platform_init();
	if (err)
		goto glue_exit;
	err = pioata_isa_init();
	if (err)
		goto platform_exit;
	err = pioata_pci_init();
	if (err)
		goto isa_exit;
	return 0;

isa_exit:
	pioata_isa_exit();
platform_exit:
	pioata_platform_exit();
glue_exit:
	pioata_glue_exit();
	return err;
}

static void __exit pioata_exit(void)
{
	pioata_pci_exit();
	pioata_isa_exit();
	pioata_platform_exit();
	pioata_glue_exit();
}

module_init(pioata_init);
module_exit(pioata_exit);
MODULE_AUTHOR("Seed b4971795 maintainers <maintainers@users.noreply.h-seed-b4971795.example>");
MODULE_DESCRIPTION("ATA and ATAPI devices by programmed I/O");
MODULE_VERSION(PIOSCSI_VERSION);
MODULE_LICENSE("GPL");
