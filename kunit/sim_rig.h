/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Test rig for the simulated chip: a chip with an interrupt line, and with a
 * fake target behind it. The CDB tells the fake target which steps are slow,
 * and how the command ends.
 */
#ifndef _PIOSCSI_KUNIT_SIM_RIG_H
#define _PIOSCSI_KUNIT_SIM_RIG_H

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/completion.h>

#include "../sim/chip.h"
#include "../sim/line.h"
#include "../sim/regs.h"
#include "../sim/sense.h"
#include "../sim/target_ops.h"
#include "scsi_test.h"

#define SIM_RIG_DEPTH	4
#define SIM_RIG_TGTS	2
#define SIM_RIG_LUNS	3
#define SIM_RIG_OUT	4096	/* bytes of DATA OUT that are kept */
#define SIM_RIG_BUF	2048	/* bytes in sim_rig_buf() */

/* A time that no test waits for, us. */
#define SIM_RIG_FOREVER		1000000000

#define SIM_RIG_SLOW_EXEC	BIT(0)	/* exec needs process context */
#define SIM_RIG_SLOW_FINISH	BIT(1)	/* finish needs process context */
#define SIM_RIG_HOLD		BIT(2)	/* the step waits for rig->go */
#define SIM_RIG_STARVE		BIT(3)	/* data out needs prepare */

#define SIM_RIG_ROOM		100	/* bytes that a prepare adds */
#define SIM_RIG_ROOM_MAX	500	/* bytes of memory */
#define SIM_RIG_FULL		1	/* SIM_SETTLED */

/**
 * struct sim_rig_cmd - a command for the fake target
 * @tag: its tag
 * @target: target ID
 * @lun: LUN
 * @dir: direction of the data phase
 * @len: bytes in it
 * @seed: seed of its data
 * @status: SAM status with which it ends
 * @sense_len: bytes of sense data, also made from @seed
 * @flags: SIM_RIG_SLOW_EXEC and so on
 */
struct sim_rig_cmd {
	u32 tag;
	u8 target;
	u16 lun;
	u8 dir;
	u32 len;
	u8 seed;
	u8 status;
	u8 sense_len;
	u8 flags;
};

/**
 * struct sim_rig - the rig, test->priv
 * @test: the test that it is for
 * @lines: one line, for the chip
 * @chip: the chip, once sim_rig_build() made it
 * @out: data received by DATA OUT
 * @last: the task that was executed last, as the chip handed it over
 * @failed: sense data that the chip has injected last
 * @live: tasks executed and not yet released
 * @execs: successful calls of exec
 * @blocking: calls of exec, prepare and finish that were allowed to sleep
 * @cancelled: blocking calls at whose end the chip had cancelled the task
 * @room: bytes of data out that a starving task takes
 * @bad: calls out of a task's range, or in the wrong order
 * @bus_resets: calls of bus_reset
 * @target_resets: calls of target_reset
 * @lun_resets: calls of lun_reset
 * @reset_target: target ID in the last call
 * @reset_lun: LUN in the last call
 * @irqs: interrupts, counted by the test's handler
 * @entered: a call with SIM_RIG_HOLD has begun
 * @go: ends the wait of that call
 */
struct sim_rig {
	struct kunit *test;
	struct sim_lines *lines;
	struct sim_chip *chip;

	u8 out[SIM_RIG_OUT];
	struct sim_task last;
	struct sim_sense failed;
	atomic_t live;
	unsigned int execs;
	unsigned int blocking;
	unsigned int cancelled;
	u32 room;
	unsigned int bad;
	unsigned int bus_resets;
	unsigned int target_resets;
	unsigned int lun_resets;
	unsigned int reset_target;
	unsigned int reset_lun;
	unsigned int irqs;
	struct completion entered;
	struct completion go;
};

int sim_rig_init(struct kunit *test);
void sim_rig_exit(struct kunit *test);
struct sim_rig *sim_rig_build(struct kunit *test,
			      struct sim_chip_config config);
void sim_rig_destroy_chip(struct sim_rig *rig);

u32 sim_rig_read(struct sim_rig *rig, unsigned int reg);
void sim_rig_write(struct sim_rig *rig, unsigned int reg, u32 val);
void sim_rig_start(struct sim_rig *rig, struct sim_rig_cmd cmd);
void sim_rig_do(struct sim_rig *rig, u32 command);
u32 sim_rig_phase(struct sim_rig *rig);
bool sim_rig_wait(struct sim_rig *rig, u32 phase);
bool sim_rig_wait_data(struct sim_rig *rig);
void sim_rig_ack(struct sim_rig *rig);
bool sim_rig_ends(struct sim_rig *rig, u32 tag, u32 result);
bool sim_rig_is_idle(struct sim_rig *rig);

u8 *sim_rig_buf(struct kunit *test);

#endif /* _PIOSCSI_KUNIT_SIM_RIG_H */
