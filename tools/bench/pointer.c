// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: pointer DEVICE RATE COUNT
 *
 * Reads the pointer's movements from an evdev device, as a display server does,
 * and prints a line "DUE READ X Y" for each packet. DUE is the time at which
 * the packet's last byte is due. READ is the time at which this program has
 * read it. Both are in us since packet 0. The wheel has the packet's number.
 * Ends with the last packet, or two seconds after a packet. Start it before
 * the module that moves the mouse, line/ps2_mouse.c, which has the time of
 * packet 0.
 */
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LAST_BYTE_NS	3000000
#define BEGUN	"/sys/module/ps2_mouse/parameters/begun"

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Return the packet's number from its lowest 8 bits. Numbers increase. */
static long number_after(long last, int wheel)
{
	return last + 1 + ((-wheel - last - 1) & 0xff);
}

/* Return the module's time of packet 0, which it has when it is loaded. */
static long long time_of_first(void)
{
	long long begun = 0;
	FILE *f = fopen(BEGUN, "r");

	if (f && fscanf(f, "%lld", &begun) != 1)
		begun = 0;
	if (f)
		fclose(f);
	return begun;
}

int main(int argc, char **argv)
{
	int fd, x = 0, y = 0, wheel = 0;
	long long begun, read_at;
	long rate, count, last = -1;
	struct input_event e;
	struct pollfd p;

	if (argc != 4)
		return 2;
	fd = open(argv[1], O_RDONLY);
	rate = atol(argv[2]);
	count = atol(argv[3]);
	p = (struct pollfd){ .fd = fd, .events = POLLIN };
	while (!(begun = time_of_first()))
		usleep(10000);
	while (last < count - 1 && poll(&p, 1, 2000) == 1) {
		if (read(fd, &e, sizeof(e)) != sizeof(e))
			return 1;
		read_at = now();
		if (e.type == EV_REL && e.code == REL_X)
			x += e.value;
		else if (e.type == EV_REL && e.code == REL_Y)
			y += e.value;
		else if (e.type == EV_REL && e.code == REL_WHEEL)
			wheel = e.value;
		if (e.type != EV_SYN || e.code != SYN_REPORT)
			continue;
		last = number_after(last, wheel);
		printf("%lld %lld %d %d\n",
		       (last * 1000000000LL / rate + LAST_BYTE_NS) / 1000,
		       (read_at - begun) / 1000, x, y);
		wheel = 0;
	}
	return 0;
}
