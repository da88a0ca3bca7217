// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt lines of the simulated board.
 *
 * Each line is a real Linux interrupt: level triggered, shareable, with an
 * irq_domain and an irq_chip of our own, delivered in hard interrupt context
 * by irq_work. Stock kernels have no CONFIG_IRQ_SIM, and that one knows only
 * edges.
 */

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/irqdesc.h>
#include <linux/irqdomain.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "line.h"

#define PSIM_LINE_MASKED	BIT(30)
#define PSIM_LINE_PULSE		BIT(29)	/* high, until it is delivered */

/**
 * struct psim_line - one interrupt line
 * @state: number of chips that hold the line high, and PSIM_LINE_*. One
 *	atomic variable, so that of a rise and an unmask, whichever is the
 *	second sees the other and delivers; no lock is needed.
 * @irq: Linux interrupt number
 * @desc: its descriptor, looked up once
 * @work: gets us into hard interrupt context on this CPU
 */
struct psim_line {
	atomic_t state;
	unsigned int irq;
	struct irq_desc *desc;
	struct irq_work work;
};

/**
 * struct psim_lines - all lines of the board
 * @domain: maps line numbers to Linux interrupts
 * @num: lines in @line
 * @line: the lines
 */
struct psim_lines {
	struct irq_domain *domain;
	unsigned int num;
	struct psim_line line[];
};

/* High, and nothing keeps it from the CPU. */
static bool psim_line_pending(int state)
{
	return state > 0 && !(state & PSIM_LINE_MASKED);
}

static void psim_line_deliver(struct irq_work *work)
{
	struct psim_line *line = container_of(work, struct psim_line, work);
	int state = atomic_read(&line->state);

	/* A level that fell again before it got here is no interrupt. */
	if (!psim_line_pending(state))
		return;
	if (unlikely(state & PSIM_LINE_PULSE))
		atomic_andnot(PSIM_LINE_PULSE, &line->state);
	generic_handle_irq_desc(line->desc);
}

static void psim_line_irq_mask(struct irq_data *data)
{
	struct psim_line *line = irq_data_get_irq_chip_data(data);

	atomic_or(PSIM_LINE_MASKED, &line->state);
}

static void psim_line_irq_unmask(struct irq_data *data)
{
	struct psim_line *line = irq_data_get_irq_chip_data(data);
	int state;

	/*
	 * Still high after the handlers ran: again, but by way of irq_work,
	 * so that even a line which is stuck lets the CPU breathe.
	 */
	state = atomic_fetch_andnot(PSIM_LINE_MASKED, &line->state);
	if (psim_line_pending(state & ~PSIM_LINE_MASKED))
		irq_work_queue(&line->work);
}

static struct irq_chip psim_line_chip = {
	.name		= "psim",
	.irq_mask	= psim_line_irq_mask,
	.irq_unmask	= psim_line_irq_unmask,
	.flags		= IRQCHIP_SKIP_SET_WAKE,
};

static int psim_line_map(struct irq_domain *domain, unsigned int irq,
			 irq_hw_number_t hwirq)
{
	struct psim_lines *lines = domain->host_data;

	irq_set_chip_and_handler(irq, &psim_line_chip, handle_level_irq);
	irq_set_chip_data(irq, &lines->line[hwirq]);
	/* IRQ_LEVEL keeps the core from replaying it after enable_irq(). */
	irq_set_status_flags(irq, IRQ_LEVEL | IRQ_TYPE_LEVEL_HIGH |
				  IRQ_NOPROBE);
	/* It arrives on the CPU that raised it, whichever that is. */
	irq_data_update_effective_affinity(irq_get_irq_data(irq),
					   cpu_possible_mask);
	return 0;
}

static void psim_line_unmap(struct irq_domain *domain, unsigned int irq)
{
	irq_set_chip_and_handler(irq, NULL, NULL);
	irq_set_chip_data(irq, NULL);
}

static const struct irq_domain_ops psim_line_domain_ops = {
	.map	= psim_line_map,
	.unmap	= psim_line_unmap,
};

static int psim_line_init(struct psim_lines *lines, unsigned int i)
{
	struct psim_line *line = &lines->line[i];

	/* As the core sees an interrupt that nobody has requested yet. */
	atomic_set(&line->state, PSIM_LINE_MASKED);
	line->work = IRQ_WORK_INIT_HARD(psim_line_deliver);
	line->irq = irq_create_mapping(lines->domain, i);
	if (!line->irq)
		return -ENOSPC;
	line->desc = irq_data_to_desc(irq_get_irq_data(line->irq));

	lines->num++;
	return 0;
}

/**
 * psim_lines_create - make interrupt lines
 * @num: how many, at least 1
 *
 * Context: process context; may sleep.
 * Return: the lines, all low, or an ERR_PTR(): -EINVAL if @num is 0, -ENOMEM,
 * or -ENOSPC if Linux has no interrupt number left.
 */
struct psim_lines *psim_lines_create(unsigned int num)
{
	struct psim_lines *lines;
	unsigned int i;
	int err;

	if (!num)
		return ERR_PTR(-EINVAL);
	lines = kzalloc(struct_size(lines, line, num), GFP_KERNEL);
	if (!lines)
		return ERR_PTR(-ENOMEM);

	lines->domain = irq_domain_create_linear(NULL, num,
						 &psim_line_domain_ops, lines);
	if (!lines->domain) {
		kfree(lines);
		return ERR_PTR(-ENOMEM);
	}

	for (i = 0; i < num; i++) {
		err = psim_line_init(lines, i);
		if (err) {
			psim_lines_destroy(lines);
			return ERR_PTR(err);
		}
	}
	return lines;
}

/**
 * psim_lines_destroy - undo psim_lines_create()
 * @lines: the lines; every interrupt is freed, every chip is off its line
 *
 * Context: process context; may sleep.
 */
void psim_lines_destroy(struct psim_lines *lines)
{
	unsigned int i;

	for (i = 0; i < lines->num; i++) {
		irq_work_sync(&lines->line[i].work);
		irq_dispose_mapping(lines->line[i].irq);
	}
	irq_domain_remove(lines->domain);
	kfree(lines);
}

/**
 * psim_lines_get - a line by its number
 * @lines: the lines
 * @i: number of the line, from 0
 *
 * Context: any.
 * Return: the line, or %NULL if there is none of that number.
 */
struct psim_line *psim_lines_get(struct psim_lines *lines, unsigned int i)
{
	return i < lines->num ? &lines->line[i] : NULL;
}

/**
 * psim_line_irq - the Linux interrupt of a line
 * @line: the line
 *
 * Context: any.
 * Return: the number for request_irq(); IRQF_SHARED is fine.
 */
unsigned int psim_line_irq(const struct psim_line *line)
{
	return line->irq;
}

/**
 * psim_line_raise - hold a line high
 * @line: the line
 *
 * For each chip on the line, calls of this and of psim_line_lower() alternate;
 * the line is high while at least one chip holds it. The interrupt is never
 * taken inside the call, so that the caller may hold raw spinlocks which the
 * interrupt handlers take, provided that it has interrupts off.
 *
 * Context: any, hard interrupt included.
 */
void psim_line_raise(struct psim_line *line)
{
	/*
	 * If it was high before, then a delivery is under way; if it is
	 * masked, then psim_line_irq_unmask() will see to it.
	 */
	if (atomic_inc_return(&line->state) == 1)
		irq_work_queue(&line->work);
}

/**
 * psim_line_lower - no longer hold a line high
 * @line: the line, after psim_line_raise() by the same chip
 *
 * Context: any, hard interrupt included.
 */
void psim_line_lower(struct psim_line *line)
{
	atomic_dec(&line->state);
}

/**
 * psim_line_pulse - deliver an interrupt that nobody has raised
 * @line: the line
 *
 * Context: any, hard interrupt included.
 */
void psim_line_pulse(struct psim_line *line)
{
	atomic_or(PSIM_LINE_PULSE, &line->state);
	irq_work_queue(&line->work);
}

/**
 * psim_line_sync - wait until what was raised has been delivered
 * @line: the line
 *
 * Waits for a delivery that is pending or runs, for the handlers included
 * unless they are threads. Does not return while the line storms.
 *
 * Context: process context; may sleep.
 */
void psim_line_sync(struct psim_line *line)
{
	irq_work_sync(&line->work);
}
