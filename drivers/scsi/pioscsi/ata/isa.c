// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels on ISA, which nobody announces: they are told by parameters, and
 * become platform devices.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/platform_device.h>

#include "glue.h"
#include "io.h"

#define ISA_MAX		4

/* Where the control block is, unless told: as on the PC/AT. */
#define CTL_OFFSET	0x206

static unsigned int isa_cmd[ISA_MAX], isa_ctl[ISA_MAX];
static int isa_irq[ISA_MAX], num_isa;
module_param_hw_array(isa_cmd, uint, ioport, &num_isa, 0444);
MODULE_PARM_DESC(isa_cmd, "First ports of the command blocks of ISA channels");
module_param_hw_array(isa_ctl, uint, ioport, NULL, 0444);
MODULE_PARM_DESC(isa_ctl,
		 "Ports of their control registers (command block + 0x206)");
module_param_hw_array(isa_irq, int, irq, NULL, 0444);
MODULE_PARM_DESC(isa_irq, "Their interrupts, 0 to poll");

static struct platform_device *channels[ISA_MAX];

static struct platform_device *add_channel(unsigned int i)
{
	unsigned int ctl = isa_ctl[i] ?: isa_cmd[i] + CTL_OFFSET;
	const struct resource res[] = {
		DEFINE_RES_IO(isa_cmd[i], ATA_IO_CMD_BYTES),
		DEFINE_RES_IO(ctl, 1),
		DEFINE_RES_IRQ(isa_irq[i]),
	};

	return platform_device_register_simple(ATA_GLUE_NAME, i, res,
					       ARRAY_SIZE(res) - !isa_irq[i]);
}

/**
 * ata_isa_init() - take the channels that were told of into service
 *
 * Context: task; may sleep.
 * Return: 0 or a negative error.
 */
int ata_isa_init(void)
{
	unsigned int i;

	for (i = 0; i < num_isa; i++) {
		struct platform_device *pdev = add_channel(i);

		if (IS_ERR(pdev)) {
			pr_err("no ISA channel at %#x: %ld\n", isa_cmd[i],
			       PTR_ERR(pdev));
			ata_isa_exit();
			return PTR_ERR(pdev);
		}
		channels[i] = pdev;
	}
	return 0;
}

/**
 * ata_isa_exit() - undo ata_isa_init()
 *
 * Context: task; sleeps.
 */
void ata_isa_exit(void)
{
	unsigned int i;

	for (i = ISA_MAX; i-- > 0;) {
		platform_device_unregister(channels[i]);
		channels[i] = NULL;
	}
}
