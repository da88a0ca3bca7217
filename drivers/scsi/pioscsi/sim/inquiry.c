// SPDX-License-Identifier: GPL-2.0-only
/*
 * INQUIRY: standard data and the vital product data pages.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "cmd.h"
#include "lun.h"
#include "sense.h"

#define SIM_VENDOR		"PIOSCSI "
#define SIM_PRODUCT		"SIMULATED DISK  "
#define SIM_REVISION		"0001"

#define SIM_INQUIRY_LEN		96
#define SIM_VPD_MAX		128
#define SIM_SERIAL_LEN		12

/* PERIPHERAL QUALIFIER and DEVICE TYPE where there is no logical unit. */
#define SIM_NO_PERIPHERAL	0x7f

#define SIM_UGAVALID		BIT(31)

#define SIM_EVPD		BIT(0)

/* Writes the serial number, which is ASCII. */
static void sim_serial(const struct sim_lun *lu, u8 *buf)
{
	char serial[SIM_SERIAL_LEN + 1];

	snprintf(serial, sizeof(serial), "%04x%04x%04x",
		 lu->bus->config.host_no & 0xffff, lu->target & 0xffff,
		 lu->lun & 0xffff);
	memcpy(buf, serial, SIM_SERIAL_LEN);
}

/*
 * The functions for the pages write what is behind the page header, and return
 * its length. They may write SIM_VPD_MAX - 4 bytes, which are zeroed.
 */

static u32 sim_vpd_serial(const struct sim_lun *lu, u8 *data)
{
	sim_serial(lu, data);
	return SIM_SERIAL_LEN;
}

/* A T10 vendor ID and a locally assigned NAA designator. */
static u32 sim_vpd_id(const struct sim_lun *lu, u8 *data)
{
	u64 naa = 0x3ULL << 60 | 0x50494fULL << 36 |
		  (u64)(lu->bus->config.host_no & 0xfff) << 24 |
		  (u64)(lu->target & 0xff) << 16 | (lu->lun & 0xffff);
	u8 *id = data;

	id[0] = 0x02;	/* ASCII */
	id[1] = 0x01;	/* T10 vendor ID, of the logical unit */
	id[3] = 8 + 16 + SIM_SERIAL_LEN;
	memcpy(&id[4], SIM_VENDOR SIM_PRODUCT, 8 + 16);
	sim_serial(lu, &id[4 + 8 + 16]);
	id += 4 + id[3];

	id[0] = 0x01;	/* binary */
	id[1] = 0x03;	/* NAA, of the logical unit */
	id[3] = 8;
	put_unaligned_be64(naa, &id[4]);
	id += 4 + id[3];
	return id - data;
}

/* Block Limits. */
static u32 sim_vpd_limits(const struct sim_lun *lu, u8 *data)
{
	const struct sim_bus_config *config = &lu->bus->config;
	u8 *page = data - 4;
	unsigned int shift = lu->medium.block_shift;

	page[4] = BIT(0);	/* WSNZ */
	put_unaligned_be32(SIM_MAX_TRANSFER >> shift, &page[8]);
	if (!config->no_lbpu) {
		put_unaligned_be32(SIM_MAX_UNMAP >> shift, &page[20]);
		put_unaligned_be32(SIM_MAX_UNMAP_DESC, &page[24]);
	}
	/* OPTIMAL UNMAP GRANULARITY: by default, what frees memory. */
	put_unaligned_be32(config->unmap_granularity ?:
			   SIM_CHUNK_SIZE >> shift, &page[28]);
	put_unaligned_be32(SIM_UGAVALID | config->unmap_alignment, &page[32]);
	put_unaligned_be64(SIM_MAX_WRITE_SAME >> shift, &page[36]);
	return 0x3c;
}

/* Block Device Characteristics. */
static u32 sim_vpd_characteristics(const struct sim_lun *lu, u8 *data)
{
	put_unaligned_be16(1, &data[0]);	/* does not rotate */
	return 0x3c;
}

/* Logical Block Provisioning. */
static u32 sim_vpd_provisioning(const struct sim_lun *lu, u8 *data)
{
	const struct sim_bus_config *config = &lu->bus->config;

	/* ANC_SUP and DP stay 0. */
	if (!config->no_lbpu)
		data[1] |= BIT(7);		/* LBPU */
	if (!config->no_lbpws)
		data[1] |= BIT(6) | BIT(5);	/* LBPWS, LBPWS10 */
	if (data[1] && !config->no_lbprz)
		data[1] |= BIT(2);		/* LBPRZ */
	if (data[1])
		data[2] = 2;			/* thin provisioned */
	return 4;
}

static u32 sim_vpd_supported(const struct sim_lun *lu, u8 *data);

static const struct {
	u8 code;
	u32 (*fill)(const struct sim_lun *lu, u8 *data);
} sim_vpd[] = {
	{ 0x00, sim_vpd_supported },
	{ 0x80, sim_vpd_serial },
	{ 0x83, sim_vpd_id },
	{ 0xb0, sim_vpd_limits },
	{ 0xb1, sim_vpd_characteristics },
	{ 0xb2, sim_vpd_provisioning },
};

/* Without a logical unit, this page is the only one. */
static u32 sim_vpd_supported(const struct sim_lun *lu, u8 *data)
{
	unsigned int i, count = lu ? ARRAY_SIZE(sim_vpd) : 1;

	for (i = 0; i < count; i++)
		data[i] = sim_vpd[i].code;
	return count;
}

static int sim_inquiry_vpd(struct sim_task *task, u32 alloc_len, gfp_t gfp)
{
	struct sim_lun *lu = task->lu;
	u8 code = task->cdb[2];
	unsigned int i, count = lu ? ARRAY_SIZE(sim_vpd) : 1;
	u32 len;
	int ret;

	for (i = 0; i < count && sim_vpd[i].code != code; i++)
		;
	if (i == count)
		return sim_invalid_cdb(task, 2, 7);
	ret = sim_reply(task, SIM_VPD_MAX, gfp);
	if (ret)
		return ret;
	task->buf[0] = lu ? 0 : SIM_NO_PERIPHERAL;
	task->buf[1] = code;
	len = sim_vpd[i].fill(lu, &task->buf[4]);
	put_unaligned_be16(len, &task->buf[2]);
	sim_reply_len(task, 4 + len, alloc_len);
	return 0;
}

static int sim_inquiry_standard(struct sim_task *task, u32 alloc_len,
				gfp_t gfp)
{
	/* SAM-4, SPC-4 and SBC-3, no version claimed. */
	static const u16 version[] = { 0x0080, 0x0460, 0x04c0 };
	unsigned int i;
	u8 *data;
	int ret;

	if (task->cdb[2])
		return sim_invalid_cdb(task, 2, 7);
	ret = sim_reply(task, SIM_INQUIRY_LEN, gfp);
	if (ret)
		return ret;
	data = task->buf;
	data[0] = task->lu ? 0 : SIM_NO_PERIPHERAL;
	if (task->bus->config.removable)
		data[1] = BIT(7);	/* RMB */
	data[2] = 0x06;			/* SPC-4 */
	data[3] = BIT(4) | 0x02;	/* HISUP, response data format */
	data[4] = SIM_INQUIRY_LEN - 5;
	if (!task->bus->config.untagged)
		data[7] = BIT(1);	/* CMDQUE */
	memcpy(&data[8], SIM_VENDOR SIM_PRODUCT SIM_REVISION, 8 + 16 + 4);
	for (i = 0; i < ARRAY_SIZE(version); i++)
		put_unaligned_be16(version[i], &data[58 + 2 * i]);
	sim_reply_len(task, SIM_INQUIRY_LEN, alloc_len);
	return 0;
}

static int sim_inquiry_exec(struct sim_task *task, gfp_t gfp)
{
	u32 alloc_len = get_unaligned_be16(&task->cdb[3]);

	if (task->cdb[1] & SIM_EVPD)
		return sim_inquiry_vpd(task, alloc_len, gfp);
	return sim_inquiry_standard(task, alloc_len, gfp);
}

const struct sim_cmd sim_cmd_inquiry = {
	.exec = sim_inquiry_exec,
};
