/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_LINE_H
#define _PIOSCSI_LINE_H

struct pioscsi_port;

int pioscsi_line_request(struct pioscsi_port *port);
void pioscsi_line_free(struct pioscsi_port *port);

#endif /* _PIOSCSI_LINE_H */
