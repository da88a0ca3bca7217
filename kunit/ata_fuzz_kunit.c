// SPDX-License-Identifier: GPL-2.0-only
/*
 * An ATA channel whose registers read as random values. Each call returns after
 * a bounded number of accesses, and each command ends once. No data is moved
 * beyond the buffer or from a wrong place. Afterwards the channel works again.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "fuzz_ata.h"

#define SEEDS		16
#define RESETS_MAX	8
#define COMMANDS_MAX	400

/* The midlayer's timeout. */
#define STEPS_MAX	600

/* Register accesses of one call outside a task, each up to 1 us on ISA. */
#define ACCESSES_MAX	32

#define CANARY		0xa5
#define NO_RESULT	0x7fffffff
#define OVERRUN_MAX	65536

/* Time that passes between two polls. */
#define POLL_NS		(20 * NSEC_PER_MSEC)

/* A call of the front end begins. */
static void begin_call(struct fuzz *fuzz)
{
	fuzz->accesses = 0;
	fuzz->fake->port.in_task = fuzz_pick(fuzz, 2);
}

static void end_call(struct fuzz *fuzz)
{
	const struct pioata_job *job = &fuzz->fake->chan.job;

	fuzz->phases |= BIT(job->phase);
	fuzz_expect(fuzz, job->left <= job->tf.bytes);
	fuzz_expect(fuzz, job->block <= U16_MAX);
	if (job->phase == PIOATA_DATA_IN || job->phase == PIOATA_DATA_OUT)
		fuzz_expect(fuzz, job->block <= job->tf.drq_bytes);
	if (job->phase == PIOATA_REPLY || job->phase == PIOATA_PARAM)
		fuzz_expect(fuzz, job->block <= SAT_BUF_BYTES);
	if (fuzz->fake->port.in_task)
		return;
	fuzz->most = max(fuzz->most, fuzz->accesses);
	fuzz_expect(fuzz, fuzz->accesses <= ACCESSES_MAX);
}

static bool claim(struct fuzz *fuzz)
{
	bool ret;

	begin_call(fuzz);
	ret = pioata_chan_ops.claim(&fuzz->fake->port.hba);
	end_call(fuzz);
	return ret;
}

static enum pioscsi_next service(struct fuzz *fuzz)
{
	struct fake_ata *fake = fuzz->fake;
	enum pioscsi_next next;
	unsigned int i;

	fake->port.xfer = (struct pioscsi_xfer) { };
	begin_call(fuzz);
	next = pioata_chan_ops.service(&fake->port.hba, &fake->port.xfer);
	fuzz->phases |= BIT(fake->chan.job.phase);
	/* A status that is read again may end a step of the set-up. */
	for (i = 0; i < 2 && next == PIOSCSI_LONG; i++)
		next = pioata_chan_ops.service(&fake->port.hba,
					       &fake->port.xfer);
	end_call(fuzz);
	fuzz_expect(fuzz, next != PIOSCSI_LONG);
	return next;
}

static void check_result(struct fuzz *fuzz)
{
	const struct fake_ata *fake = fuzz->fake;
	int result = fake->cmd.result;

	fuzz_expect(fuzz, !fuzz->ended);
	fuzz_expect(fuzz, result == SAM_STAT_GOOD ||
		    result == SAM_STAT_CHECK_CONDITION ||
		    result == DID_NO_CONNECT << 16 ||
		    result == DID_ERROR << 16);
	fuzz->ended = true;
}

static void check_done(struct fuzz *fuzz)
{
	struct fake_ata *fake = fuzz->fake;

	fuzz->done++;
	fuzz_expect(fuzz, fake->port.xfer.cmd == &fake->cmd);
	check_result(fuzz);
	fuzz_expect(fuzz, fake->chan.job.phase == PIOATA_IDLE);
	if (!fuzz->is_rw || fake->cmd.result)
		return;
	fuzz->good++;
	fuzz_expect(fuzz, fuzz->at == fake->scmd.sdb.length);
	fuzz_expect(fuzz, fake->cmd.moved == fake->scmd.sdb.length);
}

/* The port drops the command, or starts it again. */
static void reset(struct fuzz *fuzz, bool is_abort)
{
	struct fake_ata *fake = fuzz->fake;
	struct pioata_target *targets = fake->chan.targets;
	unsigned int id;

	fuzz->resets++;
	fuzz->in_reset = true;
	fake->port.in_task = true;
	if (is_abort)
		pioata_chan_ops.abort_cmd(&fake->port.hba, &fake->cmd);
	else
		pioata_chan_ops.reset_hba(&fake->port.hba);
	fuzz->in_reset = false;
	fuzz->ended = true;
	fuzz_expect(fuzz, fake->chan.job.phase == PIOATA_IDLE);
	/* Let half of the resets leave usable devices. */
	for (id = 0; id < PIOATA_CHAN_TARGETS && fuzz_pick(fuzz, 2); id++) {
		targets[id].known = true;
		targets[id].ready = true;
		targets[id].absent = false;
		targets[id].gone = false;
		targets[id].broken = false;
	}
}

static void fault(struct fuzz *fuzz)
{
	if (fuzz->fake->port.xfer.blame)
		check_result(fuzz);
	reset(fuzz, false);
}

/* The data of a piece that the device gave, unless it comes from memory. */
static void check_in(struct fuzz *fuzz, const u8 *piece, u32 len)
{
	const struct fake_ata *fake = fuzz->fake;
	u32 i, wrong = 0;

	if (fake->chan.job.phase == PIOATA_REPLY || fake->chan.job.inquiry)
		return;
	for (i = 0; i < len; i++)
		wrong += piece[i] != fuzz_pattern(fake->cmd.moved + i);
	fuzz_expect(fuzz, !wrong);
}

/* Move a piece, of which @used bytes have a place in the buffer. */
static u32 move_piece(struct fuzz *fuzz, u32 len, u32 used)
{
	struct pioscsi_hba *hba = &fuzz->fake->port.hba;
	u8 *piece = fuzz->mem + FUZZ_PIECE;
	u32 i, moved;

	memset(fuzz->mem, CANARY, sizeof(fuzz->mem));
	if (fuzz->fake->port.xfer.dir == DMA_FROM_DEVICE) {
		moved = pioata_chan_ops.pio_in(hba, piece, len);
		check_in(fuzz, piece, used);
	} else {
		memset(piece, 0, len);
		for (i = 0; i < used; i++)
			piece[i] = fuzz_pattern(fuzz->fake->cmd.moved + i);
		moved = pioata_chan_ops.pio_out(hba, piece, len);
	}
	fuzz_expect(fuzz, moved == len);
	fuzz_expect(fuzz, piece[-1] == CANARY && piece[len] == CANARY);
	return moved;
}

/* As the port does it, but in short pieces, of which it may leave some. */
static void move(struct fuzz *fuzz)
{
	struct fake_ata *fake = fuzz->fake;
	struct pioscsi_xfer *xfer = &fake->port.xfer;
	bool same = xfer->dir == fake->scmd.sc_data_direction;
	u32 len, used, moved;

	fuzz_expect(fuzz, xfer->cmd == &fake->cmd);
	fuzz_expect(fuzz, xfer->len == fake->chan.job.block && xfer->len);
	while (xfer->len && fuzz_pick(fuzz, 64)) {
		len = min(xfer->len, FUZZ_PIECE);
		used = same ? min(len, fuzz_bytes_left(fuzz)) : 0;
		moved = move_piece(fuzz, len, used);
		if (!moved)
			break;
		xfer->len -= moved;
		fake->cmd.moved += used;
		fake->cmd.overrun += moved - used;
	}
}

/* Time passes until the next poll. */
static void let_time_pass(struct fuzz *fuzz)
{
	struct pioata_job *job = &fuzz->fake->chan.job;

	if (job->since)
		job->since -= POLL_NS;
	if (job->drq_since)
		job->drq_since -= POLL_NS;
}

/* The port queries the chip after an interrupt, or when one may be lost. */
static void await_claim(struct fuzz *fuzz)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		if (claim(fuzz))
			break;
}

static void handle(struct fuzz *fuzz, enum pioscsi_next next)
{
	struct fake_ata *fake = fuzz->fake;

	switch (next) {
	case PIOSCSI_XFER:
		move(fuzz);
		/* The port takes the chip for broken. */
		if (fake->cmd.overrun > OVERRUN_MAX)
			reset(fuzz, false);
		else
			await_claim(fuzz);
		break;
	case PIOSCSI_DONE:
		check_done(fuzz);
		break;
	case PIOSCSI_FAULT:
		fault(fuzz);
		break;
	case PIOSCSI_WAIT:
		await_claim(fuzz);
		break;
	default:
		fuzz_expect(fuzz, next == PIOSCSI_POLL ||
			    next == PIOSCSI_BUSY_POLL);
		let_time_pass(fuzz);
	}
}

/* A defer: the port masks the chip while a thread owns it. */
static void mask_sometimes(struct fuzz *fuzz)
{
	struct pioscsi_hba *hba = &fuzz->fake->port.hba;

	if (fuzz_pick(fuzz, 4))
		return;
	pioata_chan_ops.mask(hba);
	if (fuzz_pick(fuzz, 2))
		pioata_chan_ops.unmask(hba);
	if (!fuzz_pick(fuzz, 4))
		pioata_chan_ops.withdraw(hba);
}

static void run(struct fuzz *fuzz, const u8 *cdb, unsigned int cdb_len,
		enum dma_data_direction dir, u32 len)
{
	struct fake_ata *fake = fuzz->fake;
	unsigned int steps;
	int ret = -EBUSY;

	fuzz->commands++;
	fuzz->ended = false;
	fuzz->at = 0;
	fake->cmd.result = NO_RESULT;
	fake->cmd.moved = 0;
	fake->cmd.overrun = 0;
	for (steps = 0; steps < 20 && ret == -EBUSY; steps++) {
		begin_call(fuzz);
		ret = fake_ata_start(fake, dir, len, cdb, cdb_len);
		end_call(fuzz);
	}
	fuzz_expect(fuzz, !ret || ret == PIOSCSI_START_POLL || ret == -EBUSY);
	if (ret == -EBUSY)
		reset(fuzz, false);
	else if (!ret)
		await_claim(fuzz);
	for (steps = 0; steps < STEPS_MAX && !fuzz->ended; steps++) {
		mask_sometimes(fuzz);
		handle(fuzz, service(fuzz));
	}
	if (!fuzz->ended) {
		fuzz->endless++;
		reset(fuzz, true);
	}
	fake->active[0] = NULL;
	fuzz_expect(fuzz, service(fuzz) == PIOSCSI_WAIT);
}

static void run_rw(struct fuzz *fuzz, enum dma_data_direction dir)
{
	u8 cdb[10] = { dir == DMA_TO_DEVICE ? WRITE_10 : READ_10,
		       [8] = 1 + fuzz_pick(fuzz, 64) };

	fuzz->is_rw = !fuzz->fake->chan.targets[fuzz->fake->sdev.id].dev.packet;
	run(fuzz, cdb, sizeof(cdb), dir, 512 * cdb[8]);
	fuzz->is_rw = false;
}

static void run_other(struct fuzz *fuzz)
{
	static const struct {
		u8 cdb[16];
		unsigned int cdb_len;
		enum dma_data_direction dir;
		u32 len;
	} rows[] = {
		{ { INQUIRY, 0, 0, 0, 96 }, 6, DMA_FROM_DEVICE, 96 },
		{ { INQUIRY, 1, 0x89, 2, 0x3c }, 6, DMA_FROM_DEVICE, 572 },
		{ { MODE_SENSE, 0, 0x3f, 0, 192 }, 6, DMA_FROM_DEVICE, 192 },
		{ { MODE_SELECT, 0x10, 0, 0, 24 }, 6, DMA_TO_DEVICE, 24 },
		{ { READ_CAPACITY }, 10, DMA_FROM_DEVICE, 8 },
		{ { REQUEST_SENSE, 0, 0, 0, 18 }, 6, DMA_FROM_DEVICE, 18 },
		{ { SYNCHRONIZE_CACHE }, 10, DMA_NONE, 0 },
		{ { START_STOP, 0, 0, 0, 1 }, 6, DMA_NONE, 0 },
		/* SLEEP */
		{ { ATA_16, 3 << 1, 0, [14] = 0xe6 }, 16, DMA_NONE, 0 },
		/* READ SECTOR and WRITE SECTOR */
		{ { ATA_16, 4 << 1, 0x0e, [6] = 2, [13] = 0x40, [14] = 0x20 },
		  16, DMA_FROM_DEVICE, 1024 },
		{ { ATA_16, 5 << 1, 0x06, [6] = 3, [13] = 0x40, [14] = 0x30 },
		  16, DMA_TO_DEVICE, 1536 },
	};
	unsigned int i = fuzz_pick(fuzz, ARRAY_SIZE(rows));
	u32 len = rows[i].len;
	u8 cdb[16];

	memcpy(cdb, rows[i].cdb, sizeof(cdb));
	if (!fuzz_pick(fuzz, 8))
		cdb[1 + fuzz_pick(fuzz, 15)] = fuzz_pick(fuzz, 256);
	if (len && !fuzz_pick(fuzz, 8))
		len = 1 + fuzz_pick(fuzz, 65536);
	run(fuzz, cdb, rows[i].cdb_len, rows[i].dir, len);
}

static void run_any(struct fuzz *fuzz)
{
	struct fake_ata *fake = fuzz->fake;
	struct pioata_chan *ch = &fake->chan;

	fake->sdev.id = fuzz_pick(fuzz, 2);
	fake->sdev.sdev_state = fuzz_pick(fuzz, 16) ? SDEV_RUNNING :
						      SDEV_CREATED;
	fake->rq.cmd_flags = fuzz_pick(fuzz, 2) ? REQ_OP_READ : REQ_OP_DRV_IN;
	ch->targets[fake->sdev.id].dev.late_busy = fuzz_pick(fuzz, 2);
	switch (fuzz_pick(fuzz, 4)) {
	case 0:
		run_rw(fuzz, DMA_FROM_DEVICE);
		break;
	case 1:
		run_rw(fuzz, DMA_TO_DEVICE);
		break;
	default:
		run_other(fuzz);
	}
}

/* A reset and a scan bring a device that works again back into service. */
static void expect_recovery(struct fuzz *fuzz)
{
	static const u8 inquiry[6] = { INQUIRY, 0, 0, 0, 96 };
	struct fake_ata *fake = fuzz->fake;

	fuzz->rules = (struct fuzz_rules) {
		.seed = fuzz->rules.seed,
		.sane = 16,
	};
	fake->sdev.id = 0;
	fuzz_expect(fuzz, !pioata_chan_ops.reset_hba(&fake->port.hba));
	fake->sdev.sdev_state = SDEV_CREATED;
	run(fuzz, inquiry, sizeof(inquiry), DMA_FROM_DEVICE, 96);
	fuzz_expect(fuzz, fake->cmd.result == SAM_STAT_GOOD);
	fake->sdev.sdev_state = SDEV_RUNNING;
	run_rw(fuzz, DMA_FROM_DEVICE);
	fuzz_expect(fuzz, fake->cmd.result == SAM_STAT_GOOD);
}

static struct fuzz *fuzz_run(struct kunit *test, const struct fuzz_rules *rules)
{
	struct fuzz *fuzz = fuzz_create(test, rules);

	while (fuzz->resets < RESETS_MAX && fuzz->commands < COMMANDS_MAX)
		run_any(fuzz);
	expect_recovery(fuzz);
	kunit_info(test,
		   "seed %u: %u commands, %u done, %u good, %u resets, %u accesses of a call, phases %lx",
		   rules->seed, fuzz->commands, fuzz->done, fuzz->good,
		   fuzz->resets, fuzz->most, fuzz->phases);
	return fuzz;
}

static void random_registers_leave_channel_usable(struct kunit *test)
{
	unsigned int good = 0, done = 0;
	unsigned long phases = 0;
	unsigned int i;

	for (i = 0; i < SEEDS; i++) {
		const struct fuzz_rules rules = {
			.seed = i,
			.sane = 5 * (i % 4),
		};
		const struct fuzz *fuzz = fuzz_run(test, &rules);

		good += fuzz->good;
		done += fuzz->done;
		phases |= fuzz->phases;
	}
	/* Otherwise most commands failed at their first status. */
	KUNIT_EXPECT_EQ(test, phases, GENMASK(PIOATA_ENDED, PIOATA_IDLE));
	KUNIT_EXPECT_GT(test, good, 2 * SEEDS);
	KUNIT_EXPECT_GT(test, done, 8 * SEEDS);
}

static void registers_stuck_at_00h_leave_channel_usable(struct kunit *test)
{
	const struct fuzz_rules rules = { .is_stuck = true };

	fuzz_run(test, &rules);
}

static void registers_stuck_at_ffh_leave_channel_usable(struct kunit *test)
{
	const struct fuzz_rules rules = { .is_stuck = true, .stuck = 0xff };

	fuzz_run(test, &rules);
}

static void registers_stuck_at_drq_leave_channel_usable(struct kunit *test)
{
	const struct fuzz_rules rules = {
		.is_stuck = true,
		.stuck = ATA_DRDY | ATA_DRQ,
	};

	fuzz_run(test, &rules);
}

static void drq_that_stays_after_the_last_block_is_a_fault(struct kunit *test)
{
	const struct fuzz_rules rules = { .sane = 16, .drq_sticks = true };
	const struct fuzz *fuzz = fuzz_run(test, &rules);

	KUNIT_EXPECT_GT(test, fuzz->resets, 0);
	KUNIT_EXPECT_EQ(test, fuzz->endless, 0);
}

static void card_that_is_pulled_leaves_channel_usable(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < SEEDS; i++) {
		const struct fuzz_rules rules = {
			.seed = i,
			.sane = 15,
			.reads = 1 + 50 * i,
		};

		fuzz_run(test, &rules);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(random_registers_leave_channel_usable),
	KUNIT_CASE(registers_stuck_at_00h_leave_channel_usable),
	KUNIT_CASE(registers_stuck_at_ffh_leave_channel_usable),
	KUNIT_CASE(registers_stuck_at_drq_leave_channel_usable),
	KUNIT_CASE(drq_that_stays_after_the_last_block_is_a_fault),
	KUNIT_CASE(card_that_is_pulled_leaves_channel_usable),
	{}
};

static struct kunit_suite suite = {
	.name = "ata_fuzz",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit fuzzing of the ATA front end");
MODULE_LICENSE("GPL");
