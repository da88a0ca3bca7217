// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels on ISA, which nobody announces: they are told by parameters, and
 * become platform devices.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/platform_device.h>
#include <linux/property.h>

#include "glue.h"

#define ISA_MAX		4

/* Where the control block is, unless told: as on the PC/AT. */
#define CTL_OFFSET	0x206

/* There are no more on ISA. */
#define PORT_MAX	0xffff

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

/*
 * The ports are no resources of the device: those are put into the tree around
 * whatever is there, and taken out of it with that. Who has the ports is asked
 * by the probe.
 */
static struct platform_device *add_channel(unsigned int i)
{
	const u32 ports[] = {
		isa_cmd[i],
		isa_ctl[i] ?: isa_cmd[i] + CTL_OFFSET,
	};
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_U32_ARRAY(PIOATA_GLUE_PORTS, ports),
		{ }
	};
	const struct resource irq = DEFINE_RES_IRQ(isa_irq[i]);
	const struct platform_device_info info = {
		.name = PIOATA_GLUE_NAME,
		.id = i,
		.res = &irq,
		.num_res = isa_irq[i] ? 1 : 0,
		.properties = properties,
	};

	if (max(ports[0], ports[1]) > PORT_MAX)
		return ERR_PTR(-EINVAL);
	return platform_device_register_full(&info);
}

/**
 * pioata_isa_init() - take the channels that were told of into service
 *
 * Context: task; may sleep.
 * Return: 0 or a negative error.
 */
int pioata_isa_init(void)
{
	unsigned int i;

	for (i = 0; i < num_isa; i++) {
		struct platform_device *pdev = add_channel(i);

		if (IS_ERR(pdev)) {
			pr_err("no ISA channel at %#x: %ld\n", isa_cmd[i],
			       PTR_ERR(pdev));
			pioata_isa_exit();
			return PTR_ERR(pdev);
		}
		channels[i] = pdev;
	}
	return 0;
}

/**
 * pioata_isa_exit() - undo pioata_isa_init()
 *
 * Context: task; sleeps.
 */
void pioata_isa_exit(void)
{
	unsigned int i;

	for (i = ISA_MAX; i-- > 0;) {
		platform_device_unregister(channels[i]);
		channels[i] = NULL;
	}
}
