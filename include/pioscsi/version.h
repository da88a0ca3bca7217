/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_VERSION_H
#define _PIOSCSI_VERSION_H

/* The same in dkms.conf and debian/changelog; a release's git tag is v0.1. */
#define PIOSCSI_VERSION "0.1"

#endif /* _PIOSCSI_VERSION_H */
