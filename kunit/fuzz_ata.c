// SPDX-License-Identifier: GPL-2.0-only
/*
 * An ATA channel whose registers read as random values.
 */
#include <kunit/static_stub.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "fuzz_ata.h"
#include "sat_rig.h"

#define SANE		(ATA_DRDY | ATA_DSC)

static struct fuzz *to_fuzz(const struct pioata_io *io)
{
	return container_of(io, struct fake_ata, chan.io)->test->priv;
}

u32 fuzz_pick(struct fuzz *fuzz, u32 below)
{
	return prandom_u32_state(&fuzz->rnd) % below;
}

u8 fuzz_pattern(u32 at)
{
	return at ^ at >> 8;
}

u32 fuzz_bytes_left(const struct fuzz *fuzz)
{
	const struct fake_ata *fake = fuzz->fake;

	return fake->scmd.sdb.length - fake->cmd.moved;
}

/* The status that the command of the channel needs next. */
static u8 sane_status(const struct fuzz *fuzz)
{
	const struct pioata_job *job = &fuzz->fake->chan.job;
	bool drq = false;

	switch (job->phase) {
	case PIOATA_DATA_IN:
	case PIOATA_DATA_FIRST:
	case PIOATA_DATA_OUT:
		drq = job->left || fuzz->rules.drq_sticks;
		break;
	case PIOATA_CDB:
		drq = true;
		break;
	case PIOATA_PACKET:
		drq = fuzz_bytes_left(fuzz);
		break;
	default:
		break;
	}
	return drq ? SANE | ATA_DRQ : SANE;
}

/* Registers keep their values, but those of PACKET announce all the data. */
static u8 sane_register(const struct fuzz *fuzz, enum pioata_io_reg reg)
{
	const struct fake_ata *fake = fuzz->fake;
	u32 left = min(fuzz_bytes_left(fuzz), 0xfffeU);

	if (fake->chan.job.phase != PIOATA_PACKET)
		return fake->out[reg];
	switch (reg) {
	case PIOATA_IO_NSECT:
		return fake->scmd.sc_data_direction == DMA_FROM_DEVICE ?
			       FAKE_ATA_TO_HOST : 0;
	case PIOATA_IO_LBAM:
		return left & 0xff;
	case PIOATA_IO_LBAH:
		return left >> 8;
	default:
		return fake->out[reg];
	}
}

static u8 random_status(struct fuzz *fuzz)
{
	static const u8 usual[] = {
		0x50, 0x51, 0x58, 0x59, 0x80, 0xd0, 0x00, 0x7f, 0xff,
	};

	switch (fuzz_pick(fuzz, 3)) {
	case 0:
		return fuzz->last;
	case 1:
		return usual[fuzz_pick(fuzz, ARRAY_SIZE(usual))];
	default:
		return fuzz_pick(fuzz, 256);
	}
}

static u8 fuzz_read(const struct pioata_io *io, enum pioata_io_reg reg)
{
	struct fuzz *fuzz = to_fuzz(io);
	bool is_status = reg == PIOATA_IO_ALT || reg == PIOATA_IO_STATUS;

	fuzz->accesses++;
	fuzz->reads++;
	if (fuzz->rules.reads && fuzz->reads > fuzz->rules.reads)
		return 0xff;
	if (fuzz->rules.is_stuck)
		return fuzz->rules.stuck;
	if (fuzz_pick(fuzz, 16) < fuzz->rules.sane)
		return is_status ? sane_status(fuzz) : sane_register(fuzz, reg);
	if (!is_status)
		return fuzz_pick(fuzz, 256);
	fuzz->last = random_status(fuzz);
	return fuzz->last;
}

static void fuzz_write(const struct pioata_io *io, enum pioata_io_reg reg,
		       u8 val)
{
	struct fuzz *fuzz = to_fuzz(io);

	fuzz->accesses++;
	fuzz->fake->out[reg] = val;
}

static void fuzz_in(const struct pioata_io *io, void *buf, unsigned int len)
{
	struct fuzz *fuzz = to_fuzz(io);
	const struct pioata_job *job = &fuzz->fake->chan.job;
	bool is_read = fuzz->fake->scmd.sc_data_direction == DMA_FROM_DEVICE;
	unsigned int i;

	memset(buf, 0, len);
	if (fuzz->in_reset)
		return;
	if (job->step == PIOATA_STEP_COMMAND) {
		for (i = 0; i < len && is_read; i++)
			((u8 *)buf)[i] = fuzz_pattern(fuzz->at++);
	} else {
		fuzz->accesses += len / 2;
		memcpy(buf, fuzz->id[job->step == PIOATA_STEP_IDENTIFY_PACKET] +
			    SAT_ID_BYTES - job->left, len);
		if (fuzz_pick(fuzz, 64) >= 4 * fuzz->rules.sane)
			*(u8 *)buf = fuzz_pick(fuzz, 256);
	}
}

/* Only a CDB is sent without an announcement. */
static void fuzz_out(const struct pioata_io *io, const void *buf,
		     unsigned int len)
{
	struct fuzz *fuzz = to_fuzz(io);
	unsigned int i, wrong = 0;

	if (!fuzz->fake->chan.job.block) {
		fuzz->accesses += len / 2;
		return;
	}
	for (i = 0; i < len; i++, fuzz->at++)
		wrong += ((const u8 *)buf)[i] !=
			 (fuzz->at < fuzz->fake->scmd.sdb.length ?
				  fuzz_pattern(fuzz->at) : 0);
	fuzz_expect(fuzz, !wrong);
}

static const struct pioata_io_ops fuzz_ops = {
	.width = 2,
	.read = fuzz_read,
	.write = fuzz_write,
	.in = fuzz_in,
	.out = fuzz_out,
};

/* A disk, and an ATAPI device. */
static void setup_target(struct fuzz *fuzz, unsigned int id)
{
	struct pioata_target *target = &fuzz->fake->chan.targets[id];

	KUNIT_ASSERT_EQ(fuzz->test, 0,
			sat_dev_parse(&target->dev, fuzz->id[id], id));
	target->known = true;
	target->ready = true;
	/* No rescan is requested while one is pending. */
	target->rescan.sdev = &fuzz->fake->sdev;
}

struct fuzz *fuzz_create(struct kunit *test, const struct fuzz_rules *rules)
{
	struct fuzz *fuzz = kunit_kzalloc(test, sizeof(*fuzz), GFP_KERNEL);
	u8 *packet = sat_id_create(test);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, fuzz);
	test->priv = fuzz;
	fuzz->test = test;
	fuzz->rules = *rules;
	prandom_seed_state(&fuzz->rnd, rules->seed);
	fuzz->fake = fake_ata_create(test);
	sat_id_word(packet, 0, 0x85c0);
	fuzz->id[0] = sat_id_create(test);
	fuzz->id[1] = packet;
	for (i = 0; i < PIOATA_CHAN_TARGETS; i++)
		setup_target(fuzz, i);
	fuzz->ops[0] = fuzz_ops;
	fuzz->ops[1] = fuzz_ops;
	fuzz->ops[1].width = 1;
	fuzz->fake->chan.io.ops = &fuzz->ops[0];
	fuzz->fake->chan.io.narrow = &fuzz->ops[1];
	fuzz->fake->chan.io.pio_modes = 5;
	kunit_activate_static_stub(test, pioata_wait_status,
				   fake_ata_wait_briefly);
	return fuzz;
}
