/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake 53C9x chip: a FIFO, an interrupt, and answers to its commands that the
 * test has written down beforehand.
 */
#ifndef _PIOSCSI_KUNIT_FAKE_C9X_H
#define _PIOSCSI_KUNIT_FAKE_C9X_H

#include <kunit/test.h>
#include <linux/container_of.h>
#include <linux/ktime.h>
#include <linux/types.h>

#include "../ncr53c9x/chip.h"
#include "fake_c9x_cmd.h"

/* The bits of the interrupt register, in short. */
#define BS	C9X_INTR_SERVICE
#define FC	C9X_INTR_DONE
#define DC	C9X_INTR_DISCONNECT
#define RESEL	C9X_INTR_RESELECTED

/* The phases, in short. */
#define DO	C9X_PHASE_DATA_OUT
#define DI	C9X_PHASE_DATA_IN
#define CD	C9X_PHASE_COMMAND
#define ST	C9X_PHASE_STATUS
#define MO	C9X_PHASE_MSG_OUT
#define MI	C9X_PHASE_MSG_IN

/**
 * struct fake_answer - the answer to a chip command
 * @cmd: the chip command, which has to be the next one
 * @stat: phase and error bits afterwards
 * @intr: interrupt bits; 0 for no interrupt yet
 * @step: step register, for a selection
 * @keep: number of bytes that the target leaves in the FIFO
 * @in: bytes that the target puts into the FIFO
 * @len: number of @in
 */
struct fake_answer {
	u8 cmd;
	u8 stat;
	u8 intr;
	u8 step;
	u8 keep;
	u8 in[2];
	u8 len;
};

/**
 * struct fake_c9x - the chip
 * @test: the test
 * @hba: the HBA
 * @chip: the front end's state
 * @answers: the script
 * @nr: number of answers
 * @next: index of the next answer
 * @stat: status register
 * @intr: interrupt register
 * @step: step register
 * @fifo: the FIFO
 * @level: number of bytes in it
 * @written: last value written to each register
 * @taken: all bytes that the target took
 * @nr_taken: number of these bytes
 * @flushed: number of flushes of a FIFO that was not empty
 * @quiet_resets: number of bus resets without an interrupt
 * @nops: number of NOP commands while the FIFO was empty
 * @enables: number of ENABLE SELECTION/RESELECTION commands
 * @resets: number of RESET CHIP commands
 * @reset_at: time of the last RESET CHIP command
 * @recovery_us: time between that and the last RESET BUS command, us
 * @stat_reads: number of reads of the status register
 * @late: number of these reads before the next interrupt is seen
 * @now: time of the clock, ns
 * @hook: called right after the next read of the status, as by another context,
 *	or %NULL; only while interrupts are on
 * @fill_hook: called before a byte is written into the FIFO, or %NULL
 * @fill_in: number of writes until then, with the one of that byte
 * @missing: there is no card: all registers read as ones
 * @beyond: content of the slot beyond the last one, which must not change
 */
struct fake_c9x {
	struct kunit *test;
	struct pioscsi_hba *hba;
	struct c9x *chip;
	const struct fake_answer *answers;
	unsigned int nr;
	unsigned int next;
	u8 stat;
	u8 intr;
	u8 step;
	u8 fifo[C9X_FIFO_SIZE];
	unsigned int level;
	u8 written[32];
	u8 taken[256];
	unsigned int nr_taken;
	unsigned int flushed;
	unsigned int quiet_resets;
	unsigned int nops;
	unsigned int enables;
	unsigned int resets;
	ktime_t reset_at;
	s64 recovery_us;
	unsigned int stat_reads;
	unsigned int late;
	u64 now;
	void (*hook)(struct fake_c9x *fake);
	void (*fill_hook)(struct fake_c9x *fake);
	unsigned int fill_in;
	bool missing;
	struct c9x_slot beyond;
};

/**
 * struct fake_priv - the front end's state, and a slot beyond its last one
 * @chip: the state
 * @beyond: memory that does not belong to it
 */
struct fake_priv {
	struct c9x chip;
	struct c9x_slot beyond;
};

static inline struct c9x_slot *fake_slot_beyond(struct fake_c9x *fake)
{
	return &container_of(fake->chip, struct fake_priv, chip)->beyond;
}

/* Make the memory beyond the last slot look like a disconnected command. */
static inline void fake_disconnect_beyond(struct fake_c9x *fake, u8 id, u8 lun)
{
	fake->beyond.id = id;
	fake->beyond.lun = lun;
	fake->beyond.disconnected = true;
	*fake_slot_beyond(fake) = fake->beyond;
}

int fake_c9x_init(struct kunit *test);
void fake_c9x_exit(struct kunit *test);
void fake_c9x_activate(struct kunit *test);

void fake_c9x_run_hook(struct fake_c9x *fake);
void fake_c9x_script(struct fake_c9x *fake,
		     const struct fake_answer *answers, unsigned int nr);
void fake_c9x_interrupt(struct fake_c9x *fake, u8 stat, u8 intr);
void fake_c9x_reselect(struct fake_c9x *fake, u8 lun);
void fake_c9x_fill(struct fake_c9x *fake, const u8 *byte, unsigned int len);

/* The end of a command: status, COMMAND COMPLETE, and the bus goes free. */
#define STATUS_IS(status) \
	{ C9X_CMD_COMPLETE, MI, FC, .in = { status, 0 }, .len = 2 }
#define BUS_GOES_FREE	{ C9X_CMD_ACCEPT, 0, DC }

/* The target sends a message byte. The next phase follows its acceptance. */
#define SENDS(byte) \
	{ C9X_CMD_TRANSFER, MI, FC, .in = { byte }, .len = 1 }
#define ACCEPTED(phase)	{ C9X_CMD_ACCEPT, phase, BS }

#define SCRIPT(fake, ...) do {						\
	static const struct fake_answer answers[] = { __VA_ARGS__ };	\
									\
	fake_c9x_script(fake, answers, ARRAY_SIZE(answers));		\
} while (0)

#endif /* _PIOSCSI_KUNIT_FAKE_C9X_H */
