/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Log lines about the devices of a channel, from contexts that must not print.
 */
#ifndef _PIOSCSI_ATA_LOG_H
#define _PIOSCSI_ATA_LOG_H

#include <linux/compiler_attributes.h>
#include <linux/ratelimit.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

/* The longest line has about 200 characters. */
#define PIOATA_LINE_MAX	256

/* Lines that wait at a time. The command of a channel causes few of them. */
#define PIOATA_LINES	4

struct device;

/**
 * struct pioata_line - a line of the log
 * @text: the line, with the end of a line
 * @is_warning: whether the line is a warning
 */
struct pioata_line {
	char text[PIOATA_LINE_MAX];
	bool is_warning;
};

/**
 * struct pioata_log - the lines of a channel that have not been printed yet
 * @dev: the device that the lines name
 * @work: prints the lines
 * @rate: limits them
 * @lock: protects the fields below
 * @lines: the lines
 * @num: number of @lines
 * @lost: number of further lines, for which there was no space
 */
struct pioata_log {
	struct device *dev;
	struct work_struct work;
	struct ratelimit_state rate;
	spinlock_t lock;	/* protects the fields below */
	struct pioata_line lines[PIOATA_LINES];
	unsigned int num;
	unsigned int lost;
};

void pioata_log_init(struct pioata_log *log, struct device *dev);
__printf(3, 4)
void pioata_log(struct pioata_log *log, bool is_warning, const char *fmt, ...);
void pioata_log_print(struct pioata_log *log);
void pioata_log_flush(struct pioata_log *log);

#endif /* _PIOSCSI_ATA_LOG_H */
