/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt lines of the simulated board.
 */
#ifndef _PIOSCSI_SIM_LINE_H
#define _PIOSCSI_SIM_LINE_H

struct sim_line;
struct sim_lines;

/**
 * enum sim_trigger - how a line interrupts
 * @SIM_TRIGGER_LEVEL: while it is high
 * @SIM_TRIGGER_EDGE: when it rises
 */
enum sim_trigger {
	SIM_TRIGGER_LEVEL,
	SIM_TRIGGER_EDGE,
};

struct sim_lines *sim_lines_create(unsigned int num, enum sim_trigger trigger);
void sim_lines_destroy(struct sim_lines *lines);
struct sim_line *sim_lines_get(struct sim_lines *lines, unsigned int i);

unsigned int sim_line_irq(const struct sim_line *line);
void sim_line_raise(struct sim_line *line);
void sim_line_lower(struct sim_line *line);
void sim_line_pulse(struct sim_line *line);
void sim_line_sync(struct sim_line *line);

#endif /* _PIOSCSI_SIM_LINE_H */
