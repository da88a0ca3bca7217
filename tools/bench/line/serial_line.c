// SPDX-License-Identifier: GPL-2.0-only
/*
 * The remote end of a serial line, for the benchmark. It sends bytes to a UART
 * at the line's speed, without waiting until they are read. The UART is in
 * loopback and belongs to its own driver. Only its transmitter is used here.
 *
 * Bytes that arrive while interrupts are off come all at once when interrupts
 * are on again. They come before the UART's interrupt is served, because the
 * local timer has a higher vector. So the UART overruns as a real one would.
 */
#include <linux/hrtimer.h>
#include <linux/io.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/serial_reg.h>

#include "compat.h"

static ushort port = 0x2f8;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "I/O port of the UART");

static uint baud = 115200;
module_param(baud, uint, 0444);
MODULE_PARM_DESC(baud, "speed of the line; a byte takes 10 bits");

static uint count = 5760;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "bytes that are sent");

static bool fifo = true;
module_param(fifo, bool, 0444);
MODULE_PARM_DESC(fifo, "leave the FIFO on, as the UART's driver has set it");

static uint sent;
module_param(sent, uint, 0444);
MODULE_PARM_DESC(sent, "bytes sent so far; to be read");

static struct hrtimer clock;
static ktime_t begun;
static u32 byte_ns;

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	u64 due = div_u64(ktime_to_ns(ktime_sub(ktime_get(), begun)), byte_ns);

	due = min_t(u64, due, count);
	for (; sent < due; sent++)
		outb('U', port + UART_TX);
	if (sent == count)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(byte_ns));
	return HRTIMER_RESTART;
}

static int __init line_init(void)
{
	if (!baud || baud > 1000000)
		return -EINVAL;
	byte_ns = 10 * NSEC_PER_SEC / baud;
	outb(inb(port + UART_MCR) | UART_MCR_LOOP, port + UART_MCR);
	if (!fifo)
		outb(0, port + UART_FCR);
	pioscsi_hrtimer_setup(&clock, tick, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
	begun = ktime_get();
	hrtimer_start(&clock, ns_to_ktime(byte_ns), HRTIMER_MODE_REL_HARD);
	return 0;
}
module_init(line_init);

static void __exit line_exit(void)
{
	hrtimer_cancel(&clock);
}
module_exit(line_exit);

MODULE_DESCRIPTION("Far end of a serial line, for a benchmark");
MODULE_LICENSE("GPL");
