// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test rig for the simulated chip.
 */

#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "psim_rig.h"

/* How the fake target reads its CDB. */
enum {
	RIG_CDB_DIR,
	RIG_CDB_SEED,
	RIG_CDB_STATUS,
	RIG_CDB_SENSE_LEN,
	RIG_CDB_LEN,
	RIG_CDB_FLAGS = 8,
	RIG_CDB_END = PSIM_CDB_MAX - 1,
};

/* In the last byte, so that a CDB which is cut short is seen. */
#define RIG_CDB_MAGIC	0x5a

/* In task->priv. */
#define RIG_EXECUTED	0x1234
#define RIG_FINISHED	0x5678

static struct psim_rig *rig_of_bus(const struct psim_bus *bus)
{
	return (struct psim_rig *)bus;
}

static struct psim_rig *rig_of_task(const struct psim_task *task)
{
	return (struct psim_rig *)task->lu;
}

static bool rig_has_target(const struct psim_bus *bus, unsigned int target)
{
	return target < PSIM_RIG_TGTS;
}

static void rig_bus_reset(struct psim_bus *bus)
{
	rig_of_bus(bus)->bus_resets++;
}

static void rig_target_reset(struct psim_bus *bus, unsigned int target)
{
	rig_of_bus(bus)->target_resets++;
	rig_of_bus(bus)->reset_target = target;
}

static void rig_lun_reset(struct psim_bus *bus, unsigned int target,
			  unsigned int lun)
{
	rig_of_bus(bus)->lun_resets++;
	rig_of_bus(bus)->reset_target = target;
	rig_of_bus(bus)->reset_lun = lun;
}

/* Returns -EAGAIN if the step is slow and may not sleep. */
static int rig_step(struct psim_rig *rig, const struct psim_task *task,
		    gfp_t gfp, u8 slow)
{
	if (!(task->cdb[RIG_CDB_FLAGS] & slow))
		return 0;
	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	might_sleep();
	rig->blocking++;
	if (task->cdb[RIG_CDB_FLAGS] & PSIM_RIG_HOLD) {
		complete(&rig->entered);
		wait_for_completion(&rig->go);
	}
	return 0;
}

static int rig_exec(struct psim_bus *bus, struct psim_task *task, gfp_t gfp)
{
	struct psim_rig *rig = rig_of_bus(bus);
	int err;

	if (task->cdb[RIG_CDB_END] != RIG_CDB_MAGIC)
		rig->bad++;
	err = rig_step(rig, task, gfp, PSIM_RIG_SLOW_EXEC);
	if (err)
		return err;
	rig->last = *task;
	rig->execs++;
	atomic_inc(&rig->live);
	task->lu = (struct psim_lun *)rig;
	task->priv = RIG_EXECUTED;
	task->dir = task->cdb[RIG_CDB_DIR];
	task->len = get_unaligned_le32(task->cdb + RIG_CDB_LEN);
	return 0;
}

static bool rig_in_range(struct psim_task *task, enum psim_dir dir, u32 offset,
			 u32 len)
{
	if (task->priv == RIG_EXECUTED && task->dir == dir && len &&
	    offset <= task->len && len <= task->len - offset)
		return true;
	rig_of_task(task)->bad++;
	return false;
}

static void rig_data_in(struct psim_task *task, void *buf, u32 offset, u32 len)
{
	u8 *byte = buf;

	if (!rig_in_range(task, PSIM_DIR_IN, offset, len))
		return;
	for (; len; len--)
		*byte++ = psim_rig_byte(task->cdb[RIG_CDB_SEED], offset++);
}

static void rig_data_out(struct psim_task *task, const void *buf, u32 offset,
			 u32 len)
{
	if (rig_in_range(task, PSIM_DIR_OUT, offset, len) &&
	    offset + len <= PSIM_RIG_OUT)
		memcpy(rig_of_task(task)->out + offset, buf, len);
}

static int rig_finish(struct psim_task *task, gfp_t gfp)
{
	struct psim_rig *rig = rig_of_task(task);
	unsigned int i;
	int err;

	if (task->priv != RIG_EXECUTED)
		rig->bad++;
	err = rig_step(rig, task, gfp, PSIM_RIG_SLOW_FINISH);
	if (err)
		return err;
	task->priv = RIG_FINISHED;
	task->status = task->cdb[RIG_CDB_STATUS];
	task->sense_len = task->cdb[RIG_CDB_SENSE_LEN];
	for (i = 0; i < task->sense_len; i++)
		task->sense[i] = psim_rig_byte(task->cdb[RIG_CDB_SEED], i);
	return 0;
}

static void rig_release(struct psim_task *task)
{
	struct psim_rig *rig = rig_of_task(task);

	atomic_dec(&rig->live);
	if (task->priv != RIG_EXECUTED && task->priv != RIG_FINISHED)
		rig->bad++;
	task->priv = 0;
}

static const struct psim_seam rig_seam = {
	.has_target	= rig_has_target,
	.bus_reset	= rig_bus_reset,
	.target_reset	= rig_target_reset,
	.lun_reset	= rig_lun_reset,
	.exec		= rig_exec,
	.data_in	= rig_data_in,
	.data_out	= rig_data_out,
	.finish		= rig_finish,
	.release	= rig_release,
};

/**
 * psim_rig_byte - a byte of a command's data
 * @seed: the command's
 * @pos: position in the data, bytes
 *
 * Context: any.
 * Return: the byte; the period is prime, so that no shift looks right.
 */
u8 psim_rig_byte(u8 seed, u32 pos)
{
	return seed + pos % 251;
}

/**
 * psim_rig_buf - a buffer for a test
 * @test: the test; the buffer goes with it
 *
 * Context: process context; may sleep.
 * Return: PSIM_RIG_BUF bytes, all 0.
 */
u8 *psim_rig_buf(struct kunit *test)
{
	u8 *buf = kunit_kzalloc(test, PSIM_RIG_BUF, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	return buf;
}

/**
 * psim_rig_fill - make data
 * @buf: takes it
 * @seed: makes it its own
 * @len: bytes
 *
 * Context: any.
 */
void psim_rig_fill(u8 *buf, u8 seed, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		buf[i] = psim_rig_byte(seed, i);
}

/**
 * psim_rig_is_data - whether a buffer has a piece of the data
 * @buf: the buffer
 * @seed: what made the data its own
 * @from: first byte of the piece
 * @to: end of the piece, bytes
 *
 * Context: any.
 * Return: whether it has.
 */
bool psim_rig_is_data(const u8 *buf, u8 seed, unsigned int from,
		      unsigned int to)
{
	unsigned int i;

	for (i = from; i < to; i++)
		if (buf[i - from] != psim_rig_byte(seed, i))
			return false;
	return true;
}

/**
 * psim_rig_read - read a register of the rig's chip
 * @rig: the rig
 * @reg: PSIM_REG_*
 *
 * Context: any.
 * Return: its value.
 */
u32 psim_rig_read(struct psim_rig *rig, unsigned int reg)
{
	return psim_chip_read(rig->chip, reg);
}

/**
 * psim_rig_write - write a register of the rig's chip
 * @rig: the rig
 * @reg: PSIM_REG_*
 * @val: the value
 *
 * Context: any.
 */
void psim_rig_write(struct psim_rig *rig, unsigned int reg, u32 val)
{
	psim_chip_write(rig->chip, reg, val);
}

/**
 * psim_rig_ack - acknowledge a call for service
 * @rig: the rig
 *
 * Context: any.
 */
void psim_rig_ack(struct psim_rig *rig)
{
	psim_rig_write(rig, PSIM_REG_ISR, PSIM_ISR_SERVICE);
}

/**
 * psim_rig_do - give the rig's chip a command
 * @rig: the rig
 * @command: PSIM_CMD_*
 *
 * Context: any; interrupts are off meanwhile, as they may be for the host.
 */
void psim_rig_do(struct psim_rig *rig, u32 command)
{
	unsigned long flags;

	local_irq_save(flags);
	psim_rig_write(rig, PSIM_REG_CMD, command);
	local_irq_restore(flags);
}

/**
 * psim_rig_start - fill the mailbox and start the command
 * @rig: the rig
 * @cmd: the command
 *
 * Context: any.
 */
void psim_rig_start(struct psim_rig *rig, struct psim_rig_cmd cmd)
{
	u8 cdb[PSIM_CDB_MAX] = {
		[RIG_CDB_DIR] = cmd.dir,
		[RIG_CDB_SEED] = cmd.seed,
		[RIG_CDB_STATUS] = cmd.status,
		[RIG_CDB_SENSE_LEN] = cmd.sense_len,
		[RIG_CDB_FLAGS] = cmd.flags,
		[RIG_CDB_END] = RIG_CDB_MAGIC,
	};
	unsigned int i;

	put_unaligned_le32(cmd.len, cdb + RIG_CDB_LEN);
	for (i = 0; i < PSIM_CDB_MAX; i += 4)
		psim_rig_write(rig, PSIM_REG_CDB + i,
			       get_unaligned_le32(cdb + i));
	psim_rig_write(rig, PSIM_REG_NEXUS,
		       FIELD_PREP(PSIM_NEXUS_TARGET, cmd.target) |
		       FIELD_PREP(PSIM_NEXUS_LUN, cmd.lun));
	psim_rig_write(rig, PSIM_REG_TAG, cmd.tag);
	psim_rig_do(rig, PSIM_CMD_START);
}

/**
 * psim_rig_phase - the phase that the chip shows
 * @rig: the rig
 *
 * Context: any.
 * Return: PSIM_PHASE_*.
 */
u32 psim_rig_phase(struct psim_rig *rig)
{
	return FIELD_GET(PSIM_STAT_PHASE, psim_rig_read(rig, PSIM_REG_STAT));
}

/**
 * psim_rig_wait - wait until the chip shows a phase
 * @rig: the rig
 * @phase: PSIM_PHASE_*
 *
 * Context: process context; may sleep.
 * Return: whether it came; after ten seconds it will not.
 */
bool psim_rig_wait(struct psim_rig *rig, u32 phase)
{
	unsigned long end = jiffies + 10 * HZ;

	while (psim_rig_phase(rig) != phase) {
		if (time_after(jiffies, end))
			return false;
		fsleep(1000);
	}
	return true;
}

/**
 * psim_rig_ends - accept the next command, which has ended
 * @rig: the rig
 * @tag: the tag that it should have
 * @result: what PSIM_REG_RESULT should be
 *
 * Context: any.
 * Return: whether it was that command, in its status phase, with that result.
 */
bool psim_rig_ends(struct psim_rig *rig, u32 tag, u32 result)
{
	u32 phase = psim_rig_phase(rig);
	u32 cur_tag = psim_rig_read(rig, PSIM_REG_CUR_TAG);
	u32 cur_result = psim_rig_read(rig, PSIM_REG_RESULT);

	psim_rig_do(rig, PSIM_CMD_ACCEPT);
	if (phase == PSIM_PHASE_STATUS && cur_tag == tag &&
	    cur_result == result)
		return true;
	kunit_err(rig->test, "phase %u, tag %u not %u, result %#x not %#x\n",
		  phase, cur_tag, tag, cur_result, result);
	return false;
}

/**
 * psim_rig_is_idle - whether no nexus is connected
 * @rig: the rig
 *
 * Context: any.
 * Return: whether it is so, and all registers agree on it.
 */
bool psim_rig_is_idle(struct psim_rig *rig)
{
	u32 stat = psim_rig_read(rig, PSIM_REG_STAT);
	u32 isr = psim_rig_read(rig, PSIM_REG_ISR);
	u32 tag = psim_rig_read(rig, PSIM_REG_CUR_TAG);
	u32 count = psim_rig_read(rig, PSIM_REG_COUNT);
	u32 result = psim_rig_read(rig, PSIM_REG_RESULT);

	if (!(stat & (PSIM_STAT_CONNECTED | PSIM_STAT_PHASE)) &&
	    !(isr & PSIM_ISR_SERVICE) && tag == U32_MAX && !count && !result)
		return true;
	kunit_err(rig->test,
		  "stat %#x, isr %#x, tag %u, count %u, result %#x\n",
		  stat, isr, tag, count, result);
	return false;
}

/**
 * psim_rig_build - give the rig its chip
 * @test: the test
 * @config: how the chip is built; a depth of 0 means PSIM_RIG_DEPTH
 *
 * Context: process context; may sleep.
 * Return: the rig.
 */
struct psim_rig *psim_rig_build(struct kunit *test,
				struct psim_chip_config config)
{
	struct psim_rig *rig = test->priv;

	config.depth = config.depth ?: PSIM_RIG_DEPTH;
	config.num_tgts = PSIM_RIG_TGTS;
	config.max_luns = PSIM_RIG_LUNS;
	config.seam = &rig_seam;
	rig->chip = psim_chip_create(&config, (struct psim_bus *)rig,
				     psim_lines_get(rig->lines, 0));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rig->chip);
	return rig;
}

/**
 * psim_rig_destroy_chip - undo psim_rig_build()
 * @rig: the rig; its chip may still have commands
 *
 * Context: process context; may sleep.
 */
void psim_rig_destroy_chip(struct psim_rig *rig)
{
	complete_all(&rig->go);
	psim_chip_destroy(rig->chip);
	rig->chip = NULL;
}

/**
 * psim_rig_init - the init function of a suite that uses the rig
 * @test: the test
 *
 * Context: process context; may sleep.
 * Return: 0, or -ENOMEM and the like.
 */
int psim_rig_init(struct kunit *test)
{
	struct psim_rig *rig;

	rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);
	if (!rig)
		return -ENOMEM;
	init_completion(&rig->entered);
	init_completion(&rig->go);
	rig->lines = psim_lines_create(1);
	if (IS_ERR(rig->lines))
		return PTR_ERR(rig->lines);
	rig->test = test;
	test->priv = rig;
	return 0;
}

/**
 * psim_rig_exit - the exit function of a suite that uses the rig
 * @test: the test; no task may be left over, whatever it did
 *
 * Context: process context; may sleep.
 */
void psim_rig_exit(struct kunit *test)
{
	struct psim_rig *rig = test->priv;

	if (!rig)
		return;
	if (rig->chip)
		psim_rig_destroy_chip(rig);
	psim_lines_destroy(rig->lines);
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->live), 0);
	KUNIT_EXPECT_EQ(test, rig->bad, 0U);
}
