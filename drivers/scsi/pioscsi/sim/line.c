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

#define SIM_LINE_MASKED		BIT(30)
#define SIM_LINE_PULSE		BIT(29)	/* high, until it is delivered */

/**
 * struct sim_line - one interrupt line
 * @state: number of chips that hold the line high, and SIM_LINE_*. One
 *	atomic variable, so that of a rise and an unmask, whichever is the
 *	second sees the other and delivers; no lock is needed.
 * @irq: Linux interrupt number
 * @desc: its descriptor, looked up once
 * @work: gets us into hard interrupt context on this CPU
 */
struct sim_line {
	atomic_t state;
	unsigned int irq;
	struct irq_desc *desc;
	struct irq_work work;
};

/**
 * struct sim_lines - all lines of the board
 * @domain: maps line numbers to Linux interrupts
 * @num: lines in @line
 * @line: the lines
 */
struct sim_lines {
	struct irq_domain *domain;
	unsigned int num;
	struct sim_line line[];
};

/* High, and nothing keeps it from the CPU. */
static bool sim_line_pending(int state)
{
	return state > 0 && !(state & SIM_LINE_MASKED);
}

static void sim_line_deliver(struct irq_work *work)
{
	struct sim_line *line = container_of(work, struct sim_line, work);
	int state = atomic_read(&line->state);

	/* A level that fell again before it got here is no interrupt. */
	if (!sim_line_pending(state))
		return;
	if (unlikely(state & SIM_LINE_PULSE))
		atomic_andnot(SIM_LINE_PULSE, &line->state);
	generic_handle_irq_desc(line->desc);
}

static void sim_line_irq_mask(struct irq_data *data)
{
	struct sim_line *line = irq_data_get_irq_chip_data(data);

	atomic_or(SIM_LINE_MASKED, &line->state);
}

static void sim_line_irq_unmask(struct irq_data *data)
{
	struct sim_line *line = irq_data_get_irq_chip_data(data);
	int state;

	/*
	 * Still high after the handlers ran: again, but by way of irq_work,
	 * so that even a line which is stuck lets the CPU breathe.
	 */
	state = atomic_fetch_andnot(SIM_LINE_MASKED, &line->state);
	if (sim_line_pending(state & ~SIM_LINE_MASKED))
		irq_work_queue(&line->work);
}

static struct irq_chip sim_line_chip = {
	.name		= "pioscsi-sim",
	.irq_mask	= sim_line_irq_mask,
	.irq_unmask	= sim_line_irq_unmask,
	.flags		= IRQCHIP_SKIP_SET_WAKE,
};

static int sim_line_map(struct irq_domain *domain, unsigned int irq,
			irq_hw_number_t hwirq)
{
	struct sim_lines *lines = domain->host_data;

	irq_set_chip_and_handler(irq, &sim_line_chip, handle_level_irq);
	irq_set_chip_data(irq, &lines->line[hwirq]);
	/* IRQ_LEVEL keeps the core from replaying it after enable_irq(). */
	irq_set_status_flags(irq, IRQ_LEVEL | IRQ_TYPE_LEVEL_HIGH |
				  IRQ_NOPROBE);
	/* It arrives on the CPU that raised it, whichever that is. */
	irq_data_update_effective_affinity(irq_get_irq_data(irq),
					   cpu_possible_mask);
	return 0;
}

static void sim_line_unmap(struct irq_domain *domain, unsigned int irq)
{
	irq_set_chip_and_handler(irq, NULL, NULL);
	irq_set_chip_data(irq, NULL);
}

static const struct irq_domain_ops sim_line_domain_ops = {
	.map	= sim_line_map,
	.unmap	= sim_line_unmap,
};

static int sim_line_init(struct sim_lines *lines, unsigned int i)
{
	struct sim_line *line = &lines->line[i];

	/* As the core sees an interrupt that nobody has requested yet. */
	atomic_set(&line->state, SIM_LINE_MASKED);
	line->work = IRQ_WORK_INIT_HARD(sim_line_deliver);
	line->irq = irq_create_mapping(lines->domain, i);
	if (!line->irq)
		return -ENOSPC;
	line->desc = irq_data_to_desc(irq_get_irq_data(line->irq));

	lines->num++;
	return 0;
}

/**
 * sim_lines_create - make interrupt lines
 * @num: how many, at least 1
 *
 * Context: process context; may sleep.
 * Return: the lines, all low, or an ERR_PTR(): -EINVAL if @num is 0, -ENOMEM,
 * or -ENOSPC if Linux has no interrupt number left.
 */
struct sim_lines *sim_lines_create(unsigned int num)
{
	struct sim_lines *lines;
	unsigned int i;
	int err;

	if (!num)
		return ERR_PTR(-EINVAL);
	lines = kzalloc(struct_size(lines, line, num), GFP_KERNEL);
	if (!lines)
		return ERR_PTR(-ENOMEM);

	lines->domain = irq_domain_create_linear(NULL, num,
						 &sim_line_domain_ops, lines);
	if (!lines->domain) {
		kfree(lines);
		return ERR_PTR(-ENOMEM);
	}

	for (i = 0; i < num; i++) {
		err = sim_line_init(lines, i);
		if (err) {
			sim_lines_destroy(lines);
			return ERR_PTR(err);
		}
	}
	return lines;
}

/**
 * sim_lines_destroy - undo sim_lines_create()
 * @lines: the lines; every interrupt is freed, every chip is off its line
 *
 * Context: process context; may sleep.
 */
void sim_lines_destroy(struct sim_lines *lines)
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
 * sim_lines_get - a line by its number
 * @lines: the lines
 * @i: number of the line, from 0
 *
 * Context: any.
 * Return: the line, or %NULL if there is none of that number.
 */
struct sim_line *sim_lines_get(struct sim_lines *lines, unsigned int i)
{
	return i < lines->num ? &lines->line[i] : NULL;
}

/**
 * sim_line_irq - the Linux interrupt of a line
 * @line: the line
 *
 * Context: any.
 * Return: the number for request_irq(); IRQF_SHARED is fine.
 */
unsigned int sim_line_irq(const struct sim_line *line)
{
	return line->irq;
}

/**
 * sim_line_raise - hold a line high
 * @line: the line
 *
 * For each chip on the line, calls of this and of sim_line_lower() alternate;
 * the line is high while at least one chip holds it. The interrupt is never
 * taken inside the call, so that the caller may hold raw spinlocks which the
 * interrupt handlers take, provided that it has interrupts off.
 *
 * Context: any, hard interrupt included.
 */
void sim_line_raise(struct sim_line *line)
{
	/*
	 * If it was high before, then a delivery is under way; if it is
	 * masked, then sim_line_irq_unmask() will see to it.
	 */
	if (atomic_inc_return(&line->state) == 1)
		irq_work_queue(&line->work);
}

/**
 * sim_line_lower - no longer hold a line high
 * @line: the line, after sim_line_raise() by the same chip
 *
 * Context: any, hard interrupt included.
 */
void sim_line_lower(struct sim_line *line)
{
	atomic_dec(&line->state);
}

/**
 * sim_line_pulse - deliver an interrupt that nobody has raised
 * @line: the line
 *
 * Context: any, hard interrupt included.
 */
void sim_line_pulse(struct sim_line *line)
{
	atomic_or(SIM_LINE_PULSE, &line->state);
	irq_work_queue(&line->work);
}

/**
 * sim_line_sync - wait until what was raised has been delivered
 * @line: the line
 *
 * Waits for a delivery that is pending or runs, for the handlers included
 * unless they are threads. Does not return while the line storms.
 *
 * Context: process context; may sleep.
 */
void sim_line_sync(struct sim_line *line)
{
	irq_work_sync(&line->work);
}
