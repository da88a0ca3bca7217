/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_ANSWER_H
#define _PIOSCSI_ANSWER_H

#include <linux/types.h>

#include <pioscsi/pioscsi.h>

struct pioscsi_port;

/**
 * pioscsi_needs_action() - tell whether an answer needs work
 * @next: the answer
 *
 * Context: any.
 * Return: false if the answer only sets the time of the next query.
 */
static inline bool pioscsi_needs_action(enum pioscsi_next next)
{
	return next > PIOSCSI_POLL;
}

void pioscsi_query_chip(struct pioscsi_port *port);

#endif /* _PIOSCSI_ANSWER_H */
