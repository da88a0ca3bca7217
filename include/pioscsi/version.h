/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_VERSION_H
#define _PIOSCSI_VERSION_H

/* dkms.conf, debian/changelog, NEWS and the git tag of a release repeat it. */
#define PIOSCSI_VERSION "0.1"

#endif /* _PIOSCSI_VERSION_H */
