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

#include <scsi/scsi_proto.h>

#include "../sim/cmd.h"
#include "sim_rig.h"

/* How the fake target reads its CDB. */
enum {
	RIG_CDB_DIR,
	RIG_CDB_SEED,
	RIG_CDB_STATUS,
	RIG_CDB_SENSE_LEN,
	RIG_CDB_LEN,
	RIG_CDB_FLAGS = 8,
	RIG_CDB_END = SIM_CDB_MAX - 1,
};

/* In the last byte, so that a CDB which is cut short is seen. */
#define RIG_CDB_MAGIC	0x5a

/* In task->priv. */
#define RIG_EXECUTED	0x1234
#define RIG_FINISHED	0x5678

static struct sim_rig *rig_of_bus(const struct sim_bus *bus)
{
	return (struct sim_rig *)bus;
}

static struct sim_rig *rig_of_task(const struct sim_task *task)
{
	return (struct sim_rig *)task->lu;
}

static bool rig_has_target(const struct sim_bus *bus, unsigned int target)
{
	return target < SIM_RIG_TGTS;
}

static void rig_bus_reset(struct sim_bus *bus)
{
	rig_of_bus(bus)->bus_resets++;
}

static void rig_target_reset(struct sim_bus *bus, unsigned int target)
{
	rig_of_bus(bus)->target_resets++;
	rig_of_bus(bus)->reset_target = target;
}

static void rig_lun_reset(struct sim_bus *bus, unsigned int target,
			  unsigned int lun)
{
	rig_of_bus(bus)->lun_resets++;
	rig_of_bus(bus)->reset_target = target;
	rig_of_bus(bus)->reset_lun = lun;
}

/* Returns -EAGAIN if the step is slow and may not sleep. */
static int rig_step(struct sim_rig *rig, const struct sim_task *task,
		    gfp_t gfp, u8 slow)
{
	if (!(task->cdb[RIG_CDB_FLAGS] & slow))
		return 0;
	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	might_sleep();
	rig->blocking++;
	if (task->cdb[RIG_CDB_FLAGS] & SIM_RIG_HOLD) {
		complete(&rig->entered);
		wait_for_completion(&rig->go);
	}
	rig->cancelled += sim_task_cancelled(task);
	return 0;
}

static int rig_exec(struct sim_bus *bus, struct sim_task *task, gfp_t gfp)
{
	struct sim_rig *rig = rig_of_bus(bus);
	int err;

	if (task->cdb[RIG_CDB_END] != RIG_CDB_MAGIC)
		rig->bad++;
	err = rig_step(rig, task, gfp, SIM_RIG_SLOW_EXEC);
	if (err)
		return err;
	rig->last = *task;
	rig->room = 0;
	rig->execs++;
	atomic_inc(&rig->live);
	task->lu = (struct sim_lun *)rig;
	task->priv = RIG_EXECUTED;
	task->dir = task->cdb[RIG_CDB_DIR];
	task->len = get_unaligned_le32(task->cdb + RIG_CDB_LEN);
	return 0;
}

static bool rig_in_range(struct sim_task *task, enum sim_dir dir, u32 offset,
			 u32 len)
{
	if (task->priv == RIG_EXECUTED && task->dir == dir && len &&
	    offset <= task->len && len <= task->len - offset)
		return true;
	rig_of_task(task)->bad++;
	return false;
}

static void rig_data_in(struct sim_task *task, void *buf, u32 offset, u32 len)
{
	u8 *byte = buf;

	if (!rig_in_range(task, SIM_DIR_IN, offset, len))
		return;
	for (; len; len--)
		*byte++ = test_byte(task->cdb[RIG_CDB_SEED], offset++);
}

static u32 rig_data_out(struct sim_task *task, const void *buf, u32 offset,
			u32 len)
{
	struct sim_rig *rig = rig_of_task(task);

	if (!rig_in_range(task, SIM_DIR_OUT, offset, len))
		return len;
	/*
	 * A starving task takes only the bytes for which rig_prepare() has made
	 * room.
	 */
	if (task->cdb[RIG_CDB_FLAGS] & SIM_RIG_STARVE)
		len = min(len, rig->room - min(rig->room, offset));
	if (offset + len <= SIM_RIG_OUT)
		memcpy(rig->out + offset, buf, len);
	return len;
}

static int rig_prepare(struct sim_task *task, u32 offset, gfp_t gfp)
{
	struct sim_rig *rig = rig_of_task(task);
	int err;

	err = rig_step(rig, task, gfp, SIM_RIG_STARVE);
	if (err)
		return err;
	if (offset != rig->room)
		rig->bad++;
	if (offset >= SIM_RIG_ROOM_MAX)
		return SIM_RIG_FULL;
	rig->room += SIM_RIG_ROOM;
	return 0;
}

static int rig_finish(struct sim_task *task, gfp_t gfp)
{
	struct sim_rig *rig = rig_of_task(task);
	unsigned int i;
	int err;

	if (task->priv != RIG_EXECUTED)
		rig->bad++;
	err = rig_step(rig, task, gfp, SIM_RIG_SLOW_FINISH);
	if (err)
		return err;
	task->priv = RIG_FINISHED;
	task->status = task->cdb[RIG_CDB_STATUS];
	task->sense_len = task->cdb[RIG_CDB_SENSE_LEN];
	for (i = 0; i < task->sense_len; i++)
		task->sense[i] = test_byte(task->cdb[RIG_CDB_SEED], i);
	return 0;
}

static void rig_release(struct sim_task *task)
{
	struct sim_rig *rig = rig_of_task(task);

	atomic_dec(&rig->live);
	if (task->priv != RIG_EXECUTED && task->priv != RIG_FINISHED)
		rig->bad++;
	task->priv = 0;
}

static void rig_lost(struct sim_task *task)
{
	/* It has been released before. */
	if (task->priv)
		rig_of_task(task)->bad++;
}

static void rig_fail(struct sim_bus *bus, struct sim_task *task,
		     const struct sim_sense *sense)
{
	rig_of_bus(bus)->failed = *sense;
	task->status = SAM_STAT_CHECK_CONDITION;
	task->sense_len = sim_sense_pack(sense, false, task->sense);
}

static const struct sim_target_ops rig_target_ops = {
	.has_target	= rig_has_target,
	.bus_reset	= rig_bus_reset,
	.target_reset	= rig_target_reset,
	.lun_reset	= rig_lun_reset,
	.exec		= rig_exec,
	.data_in	= rig_data_in,
	.data_out	= rig_data_out,
	.prepare	= rig_prepare,
	.finish		= rig_finish,
	.release	= rig_release,
	.lost		= rig_lost,
	.fail		= rig_fail,
};

/**
 * sim_rig_buf - allocate a buffer for a test
 * @test: the test; the buffer goes with it
 *
 * Context: process context; may sleep.
 * Return: SIM_RIG_BUF bytes, all 0.
 */
u8 *sim_rig_buf(struct kunit *test)
{
	u8 *buf = kunit_kzalloc(test, SIM_RIG_BUF, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	return buf;
}

/**
 * sim_rig_read - read a register of the rig's chip
 * @rig: the rig
 * @reg: SIM_REG_*
 *
 * Context: any.
 * Return: its value.
 */
u32 sim_rig_read(struct sim_rig *rig, unsigned int reg)
{
	return sim_chip_read(rig->chip, reg);
}

/**
 * sim_rig_write - write a register of the rig's chip
 * @rig: the rig
 * @reg: SIM_REG_*
 * @val: the value
 *
 * Context: any.
 */
void sim_rig_write(struct sim_rig *rig, unsigned int reg, u32 val)
{
	sim_chip_write(rig->chip, reg, val);
}

/**
 * sim_rig_ack - acknowledge a call for service
 * @rig: the rig
 *
 * Context: any.
 */
void sim_rig_ack(struct sim_rig *rig)
{
	sim_rig_write(rig, SIM_REG_ISR, SIM_ISR_SERVICE);
}

/**
 * sim_rig_do - give the rig's chip a command
 * @rig: the rig
 * @command: SIM_CMD_*
 *
 * Context: any; interrupts are off meanwhile, as they may be for the host.
 */
void sim_rig_do(struct sim_rig *rig, u32 command)
{
	unsigned long flags;

	local_irq_save(flags);
	sim_rig_write(rig, SIM_REG_CMD, command);
	local_irq_restore(flags);
}

/**
 * sim_rig_start - fill the mailbox and start the command
 * @rig: the rig
 * @cmd: the command
 *
 * Context: any.
 */
void sim_rig_start(struct sim_rig *rig, struct sim_rig_cmd cmd)
{
	u8 cdb[SIM_CDB_MAX] = {
		[RIG_CDB_DIR] = cmd.dir,
		[RIG_CDB_SEED] = cmd.seed,
		[RIG_CDB_STATUS] = cmd.status,
		[RIG_CDB_SENSE_LEN] = cmd.sense_len,
		[RIG_CDB_FLAGS] = cmd.flags,
		[RIG_CDB_END] = RIG_CDB_MAGIC,
	};
	unsigned int i;

	put_unaligned_le32(cmd.len, cdb + RIG_CDB_LEN);
	for (i = 0; i < SIM_CDB_MAX; i += 4)
		sim_rig_write(rig, SIM_REG_CDB + i,
			      get_unaligned_le32(cdb + i));
	sim_rig_write(rig, SIM_REG_NEXUS,
		      FIELD_PREP(SIM_NEXUS_TARGET, cmd.target) |
		      FIELD_PREP(SIM_NEXUS_LUN, cmd.lun));
	sim_rig_write(rig, SIM_REG_TAG, cmd.tag);
	sim_rig_do(rig, SIM_CMD_START);
}

/**
 * sim_rig_phase - return the phase that the chip shows
 * @rig: the rig
 *
 * Context: any.
 * Return: SIM_PHASE_*.
 */
u32 sim_rig_phase(struct sim_rig *rig)
{
	return FIELD_GET(SIM_STAT_PHASE, sim_rig_read(rig, SIM_REG_STAT));
}

/**
 * sim_rig_wait - wait until the chip shows a phase
 * @rig: the rig
 * @phase: SIM_PHASE_*
 *
 * Context: process context; may sleep.
 * Return: true if the phase came within ten seconds.
 */
bool sim_rig_wait(struct sim_rig *rig, u32 phase)
{
	unsigned long end = jiffies + 10 * HZ;

	while (sim_rig_phase(rig) != phase) {
		if (time_after(jiffies, end))
			return false;
		fsleep(1000);
	}
	return true;
}

/**
 * sim_rig_wait_data - wait until the command takes data out, or has ended
 * @rig: the rig
 *
 * Context: process context; may sleep.
 * Return: true if it takes data.
 */
bool sim_rig_wait_data(struct sim_rig *rig)
{
	unsigned long end = jiffies + 10 * HZ;

	while (sim_rig_phase(rig) == SIM_PHASE_FREE &&
	       time_before(jiffies, end))
		fsleep(1000);
	return sim_rig_phase(rig) == SIM_PHASE_DATA_OUT;
}

/**
 * sim_rig_ends - accept the next command, which has ended
 * @rig: the rig
 * @tag: the tag that it should have
 * @result: the expected SIM_REG_RESULT
 *
 * Context: any.
 * Return: true if the command was in its status phase and had this tag and
 *	result.
 */
bool sim_rig_ends(struct sim_rig *rig, u32 tag, u32 result)
{
	u32 phase = sim_rig_phase(rig);
	u32 cur_tag = sim_rig_read(rig, SIM_REG_CUR_TAG);
	u32 cur_result = sim_rig_read(rig, SIM_REG_RESULT);

	sim_rig_do(rig, SIM_CMD_ACCEPT);
	if (phase == SIM_PHASE_STATUS && cur_tag == tag &&
	    cur_result == result)
		return true;
	kunit_err(rig->test, "phase %u, tag %u not %u, result %#x not %#x\n",
		  phase, cur_tag, tag, cur_result, result);
	return false;
}

/**
 * sim_rig_is_idle - tell whether no nexus is connected
 * @rig: the rig
 *
 * Context: any.
 * Return: true if all registers show this.
 */
bool sim_rig_is_idle(struct sim_rig *rig)
{
	u32 stat = sim_rig_read(rig, SIM_REG_STAT);
	u32 isr = sim_rig_read(rig, SIM_REG_ISR);
	u32 tag = sim_rig_read(rig, SIM_REG_CUR_TAG);
	u32 count = sim_rig_read(rig, SIM_REG_COUNT);
	u32 result = sim_rig_read(rig, SIM_REG_RESULT);

	if (!(stat & (SIM_STAT_CONNECTED | SIM_STAT_PHASE)) &&
	    !(isr & SIM_ISR_SERVICE) && tag == U32_MAX && !count && !result)
		return true;
	kunit_err(rig->test,
		  "stat %#x, isr %#x, tag %u, count %u, result %#x\n",
		  stat, isr, tag, count, result);
	return false;
}

/**
 * sim_rig_build - give the rig its chip
 * @test: the test
 * @config: properties of the chip; a depth of 0 means SIM_RIG_DEPTH
 *
 * Context: process context; may sleep.
 * Return: the rig.
 */
struct sim_rig *sim_rig_build(struct kunit *test,
			      struct sim_chip_config config)
{
	struct sim_rig *rig = test->priv;

	config.depth = config.depth ?: SIM_RIG_DEPTH;
	config.num_tgts = SIM_RIG_TGTS;
	config.max_luns = SIM_RIG_LUNS;
	config.ops = &rig_target_ops;
	rig->chip = sim_chip_create(&config, (struct sim_bus *)rig,
				    sim_lines_get(rig->lines, 0));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rig->chip);
	return rig;
}

/**
 * sim_rig_destroy_chip - undo sim_rig_build()
 * @rig: the rig; its chip may still have commands
 *
 * Context: process context; may sleep.
 */
void sim_rig_destroy_chip(struct sim_rig *rig)
{
	complete_all(&rig->go);
	sim_chip_destroy(rig->chip);
	rig->chip = NULL;
}

/**
 * sim_rig_init - the init function of a suite that uses the rig
 * @test: the test
 *
 * Context: process context; may sleep.
 * Return: 0, or -ENOMEM and the like.
 */
int sim_rig_init(struct kunit *test)
{
	struct sim_rig *rig;

	rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);
	if (!rig)
		return -ENOMEM;
	init_completion(&rig->entered);
	init_completion(&rig->go);
	rig->lines = sim_lines_create(1, SIM_TRIGGER_LEVEL);
	if (IS_ERR(rig->lines))
		return PTR_ERR(rig->lines);
	rig->test = test;
	test->priv = rig;
	return 0;
}

/**
 * sim_rig_exit - the exit function of a suite that uses the rig
 * @test: the test; it fails if the targets still have a task
 *
 * Context: process context; may sleep.
 */
void sim_rig_exit(struct kunit *test)
{
	struct sim_rig *rig = test->priv;

	if (!rig)
		return;
	if (rig->chip)
		sim_rig_destroy_chip(rig);
	sim_lines_destroy(rig->lines);
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->live), 0);
	KUNIT_EXPECT_EQ(test, rig->bad, 0U);
}
