/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt lines of the simulated board.
 */
#ifndef _PIOSCSI_SIM_LINE_H
#define _PIOSCSI_SIM_LINE_H

struct psim_line;
struct psim_lines;

struct psim_lines *psim_lines_create(unsigned int num);
void psim_lines_destroy(struct psim_lines *lines);
struct psim_line *psim_lines_get(struct psim_lines *lines, unsigned int i);

unsigned int psim_line_irq(const struct psim_line *line);
void psim_line_raise(struct psim_line *line);
void psim_line_lower(struct psim_line *line);
void psim_line_pulse(struct psim_line *line);
void psim_line_sync(struct psim_line *line);

#endif /* _PIOSCSI_SIM_LINE_H */
