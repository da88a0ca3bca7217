// SPDX-License-Identifier: GPL-2.0-only
/* Measured speed of a new HBA, and the transfer length that follows from it. */
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "compat.h"
#include "params.h"
#include "port.h"
#include "rate.h"

#define SECTOR		SZ_512

/* The block layer rejects a limit below a page. */
#define SECTORS_MIN	((unsigned int)(PAGE_SIZE / SECTOR))

/* The shortest timeout of a disk's read or write: the midlayer's default. */
#define TIMEOUT_NS	(30ULL * NSEC_PER_SEC)

/* Speed assumed for an HBA that was not measured: 8-bit accesses on ISA. */
#define SLOW_NS_PER_BYTE	1000U

/* Enough accesses that one is not interrupted, and few on a slow bus. */
#define ROUNDS		8

/* Most accesses of a round, for a clock that moves seldom: 8 ms on slow ISA. */
#define ACCESSES_MAX	128U

/**
 * pioscsi_rate_clock() - read the clock
 *
 * Context: any.
 * Return: nanoseconds.
 */
u64 pioscsi_rate_clock(void)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_rate_clock);

	return ktime_get_ns();
}

/**
 * pioscsi_rate_tick() - get the resolution of the clock
 *
 * Context: any.
 * Return: nanoseconds; 0 for less than one.
 */
u32 pioscsi_rate_tick(void)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_rate_tick);

	return ktime_get_resolution_ns();
}

static void access_idle(struct pioscsi_port *port, enum dma_data_direction dir)
{
	struct pioscsi_hba *hba = &port->hba;

	if (dir == DMA_FROM_DEVICE)
		hba->ops->pio_in(hba, port->bounce, sizeof(port->bounce));
	else
		hba->ops->pio_out(hba, port->bounce, sizeof(port->bounce));
}

/*
 * Time @nr accesses of the idle data port. They transfer no data but take the
 * time of the bus. Additional time of a longer round does not come from the
 * bus, so take the shortest.
 */
static u64 shortest_ns(struct pioscsi_port *port, enum dma_data_direction dir,
		       unsigned int nr)
{
	u64 before, ns = U64_MAX;
	unsigned int i, n;

	for (i = 0; i < ROUNDS; i++) {
		before = pioscsi_rate_clock();
		for (n = 0; n < nr; n++)
			access_idle(port, dir);
		ns = min(ns, pioscsi_rate_clock() - before);
		pioscsi_cond_resched();
	}
	return ns;
}

/*
 * Most clocks measure one access well. With others, double the number of
 * accesses until the clock moves enough.
 */
static void calibrate(struct pioscsi_port *port, enum dma_data_direction dir)
{
	unsigned int nr;

	for (nr = 1; nr <= ACCESSES_MAX; nr *= 2)
		if (pioscsi_budget_learn(&port->budget, dir,
					 nr * sizeof(port->bounce),
					 shortest_ns(port, dir, nr)))
			return;
}

/**
 * pioscsi_rate_calibrate() - measure a new HBA
 * @port: the port, whose chip is masked and has no command
 *
 * Context: task; owner of the chip.
 */
void pioscsi_rate_calibrate(struct pioscsi_port *port)
{
	pioscsi_budget_set_tick(&port->budget, pioscsi_rate_tick());
	if (!port->hba.can_calibrate || !port->hba.ops->pio_in)
		return;
	calibrate(port, DMA_FROM_DEVICE);
	calibrate(port, DMA_TO_DEVICE);
}

/*
 * Sectors that fit the budget in the slower direction; may be 0. A quarter of
 * the budget is reserved for the other work of the handler, which is not
 * measured yet.
 */
static unsigned int fitting_sectors(const struct pioscsi_port *port)
{
	u64 ns = (u64)port->budget_us * NSEC_PER_USEC * 3 / 4;

	return min(pioscsi_budget_bytes(&port->budget, DMA_FROM_DEVICE, ns),
		   pioscsi_budget_bytes(&port->budget, DMA_TO_DEVICE, ns)) /
	       SECTOR;
}

static bool is_measured(const struct pioscsi_port *port)
{
	return pioscsi_budget_known(&port->budget, DMA_FROM_DEVICE) &&
	       pioscsi_budget_known(&port->budget, DMA_TO_DEVICE);
}

/* Cap the transfers of an HBA that cannot be masked. */
static unsigned int capped(const struct pioscsi_port *port, unsigned int limit)
{
	unsigned int fit = fitting_sectors(port);
	unsigned int asked = pioscsi_sectors_asked();

	if (asked) {
		if (asked > fit)
			dev_warn(port->hba.dev,
				 "max_sectors=%u exceeds the %u sectors that fit three quarters of a budget of %u us: other devices will wait\n",
				 asked, fit, port->budget_us);
		return clamp(asked, SECTORS_MIN, limit);
	}
	if (!is_measured(port))
		dev_info(port->hba.dev,
			 "HBA cannot be masked, and its speed is unknown: limiting transfers to %u sectors\n",
			 SECTORS_MIN);
	else if (fit < SECTORS_MIN)
		dev_info(port->hba.dev,
			 "HBA cannot be masked, and only %u sectors fit three quarters of a budget of %u us: limiting transfers to %u sectors\n",
			 fit, port->budget_us, SECTORS_MIN);
	return clamp(fit, SECTORS_MIN, limit);
}

/*
 * Bytes that can be moved in half of a command's timeout. The commands in the
 * chip must fit that time, because other tasks use the CPU too.
 */
static unsigned int timely_bytes(const struct pioscsi_port *port)
{
	if (!is_measured(port))
		return TIMEOUT_NS / 2 / SLOW_NS_PER_BYTE;
	return min(pioscsi_budget_bytes(&port->budget, DMA_FROM_DEVICE,
					TIMEOUT_NS / 2),
		   pioscsi_budget_bytes(&port->budget, DMA_TO_DEVICE,
					TIMEOUT_NS / 2));
}

/**
 * pioscsi_rate_depth() - compute the number of commands that a new HBA gets at
 * a time
 * @port: the port, which has been calibrated
 *
 * Context: task.
 * Return: the chip's depth, or less if that many short transfers would not end
 *	before their timeout.
 */
unsigned int pioscsi_rate_depth(const struct pioscsi_port *port)
{
	unsigned int most = timely_bytes(port) / (SECTORS_MIN * SECTOR);

	return min(port->hba.depth, max(most, 1U));
}

/* A full queue of the longest transfers has to end before its timeout. */
static unsigned int timely_sectors(const struct pioscsi_port *port)
{
	unsigned int depth = max(pioscsi_rate_depth(port), 1U);

	return max(timely_bytes(port) / depth / SECTOR, SECTORS_MIN);
}

/**
 * pioscsi_rate_sectors() - compute the longest transfer of a new HBA
 * @port: the port, which has been calibrated
 *
 * Source: MaximumTransferLength, as HwScsiFindAdapter is to set it.
 * Context: task.
 * Return: sectors of 512 bytes.
 */
unsigned int pioscsi_rate_sectors(const struct pioscsi_port *port)
{
	unsigned int limit = min_not_zero(port->hba.max_sectors,
					  PIOSCSI_SECTORS_MAX);

	limit = min(limit, timely_sectors(port));
	if (pioscsi_can_defer(port) || port->hba.bounds_irqs)
		return limit;
	return capped(port, limit);
}
