/* SPDX-License-Identifier: GPL-2.0-only */
/* A fake chip under the port: it logs each access, and answers by a script. */
#ifndef _PIOSCSI_KUNIT_FAKE_HBA_H
#define _PIOSCSI_KUNIT_FAKE_HBA_H

#include <kunit/test.h>
#include <linux/dma-direction.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "../port.h"

#define FAKE_DEPTH	8U	/* depth of the chip */
#define FAKE_ALIGN	4U	/* width of the data port, bytes */
#define FAKE_SCRIPT	32U
#define FAKE_LOG	128U
#define FAKE_TRACE	1024U

struct fake_cmd;
struct fake_hba;

/**
 * enum fake_op - an access to the chip, or a call of the midlayer
 * @FAKE_CLAIM: interrupt status read
 * @FAKE_ACK: interrupt status written
 * @FAKE_ASK: service()
 * @FAKE_IN: pio_in(); the value is bytes
 * @FAKE_OUT: pio_out(); the value is bytes
 * @FAKE_MASK: mask()
 * @FAKE_UNMASK: unmask()
 * @FAKE_START: start(); the value is the tag
 * @FAKE_ABORT: abort_cmd(); the value is the tag
 * @FAKE_LUN: reset_lun(); the value is the LUN
 * @FAKE_TARGET: reset_target(); the value is the ID
 * @FAKE_BUS: reset_bus()
 * @FAKE_HBA: reset_hba()
 * @FAKE_RUN: run()
 * @FAKE_DONE: the midlayer got a command back; the value is the tag
 * @FAKE_OPS: number of operations
 */
enum fake_op {
	FAKE_CLAIM,
	FAKE_ACK,
	FAKE_ASK,
	FAKE_IN,
	FAKE_OUT,
	FAKE_MASK,
	FAKE_UNMASK,
	FAKE_START,
	FAKE_ABORT,
	FAKE_LUN,
	FAKE_TARGET,
	FAKE_BUS,
	FAKE_HBA,
	FAKE_RUN,
	FAKE_DONE,
	FAKE_OPS,
};

/**
 * struct fake_access - an entry of the log
 * @op: the operation
 * @value: its operand; consecutive data is one entry
 */
struct fake_access {
	enum fake_op op;
	unsigned int value;
};

/**
 * struct fake_answer - one answer of the chip
 * @next: the answer
 * @xfer: its context
 * @result: result of the command after %PIOSCSI_DONE
 */
struct fake_answer {
	enum pioscsi_next next;
	struct pioscsi_xfer xfer;
	int result;
};

/**
 * struct fake_hba - the chip, its log and its script
 * @test: the test
 * @hba: the HBA of the port
 * @port: the port
 * @pending: the chip interrupts
 * @masked: the chip must not interrupt
 * @script: its answers, with an interrupt for each but the first; the chip is
 *	idle afterwards
 * @said: number of answers given
 * @scripted: number of answers in @script
 * @left: announced data that was not moved yet
 * @ends_early: if not 0, one more than the bytes after which the target ends
 *	the data phase, whatever was announced
 * @ends_always: the target ends the data phase before the first byte
 * @fails: the next calls of an operation that fail
 * @err: their errors
 * @hook: called after each access has been logged; acts as the chip, or as
 *	another context that runs at this moment
 * @hook_arg: argument of the test for @hook
 * @log: accesses since fake_trace() or fake_story()
 * @logged: number of entries in @log
 * @trace: buffer of fake_trace() and fake_story()
 * @count: calls of each operation since the beginning
 * @pieces: calls of pio_in() and pio_out() since the beginning
 * @piece: bytes of the last piece
 * @longest: bytes of the longest piece
 * @withdrawn: number of calls of withdraw()
 * @broke: the first rule of the interface that the port broke, or %NULL
 * @next_tag: tag of the next new command
 * @ended: commands that the midlayer got back
 * @kick: function of the work of the host's own thread
 * @watch: function of its watchdog
 * @poll: function of its polling timer
 * @irq: its interrupt, saved by suites that remove it
 * @bh: function of its BH work item
 * @kicked: the port has queued @kick
 * @watched: the port has queued @watch
 * @bh_queued: the port has queued @bh
 */
struct fake_hba {
	struct kunit *test;
	struct pioscsi_hba *hba;
	struct pioscsi_port *port;

	bool pending;
	bool masked;
	struct fake_answer script[FAKE_SCRIPT];
	unsigned int said;
	unsigned int scripted;
	struct pioscsi_xfer left;
	unsigned int ends_early;
	bool ends_always;
	unsigned int fails[FAKE_OPS];
	int err[FAKE_OPS];
	void (*hook)(struct fake_hba *fake, enum fake_op op);
	void *hook_arg;

	struct fake_access log[FAKE_LOG];
	unsigned int logged;
	char trace[FAKE_TRACE];
	unsigned int count[FAKE_OPS];
	unsigned int pieces;
	unsigned int piece;
	unsigned int longest;
	unsigned int withdrawn;
	const char *broke;

	unsigned int next_tag;
	unsigned int ended;
	kthread_work_func_t kick;
	work_func_t watch;
	enum hrtimer_restart (*poll)(struct hrtimer *timer);
	int irq;
	void (*bh)(struct pioscsi_bh *bh);
	bool kicked;
	bool watched;
	bool bh_queued;
};

extern const struct pioscsi_ops fake_hba_ops;

void fake_say(struct fake_hba *fake, enum pioscsi_next next);
void fake_say_xfer(struct fake_cmd *c, enum dma_data_direction dir,
		   unsigned int len);
void fake_say_done(struct fake_cmd *c, int result);
void fake_say_blame(struct fake_cmd *c, int result);
void fake_raise(struct fake_hba *fake);
void fake_fail(struct fake_hba *fake, enum fake_op op, int err,
	       unsigned int times);

void fake_log(struct fake_hba *fake, enum fake_op op, unsigned int value);
void fake_broke(struct fake_hba *fake, const char *what);
const char *fake_trace(struct fake_hba *fake);
const char *fake_story(struct fake_hba *fake);

#endif /* _PIOSCSI_KUNIT_FAKE_HBA_H */
