// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameters of the simulated HBA, named as scsi_debug names them
 * where it has them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bits.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "chip.h"
#include "medium.h"
#include "params.h"
#include "target.h"

static unsigned int num_hosts = 1;
module_param(num_hosts, uint, 0444);
MODULE_PARM_DESC(num_hosts, "host adapters, 1 to 32 (default 1)");

static unsigned int num_tgts = 1;
module_param(num_tgts, uint, 0444);
MODULE_PARM_DESC(num_tgts, "targets of each host, 1 to 16 (default 1)");

static unsigned int max_luns = 1;
module_param(max_luns, uint, 0444);
MODULE_PARM_DESC(max_luns, "logical units of each target, 1 to 256 (default 1)");

static unsigned int dev_size_mb = 64;
module_param(dev_size_mb, uint, 0444);
MODULE_PARM_DESC(dev_size_mb, "capacity of each logical unit in MiB, 1 to 4194304 (default 64)");

static unsigned int sector_size = 512;
module_param(sector_size, uint, 0444);
MODULE_PARM_DESC(sector_size, "logical block length: 512, 1024, 2048 or 4096 (default 512)");

static unsigned int max_queue = 32;
module_param(max_queue, uint, 0444);
MODULE_PARM_DESC(max_queue, "commands that a host takes at a time, 1 to 1024 (default 32)");

static unsigned int num_lines;
module_param(num_lines, uint, 0444);
MODULE_PARM_DESC(num_lines, "interrupt lines that the hosts share, at most num_hosts; 0: one each (default 0)");

static unsigned int bus_ns = 120;
module_param(bus_ns, uint, 0444);
MODULE_PARM_DESC(bus_ns, "time of a 16-bit access of the data port in ns, 0 to 100000 (default 120)");

static unsigned int reg_ns;
module_param(reg_ns, uint, 0444);
MODULE_PARM_DESC(reg_ns, "time of an access of any other register in ns, 0 to 100000 (default 0)");

static unsigned int latency_us = 20;
module_param(latency_us, uint, 0444);
MODULE_PARM_DESC(latency_us, "time from command to first interrupt in us, 0 to 10000000 (default 20)");

static unsigned int fifo_bytes = 4096;
module_param(fifo_bytes, uint, 0444);
MODULE_PARM_DESC(fifo_bytes, "data bytes for each interrupt, an even number up to 1048576; 0: all (default 4096)");

static char *line = "level";
module_param(line, charp, 0444);
MODULE_PARM_DESC(line, "trigger of the interrupt lines, level or edge; edge needs a line for each host (default level)");

static unsigned int can_mask = 1;
module_param(can_mask, uint, 0444);
MODULE_PARM_DESC(can_mask, "whether the chip's interrupts can be masked, 0 or 1 (default 1)");

static unsigned int has_irq = 1;
module_param(has_irq, uint, 0444);
MODULE_PARM_DESC(has_irq, "whether a host has an interrupt, 0 or 1; without, it is polled (default 1)");

static unsigned int tagged = 1;
module_param(tagged, uint, 0444);
MODULE_PARM_DESC(tagged, "whether logical units take more than one command at a time, 0 or 1 (default 1)");

static unsigned int num_dead;
module_param(num_dead, uint, 0444);
MODULE_PARM_DESC(num_dead, "host adapters, the last ones, whose chip is dead, 0 to 32 (default 0)");

static unsigned int mem_mb;
module_param(mem_mb, uint, 0444);
MODULE_PARM_DESC(mem_mb, "most memory of all media together in MiB, at most the RAM without high memory; 0: half of that (default 0)");

static unsigned int fake_rw;
module_param(fake_rw, uint, 0444);
MODULE_PARM_DESC(fake_rw, "drop written data and read zeroes, 0 or 1 (default 0)");

static unsigned int shared_luns;
module_param(shared_luns, uint, 0444);
MODULE_PARM_DESC(shared_luns, "whether all hosts reach the same logical units, 0 or 1 (default 0)");

static unsigned int physblk_exp;
module_param(physblk_exp, uint, 0444);
MODULE_PARM_DESC(physblk_exp, "log2 of the logical blocks in a physical block, 0 to 15 (default 0)");

static unsigned int lowest_aligned;
module_param(lowest_aligned, uint, 0444);
MODULE_PARM_DESC(lowest_aligned, "LBA of the first logical block at the start of a physical block, 0 to 16383, less than 2^physblk_exp (default 0)");

static unsigned int removable;
module_param(removable, uint, 0444);
MODULE_PARM_DESC(removable, "whether media are removable, 0 or 1 (default 0)");

static unsigned int wp;
module_param(wp, uint, 0444);
MODULE_PARM_DESC(wp, "whether media are write protected, 0 or 1 (default 0)");

static unsigned int unmap_granularity;
module_param(unmap_granularity, uint, 0444);
MODULE_PARM_DESC(unmap_granularity, "optimal unmap granularity in logical blocks, 0 to 4294967295; 0: those of 4 KiB (default 0)");

static unsigned int unmap_alignment;
module_param(unmap_alignment, uint, 0444);
MODULE_PARM_DESC(unmap_alignment, "alignment of the first unmap granule in logical blocks, 0 to 2147483647, less than the granularity (default 0)");

static unsigned int lbpu = 1;
module_param(lbpu, uint, 0444);
MODULE_PARM_DESC(lbpu, "whether UNMAP is supported, 0 or 1 (default 1)");

static unsigned int lbpws = 1;
module_param(lbpws, uint, 0444);
MODULE_PARM_DESC(lbpws, "whether WRITE SAME can unmap, 0 or 1 (default 1)");

static unsigned int lbprz = 1;
module_param(lbprz, uint, 0444);
MODULE_PARM_DESC(lbprz, "whether unmapped blocks are reported to read as zeroes, 0 or 1 (default 1)");

/**
 * struct sim_limit - the valid range of a parameter
 * @name: its name
 * @value: its variable
 * @min: least value
 * @max: greatest value
 */
struct sim_limit {
	const char *name;
	const unsigned int *value;
	unsigned int min;
	unsigned int max;
};

static const struct sim_limit limits[] = {
	{ "num_hosts", &num_hosts, 1, 32 },
	{ "num_tgts", &num_tgts, 1, 16 },
	{ "max_luns", &max_luns, 1, 256 },
	{ "dev_size_mb", &dev_size_mb, 1, SZ_4M },
	{ "sector_size", &sector_size, SZ_512, SZ_4K },
	{ "max_queue", &max_queue, 1, SIM_DEPTH_MAX },
	{ "num_lines", &num_lines, 0, 32 },
	{ "bus_ns", &bus_ns, 0, 100000 },
	{ "reg_ns", &reg_ns, 0, 100000 },
	{ "latency_us", &latency_us, 0, 10000000 },
	{ "fifo_bytes", &fifo_bytes, 0, SZ_1M },
	{ "can_mask", &can_mask, 0, 1 },
	{ "has_irq", &has_irq, 0, 1 },
	{ "tagged", &tagged, 0, 1 },
	{ "num_dead", &num_dead, 0, 32 },
	{ "fake_rw", &fake_rw, 0, 1 },
	{ "shared_luns", &shared_luns, 0, 1 },
	{ "physblk_exp", &physblk_exp, 0, 15 },
	{ "lowest_aligned", &lowest_aligned, 0, 0x3fff },
	{ "removable", &removable, 0, 1 },
	{ "wp", &wp, 0, 1 },
	{ "unmap_alignment", &unmap_alignment, 0, S32_MAX },
	{ "lbpu", &lbpu, 0, 1 },
	{ "lbpws", &lbpws, 0, 1 },
	{ "lbprz", &lbprz, 0, 1 },
};

/**
 * sim_trigger() - return the trigger of the interrupt lines
 *
 * Context: any.
 * Return: level or edge.
 */
enum sim_trigger sim_trigger(void)
{
	return strcmp(line, "edge") ? SIM_TRIGGER_LEVEL : SIM_TRIGGER_EDGE;
}

static int check_one(const struct sim_limit *limit)
{
	if (*limit->value >= limit->min && *limit->value <= limit->max)
		return 0;
	pr_err("invalid %s=%u: must be %u to %u\n", limit->name, *limit->value,
	       limit->min, limit->max);
	return -EINVAL;
}

/* The chunks of a medium are not in high memory. */
static unsigned long ram_mb(void)
{
	return (totalram_pages() - totalhigh_pages()) >> (20 - PAGE_SHIFT);
}

/* Called after the checks of the single parameters, as check_lines(). */
static int check_geometry(void)
{
	unsigned int granularity, physblk = BIT(physblk_exp);

	if (!is_power_of_2(sector_size)) {
		pr_err("invalid sector_size=%u: must be 512, 1024, 2048 or 4096\n",
		       sector_size);
		return -EINVAL;
	}
	if (lowest_aligned >= physblk) {
		pr_err("invalid lowest_aligned=%u: must be less than %u, the blocks of physblk_exp=%u\n",
		       lowest_aligned, physblk, physblk_exp);
		return -EINVAL;
	}
	granularity = unmap_granularity ?: SIM_CHUNK_SIZE / sector_size;
	if (unmap_alignment >= granularity) {
		pr_err("invalid unmap_alignment=%u: must be less than the unmap granularity, %u blocks\n",
		       unmap_alignment, granularity);
		return -EINVAL;
	}
	return 0;
}

static int check_lines(void)
{
	if (strcmp(line, "level") && strcmp(line, "edge")) {
		pr_err("invalid line=%s: must be level or edge\n", line);
		return -EINVAL;
	}
	if (sim_trigger() == SIM_TRIGGER_EDGE && num_lines) {
		pr_err("invalid num_lines=%u: must be 0 with line=edge, hosts cannot share such a line\n",
		       num_lines);
		return -EINVAL;
	}
	if (num_lines > num_hosts) {
		pr_err("invalid num_lines=%u: must not be more than num_hosts=%u\n",
		       num_lines, num_hosts);
		return -EINVAL;
	}
	return 0;
}

/**
 * sim_params_check() - refuse parameters that are out of range
 *
 * Context: task.
 * Return: 0 or -EINVAL, with one line in the log that says why.
 */
int sim_params_check(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		err = check_one(&limits[i]);
		if (err)
			return err;
	}
	err = check_geometry();
	if (!err)
		err = check_lines();
	if (err)
		return err;
	if (mem_mb > ram_mb()) {
		pr_err("invalid mem_mb=%u: must be at most %lu, the RAM without high memory in MiB\n",
		       mem_mb, ram_mb());
		return -EINVAL;
	}
	if (fifo_bytes % 2) {
		pr_err("invalid fifo_bytes=%u: must be even, the data port is 16 bits wide\n",
		       fifo_bytes);
		return -EINVAL;
	}
	return 0;
}

/**
 * sim_num_hosts() - return the number of host adapters to make
 *
 * Context: any.
 * Return: 1 or more.
 */
unsigned int sim_num_hosts(void)
{
	return num_hosts;
}

/**
 * sim_num_shared_lines() - return the number of interrupt lines that the hosts
 * share
 *
 * Context: any.
 * Return: 0 if each host has its own.
 */
unsigned int sim_num_shared_lines(void)
{
	return num_lines;
}

/**
 * sim_has_irq() - tell whether the hosts have interrupts
 *
 * Context: any.
 * Return: false if they are polled.
 */
bool sim_has_irq(void)
{
	return has_irq;
}

/**
 * sim_is_dead() - tell whether the chip of a host is dead when it is loaded
 * @host_no: which host adapter
 *
 * Context: any.
 * Return: true if so.
 */
bool sim_is_dead(unsigned int host_no)
{
	return host_no < num_hosts && host_no + num_dead >= num_hosts;
}

/**
 * sim_params_chunks() - return the most memory of all media together
 *
 * Context: any.
 * Return: chunks of SIM_CHUNK_SIZE bytes.
 */
unsigned long sim_params_chunks(void)
{
	unsigned long mb = mem_mb ?: max(ram_mb() / 2, 1UL);

	return mb << (20 - SIM_CHUNK_SHIFT);
}

/**
 * sim_params_chip() - fill in the properties of a chip
 * @config: filled in
 * @host_no: which host adapter
 *
 * Context: any.
 */
void sim_params_chip(struct sim_chip_config *config, unsigned int host_no)
{
	*config = (struct sim_chip_config) {
		.bus_ns = bus_ns,
		.reg_ns = reg_ns,
		.latency_us = latency_us,
		.fifo_bytes = fifo_bytes,
		.depth = max_queue,
		.num_tgts = num_tgts,
		.max_luns = max_t(unsigned int, max_luns, SIM_LUN_SLOTS),
		.no_mask = !can_mask,
		.shared_luns = shared_luns,
		.seed = host_no + 1,
	};
}

/**
 * sim_params_bus() - fill in the properties of its bus
 * @config: filled in
 * @host_no: which host adapter
 *
 * Context: any.
 */
void sim_params_bus(struct sim_bus_config *config, unsigned int host_no)
{
	*config = (struct sim_bus_config) {
		.num_tgts = num_tgts,
		.max_luns = max_luns,
		.dev_size = (u64)dev_size_mb * SZ_1M,
		.sector_size = sector_size,
		.host_no = host_no,
		.untagged = !tagged,
		.fake = fake_rw,
		.shared = shared_luns,
		.physblk_exp = physblk_exp,
		.lowest_aligned = lowest_aligned,
		.removable = removable,
		.wp = wp,
		.unmap_granularity = unmap_granularity,
		.unmap_alignment = unmap_alignment,
		.no_lbpu = !lbpu,
		.no_lbpws = !lbpws,
		.no_lbprz = !lbprz,
	};
}
