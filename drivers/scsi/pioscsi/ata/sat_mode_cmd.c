// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE and MODE SELECT, (6) and (10): the lists around the mode pages.
 */
#include <linux/ata.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "dev.h"
#include "sat_priv.h"

/* CDB bits, byte 1. */
#define SAT_DBD			0x08
#define SAT_LLBAA		0x10
#define SAT_PF			0x10

/* Mode parameter header bits. */
#define SAT_WP			0x80	/* device specific */
#define SAT_LONGLBA		0x01	/* byte 4 of the longer header */

/* Block descriptors. */
#define SAT_SHORT_BYTES		8
#define SAT_LONG_BYTES		16

#define SAT_MODE_LIST_MAX \
	(8 + SAT_LONG_BYTES + SAT_PAGES * SAT_PAGE_MAX)

/* The same fields have different places in (6) and (10). */
static bool sat_mode_is_10(const struct sat_cmd *cmd)
{
	return cmd->cdb[0] == MODE_SENSE_10 || cmd->cdb[0] == MODE_SELECT_10;
}

static unsigned int sat_mode_header(const struct sat_cmd *cmd)
{
	return sat_mode_is_10(cmd) ? 8 : 4;
}

/* The byte DEVICE-SPECIFIC PARAMETER. */
static unsigned int sat_mode_specific(const struct sat_cmd *cmd)
{
	return sat_mode_is_10(cmd) ? 3 : 2;
}

/* ALLOCATION LENGTH or PARAMETER LIST LENGTH. */
static u32 sat_mode_cdb_len(const struct sat_cmd *cmd)
{
	return sat_mode_is_10(cmd) ? get_unaligned_be16(&cmd->cdb[7]) :
				     cmd->cdb[4];
}

static unsigned int sat_mode_cdb_len_byte(const struct sat_cmd *cmd)
{
	return sat_mode_is_10(cmd) ? 7 : 4;
}

static u32 sat_mode_short_blocks(const struct sat_dev *dev)
{
	return min_t(u64, dev->sectors, U32_MAX);
}

/* Writes the block descriptor, and its length in the header. */
static unsigned int sat_mode_put_descriptor(struct sat_cmd *cmd)
{
	unsigned int header = sat_mode_header(cmd);
	const struct sat_dev *dev = cmd->dev;
	unsigned int len = SAT_SHORT_BYTES;
	u8 *data = &cmd->buf[header];

	if (cmd->cdb[1] & SAT_DBD)
		return 0;
	if (sat_mode_is_10(cmd) && cmd->cdb[1] & SAT_LLBAA) {
		len = SAT_LONG_BYTES;
		cmd->buf[4] = SAT_LONGLBA;
		put_unaligned_be64(dev->sectors, &data[0]);
		put_unaligned_be32(dev->sector_size, &data[12]);
	} else {
		put_unaligned_be32(sat_mode_short_blocks(dev), &data[0]);
		put_unaligned_be24(dev->sector_size, &data[5]);
	}
	/* The last byte of either header. */
	cmd->buf[header - 1] = len;
	return len;
}

/* Replies with the header, the block descriptor, and the page or all pages. */
static enum sat_answer sat_mode_sense_reply(struct sat_cmd *cmd, bool protected)
{
	enum sat_page_control control = cmd->cdb[2] >> 6;
	u32 len = sat_mode_header(cmd);
	u8 code = cmd->cdb[2] & 0x3f;
	int only = sat_page_find(code);
	int i;

	BUILD_BUG_ON(SAT_MODE_LIST_MAX > SAT_BUF_BYTES);

	memset(cmd->buf, 0, SAT_MODE_LIST_MAX);
	len += sat_mode_put_descriptor(cmd);
	for (i = 0; i < SAT_PAGES; i++)
		if (only < 0 || only == i)
			len += sat_page_get(cmd->dev, i, control,
					    &cmd->buf[len]);
	if (protected)
		cmd->buf[sat_mode_specific(cmd)] = SAT_WP;
	if (sat_mode_is_10(cmd))
		put_unaligned_be16(len - 2, &cmd->buf[0]);
	else
		cmd->buf[0] = len - 1;
	if (control == SAT_PAGE_CURRENT &&
	    (only < 0 || code == SAT_PAGE_CACHING)) {
		/* Another program may ask before the disk driver asks again. */
		if (!cmd->dev->told)
			cmd->dev->told_wcache = cmd->dev->wcache;
		cmd->dev->told = true;
	}
	return sat_reply(cmd, len, sat_mode_cdb_len(cmd));
}

static enum sat_answer sat_mode_sense_begin(struct sat_cmd *cmd)
{
	enum sat_page_control control = cmd->cdb[2] >> 6;
	u8 code = cmd->cdb[2] & 0x3f;

	if (sat_page_find(code) < 0 && code != SAT_PAGE_ALL)
		return sat_invalid_cdb(cmd, 2, 5);
	/* No page has subpages: FFh, all of them, is the page itself. */
	if (cmd->cdb[3] && cmd->cdb[3] != 0xff)
		return sat_invalid_cdb(cmd, 3, 7);
	if (control == SAT_PAGE_SAVED)
		return sat_check(cmd, ILLEGAL_REQUEST, SAT_ASC_NO_SAVED);
	if (!cmd->dev->media_status)
		return sat_mode_sense_reply(cmd, false);
	sat_tf_command(cmd, SAT_CMD_MEDIA_STATUS);
	cmd->tf.want_regs = true;
	return SAT_TASKFILE;
}

/*
 * WP is 0 without a medium, or if the device fails GET MEDIA STATUS. A device
 * reports a changed medium only once, so the initiator gets a report at once.
 * The same applies to a request for removal.
 */
static enum sat_answer sat_mode_sense_next(struct sat_cmd *cmd,
					   const struct sat_regs *result)
{
	struct sat_regs regs = *result;

	regs.feature = sat_media_error(result) & (ATA_MC | ATA_MCR);
	if (regs.feature)
		return sat_ata_error(cmd, &regs);
	return sat_mode_sense_reply(cmd, result->command & ATA_ERR &&
				    result->feature & SAT_ERR_WP);
}

const struct sat_op sat_op_mode_sense = {
	.begin = sat_mode_sense_begin,
	.next = sat_mode_sense_next,
	.raw = true,
};

/*
 * Reject SP, because values cannot be saved. Without PF the list would be
 * vendor specific. A list that is longer than all pages together is invalid.
 */
static enum sat_answer sat_mode_select_begin(struct sat_cmd *cmd)
{
	u32 len = sat_mode_cdb_len(cmd);

	if (!(cmd->cdb[1] & SAT_PF))
		return sat_invalid_cdb(cmd, 1, 4);
	if (len > SAT_BUF_BYTES)
		return sat_invalid_cdb(cmd, sat_mode_cdb_len_byte(cmd), 7);
	if (!sat_cdb_data(cmd, DMA_TO_DEVICE, len, sat_mode_cdb_len_byte(cmd)))
		return SAT_CHECK;
	if (!len)
		return SAT_GOOD;
	cmd->len = len;
	return SAT_PARAM;
}

static bool sat_mode_truncated(struct sat_cmd *cmd)
{
	sat_check(cmd, ILLEGAL_REQUEST, SAT_ASC_PARAM_LENGTH);
	return false;
}

static bool sat_mode_bad_param(struct sat_cmd *cmd, unsigned int byte,
			       unsigned int bit)
{
	sat_invalid_param(cmd, byte, bit);
	return false;
}

/* Checks the header. MODE DATA LENGTH and MEDIUM TYPE are 0, WP is ignored. */
static bool sat_mode_check_header(struct sat_cmd *cmd, unsigned int *descriptor)
{
	static const u8 may6[] = { 0, 0, SAT_WP, 0xff };
	static const u8 may10[] = { 0, 0, 0, SAT_WP, SAT_LONGLBA, 0, 0xff,
				    0xff };
	const u8 *may = sat_mode_is_10(cmd) ? may10 : may6;
	unsigned int header = sat_mode_header(cmd);
	unsigned int i, len, expect;

	if (cmd->len < header)
		return sat_mode_truncated(cmd);
	for (i = 0; i < header; i++) {
		u8 bad = cmd->buf[i] & ~may[i];

		if (bad)
			return sat_mode_bad_param(cmd, i, may[i] ?
						  fls(bad) - 1 : 7);
	}
	len = cmd->buf[header - 1];
	expect = SAT_SHORT_BYTES;
	if (sat_mode_is_10(cmd)) {
		len = get_unaligned_be16(&cmd->buf[6]);
		if (cmd->buf[4] & SAT_LONGLBA)
			expect = SAT_LONG_BYTES;
	}
	if (len && len != expect)
		return sat_mode_bad_param(cmd, sat_mode_is_10(cmd) ? 6 : 3, 7);
	*descriptor = len;
	return true;
}

/*
 * The capacity cannot change, so its field is ignored (SBC-4 6.5.2). The block
 * length must be the present one.
 */
static bool sat_mode_check_descriptor(struct sat_cmd *cmd, unsigned int off,
				      unsigned int len)
{
	const u8 *data = &cmd->buf[off];
	unsigned int size_at = 5;
	u32 reserved, size;

	if (cmd->len - off < len)
		return sat_mode_truncated(cmd);
	if (len == SAT_LONG_BYTES) {
		reserved = get_unaligned_be32(&data[8]);
		size = get_unaligned_be32(&data[12]);
		size_at = 12;
	} else {
		reserved = data[4];
		size = get_unaligned_be24(&data[5]);
	}
	if (reserved)
		return sat_mode_bad_param(cmd, off + len / 2, 7);
	if (size != cmd->dev->sector_size)
		return sat_mode_bad_param(cmd, off + size_at, 7);
	return true;
}

/* Checks the page at @off and records the switches that it changes. */
static bool sat_mode_take_page(struct sat_cmd *cmd, unsigned int off,
			       unsigned int *page_len)
{
	const u8 *page = &cmd->buf[off];
	unsigned int byte, bit;
	int index;

	/* PS is reserved here, and no page has the subpage format. */
	if (page[0] & 0xc0)
		return sat_mode_bad_param(cmd, off, fls(page[0]) - 1);
	index = sat_page_find(page[0]);
	if (index < 0)
		return sat_mode_bad_param(cmd, off, 5);
	*page_len = sat_page_len(index);
	if (cmd->len - off < 2)
		return sat_mode_truncated(cmd);
	if (page[1] != *page_len - 2)
		return sat_mode_bad_param(cmd, off + 1, 7);
	if (cmd->len - off < *page_len)
		return sat_mode_truncated(cmd);
	if (!sat_page_check(cmd->dev, index, page, &byte, &bit))
		return sat_mode_bad_param(cmd, off + byte, bit);
	cmd->want = sat_page_switches(index, page, cmd->want);
	return true;
}

/* All of the list is checked before any of it takes effect. */
static bool sat_mode_take_list(struct sat_cmd *cmd)
{
	unsigned int off = sat_mode_header(cmd);
	unsigned int len;

	cmd->want = sat_switches(cmd->dev);
	if (!sat_mode_check_header(cmd, &len))
		return false;
	if (len && !sat_mode_check_descriptor(cmd, off, len))
		return false;
	for (off += len; off < cmd->len; off += len)
		if (!sat_mode_take_page(cmd, off, &len))
			return false;
	cmd->todo = cmd->want ^ sat_switches(cmd->dev);
	return true;
}

static const struct sat_mode_switch {
	u8 sw;
	u8 on;		/* SET FEATURES subcommands */
	u8 off;
} sat_mode_switches[] = {
	{ SAT_SWITCH_WCACHE, SETFEATURES_WC_ON, SETFEATURES_WC_OFF },
	{ SAT_SWITCH_LOOK_AHEAD, SETFEATURES_RA_ON, SETFEATURES_RA_OFF },
};

/* Sends the next SET FEATURES; &sat_cmd.step remembers which. */
static enum sat_answer sat_mode_switch(struct sat_cmd *cmd)
{
	const struct sat_mode_switch *sw;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sat_mode_switches); i++) {
		sw = &sat_mode_switches[i];
		if (!(cmd->todo & sw->sw))
			continue;
		sat_tf_set_features(cmd, cmd->want & sw->sw ? sw->on : sw->off);
		cmd->step = sw->sw;
		return SAT_TASKFILE;
	}
	if (cmd->todo & SAT_SWITCH_D_SENSE)
		cmd->dev->d_sense = cmd->want & SAT_SWITCH_D_SENSE;
	return SAT_GOOD;
}

static enum sat_answer sat_mode_select_next(struct sat_cmd *cmd,
					    const struct sat_regs *result)
{
	if (result) {
		sat_dev_features_set(cmd->dev, cmd->tf.regs.feature);
		cmd->todo &= ~cmd->step;
	} else if (!sat_mode_take_list(cmd)) {
		return SAT_CHECK;
	}
	return sat_mode_switch(cmd);
}

const struct sat_op sat_op_mode_select = {
	.begin = sat_mode_select_begin,
	.next = sat_mode_select_next,
};
