/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_LINE_H
#define _PIOSCSI_LINE_H

#include <linux/types.h>

struct pioscsi_port;

bool pioscsi_line_handler_is_thread(void);
int pioscsi_line_request(struct pioscsi_port *port);
void pioscsi_line_free(struct pioscsi_port *port);

#endif /* _PIOSCSI_LINE_H */
