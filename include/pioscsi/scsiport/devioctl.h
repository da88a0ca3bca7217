/* SPDX-License-Identifier: GPL-2.0-only */
/* Control codes of devices. */
#ifndef _PIOSCSI_SCSIPORT_DEVIOCTL_H
#define _PIOSCSI_SCSIPORT_DEVIOCTL_H

/* Device types. */
#define FILE_DEVICE_CD_ROM		0x00000002
#define FILE_DEVICE_CONTROLLER		0x00000004
#define FILE_DEVICE_DISK		0x00000007
#define FILE_DEVICE_TAPE		0x0000001f
#define FILE_DEVICE_MASS_STORAGE	0x0000002d

/* Ways to pass buffers, and access rights. */
#define METHOD_BUFFERED			0
#define METHOD_IN_DIRECT		1
#define METHOD_OUT_DIRECT		2
#define METHOD_NEITHER			3
#define FILE_ANY_ACCESS			0
#define FILE_READ_ACCESS		0x0001
#define FILE_WRITE_ACCESS		0x0002

#define CTL_CODE(_type, _function, _method, _access) \
	(((_type) << 16) | ((_access) << 14) | ((_function) << 2) | (_method))

#endif /* _PIOSCSI_SCSIPORT_DEVIOCTL_H */
