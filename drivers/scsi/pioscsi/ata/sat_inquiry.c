// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY, and the pages of vital product data.
 */
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../compat.h"
#include "dev.h"
#include "sat_priv.h"

#define SAT_VENDOR		"ATA     "

#define SAT_VPD_HEADER		4

/* Designators. */
#define SAT_CODE_SET_BINARY	0x01
#define SAT_CODE_SET_ASCII	0x02
#define SAT_DESIGNATOR_VENDOR	0x00
#define SAT_DESIGNATOR_T10	0x01
#define SAT_DESIGNATOR_NAA	0x03
#define SAT_T10_BYTES		(8 + ATA_ID_PROD_LEN + ATA_ID_SERNO_LEN)

/* The ATA Information page. */
#define SAT_ATA_INFO_BYTES	(572 - SAT_VPD_HEADER)
#define SAT_FIS_REGISTERS	0x34	/* Register - Device to Host */
#define SAT_FIS_COMMAND		0x80

/* A word that <linux/ata.h> has no name for, and its upper 4 bits. */
#define SAT_ID_TRANSPORT	222
#define SAT_TRANSPORT_SERIAL	1

/*
 * Each function writes the bytes after the header of a page, and returns their
 * number.
 */

static u32 sat_vpd_serial(const struct sat_dev *dev, u8 *buf)
{
	sat_dev_string(dev, ATA_ID_SERNO, ATA_ID_SERNO_LEN, buf);
	return ATA_ID_SERNO_LEN;
}

/*
 * Like libata, the first designator is the serial number alone. The udev rules
 * of sg3_utils make names from it.
 */
static u32 sat_vpd_designators(const struct sat_dev *dev, u8 *buf)
{
	u32 len = 4 + ATA_ID_SERNO_LEN;

	buf[0] = SAT_CODE_SET_ASCII;
	buf[1] = SAT_DESIGNATOR_VENDOR;
	buf[3] = ATA_ID_SERNO_LEN;
	sat_dev_string(dev, ATA_ID_SERNO, ATA_ID_SERNO_LEN, &buf[4]);
	buf += len;
	if (dev->wwn) {
		buf[0] = SAT_CODE_SET_BINARY;
		buf[1] = SAT_DESIGNATOR_NAA;
		buf[3] = 8;
		put_unaligned_be64(dev->wwn, &buf[4]);
		buf += 12;
		len += 12;
	}
	buf[0] = SAT_CODE_SET_ASCII;
	buf[1] = SAT_DESIGNATOR_T10;
	buf[3] = SAT_T10_BYTES;
	memcpy(&buf[4], SAT_VENDOR, 8);
	sat_dev_string(dev, ATA_ID_PROD, ATA_ID_PROD_LEN, &buf[12]);
	sat_dev_string(dev, ATA_ID_SERNO, ATA_ID_SERNO_LEN,
		       &buf[12 + ATA_ID_PROD_LEN]);
	return len + 4 + SAT_T10_BYTES;
}

/* Word 222 has the transport since ATA8-ACS. Before, word 93 is 0. */
static bool sat_is_serial(const u16 *id)
{
	return ata_id_is_sata(id) ||
	       id[SAT_ID_TRANSPORT] >> 12 == SAT_TRANSPORT_SERIAL;
}

/*
 * The device signature, as a device leaves it in the registers after a reset.
 * TRANSPORT IDENTIFIER 0 is parallel ATA. For SATA the signature is the FIS
 * that a device sends, as libata reports it.
 */
static u32 sat_vpd_ata_info(const struct sat_dev *dev, u8 *buf)
{
	u16 *id = (u16 *)&buf[56];
	unsigned int i;

	BUILD_BUG_ON(SAT_VPD_HEADER + SAT_ATA_INFO_BYTES > SAT_BUF_BYTES);

	memcpy(&buf[4], "PIOSCSI SAT             0001", 28);
	if (sat_is_serial(dev->id)) {
		buf[32] = SAT_FIS_REGISTERS;
		buf[33] = SAT_FIS_COMMAND;
	}
	buf[34] = ATA_DRDY;
	buf[35] = 0x01;		/* diagnostics: passed */
	buf[36] = 0x01;		/* LBA (7:0) */
	buf[44] = 0x01;		/* COUNT (7:0) */
	buf[52] = ATA_CMD_ID_ATA;
	sat_dev_get_id(dev, id);
	for (i = 0; i < ATA_ID_WORDS; i++)
		put_unaligned_le16(id[i], &id[i]);
	return SAT_ATA_INFO_BYTES;
}

/* The longest VERIFY. All reads and writes of the midlayer are shorter. */
static u32 sat_vpd_limits(const struct sat_dev *dev, u8 *buf)
{
	put_unaligned_be16(1U << dev->phys_exp, &buf[2]);
	put_unaligned_be32(SAT_TRANSFER_MAX, &buf[4]);
	return 60;
}

static u32 sat_vpd_characteristics(const struct sat_dev *dev, u8 *buf)
{
	put_unaligned_be16(dev->rotation, &buf[0]);
	buf[3] = dev->form_factor;
	return 60;
}

static u32 sat_vpd_supported(const struct sat_dev *dev, u8 *buf);

static const struct sat_vpd {
	u8 code;
	u32 (*write)(const struct sat_dev *dev, u8 *buf);
} sat_vpds[] = {
	{ 0x00, sat_vpd_supported },
	{ 0x80, sat_vpd_serial },
	{ 0x83, sat_vpd_designators },
	{ 0x89, sat_vpd_ata_info },
	{ 0xb0, sat_vpd_limits },
	{ 0xb1, sat_vpd_characteristics },
};

static u32 sat_vpd_supported(const struct sat_dev *dev, u8 *buf)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sat_vpds); i++)
		buf[i] = sat_vpds[i].code;
	return ARRAY_SIZE(sat_vpds);
}

/*
 * Writes a whole page, and returns its length, or 0 if the page is not
 * supported.
 */
static u32 sat_vpd_page(const struct sat_dev *dev, u8 code, u8 *buf)
{
	unsigned int i;
	u32 len;

	for (i = 0; i < ARRAY_SIZE(sat_vpds); i++) {
		if (sat_vpds[i].code != code)
			continue;
		memset(buf, 0, SAT_BUF_BYTES);
		len = sat_vpds[i].write(dev, &buf[SAT_VPD_HEADER]);
		buf[1] = code;
		put_unaligned_be16(len, &buf[2]);
		return SAT_VPD_HEADER + len;
	}
	return 0;
}

#define SAT_EVPD		0x01	/* byte 1 */

#define SAT_INQUIRY_BYTES	96
#define SAT_RMB			0x80	/* byte 1 */
#define SAT_VERSION_SPC4	0x06
#define SAT_RESPONSE_FORMAT	0x02

/* Version descriptors: SAM-5, SPC-4, SBC-3 and SAT-3, no version claimed. */
static const u16 sat_versions[] = { 0x00a0, 0x0460, 0x04c0, 0x1ee0 };

/*
 * INQUIRY has four characters for the firmware revision, which has eight. Use
 * the last four, or the first four if the last ones are blank (SAT-4 10.1.2).
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
