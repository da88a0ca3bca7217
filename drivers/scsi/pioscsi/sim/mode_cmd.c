// SPDX-License-Identifier: GPL-2.0-only
/*
 * MODE SENSE and MODE SELECT, (6) and (10): the lists around the mode pages.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "cmd.h"
#include "lun.h"
#include "opcodes.h"
#include "sense.h"

/* CDB bits. */
#define SIM_DBD			BIT(3)	/* byte 1 */
#define SIM_LLBAA		BIT(4)	/* byte 1 */
#define SIM_PF			BIT(4)	/* byte 1 */

/* Mode parameter header bits. */
#define SIM_WP			BIT(7)	/* device specific */
#define SIM_DPOFUA		BIT(4)	/* device specific */
#define SIM_LONGLBA		BIT(0)	/* byte 4 of the longer header */

/* Block descriptors. */
#define SIM_SHORT_LEN		8
#define SIM_LONG_LEN		16

#define SIM_MODE_LIST_MAX \
	(8 + SIM_LONG_LEN + SIM_MODE_PAGES * SIM_MODE_PAGE_MAX)

/* The same fields have different places in (6) and (10). */
struct sim_mode_layout {
	unsigned int header_len;
	unsigned int device_specific;
	unsigned int descriptor_len;
	u8 select_mask[8];	/* header bits that MODE SELECT looks at */
};

static const struct sim_mode_layout sim_mode_layout6 = {
	.header_len = 4,
	.device_specific = 2,
	.descriptor_len = 3,
	.select_mask = { 0, 0, SIM_WP, 0xff },
};

static const struct sim_mode_layout sim_mode_layout10 = {
	.header_len = 8,
	.device_specific = 3,
	.descriptor_len = 6,
	.select_mask = { 0, 0, 0, SIM_WP, SIM_LONGLBA, 0, 0xff, 0xff },
};

static bool sim_mode_is_10(const struct sim_task *task)
{
	return task->op->len == 10;
}

static const struct sim_mode_layout *
sim_mode_layout(const struct sim_task *task)
{
	return sim_mode_is_10(task) ? &sim_mode_layout10 :
				       &sim_mode_layout6;
}

/* ALLOCATION LENGTH or PARAMETER LIST LENGTH. */
static u32 sim_mode_cdb_len(const struct sim_task *task)
{
	return sim_mode_is_10(task) ? get_unaligned_be16(&task->cdb[7]) :
				       task->cdb[4];
}

static u32 sim_mode_short_blocks(const struct sim_lun *lu)
{
	return min_t(u64, sim_unit_blocks(lu->unit), U32_MAX);
}

/* Writes the block descriptor, and its length in the header. */
static unsigned int sim_mode_put_descriptor(struct sim_task *task)
{
	const struct sim_mode_layout *layout = sim_mode_layout(task);
	u8 *data = &task->buf[layout->header_len];
	unsigned int len = SIM_SHORT_LEN;
	struct sim_lun *lu = task->lu;

	if (task->cdb[1] & SIM_DBD)
		return 0;
	if (sim_mode_is_10(task) && task->cdb[1] & SIM_LLBAA) {
		len = SIM_LONG_LEN;
		task->buf[4] = SIM_LONGLBA;
		put_unaligned_be64(sim_unit_blocks(lu->unit), &data[0]);
		put_unaligned_be32(sim_lun_block(lu), &data[12]);
	} else {
		put_unaligned_be32(sim_mode_short_blocks(lu), &data[0]);
		put_unaligned_be24(sim_lun_block(lu), &data[5]);
	}
	/* For (10), the low byte of the field. */
	task->buf[layout->header_len - 1] = len;
	return len;
}

/* Writes one page or all. Returns their length. */
static unsigned int sim_mode_put_pages(struct sim_lun *lu, int index,
				       enum sim_mode_control control,
				       u8 *data)
{
	unsigned int first = index < 0 ? 0 : index;
	unsigned int last = index < 0 ? SIM_MODE_PAGES - 1 : index;
	unsigned int i, len = 0;
	unsigned long flags;

	spin_lock_irqsave(&lu->unit->lock, flags);
	for (i = first; i <= last; i++)
		len += sim_mode_get(&lu->unit->mode, i, control, &data[len]);
	spin_unlock_irqrestore(&lu->unit->lock, flags);
	return len;
}

static int sim_mode_sense_exec(struct sim_task *task, gfp_t gfp)
{
	const struct sim_mode_layout *layout = sim_mode_layout(task);
	enum sim_mode_control control = task->cdb[2] >> 6;
	u8 subpage = task->cdb[3];
	u8 code = task->cdb[2] & 0x3f;
	int index = sim_mode_find(code);
	u32 len = layout->header_len;
	int ret;

	if (index < 0 && code != SIM_MODE_ALL_PAGES)
		return sim_invalid_cdb(task, 2, 5);
	/* No page has subpages: FFh, all of them, is the page itself. */
	if (subpage && subpage != 0xff)
		return sim_invalid_cdb(task, 3, 7);
	if (control == SIM_MODE_SAVED)
		return sim_check(task, ILLEGAL_REQUEST, SIM_ASC_NO_SAVED);
	ret = sim_reply(task, SIM_MODE_LIST_MAX, gfp);
	if (ret)
		return ret;

	len += sim_mode_put_descriptor(task);
	len += sim_mode_put_pages(task->lu, index, control, &task->buf[len]);
	task->buf[layout->device_specific] = SIM_DPOFUA;
	if (task->bus->config.wp)
		task->buf[layout->device_specific] |= SIM_WP;
	if (sim_mode_is_10(task))
		put_unaligned_be16(len - 2, &task->buf[0]);
	else
		task->buf[0] = len - 1;
	sim_reply_len(task, len, sim_mode_cdb_len(task));
	return 0;
}

const struct sim_cmd sim_cmd_mode_sense = {
	.exec = sim_mode_sense_exec,
};

/* SP is not supported, and without PF the list would be vendor specific. */
static int sim_mode_select_exec(struct sim_task *task, gfp_t gfp)
{
	if (!(task->cdb[1] & SIM_PF))
		return sim_invalid_cdb(task, 1, 4);
	return sim_expect(task, sim_mode_cdb_len(task), gfp);
}

static int sim_mode_list_truncated(struct sim_task *task)
{
	return sim_check(task, ILLEGAL_REQUEST, SIM_ASC_PARAM_LENGTH);
}

/* Checks the header. Sets the length of the block descriptor. */
static int sim_mode_check_header(struct sim_task *task,
				 unsigned int *descriptor_len)
{
	const struct sim_mode_layout *layout = sim_mode_layout(task);
	const u8 *data = task->buf;
	unsigned int i, len;

	if (task->buf_len < layout->header_len)
		return sim_mode_list_truncated(task);
	/* MODE DATA LENGTH is reserved here; real disks ignore it, too. */
	for (i = sim_mode_is_10(task) ? 2 : 1; i < layout->header_len; i++) {
		u8 bad = data[i] & ~layout->select_mask[i];

		if (bad)
			return sim_invalid_param(task, i,
						 layout->select_mask[i] ?
						 fls(bad) - 1 : 7);
	}
	len = data[layout->descriptor_len];
	*descriptor_len = SIM_SHORT_LEN;
	if (sim_mode_is_10(task)) {
		len = get_unaligned_be16(&data[layout->descriptor_len]);
		if (data[4] & SIM_LONGLBA)
			*descriptor_len = SIM_LONG_LEN;
	}
	if (len && len != *descriptor_len)
		return sim_invalid_param(task, layout->descriptor_len, 7);
	*descriptor_len = len;
	return 0;
}

/*
 * The capacity cannot change, so its field is ignored (SBC-4 6.5.2). The block
 * length must be the present one.
 */
static int sim_mode_check_descriptor(struct sim_task *task, unsigned int off,
				     unsigned int len)
{
	const u8 *data = &task->buf[off];
	struct sim_lun *lu = task->lu;
	u32 reserved, block;

	if (len == SIM_LONG_LEN) {
		reserved = get_unaligned_be32(&data[8]);
		block = get_unaligned_be32(&data[12]);
	} else {
		reserved = data[4];
		block = get_unaligned_be24(&data[5]);
	}
	if (reserved)
		return sim_invalid_param(task, off + len / 2, 7);
	if (block != sim_lun_block(lu))
		return sim_invalid_param(task,
					 off + (len == SIM_LONG_LEN ? 12 : 5),
					 7);
	return 0;
}

/* Checks the page at @off. Sets its index, returns 0 or SIM_SETTLED. */
static int sim_mode_check_page(struct sim_task *task, unsigned int off,
			       unsigned int *found)
{
	const u8 *page = &task->buf[off];
	unsigned int byte, bit;
	int index = sim_mode_find(page[0] & 0x3f);

	/* PS is reserved here, and no page has the subpage format. */
	if (page[0] & 0xc0)
		return sim_invalid_param(task, off, fls(page[0]) - 1);
	if (index < 0)
		return sim_invalid_param(task, off, 5);
	if (task->buf_len - off < 2)
		return sim_mode_list_truncated(task);
	if (page[1] != sim_mode_page_len(index) - 2)
		return sim_invalid_param(task, off + 1, 7);
	if (task->buf_len - off < sim_mode_page_len(index))
		return sim_mode_list_truncated(task);
	if (sim_mode_check(index, page, &byte, &bit))
		return sim_invalid_param(task, off + byte, bit);
	*found = index;
	return 0;
}

/* All of the list is checked before any of it takes effect. */
static int sim_mode_select_finish(struct sim_task *task, gfp_t gfp)
{
	unsigned int off = sim_mode_layout(task)->header_len;
	const u8 *page[SIM_MODE_PAGES] = { };
	struct sim_lun *lu = task->lu;
	unsigned int len, index;
	unsigned long flags;
	bool changed = false;
	int ret;

	if (!task->buf_len)
		return 0;
	ret = sim_mode_check_header(task, &len);
	if (ret)
		return ret;
	if (task->buf_len - off < len)
		return sim_mode_list_truncated(task);
	ret = len ? sim_mode_check_descriptor(task, off, len) : 0;
	for (off += len; !ret && off < task->buf_len;
	     off += sim_mode_page_len(index)) {
		ret = sim_mode_check_page(task, off, &index);
		if (ret)
			break;
		page[index] = &task->buf[off];
	}
	if (ret)
		return ret;

	spin_lock_irqsave(&lu->unit->lock, flags);
	for (index = 0; index < SIM_MODE_PAGES; index++)
		if (page[index])
			changed |= sim_mode_set(&lu->unit->mode, index,
						page[index]);
	if (changed)
		sim_lun_notify(lu, SIM_UA_MODE);
	spin_unlock_irqrestore(&lu->unit->lock, flags);
	return 0;
}

const struct sim_cmd sim_cmd_mode_select = {
	.exec = sim_mode_select_exec,
	.finish = sim_mode_select_finish,
};
