// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mouse at the PS/2 port, for the benchmark. It moves on a circle at constant
 * speed. Its bytes go into the i8042 with the command that writes to the
 * auxiliary output buffer, and raise IRQ 12. The i8042 belongs to its own
 * driver, and psmouse must have enabled the mouse with the protocol "imps".
 *
 * A byte takes a millisecond. While the output buffer is full, an i8042 holds
 * the clock, and a mouse sends no byte. A mouse that cannot begin a packet in
 * time reports the sum of the movements later. So no movement is lost, but the
 * packet is. The wheel's byte has the packet's number.
 */
#include <linux/fixp-arith.h>
#include <linux/hrtimer.h>
#include <linux/io.h>
#include <linux/math64.h>
#include <linux/module.h>

#include "compat.h"

#define DATA		0x60
#define STATUS		0x64
#define OUTPUT_FULL	0x01
#define TO_AUX_OUTPUT	0xd3
#define BYTE_NS		NSEC_PER_MSEC
#define RETRY_NS	(100 * NSEC_PER_USEC)
#define RADIUS		400

static uint rate = 100;
module_param(rate, uint, 0444);
MODULE_PARM_DESC(rate, "packets a second");

static uint turn = 50;
module_param(turn, uint, 0444);
MODULE_PARM_DESC(turn, "packets of one turn");

static uint count = 200;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "packets that are due");

static uint due;
module_param(due, uint, 0444);
MODULE_PARM_DESC(due, "packets due so far; to be read");

static ulong begun;
module_param(begun, ulong, 0444);
MODULE_PARM_DESC(begun, "monotonic time of packet 0 in ns; to be read");

static struct hrtimer clock;
static u8 packet[4];
static int left;
static int x, y;

/* The function of the kernel needs more than 360 steps in a turn. */
static int on_circle(u32 number)
{
	return (s64)fixp_sin32_rad(number % turn * 1000, turn * 1000) *
	       RADIUS >> 31;
}

static u64 due_at(u32 number)
{
	return begun + (u64)number * NSEC_PER_SEC / rate;
}

static void make_packet(u32 number)
{
	int dx = on_circle(number + turn / 4) - x;
	int dy = on_circle(number) - y;

	dx = clamp(dx, -255, 255);
	dy = clamp(dy, -255, 255);
	x += dx;
	y += dy;
	packet[0] = 0x08 | (dx < 0) << 4 | (dy < 0) << 5;
	packet[1] = dx;
	packet[2] = dy;
	packet[3] = number;
	left = sizeof(packet);
}

/* Return true if the i8042 accepted a byte. */
static bool send(u8 byte)
{
	if (inb(STATUS) & OUTPUT_FULL)
		return false;
	outb(TO_AUX_OUTPUT, STATUS);
	outb(byte, DATA);
	return true;
}

/* Return the time of the next call, or 0 at the end. */
static u64 step(u64 now)
{
	if (!left) {
		if (due == count)
			return 0;
		if (now < due_at(due))
			return due_at(due);
		while (due + 1 < count && now >= due_at(due + 1))
			due++;
		make_packet(due++);
	}
	if (!send(packet[sizeof(packet) - left]))
		return now + RETRY_NS;
	return --left ? now + BYTE_NS : max(now + BYTE_NS, due_at(due));
}

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	u64 next = step(ktime_get_ns());

	if (!next)
		return HRTIMER_NORESTART;
	hrtimer_set_expires(timer, ns_to_ktime(next));
	return HRTIMER_RESTART;
}

static int __init mouse_init(void)
{
	if (!rate || rate > 200 || turn < 4 || !count)
		return -EINVAL;
	x = on_circle(turn / 4);
	/* The reader starts meanwhile. */
	begun = ktime_get_ns() + NSEC_PER_SEC;
	pioscsi_hrtimer_setup(&clock, tick, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS_HARD);
	hrtimer_start(&clock, ns_to_ktime(begun), HRTIMER_MODE_ABS_HARD);
	return 0;
}
module_init(mouse_init);

static void __exit mouse_exit(void)
{
	hrtimer_cancel(&clock);
}
module_exit(mouse_exit);

MODULE_DESCRIPTION("Mouse at a PS/2 port, for a benchmark");
MODULE_LICENSE("GPL");
