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

/* PERIPHERAL QUALIFIER and DEVICE TYPE of a LUN without a logical unit. */
#define SIM_NO_PERIPHERAL	0x7f

/* Designators of the Device Identification page, bytes 0 and 1. */
#define SIM_PROTOCOL_SPI	0x10
#define SIM_CODE_BINARY		0x01
#define SIM_CODE_ASCII		0x02
#define SIM_PIV			BIT(7)
#define SIM_OF_UNIT		0x00
#define SIM_OF_PORT		0x10
#define SIM_T10_VENDOR		0x01
#define SIM_NAA			0x03
#define SIM_RELATIVE_PORT	0x04

#define SIM_UGAVALID		BIT(31)

#define SIM_EVPD		BIT(0)

/* Writes the serial number, which is ASCII. */
static void sim_serial(const struct sim_lun *lu, u8 *buf)
{
	char serial[SIM_SERIAL_LEN + 1];

	snprintf(serial, sizeof(serial), "%04x%04x%04x",
		 lu->unit->host_no & 0xffff, lu->target & 0xffff,
		 lu->lun & 0xffff);
	memcpy(buf, serial, SIM_SERIAL_LEN);
}

/*
 * Each function writes the bytes after the header of a page, and returns their
 * number. They may write SIM_VPD_MAX - 4 bytes, which are zeroed.
 */

static u32 sim_vpd_serial(const struct sim_lun *lu, u8 *data)
{
	sim_serial(lu, data);
	return SIM_SERIAL_LEN;
}

/* A locally assigned NAA name: with 3 as its type, and PIO as the vendor. */
static u64 sim_naa(unsigned int host_no, unsigned int target, u16 low)
{
	return 0x3ULL << 60 | 0x50494fULL << 36 | (u64)(host_no & 0xfff) << 24 |
	       (u64)(target & 0xff) << 16 | low;
}

/* Names of the logical unit: the same through each host that shares it. */
static u8 *sim_put_unit_names(const struct sim_lun *lu, u8 *id)
{
	id[0] = SIM_CODE_ASCII;
	id[1] = SIM_OF_UNIT | SIM_T10_VENDOR;
	id[3] = 8 + 16 + SIM_SERIAL_LEN;
	memcpy(&id[4], SIM_VENDOR SIM_PRODUCT, 8 + 16);
	sim_serial(lu, &id[4 + 8 + 16]);
	id += 4 + id[3];

	id[0] = SIM_CODE_BINARY;
	id[1] = SIM_OF_UNIT | SIM_NAA;
	id[3] = 8;
	put_unaligned_be64(sim_naa(lu->unit->host_no, lu->target, lu->lun),
			   &id[4]);
	return id + 4 + id[3];
}

/*
 * Names of the target port. A shared logical unit has a port for each host, and
 * the names tell these ports apart (SPC-4 7.8.6). All ports are equal, so there
 * is no target port group: TPGS is 0, and REPORT TARGET PORT GROUPS is not
 * supported.
 */
static u8 *sim_put_port_names(const struct sim_lun *lu, u8 *id)
{
	const struct sim_bus_config *config = &lu->bus->config;

	id[0] = SIM_PROTOCOL_SPI | SIM_CODE_BINARY;
	id[1] = SIM_PIV | SIM_OF_PORT | SIM_NAA;
	id[3] = 8;
	/* No LUN has this bit. */
	put_unaligned_be64(sim_naa(config->host_no, lu->target, BIT(15)),
			   &id[4]);
	id += 4 + id[3];

	id[0] = SIM_PROTOCOL_SPI | SIM_CODE_BINARY;
	id[1] = SIM_PIV | SIM_OF_PORT | SIM_RELATIVE_PORT;
	id[3] = 4;
	put_unaligned_be16(config->shared ? config->host_no + 1 : 1, &id[6]);
	return id + 4 + id[3];
}

/* Device Identification. */
static u32 sim_vpd_id(const struct sim_lun *lu, u8 *data)
{
	return sim_put_port_names(lu, sim_put_unit_names(lu, data)) - data;
}

/* Block Limits. */
static u32 sim_vpd_limits(const struct sim_lun *lu, u8 *data)
{
	const struct sim_bus_config *config = &lu->bus->config;
	u8 *page = data - 4;
	unsigned int shift = lu->unit->medium.block_shift;

	page[4] = BIT(0);	/* WSNZ */
	put_unaligned_be32(SIM_MAX_TRANSFER >> shift, &page[8]);
	if (!config->no_lbpu) {
		put_unaligned_be32(SIM_MAX_UNMAP >> shift, &page[20]);
		put_unaligned_be32(SIM_MAX_UNMAP_DESC, &page[24]);
	}
	/*
	 * OPTIMAL UNMAP GRANULARITY: by default, the blocks of one chunk of
	 * memory.
	 */
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
	data[4] = BIT(0);	/* VBULS: BYTCHK works on unmapped blocks */
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
	if (task->bus->config.shared)
		data[6] = BIT(4);	/* MULTIP */
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
