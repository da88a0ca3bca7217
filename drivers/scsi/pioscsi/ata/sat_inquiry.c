// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "../compat.h"
#include "dev.h"
#include "sat_cdb.h"
#include "sat_sense.h"
#include "sat_vpd.h"

#define SAT_EVPD		0x01	/* byte 1 */

#define SAT_INQUIRY_BYTES	96
#define SAT_RMB			0x80	/* byte 1 */
#define SAT_VERSION_SPC4	0x06
#define SAT_RESPONSE_FORMAT	0x02

/* Version descriptors: SAM-5, SPC-4, SBC-3 and SAT-3, no version claimed. */
static const u16 sat_versions[] = { 0x00a0, 0x0460, 0x04c0, 0x1ee0 };

/*
 * Four characters have to do for the eight of the firmware revision: the last
 * ones, unless they are blank (SAT-4 10.1.2).
 */
static void sat_inquiry_revision(const struct sat_dev *dev, u8 *buf)
{
	char firmware[ATA_ID_FW_REV_LEN];

	sat_dev_string(dev, ATA_ID_FW_REV, sizeof(firmware), firmware);
	memcpy(buf, memcmp(&firmware[4], "    ", 4) ? &firmware[4] : firmware,
	       4);
}

static enum sat_answer sat_inquiry_standard(struct sat_cmd *cmd, u32 alloc_len)
{
	const struct sat_dev *dev = cmd->dev;
	u8 *buf = cmd->buf;
	unsigned int i;

	memset(buf, 0, SAT_INQUIRY_BYTES);
	buf[1] = dev->removable ? SAT_RMB : 0;
	buf[2] = SAT_VERSION_SPC4;
	buf[3] = SAT_RESPONSE_FORMAT;
	buf[4] = SAT_INQUIRY_BYTES - 5;
	memcpy(&buf[8], SAT_VENDOR, 8);
	sat_dev_string(dev, ATA_ID_PROD, 16, &buf[16]);
	sat_inquiry_revision(dev, &buf[32]);
	for (i = 0; i < ARRAY_SIZE(sat_versions); i++)
		put_unaligned_be16(sat_versions[i], &buf[58 + 2 * i]);
	return sat_reply(cmd, SAT_INQUIRY_BYTES, alloc_len);
}

static enum sat_answer sat_inquiry(struct sat_cmd *cmd)
{
	u32 alloc_len = get_unaligned_be16(&cmd->cdb[3]);
	u32 len;

	if (!(cmd->cdb[1] & SAT_EVPD)) {
		if (cmd->cdb[2])
			return sat_invalid_cdb(cmd, 2, 7);
		return sat_inquiry_standard(cmd, alloc_len);
	}
	len = sat_vpd_page(cmd->dev, cmd->cdb[2], cmd->buf);
	if (!len)
		return sat_invalid_cdb(cmd, 2, 7);
	return sat_reply(cmd, len, alloc_len);
}

const struct sat_op sat_op_inquiry = {
	.begin = sat_inquiry,
};
