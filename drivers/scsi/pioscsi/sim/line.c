// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt lines of the simulated board.
 *
 * Each line is a real Linux interrupt: level or edge triggered, shareable, with
 * an irq_domain and an irq_chip of its own. irq_work delivers it in hard IRQ
 * context. Stock kernels have no CONFIG_IRQ_SIM, which supports only edges.
 *
 * A line that may interrupt any CPU interrupts the CPU that raises it. Another
 * CPU is reached by an IPI, which queues the irq_work there.
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
#include <linux/smp.h>

#include "../compat.h"
#include "line.h"

#define SIM_LINE_MASKED		BIT(30)
#define SIM_LINE_PULSE		BIT(29)	/* a pulse is not delivered yet */
#define SIM_LINE_EDGE		BIT(28)	/* an edge is not acknowledged yet */
#define SIM_LINE_HOLDERS	GENMASK(27, 0)

#define SIM_ANY_CPU		(-1)

/**
 * struct sim_line - one interrupt line
 * @state: number of chips that hold the line high, and SIM_LINE_*. One atomic
 *	variable needs no lock: if a rise and an unmask happen together, the
 *	later one sees the earlier one and delivers the interrupt.
 * @trigger: level or edge; constant
 * @irq: Linux interrupt number
 * @desc: its descriptor, looked up once
 * @cpu: the CPU to interrupt, or SIM_ANY_CPU
 * @work: delivers the interrupt on the CPU on which it is queued
 * @csd: queues @work on another CPU
 * @ipis: uses of @csd that have not ended
 */
struct sim_line {
	atomic_t state;
	enum sim_trigger trigger;
	unsigned int irq;
	struct irq_desc *desc;
	int cpu;
	struct irq_work work;
	call_single_data_t csd;
	atomic_t ipis;
};

/**
 * struct sim_lines - all lines of the board
 * @domain: maps line numbers to Linux interrupts
 * @trigger: the trigger of all lines
 * @num: lines in @line
 * @line: the lines
 */
struct sim_lines {
	struct irq_domain *domain;
	enum sim_trigger trigger;
	unsigned int num;
	struct sim_line line[];
};

/* Tell whether there is an interrupt to deliver, and the line is not masked. */
static bool sim_line_pending(const struct sim_line *line, int state)
{
	if (state & SIM_LINE_MASKED)
		return false;
	if (line->trigger == SIM_TRIGGER_EDGE)
		return state & SIM_LINE_EDGE;
	return state;
}

static void sim_line_ipi(void *data)
{
	struct sim_line *line = data;

	irq_work_queue(&line->work);
	atomic_dec(&line->ipis);
}

/* Delivers a pending interrupt on the CPU that the line has to interrupt. */
static void sim_line_queue(struct sim_line *line)
{
	int cpu = READ_ONCE(line->cpu);

	if (cpu == SIM_ANY_CPU || cpu == raw_smp_processor_id()) {
		irq_work_queue(&line->work);
		return;
	}
	atomic_inc(&line->ipis);
	switch (smp_call_function_single_async(cpu, &line->csd)) {
	case 0:
		return;
	case -EBUSY:
		/* The IPI that was sent before delivers this interrupt, too. */
		break;
	default:
		/* The other CPU went offline. */
		irq_work_queue(&line->work);
		break;
	}
	atomic_dec(&line->ipis);
}

static void sim_line_deliver(struct irq_work *work)
{
	struct sim_line *line = container_of(work, struct sim_line, work);
	int state = atomic_read(&line->state);

	/* The level may have fallen again. */
	if (!sim_line_pending(line, state))
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
	 * If it is still high after the handlers ran, deliver it again. This
	 * goes through irq_work, so that a line which is stuck high leaves the
	 * CPU time for other work.
	 */
	state = atomic_fetch_andnot(SIM_LINE_MASKED, &line->state);
	if (sim_line_pending(line, state & ~SIM_LINE_MASKED))
		sim_line_queue(line);
}

static void sim_line_irq_ack(struct irq_data *data)
{
	struct sim_line *line = irq_data_get_irq_chip_data(data);

	atomic_andnot(SIM_LINE_EDGE, &line->state);
}

/* Records a rising edge, and delivers it unless the line is masked. */
static void sim_line_edge(struct sim_line *line)
{
	int state = atomic_fetch_or(SIM_LINE_EDGE, &line->state);

	if (!(state & SIM_LINE_MASKED))
		sim_line_queue(line);
}

static int sim_line_irq_retrigger(struct irq_data *data)
{
	sim_line_edge(irq_data_get_irq_chip_data(data));
	return 1;
}

static int sim_line_irq_set_affinity(struct irq_data *data,
				     const struct cpumask *dest, bool force)
{
	struct sim_line *line = irq_data_get_irq_chip_data(data);
	unsigned int cpu = cpumask_any_and(dest, cpu_online_mask);

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	if (cpumask_subset(cpu_online_mask, dest)) {
		WRITE_ONCE(line->cpu, SIM_ANY_CPU);
		irq_data_update_effective_affinity(data, dest);
	} else {
		WRITE_ONCE(line->cpu, cpu);
		irq_data_update_effective_affinity(data, cpumask_of(cpu));
	}
	return IRQ_SET_MASK_OK;
}

static struct irq_chip sim_level_chip = {
	.name		= "pioscsi-sim",
	.irq_mask	= sim_line_irq_mask,
	.irq_unmask	= sim_line_irq_unmask,
	.irq_set_affinity = sim_line_irq_set_affinity,
	.flags		= IRQCHIP_SKIP_SET_WAKE,
};

static struct irq_chip sim_edge_chip = {
	.name		= "pioscsi-sim",
	.irq_mask	= sim_line_irq_mask,
	.irq_unmask	= sim_line_irq_unmask,
	.irq_ack	= sim_line_irq_ack,
	.irq_retrigger	= sim_line_irq_retrigger,
	.irq_set_affinity = sim_line_irq_set_affinity,
	.flags		= IRQCHIP_SKIP_SET_WAKE,
};

static int sim_line_map(struct irq_domain *domain, unsigned int irq,
			irq_hw_number_t hwirq)
{
	struct sim_lines *lines = domain->host_data;

	irq_set_chip_data(irq, &lines->line[hwirq]);
	irq_set_status_flags(irq, IRQ_NOPROBE | PIOSCSI_IRQ_MOVE_PCNTXT);
	if (lines->trigger == SIM_TRIGGER_EDGE) {
		irq_set_chip_and_handler(irq, &sim_edge_chip, handle_edge_irq);
		irq_set_status_flags(irq, IRQ_TYPE_EDGE_RISING);
	} else {
		irq_set_chip_and_handler(irq, &sim_level_chip,
					 handle_level_irq);
		/* IRQ_LEVEL: the core does not replay it after enable_irq(). */
		irq_set_status_flags(irq, IRQ_LEVEL | IRQ_TYPE_LEVEL_HIGH);
	}
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

	/* An interrupt that is not yet requested is masked. */
	atomic_set(&line->state, SIM_LINE_MASKED);
	line->trigger = lines->trigger;
	line->cpu = SIM_ANY_CPU;
	INIT_CSD(&line->csd, sim_line_ipi, line);
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
 * @num: number of lines, at least 1
 * @trigger: level or edge
 *
 * Context: process context; may sleep.
 * Return: the lines, all low, or an ERR_PTR(): -EINVAL if @num is 0, -ENOMEM,
 * or -ENOSPC if Linux has no interrupt number left.
 */
struct sim_lines *sim_lines_create(unsigned int num, enum sim_trigger trigger)
{
	struct sim_lines *lines;
	unsigned int i;
	int err;

	if (!num)
		return ERR_PTR(-EINVAL);
	lines = kzalloc(struct_size(lines, line, num), GFP_KERNEL);
	if (!lines)
		return ERR_PTR(-ENOMEM);

	lines->trigger = trigger;
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
		sim_line_sync(&lines->line[i]);
		irq_dispose_mapping(lines->line[i].irq);
	}
	irq_domain_remove(lines->domain);
	kfree(lines);
}

/**
 * sim_lines_get - find a line by its number
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
 * sim_line_irq - return the Linux interrupt of a line
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
 * the line is high while at least one chip holds it. The handlers are
 * never called inside this call. The caller may hold raw spinlocks that they
 * take, if interrupts are off.
 *
 * Context: any, hard IRQ context included.
 */
void sim_line_raise(struct sim_line *line)
{
	int state = atomic_inc_return(&line->state);

	/*
	 * If it was high before, a delivery is under way. If it is masked,
	 * sim_line_irq_unmask() delivers it.
	 */
	if (line->trigger == SIM_TRIGGER_LEVEL && state == 1)
		sim_line_queue(line);
	else if (line->trigger == SIM_TRIGGER_EDGE &&
		 (state & SIM_LINE_HOLDERS) == 1)
		sim_line_edge(line);
}

/**
 * sim_line_lower - stop holding a line high
 * @line: the line, after sim_line_raise() by the same chip
 *
 * Context: any, hard IRQ context included.
 */
void sim_line_lower(struct sim_line *line)
{
	atomic_dec(&line->state);
}

/**
 * sim_line_pulse - deliver an interrupt that no chip has raised
 * @line: the line
 *
 * Context: any, hard IRQ context included.
 */
void sim_line_pulse(struct sim_line *line)
{
	if (line->trigger == SIM_TRIGGER_EDGE) {
		sim_line_edge(line);
		return;
	}
	atomic_or(SIM_LINE_PULSE, &line->state);
	sim_line_queue(line);
}

/**
 * sim_line_sync - wait until all raised interrupts have been delivered
 * @line: the line
 *
 * Waits for a delivery that is pending or runs, and for its handlers unless
 * they are threads. Does not return while the line stays high.
 *
 * Context: process context; may sleep.
 */
void sim_line_sync(struct sim_line *line)
{
	/* An IPI arrives when the other CPU enables its interrupts. */
	while (atomic_read(&line->ipis))
		cpu_relax();
	irq_work_sync(&line->work);
}
