/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Log lines from contexts that must not print.
 */
#ifndef _PIOSCSI_LOG_H
#define _PIOSCSI_LOG_H

#include <linux/ratelimit.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

/* The longest line has about 200 characters. */
#define PIOSCSI_LINE_MAX	256

/*
 * Lines that wait at a time. A command causes few of them. The last places are
 * not for lines with a limit, so that those leave space for others.
 */
#define PIOSCSI_LINES		10
#define PIOSCSI_LINES_LIMITED	8

/* Lines with a limit in five seconds: those of ten faults. */
#define PIOSCSI_LINES_OFTEN	20

struct pioscsi_port;

/**
 * struct pioscsi_line - a line of the log
 * @level: its level, such as %KERN_WARNING
 * @text: the line, with the end of a line
 */
struct pioscsi_line {
	const char *level;
	char text[PIOSCSI_LINE_MAX];
};

/**
 * struct pioscsi_log - the lines of an HBA that have not been printed yet
 * @work: prints the lines
 * @rate: limits the lines of pioscsi_log_ratelimited()
 * @lost_rate: limits the lines that tell @lost; used by @work
 * @lock: protects the fields below; may be taken under the port's lock
 * @lines: the lines
 * @num: number of @lines
 * @lost: number of further lines, which had no space or exceeded the limit
 */
struct pioscsi_log {
	struct work_struct work;
	struct ratelimit_state rate;
	struct ratelimit_state lost_rate;
	spinlock_t lock;	/* protects the fields below */
	struct pioscsi_line lines[PIOSCSI_LINES];
	unsigned int num;
	unsigned int lost;
};

void pioscsi_log_init(struct pioscsi_port *port);
void pioscsi_log_flush(struct pioscsi_port *port);

#endif /* _PIOSCSI_LOG_H */
