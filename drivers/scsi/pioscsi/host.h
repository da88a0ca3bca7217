/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_HOST_H
#define _PIOSCSI_HOST_H

struct attribute_group;

extern const struct attribute_group *pioscsi_host_groups[];

#endif /* _PIOSCSI_HOST_H */
