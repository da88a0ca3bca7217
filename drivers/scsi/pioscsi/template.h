/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_TEMPLATE_H
#define _PIOSCSI_TEMPLATE_H

void pioscsi_template_start(void);

#endif /* _PIOSCSI_TEMPLATE_H */
