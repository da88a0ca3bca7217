// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: player DEVICE FRAMES SECONDS fifo|other
 *
 * Plays a tone at 48 kHz on an ALSA PCM device with a buffer of two periods of
 * FRAMES. An underrun occurs if the player is late by a period. Prints the
 * number of periods and of underruns, and the longest time from one period to
 * the next. Talks to the kernel itself, so that it needs no library.
 *
 * ALSA knows the position in the buffer only, and misses an underrun if that
 * goes round once or more. So the player compares the time with the frames it
 * has written, too. The clock of snd-dummy is the kernel's.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <sound/asound.h>

#define RATE		48000
#define CHANNELS	2
#define PERIODS		2

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void set_mask(struct snd_pcm_hw_params *p, int which, unsigned int value)
{
	struct snd_mask *m = &p->masks[which - SNDRV_PCM_HW_PARAM_FIRST_MASK];

	memset(m, 0, sizeof(*m));
	m->bits[value / 32] = 1u << value % 32;
}

static void set_interval(struct snd_pcm_hw_params *p, int which,
			 unsigned int value)
{
	struct snd_interval *i =
		&p->intervals[which - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL];

	*i = (struct snd_interval){ .min = value, .max = value, .integer = 1 };
}

static void set_up(int fd, unsigned int frames)
{
	struct snd_pcm_hw_params hw = { .rmask = ~0u };
	struct snd_pcm_sw_params sw = {
		.period_step = 1,
		.avail_min = frames,
		.start_threshold = PERIODS * frames,
		.stop_threshold = PERIODS * frames,
	};
	unsigned int i;

	memset(hw.masks, 0xff, sizeof(hw.masks));
	for (i = 0; i < sizeof(hw.intervals) / sizeof(*hw.intervals); i++)
		hw.intervals[i].max = UINT_MAX;
	set_mask(&hw, SNDRV_PCM_HW_PARAM_ACCESS,
		 SNDRV_PCM_ACCESS_RW_INTERLEAVED);
	set_mask(&hw, SNDRV_PCM_HW_PARAM_FORMAT, SNDRV_PCM_FORMAT_S16_LE);
	set_interval(&hw, SNDRV_PCM_HW_PARAM_CHANNELS, CHANNELS);
	set_interval(&hw, SNDRV_PCM_HW_PARAM_RATE, RATE);
	set_interval(&hw, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, frames);
	set_interval(&hw, SNDRV_PCM_HW_PARAM_PERIODS, PERIODS);
	if (ioctl(fd, SNDRV_PCM_IOCTL_HW_PARAMS, &hw))
		die("HW_PARAMS");
	for (sw.boundary = PERIODS * frames; sw.boundary < LONG_MAX / 4;)
		sw.boundary *= 2;
	if (ioctl(fd, SNDRV_PCM_IOCTL_SW_PARAMS, &sw))
		die("SW_PARAMS");
	if (ioctl(fd, SNDRV_PCM_IOCTL_PREPARE))
		die("PREPARE");
}

static void make_tone(int16_t *samples, unsigned int frames)
{
	static unsigned int phase;

	for (; frames--; phase += 600) {
		*samples++ = phase;
		*samples++ = phase;
	}
}

/*
 * The card starts when the buffer is full. The first periods fill it without a
 * wait and do not count. @ends is the time at which the written frames end.
 */
static void play(int fd, unsigned int frames, double seconds)
{
	int16_t *samples = calloc(frames, CHANNELS * sizeof(*samples));
	double begun = now(), last = 0, ends = 0, at, longest = 0;
	unsigned int periods = 0, underruns = 0, queued = 0;
	struct snd_xferi x = { .buf = samples, .frames = frames };

	while ((at = now()) < begun + seconds) {
		make_tone(samples, frames);
		if (ioctl(fd, SNDRV_PCM_IOCTL_WRITEI_FRAMES, &x)) {
			if (errno != EPIPE)
				die("WRITEI_FRAMES");
			underruns++;
			queued = 0;
			if (ioctl(fd, SNDRV_PCM_IOCTL_PREPARE))
				die("PREPARE");
			continue;
		}
		at = now();
		if (++queued <= PERIODS) {
			ends = at + (double)PERIODS * frames / RATE;
		} else if (at > ends) {
			underruns++;
			ends = at + (double)frames / RATE;
		} else {
			ends += (double)frames / RATE;
		}
		if (++periods > PERIODS && at - last > longest)
			longest = at - last;
		last = at;
	}
	printf("periods=%u underruns=%u underruns_min=%.0f gap_max=%.0f\n",
	       periods, underruns, underruns * 60 / (at - begun),
	       longest * 1e6);
}

int main(int argc, char **argv)
{
	struct sched_param fifo = { .sched_priority = 80 };
	unsigned int frames;
	int fd;

	if (argc != 5)
		return 2;
	frames = atoi(argv[2]);
	fd = open(argv[1], O_WRONLY);
	if (fd < 0)
		die(argv[1]);
	set_up(fd, frames);
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall");
	if (!strcmp(argv[4], "fifo") &&
	    sched_setscheduler(0, SCHED_FIFO, &fifo))
		die("sched_setscheduler");
	play(fd, frames, atof(argv[3]));
	return 0;
}
