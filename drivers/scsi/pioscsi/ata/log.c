// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log lines about the devices of a channel. A line may take 100 ms on a serial
 * console. Hard IRQ handlers, timers and start() do not have that time, so a
 * task prints the lines.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#include "log.h"

/* Return false if no line is left. */
static bool take_line(struct pioata_log *log, struct pioata_line *line)
{
	unsigned long flags;
	bool has_line;

	spin_lock_irqsave(&log->lock, flags);
	has_line = log->num;
	if (has_line) {
		*line = log->lines[0];
		log->num--;
		memmove(&log->lines[0], &log->lines[1],
			log->num * sizeof(log->lines[0]));
	}
	spin_unlock_irqrestore(&log->lock, flags);
	return has_line;
}

static unsigned int take_lost(struct pioata_log *log)
{
	unsigned long flags;
	unsigned int lost;

	spin_lock_irqsave(&log->lock, flags);
	lost = log->lost;
	log->lost = 0;
	spin_unlock_irqrestore(&log->lock, flags);
	return lost;
}

/**
 * pioata_log_print() - print the lines that wait
 * @log: the log
 *
 * Context: task.
 */
void pioata_log_print(struct pioata_log *log)
{
	struct pioata_line line;
	unsigned int lost;

	while (take_line(log, &line)) {
		if (!__ratelimit(&log->rate))
			continue;
		if (line.is_warning)
			dev_warn(log->dev, "%s", line.text);
		else
			dev_info(log->dev, "%s", line.text);
	}
	lost = take_lost(log);
	if (lost && __ratelimit(&log->rate))
		dev_warn(log->dev, "%u more lines were lost\n", lost);
}

static void print(struct work_struct *work)
{
	pioata_log_print(container_of(work, struct pioata_log, work));
}

/**
 * pioata_log_init() - prepare the log of a channel
 * @log: the log
 * @dev: the device that the lines name
 *
 * Context: task.
 */
void pioata_log_init(struct pioata_log *log, struct device *dev)
{
	log->dev = dev;
	INIT_WORK(&log->work, print);
	ratelimit_state_init(&log->rate, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST);
	spin_lock_init(&log->lock);
}

/**
 * pioata_log() - have a line printed by a task
 * @log: the log
 * @is_warning: whether the line is a warning
 * @fmt: format of the line, and its values
 *
 * Context: any but NMI.
 */
void pioata_log(struct pioata_log *log, bool is_warning, const char *fmt, ...)
{
	struct pioata_line *line;
	unsigned long flags;
	va_list args;

	spin_lock_irqsave(&log->lock, flags);
	if (log->num < PIOATA_LINES) {
		line = &log->lines[log->num++];
		line->is_warning = is_warning;
		va_start(args, fmt);
		vscnprintf(line->text, sizeof(line->text), fmt, args);
		va_end(args);
	} else {
		log->lost++;
	}
	spin_unlock_irqrestore(&log->lock, flags);
	schedule_work(&log->work);
}

/**
 * pioata_log_flush() - wait until all lines are printed
 * @log: the log of a channel that is not used any more
 *
 * Context: task; sleeps.
 */
void pioata_log_flush(struct pioata_log *log)
{
	flush_work(&log->work);
}
