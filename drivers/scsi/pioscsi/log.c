// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log lines from contexts that must not print. A line may take 100 ms on a
 * serial console. The hard IRQ handler, timers and holders of the port's lock
 * do not have that time, so a task prints the lines.
 */
#include <linux/compiler_attributes.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#include "log.h"
#include "port.h"

/* Return false if no line is left. */
static bool take_line(struct pioscsi_log *log, struct pioscsi_line *line)
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

static void print_lost(struct pioscsi_port *port)
{
	struct pioscsi_log *log = &port->log;
	unsigned long flags;
	unsigned int lost;

	spin_lock_irqsave(&log->lock, flags);
	lost = log->lost;
	log->lost = 0;
	spin_unlock_irqrestore(&log->lock, flags);
	if (lost)
		dev_warn(port->hba.dev, "%u more lines were lost\n", lost);
}

static void print(struct work_struct *work)
{
	struct pioscsi_port *port = container_of(work, struct pioscsi_port,
						 log.work);
	struct device *dev = port->hba.dev;
	struct pioscsi_line line;

	while (take_line(&port->log, &line))
		dev_printk(line.level, dev, "%s", line.text);
	if (READ_ONCE(port->log.lost) && __ratelimit(&port->log.lost_rate))
		print_lost(port);
}

/**
 * pioscsi_log_init() - prepare the log of an HBA
 * @port: the port
 *
 * Context: task.
 */
void pioscsi_log_init(struct pioscsi_port *port)
{
	struct pioscsi_log *log = &port->log;

	INIT_WORK(&log->work, print);
	ratelimit_state_init(&log->rate, DEFAULT_RATELIMIT_INTERVAL,
			     PIOSCSI_LINES_OFTEN);
	ratelimit_state_init(&log->lost_rate, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST);
	/* Otherwise __ratelimit() prints a line of its own, in any context. */
	ratelimit_set_flags(&log->rate, RATELIMIT_MSG_ON_RELEASE);
	ratelimit_set_flags(&log->lost_rate, RATELIMIT_MSG_ON_RELEASE);
	spin_lock_init(&log->lock);
}

/**
 * pioscsi_log_flush() - wait until all lines are printed
 * @port: the port of an HBA that is not in service
 *
 * Prints the number of lost lines, too.
 *
 * Context: task; sleeps.
 */
void pioscsi_log_flush(struct pioscsi_port *port)
{
	flush_work(&port->log.work);
	print_lost(port);
}

/* Add a line, unless as many as @max wait. */
static __printf(4, 0)
void add_line(struct pioscsi_log *log, unsigned int max, const char *level,
	      const char *fmt, va_list args)
{
	struct pioscsi_line *line;
	unsigned long flags;

	spin_lock_irqsave(&log->lock, flags);
	if (log->num < max) {
		line = &log->lines[log->num++];
		line->level = level;
		vscnprintf(line->text, sizeof(line->text), fmt, args);
	} else {
		log->lost++;
	}
	spin_unlock_irqrestore(&log->lock, flags);
	schedule_work(&log->work);
}

/**
 * pioscsi_log() - have a task print a line about an HBA
 * @hba: the HBA
 * @level: level of the line, such as %KERN_WARNING
 * @fmt: format of the line, and its values
 *
 * The line names the device of the HBA. A few lines wait at a time; the log
 * tells how many others were lost. For contexts that have no time to print: on
 * a serial console a line may take 100 ms.
 *
 * Context: any but NMI.
 */
void pioscsi_log(struct pioscsi_hba *hba, const char *level, const char *fmt,
		 ...)
{
	va_list args;

	va_start(args, fmt);
	add_line(&pioscsi_port(hba)->log, PIOSCSI_LINES, level, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(pioscsi_log);

/**
 * pioscsi_log_ratelimited() - have a task print a line that may come often
 * @hba: the HBA
 * @level: level of the line, such as %KERN_WARNING
 * @fmt: format of the line, and its values
 *
 * Like pioscsi_log(), but at most twenty of these lines are printed for an HBA
 * in five seconds. The log tells how many others were lost.
 *
 * Context: any but NMI.
 */
void pioscsi_log_ratelimited(struct pioscsi_hba *hba, const char *level,
			     const char *fmt, ...)
{
	struct pioscsi_log *log = &pioscsi_port(hba)->log;
	unsigned int max = PIOSCSI_LINES_LIMITED;
	va_list args;

	if (!__ratelimit(&log->rate))
		max = 0;
	va_start(args, fmt);
	add_line(log, max, level, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(pioscsi_log_ratelimited);
