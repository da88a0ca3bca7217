/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake miniport over a fake chip. Its routines keep a log, check the rules of
 * their level, and call a hook at each step of a deferral.
 */
#ifndef _PIOSCSI_KUNIT_FAKE_MINIPORT_H
#define _PIOSCSI_KUNIT_FAKE_MINIPORT_H

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/irqreturn.h>
#include <linux/types.h>

#include "../scsiport/sp.h"
#include "fake_cmd.h"
#include "fake_hba.h"
#include "fake_port.h"

#define MINI_SRBS	64U
#define MINI_LOG	2048U

/* All types of HwScsiAdapterControl but the query. */
#define MINI_CONTROLS	(BIT(ScsiStopAdapter) | BIT(ScsiRestartAdapter) | \
			 BIT(ScsiSetBootConfig) | BIT(ScsiSetRunningConfig))

/* A word of the log that may follow itself. */
#define MINI_WORD_FIND	"find "

struct mini;

/**
 * enum mini_step - a moment in a routine of the miniport
 * @MINI_FIND: HwScsiFindAdapter begins
 * @MINI_INIT: HwScsiInitialize begins
 * @MINI_START: HwScsiStartIo has noted its request
 * @MINI_ISR_BEGIN: HwScsiInterrupt begins
 * @MINI_ISR_IDLE: it has found no event
 * @MINI_ISR_MASKED: it has masked the chip
 * @MINI_ISR_TAKEN: it has taken the events
 * @MINI_ISR_ASKED: it has asked for the callback
 * @MINI_ISR_ENDED: it has completed the requests itself
 * @MINI_ENABLE_BEGIN: HwScsiEnableInterruptsCallback begins
 * @MINI_ENABLE_ENDED: it has completed the requests
 * @MINI_DISABLE_BEGIN: HwScsiDisableInterruptsCallback begins
 * @MINI_DISABLE_UNMASKED: it has unmasked the chip
 * @MINI_ENABLE_UNMASKED: HwScsiEnableInterruptsCallback will return
 * @MINI_TIMER: HwScsiTimer begins
 * @MINI_RESET: HwScsiResetBus begins
 * @MINI_CONTROL: HwScsiAdapterControl begins
 * @MINI_STEPS: number of steps
 */
enum mini_step {
	MINI_FIND,
	MINI_INIT,
	MINI_START,
	MINI_ISR_BEGIN,
	MINI_ISR_IDLE,
	MINI_ISR_MASKED,
	MINI_ISR_TAKEN,
	MINI_ISR_ASKED,
	MINI_ISR_ENDED,
	MINI_ENABLE_BEGIN,
	MINI_ENABLE_ENDED,
	MINI_DISABLE_BEGIN,
	MINI_DISABLE_UNMASKED,
	MINI_ENABLE_UNMASKED,
	MINI_TIMER,
	MINI_RESET,
	MINI_CONTROL,
	MINI_STEPS,
};

/**
 * struct mini_end - a request that the next callback completes
 * @srb: the request
 * @status: its SrbStatus
 */
struct mini_end {
	PSCSI_REQUEST_BLOCK srb;
	UCHAR status;
};

/**
 * struct mini - the miniport, its chip, and the port over them
 * @test: the test
 * @fake: state of the fake midlayer; the fake chip in it is not used
 * @drv: the miniport's module
 * @hw: data for ScsiPortInitialize(), in the order of the calls
 * @nr_hw: number of calls
 * @sp: the front end's state of the HBA, after mini_load()
 * @find_ret: results of HwScsiFindAdapter, in the order of the calls
 * @again: number of calls that ask for another one
 * @finds: calls of HwScsiFindAdapter
 * @argument: argument string of the last call
 * @configure: fills in the configuration, or %NULL
 * @inits: calls of HwScsiInitialize
 * @init_fails: HwScsiInitialize returns FALSE
 * @asks: HwScsiStartIo sends NextRequest
 * @asks_lu: HwScsiStartIo sends NextLuRequest
 * @refuses: HwScsiStartIo returns FALSE
 * @srb: started requests, in their order
 * @nr_srbs: number of started requests
 * @end: requests for the next callback
 * @nr_ends: number of them
 * @next_first: NextRequest comes before RequestComplete
 * @no_next: NextRequest is withheld
 * @no_undefer: the callback does not end the deferral
 * @in_isr: HwScsiInterrupt completes the requests itself
 * @disowns: HwScsiInterrupt then returns FALSE
 * @reset_leaves: HwScsiResetBus leaves the requests active
 * @reset_fails: HwScsiResetBus returns FALSE
 * @reset_undefers: HwScsiResetBus may come during a deferral, and ends it
 * @controls: bits of the supported types of HwScsiAdapterControl
 * @masked: the chip raises no interrupt
 * @pending: events since HwScsiInterrupt last read the chip
 * @edge: the line was raised and is not served yet
 * @raised: events so far
 * @served: events that HwScsiInterrupt has taken so far
 * @reads: calls of HwScsiInterrupt
 * @deferring: from CallEnableInterrupts to HwScsiDisableInterruptsCallback
 * @in_enable: HwScsiEnableInterruptsCallback runs
 * @callbacks: its calls
 * @unmasks: calls of HwScsiDisableInterruptsCallback
 * @hook: called at each step, or %NULL
 * @arg: argument of the test for @hook
 * @log: names of the routines since mini_trace()
 * @trace: buffer of mini_trace()
 * @broke: the first rule that was broken, or %NULL
 */
struct mini {
	struct kunit *test;
	struct fake_hba fake;
	struct scsiport_driver drv;
	HW_INITIALIZATION_DATA hw[2];
	unsigned int nr_hw;
	struct sp_hba *sp;

	ULONG find_ret[8];
	unsigned int again;
	unsigned int finds;
	const char *argument;
	void (*configure)(struct mini *mini,
			  PPORT_CONFIGURATION_INFORMATION cfg);
	unsigned int inits;
	bool init_fails;

	bool asks;
	bool asks_lu;
	bool refuses;
	PSCSI_REQUEST_BLOCK srb[MINI_SRBS];
	unsigned int nr_srbs;
	struct mini_end end[MINI_SRBS];
	unsigned int nr_ends;
	bool next_first;
	bool no_next;
	bool no_undefer;
	bool in_isr;
	bool disowns;
	bool reset_leaves;
	bool reset_fails;
	bool reset_undefers;
	unsigned int controls;

	bool masked;
	unsigned int pending;
	bool edge;
	unsigned int raised;
	unsigned int served;
	unsigned int reads;
	bool deferring;
	bool in_enable;
	unsigned int callbacks;
	unsigned int unmasks;

	void (*hook)(struct mini *mini, enum mini_step step);
	void *arg;
	char log[MINI_LOG];
	char trace[MINI_LOG];
	const char *broke;
};

extern const HW_INITIALIZATION_DATA mini_hw;

unsigned int mini_entry(void *object, void *argument);

int mini_init(struct kunit *test);
void mini_exit(struct kunit *test);
int mini_try(struct mini *mini);
void mini_load(struct mini *mini);
void mini_remove(struct mini *mini);
void mini_note_intx(struct mini *mini);
void mini_note_dma(struct mini *mini);
void mini_make_master(struct mini *mini, PPORT_CONFIGURATION_INFORMATION cfg);

void *mini_dx(struct mini *mini);
const char *mini_trace(struct mini *mini);
void mini_note(struct mini *mini, const char *word);

void mini_raise(struct mini *mini);
irqreturn_t mini_irq(struct mini *mini);
void mini_thread(struct mini *mini);
void mini_settle(struct mini *mini);
void mini_deferred(struct mini *mini);

void mini_finish(struct mini *mini, PSCSI_REQUEST_BLOCK srb, UCHAR status);
irqreturn_t mini_end_in_isr(struct mini *mini);
void mini_finish_all(struct mini *mini);
void mini_run_one(struct mini *mini);
struct fake_cmd *mini_started(struct mini *mini, struct scsi_device *sdev,
			      enum dma_data_direction dir, unsigned int len);

#endif /* _PIOSCSI_KUNIT_FAKE_MINIPORT_H */
