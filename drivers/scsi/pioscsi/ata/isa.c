// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels on ISA. The bus cannot be searched, so parameters name the channels,
 * which become platform devices.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/platform_device.h>
#include <linux/property.h>

#include "glue.h"
#include "io.h"

#define ISA_MAX		4

/* Most properties of a channel. */
#define PROPERTIES_MAX	6

/* Distance of the control register from the command block on a PC/AT. */
#define CTL_OFFSET	0x206

/* Registers that are further apart than 8 ports do not exist. */
#define SHIFT_MAX	3

/* The last I/O port and the last interrupt of ISA. */
#define PORT_MAX	0xffffU
#define IRQ_MAX		15

static unsigned int isa_cmd[ISA_MAX], isa_ctl[ISA_MAX];
static int isa_irq[ISA_MAX], num_isa, num_ctl, num_irq;
module_param_hw_array(isa_cmd, uint, ioport, &num_isa, 0444);
MODULE_PARM_DESC(isa_cmd,
		 "first I/O port of the command block of each ISA channel, up to four, 0x1 to 0xfff8 (default none)");
module_param_hw_array(isa_ctl, uint, ioport, &num_ctl, 0444);
MODULE_PARM_DESC(isa_ctl,
		 "I/O port of the control register of each ISA channel, up to 0xffff; 0: isa_cmd + 0x206 (default 0)");
module_param_hw_array(isa_irq, int, irq, &num_irq, 0444);
MODULE_PARM_DESC(isa_irq,
		 "interrupt of each ISA channel, 1 to 15; 0: the channel is polled (default 0)");

static unsigned int isa_shift[ISA_MAX], num_shift;
module_param_array(isa_shift, uint, &num_shift, 0444);
MODULE_PARM_DESC(isa_shift,
		 "binary logarithm of the distance of the registers of each ISA channel, 0 to 3 (default 0)");

static unsigned int isa_width[ISA_MAX], num_width;
module_param_array(isa_width, uint, &num_width, 0444);
MODULE_PARM_DESC(isa_width,
		 "width of the data port of each ISA channel in bits, 8 or 16; 0: 16, or 8 if IDENTIFY shows it (default 0)");

static bool isa_no_iordy[ISA_MAX];
static unsigned int num_no_iordy;
module_param_array(isa_no_iordy, bool, &num_no_iordy, 0444);
MODULE_PARM_DESC(isa_no_iordy,
		 "1: the adapter of an ISA channel does not connect the line IORDY (default 0 for each channel)");

static bool isa_swap_data[ISA_MAX];
static unsigned int num_swap_data;
module_param_array(isa_swap_data, bool, &num_swap_data, 0444);
MODULE_PARM_DESC(isa_swap_data,
		 "1: the adapter of an ISA channel swaps the bytes of each 16-bit word of data (default 0 for each channel)");

static struct platform_device *channels[ISA_MAX];

static unsigned int ctl_port(unsigned int i)
{
	return isa_ctl[i] ?: isa_cmd[i] + CTL_OFFSET;
}

/* The last port of the command block must be a valid port, too. */
static int check_ports(unsigned int i)
{
	const unsigned int last = PORT_MAX -
				  (PIOATA_IO_CMD_BYTES << isa_shift[i]) + 1;

	if (!isa_cmd[i] || isa_cmd[i] > last) {
		pr_err("invalid isa_cmd=%#x: must be 0x1 to %#x\n", isa_cmd[i],
		       last);
		return -EINVAL;
	}
	if (ctl_port(i) > PORT_MAX) {
		pr_err("invalid %s=%#x: the control register must be a port up to %#x\n",
		       isa_ctl[i] ? "isa_ctl" : "isa_cmd",
		       isa_ctl[i] ?: isa_cmd[i], PORT_MAX);
		return -EINVAL;
	}
	return 0;
}

static int check_shift(unsigned int i)
{
	if (isa_shift[i] <= SHIFT_MAX)
		return 0;
	pr_err("invalid isa_shift=%u: must be 0 to %u\n", isa_shift[i],
	       SHIFT_MAX);
	return -EINVAL;
}

static int check_width(unsigned int i)
{
	if (!isa_width[i] || isa_width[i] == 8 || isa_width[i] == 16)
		return 0;
	pr_err("invalid isa_width=%u: must be 8, 16 or 0\n", isa_width[i]);
	return -EINVAL;
}

static int check_count(const char *name, int count)
{
	if (count <= num_isa)
		return 0;
	pr_err("%s has %d values, but isa_cmd has %d: each channel needs isa_cmd\n",
	       name, count, num_isa);
	return -EINVAL;
}

static int check_params(void)
{
	int i, err;

	err = check_count("isa_ctl", num_ctl) ?:
	      check_count("isa_irq", num_irq) ?:
	      check_count("isa_shift", num_shift) ?:
	      check_count("isa_width", num_width) ?:
	      check_count("isa_no_iordy", num_no_iordy) ?:
	      check_count("isa_swap_data", num_swap_data);
	for (i = 0; i < num_isa && !err; i++) {
		err = check_shift(i) ?: check_ports(i) ?: check_width(i);
		if (!err && (isa_irq[i] < 0 || isa_irq[i] > IRQ_MAX)) {
			pr_err("invalid isa_irq=%d: must be 1 to %d, or 0 to poll\n",
			       isa_irq[i], IRQ_MAX);
			err = -EINVAL;
		}
	}
	return err;
}

static bool has_exclusive_irq(unsigned int i)
{
	int other;

	for (other = 0; other < num_isa; other++)
		if (other != i && isa_irq[other] == isa_irq[i])
			return false;
	return pioata_glue_is_edge(isa_irq[i]);
}

/* Add a property at the end of the list. */
static void add_property(struct property_entry *properties,
			 struct property_entry property)
{
	while (properties->name)
		properties++;
	*properties = property;
}

static void add_flag(struct property_entry *properties, const char *name,
		     bool is_set)
{
	if (is_set)
		add_property(properties, PROPERTY_ENTRY_BOOL(name));
}

/*
 * The platform device has no resources for the ports: adding it would also add
 * them to the resource tree, around those of another driver. The probe requests
 * the ports instead.
 */
static struct platform_device *add_channel(unsigned int i)
{
	const u32 ports[] = {
		isa_cmd[i],
		ctl_port(i),
	};
	struct property_entry properties[PROPERTIES_MAX + 1] = {
		PROPERTY_ENTRY_U32_ARRAY(PIOATA_GLUE_PORTS, ports),
		PROPERTY_ENTRY_U32("reg-shift", isa_shift[i]),
	};
	const struct resource irq = DEFINE_RES_IRQ(isa_irq[i]);
	const struct platform_device_info info = {
		.name = PIOATA_GLUE_NAME,
		.id = i,
		.res = &irq,
		.num_res = isa_irq[i] ? 1 : 0,
		.properties = properties,
	};

	if (isa_width[i])
		add_property(properties,
			     PROPERTY_ENTRY_U32("reg-io-width",
						isa_width[i] / BITS_PER_BYTE));
	add_flag(properties, PIOATA_GLUE_EXCLUSIVE, has_exclusive_irq(i));
	add_flag(properties, PIOATA_GLUE_NO_IORDY, isa_no_iordy[i]);
	add_flag(properties, PIOATA_GLUE_SWAP_DATA, isa_swap_data[i]);
	return platform_device_register_full(&info);
}

/**
 * pioata_isa_init() - put the channels that the parameters name into service
 *
 * Context: task; may sleep.
 * Return: 0 or a negative error.
 */
int pioata_isa_init(void)
{
	int i, err = check_params();

	if (err)
		return err;
	for (i = 0; i < num_isa; i++) {
		struct platform_device *pdev = add_channel(i);

		if (IS_ERR(pdev)) {
			pr_err("cannot add the ISA channel at %#x: error %ld\n",
			       isa_cmd[i], PTR_ERR(pdev));
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
