// SPDX-License-Identifier: GPL-2.0-only
/*
 * A loop that calls the 53C9x's front end as the port does, on registers that
 * read at random.
 *
 * Error handling is compiled into this file. So its timeouts depend on the
 * number of its rounds, and the data that it sends is checked.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

#include "../ncr53c9x/data.h"
#include "../ncr53c9x/phase.h"
#include "../port.h"
#include "c9x_fuzz_rig.h"

#define REDZONE_BYTE	0xa5

/* No front end sets this result. */
#define NO_RESULT	(-1)

/* Rounds of the loops of error handling, before their time is over. */
#define ROUNDS		400

/* Register accesses of a call, at most, and more for each byte of data. */
#define ACCESSES_MAX		64U
#define TASK_ACCESSES_MAX	250U
#define BYTE_ACCESSES		13U

static struct fuzz *fuzz;

#define EXPECT(cond)							\
	KUNIT_EXPECT_TRUE_MSG(fuzz->test, cond, "mode %u, seed %u, step %u", \
			      fuzz->regs.mode, fuzz->seed, fuzz->step)

static u32 below(u32 limit)
{
	return c9x_fuzz_below(&fuzz->regs, limit);
}

/* Count the rounds of error handling instead of its time. */
static bool fuzz_time_is_left(void)
{
	return fuzz->rounds && fuzz->rounds--;
}

static unsigned int fuzz_pio_out(struct pioscsi_hba *hba, const void *buf,
				 unsigned int len)
{
	struct c9x *chip = to_c9x(hba);
	unsigned int moved;

	fuzz->sending = true;
	if (chip->nexus)
		fuzz->send_at = chip->nexus->moved + chip->acked +
				(fuzz->recovering ? chip->drained_out : 0);
	moved = c9x_pio_out(hba, buf, len);
	fuzz->sending = false;
	return moved;
}

#undef time_before
#define time_before(a, b)	((void)(a), (void)(b), fuzz_time_is_left())
#define usleep_range(min, max)	((void)(min), (void)(max))
#define c9x_pio_out		fuzz_pio_out
#define c9x_abort_cmd		c9x_fuzz_abort_cmd
#define c9x_reset_lun		c9x_fuzz_reset_lun
#define c9x_reset_target	c9x_fuzz_reset_target
#define c9x_reset_bus		c9x_fuzz_reset_bus
#define c9x_reset_hba		c9x_fuzz_reset_hba
#include "../ncr53c9x/recover.c"
#include "../ncr53c9x/select.h"

/* The data of a write. No two bytes are equal. */
static u8 pattern(unsigned int at)
{
	return at * 7 + 13;
}

/* The handler of a chip without a mask runs between any two accesses. */
static u8 fuzz_read(struct c9x *chip, unsigned int reg)
{
	u8 val;

	fuzz->accesses += !fuzz->claiming;
	val = c9x_fuzz_regs_read(&fuzz->regs, reg);
	if (!chip->hba->can_mask && !irqs_disabled() && !fuzz->claiming &&
	    !below(16)) {
		fuzz->claiming = true;
		c9x_claim(chip->hba);
		fuzz->claiming = false;
	}
	return val;
}

static void fuzz_write(struct c9x *chip, unsigned int reg, u8 val)
{
	fuzz->accesses += !fuzz->claiming;
	c9x_fuzz_regs_write(&fuzz->regs, reg, val);
	if (reg != C9X_FIFO || !fuzz->sending)
		return;
	EXPECT(chip->nexus);
	if (fuzz_failed(fuzz))
		return;
	/* The bytes in flight are neither sent again nor followed by others. */
	EXPECT(!chip->in_flight);
	EXPECT(fuzz->send_at < scsi_bufflen(chip->nexus->scmd));
	EXPECT(val == pattern(fuzz->send_at));
	fuzz->send_at++;
	fuzz->nr_sent++;
}

static bool is_active(const struct pioscsi_cmd *cmd)
{
	return cmd && cmd->tag < C9X_DEPTH && fuzz->cmd[cmd->tag].active &&
	       &fuzz->cmd[cmd->tag].c->cmd == cmd;
}

static void check_cmds(void)
{
	const struct c9x *chip = fuzz->chip;
	unsigned int i, disconnected = 0;

	for (i = 0; i < C9X_DEPTH; i++) {
		const struct pioscsi_cmd *cmd = &fuzz->cmd[i].c->cmd;

		EXPECT(cmd->moved <= scsi_bufflen(cmd->scmd));
		disconnected += chip->slot[i].disconnected;
		EXPECT(fuzz->cmd[i].active || !chip->slot[i].disconnected);
	}
	EXPECT(chip->nr_disconnected == disconnected);
	EXPECT(chip->nr_lost <= C9X_DEPTH);
	for (i = 0; i < chip->nr_lost; i++)
		EXPECT(is_active(chip->lost[i]));
	fuzz->nr_lost += chip->nr_lost;
	fuzz->nr_disconnected += disconnected;
}

/* To be called after each call of the front end. */
static void check(void)
{
	const struct c9x *chip = fuzz->chip;

	check_cmds();
	EXPECT(!chip->nexus || is_active(chip->nexus));
	EXPECT(!chip->departing || is_active(chip->departing));
	EXPECT(chip->cdb_at <= C9X_FIFO_SIZE);
	EXPECT(chip->in_flight <= C9X_FIFO_SIZE);
	EXPECT(!chip->nexus || chip->acked <= C9X_FIFO_SIZE);
	EXPECT(chip->out.len <= sizeof(chip->out.byte));
	EXPECT(chip->again.len <= sizeof(chip->again.byte));
}

static void begin_call(bool task)
{
	pioscsi_port(fuzz->fake->hba)->in_task = task;
	fuzz->accesses = 0;
	fuzz->rounds = ROUNDS;
}

static void end_call(unsigned int accesses_max)
{
	EXPECT(fuzz->accesses <= accesses_max);
	check();
}

static void end_cmd(struct fuzz_cmd *f)
{
	f->active = false;
	f->c->cmd.sensing = false;
	pioscsi_port(fuzz->fake->hba)->active[f->c->cmd.tag] = NULL;
}

static void end_all(void)
{
	unsigned int i;

	for (i = 0; i < C9X_DEPTH; i++)
		end_cmd(&fuzz->cmd[i]);
}

/* Reset the HBA with a chip that works. */
static void reset_well(void)
{
	fake_c9x_activate(fuzz->test);
	SCRIPT(fuzz->fake, { C9X_CMD_BUS_RESET, 0, C9X_INTR_RESET });
	EXPECT(!c9x_fuzz_reset_hba(fuzz->fake->hba));
}

static void activate(void)
{
	kunit_activate_static_stub(fuzz->test, c9x_read, fuzz_read);
	kunit_activate_static_stub(fuzz->test, c9x_write, fuzz_write);
}

/* The port takes an HBA out of service whose reset fails. */
static void reset_hba(void)
{
	fuzz->nr_faults++;
	begin_call(true);
	if (c9x_fuzz_reset_hba(fuzz->fake->hba)) {
		reset_well();
		fuzz->regs.ctrl1 = fuzz->chip->ctrl1;
		activate();
	}
	end_all();
	check();
}

/* The port never mixes untagged commands of a logical unit with others. */
static bool unit_is_busy(const struct c9x_cmd *c)
{
	unsigned int i;

	for (i = 0; i < C9X_DEPTH; i++) {
		const struct c9x_cmd *other = fuzz->cmd[i].c;

		if (fuzz->cmd[i].active && other->sdev.id == c->sdev.id &&
		    other->sdev.lun == c->sdev.lun &&
		    !(c->cmd.tagged && other->cmd.tagged))
			return true;
	}
	return false;
}

static void fill_cmd(struct fuzz_cmd *f)
{
	static const u8 cdb_lens[] = { 6, 6, 6, 10, 12, 16, 7 };
	struct c9x_cmd *c = f->c;
	unsigned int i;

	c->sdev.id = 1 + below(2);
	c->sdev.lun = below(2);
	c->scmd.cmd_len = cdb_lens[below(ARRAY_SIZE(cdb_lens))];
	c->scmd.cmnd[0] = below(256);
	c->scmd.sc_data_direction = below(2) ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
	c->scmd.sdb.length = below(FUZZ_BUF_SIZE);
	c->scmd.flags = below(2) ? SCMD_TAGGED : 0;
	c->cmd.tagged = c->sdev.lun;
	c->cmd.moved = 0;
	c->cmd.result = NO_RESULT;
	for (i = 0; i < FUZZ_BUF_SIZE; i++)
		f->buf[i] = pattern(i);
}

static void start_cmd(void)
{
	struct fuzz_cmd *f = &fuzz->cmd[below(C9X_DEPTH)];
	struct pioscsi_cmd *cmd = &f->c->cmd;
	int err;

	if (f->active)
		return;
	fill_cmd(f);
	if (unit_is_busy(f->c))
		return;
	begin_call(false);
	err = c9x_start(fuzz->fake->hba, cmd);
	if (!err) {
		f->active = true;
		pioscsi_port(fuzz->fake->hba)->active[cmd->tag] = cmd;
	}
	EXPECT(!err || err == -EBUSY);
	end_call(ACCESSES_MAX);
}

/* After CHECK CONDITION the port sends REQUEST SENSE at once. */
static void fetch_sense(struct fuzz_cmd *f)
{
	struct pioscsi_cmd *cmd = &f->c->cmd;

	if (cmd->result != SAM_STAT_CHECK_CONDITION || cmd->sensing) {
		end_cmd(f);
		return;
	}
	cmd->sensing = true;
	cmd->tagged = false;
	cmd->moved = 0;
	cmd->result = NO_RESULT;
	begin_call(false);
	if (c9x_start(fuzz->fake->hba, cmd))
		end_cmd(f);
	end_call(ACCESSES_MAX);
}

static void handle_done(const struct pioscsi_xfer *xfer)
{
	EXPECT(is_active(xfer->cmd));
	if (fuzz_failed(fuzz))
		return;
	fuzz->nr_done++;
	EXPECT(xfer->cmd->result != NO_RESULT);
	/* The front end has forgotten the command. */
	fuzz->cmd[xfer->cmd->tag].active = false;
	check();
	fuzz->cmd[xfer->cmd->tag].active = true;
	fetch_sense(&fuzz->cmd[xfer->cmd->tag]);
}

/* Let the front end move one piece. Return false if it moved fewer bytes. */
static bool move_piece(struct pioscsi_xfer *xfer, unsigned int len)
{
	struct fuzz_cmd *f = &fuzz->cmd[xfer->cmd->tag];
	struct pioscsi_cmd *cmd = xfer->cmd;
	unsigned int moved, room = 0;
	u8 *data = &fuzz->piece[FUZZ_REDZONE];

	if (xfer->dir == f->c->scmd.sc_data_direction)
		room = scsi_bufflen(cmd->scmd) - cmd->moved;
	memset(fuzz->piece, REDZONE_BYTE, sizeof(fuzz->piece));
	begin_call(below(2));
	if (xfer->dir == DMA_FROM_DEVICE) {
		moved = c9x_pio_in(fuzz->fake->hba, data, len);
	} else {
		memcpy(data, &f->buf[cmd->moved], len);
		moved = fuzz_pio_out(fuzz->fake->hba, data, len);
	}
	EXPECT(moved <= len);
	EXPECT(!moved || fuzz->chip->nexus == cmd);
	EXPECT(!memchr_inv(fuzz->piece, REDZONE_BYTE, FUZZ_REDZONE));
	EXPECT(!memchr_inv(data + len, REDZONE_BYTE,
			   FUZZ_PIECE + FUZZ_REDZONE - len));
	cmd->moved += min(moved, room);
	xfer->len -= min(moved, xfer->len);
	end_call(ACCESSES_MAX + len * BYTE_ACCESSES);
	return moved == len;
}

static void forget_target(unsigned int id, bool all, unsigned int lun)
{
	unsigned int i;

	for (i = 0; i < C9X_DEPTH; i++) {
		const struct scsi_device *sdev = &fuzz->cmd[i].c->sdev;

		if (sdev->id == id && (all || sdev->lun == lun))
			end_cmd(&fuzz->cmd[i]);
	}
}

/* Abort a command or reset a target, as error handling does. */
static void recover(void)
{
	const struct pioscsi_cmd *nexus = fuzz->chip->nexus;
	unsigned int tag = nexus && below(4) ? nexus->tag : below(C9X_DEPTH);
	struct fuzz_cmd *f = &fuzz->cmd[tag];
	struct pioscsi_hba *hba = fuzz->fake->hba;
	const struct scsi_device *sdev = &f->c->sdev;
	bool all = below(2);
	int err;

	begin_call(true);
	fuzz->recovering = true;
	if (f->active && below(2)) {
		err = c9x_fuzz_abort_cmd(hba, &f->c->cmd);
		if (!err)
			end_cmd(f);
	} else {
		err = all ? c9x_fuzz_reset_target(hba, sdev->id) :
			    c9x_fuzz_reset_lun(hba, sdev->id, sdev->lun);
		if (!err)
			forget_target(sdev->id, all, sdev->lun);
	}
	fuzz->recovering = false;
	fuzz->nr_recovered += !err;
	end_call(UINT_MAX);
}

/* Error handling may interrupt the port between two pieces. */
static void handle_xfer(struct pioscsi_xfer *xfer)
{
	EXPECT(is_active(xfer->cmd));
	if (fuzz_failed(fuzz))
		return;
	EXPECT(xfer->len);
	if (xfer->dir == DMA_TO_DEVICE)
		EXPECT(xfer->len <= scsi_bufflen(xfer->cmd->scmd) -
				    xfer->cmd->moved);
	fuzz->nr_xfer++;
	while (xfer->len && is_active(xfer->cmd) && !fuzz_failed(fuzz)) {
		if (!below(4))
			recover();
		else if (!move_piece(xfer, min(xfer->len, FUZZ_PIECE)))
			return;
	}
}

/* The port also asks a chip without an interrupt now and then. */
static void serve(void)
{
	struct pioscsi_hba *hba = fuzz->fake->hba;
	struct pioscsi_xfer xfer = { };
	enum pioscsi_next next;
	bool task = below(2);

	begin_call(task);
	if (!c9x_claim(hba) && below(8))
		return;
	next = c9x_service(hba, &xfer);
	end_call(task ? TASK_ACCESSES_MAX : ACCESSES_MAX);
	switch (next) {
	case PIOSCSI_XFER:
		handle_xfer(&xfer);
		break;
	case PIOSCSI_DONE:
		handle_done(&xfer);
		break;
	case PIOSCSI_RESET:
		end_all();
		break;
	case PIOSCSI_FAULT:
		reset_hba();
		break;
	default:
		EXPECT(next == PIOSCSI_WAIT || next == PIOSCSI_BUSY_POLL);
	}
}

/**
 * c9x_fuzz_step() - do a step of the port
 *
 * Context: task.
 */
void c9x_fuzz_step(void)
{
	start_cmd();
	serve();
	if (fuzz->step++ % 50 == 0)
		recover();
}

/**
 * c9x_fuzz_begin() - begin a run
 * @mode: how the registers read
 * @seed: seed of the random numbers
 *
 * Context: task.
 */
void c9x_fuzz_begin(enum fuzz_mode mode, unsigned int seed)
{
	fuzz->seed = seed;
	fuzz->step = 0;
	c9x_fuzz_regs_begin(&fuzz->regs, mode, seed);
	activate();
}

/**
 * c9x_fuzz_end() - end a run, and reset the HBA with a chip that works
 *
 * Context: task.
 */
void c9x_fuzz_end(void)
{
	reset_well();
	end_all();
	check();
}

static void create_cmd(struct fuzz_cmd *f, unsigned int tag)
{
	const unsigned int half = FUZZ_BUF_SIZE / 2 + 1;

	f->c = c9x_cmd(fuzz->fake, tag, 6, DMA_NONE, 0);
	sg_init_table(f->sg, ARRAY_SIZE(f->sg));
	sg_set_buf(&f->sg[0], f->buf, half);
	sg_set_buf(&f->sg[1], f->buf + half, FUZZ_BUF_SIZE - half);
	f->c->scmd.sdb.table.sgl = f->sg;
	f->c->scmd.sdb.table.nents = ARRAY_SIZE(f->sg);
}

/**
 * c9x_fuzz_create() - set up the loop for the fake chip in test->priv
 * @test: the test
 *
 * Context: task.
 * Return: its state.
 */
struct fuzz *c9x_fuzz_create(struct kunit *test)
{
	unsigned int i;

	fuzz = kunit_kzalloc(test, sizeof(*fuzz), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fuzz);
	fuzz->test = test;
	fuzz->fake = test->priv;
	fuzz->chip = fuzz->fake->chip;
	for (i = 0; i < C9X_DEPTH; i++)
		create_cmd(&fuzz->cmd[i], i);
	end_all();
	return fuzz;
}
