// SPDX-License-Identifier: GPL-2.0-only
/* Answers of a miniport to SRB_FUNCTION_FLUSH and SRB_FUNCTION_SHUTDOWN. */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/string.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_proto.h>

#include "../scsiport/power.h"
#include "fake_miniport.h"
#include "scsi_test.h"

#define FAILED_FLUSH	"SRB function 0x08 for 0:0:0 failed (SrbStatus 0x04)"
#define REFUSED_FLUSH	"SRB function 0x08 for 0:0:0 failed (SrbStatus 0x06)"
#define BUSY_FLUSH	"SRB function 0x08 for 0:0:0 failed (SrbStatus 0x05)"
#define BUSY_SHUTDOWN	"SRB function 0x07 for 0:0:0 failed (SrbStatus 0x05)"

/* The status of the first requests; later ones end with success. */
struct answers {
	UCHAR status;
	unsigned int nr;
	UCHAR scsi_status;
	bool attention;		/* sense data is UNIT ATTENTION */
};

static void answer_own(struct mini *mini, enum mini_step step)
{
	struct answers *answers = mini->arg;
	PSCSI_REQUEST_BLOCK srb;

	if (step != MINI_START)
		return;
	srb = mini->srb[(mini->nr_srbs - 1) % MINI_SRBS];
	srb->SrbStatus = SRB_STATUS_SUCCESS;
	if (answers->nr) {
		answers->nr--;
		srb->SrbStatus = answers->status;
		srb->ScsiStatus = answers->scsi_status;
	}
	if (srb->SrbStatus != SRB_STATUS_SUCCESS && answers->attention) {
		srb->SrbStatus |= SRB_STATUS_AUTOSENSE_VALID;
		scsi_build_sense_buffer(false, srb->SenseInfoBuffer,
					UNIT_ATTENTION, 0x29, 0);
	}
	mini_note(mini, srb->SrbStatus == SRB_STATUS_BUSY ? "busy" :
		  srb->Function == SRB_FUNCTION_FLUSH ? "flush" : "shutdown");
	ScsiPortNotification(RequestComplete, mini_dx(mini), srb);
	ScsiPortNotification(NextRequest, mini_dx(mini), NULL);
	/* There may be many requests. */
	mini->nr_srbs = 1;
}

static void set_caches_data(struct mini *mini,
			    PPORT_CONFIGURATION_INFORMATION cfg)
{
	cfg->CachesData = TRUE;
}

/* Suspend an HBA with a cache, and return the log of the routines. */
static const char *suspend(struct mini *mini, struct answers *answers)
{
	mini->controls = MINI_CONTROLS;
	mini->configure = set_caches_data;
	mini_load(mini);
	mini_run_one(mini);
	mini_trace(mini);
	mini->arg = answers;
	mini->hook = answer_own;
	KUNIT_EXPECT_EQ(mini->test, 0,
			sp_pm_ops.suspend(mini->sp->place.dev));
	mini->hook = NULL;
	return mini_trace(mini);
}

static void resume(struct mini *mini)
{
	KUNIT_EXPECT_EQ(mini->test, 0, sp_pm_ops.resume(mini->sp->place.dev));
	mini_run_one(mini);
}

static void busy_flush_is_sent_again(struct kunit *test)
{
	struct answers busy = { SRB_STATUS_BUSY, 1 };
	struct test_log log;

	test_log_begin(&log);
	KUNIT_EXPECT_STREQ(test, suspend(test->priv, &busy),
			   "start busy start flush start shutdown stop boot");
	KUNIT_EXPECT_EQ(test, test_log_count(log, "failed (SrbStatus"), 0);
	resume(test->priv);
}

struct repeat_case {
	const char *desc;
	struct answers answers;
};

/* The midlayer repeats commands that end so. */
static const struct repeat_case repeat_cases[] = {
	{ "reset of the bus", { SRB_STATUS_BUS_RESET, 1 } },
	{ "busy target", { SRB_STATUS_ERROR, 1, SAM_STAT_BUSY } },
	{ "full target", { SRB_STATUS_ERROR, 1, SAM_STAT_TASK_SET_FULL } },
	{ "target after a reset",
	  { SRB_STATUS_ERROR, 1, SAM_STAT_CHECK_CONDITION, true } },
};

KUNIT_ARRAY_PARAM_DESC(repeat, repeat_cases, desc);

static void flush_without_a_result_is_sent_again(struct kunit *test)
{
	const struct repeat_case *c = test->param_value;
	struct answers answers = c->answers;
	struct test_log log;

	test_log_begin(&log);
	KUNIT_EXPECT_STREQ(test, suspend(test->priv, &answers),
			   "start flush start flush start shutdown stop boot");
	KUNIT_EXPECT_EQ(test, test_log_count(log, "failed (SrbStatus"), 0);
	resume(test->priv);
}

static unsigned int short_flush_ms(void)
{
	return 10;
}

/* Other units are flushed too, and the miniport has no request to be reset. */
static void unit_that_stays_busy_is_left_out(struct kunit *test)
{
	struct answers busy = { SRB_STATUS_BUSY, UINT_MAX };
	struct test_log log;
	const char *trace;

	kunit_activate_static_stub(test, sp_power_flush_ms, short_flush_ms);
	test_log_begin(&log);
	trace = suspend(test->priv, &busy);
	KUNIT_EXPECT_NOT_NULL(test, strstr(trace, "busy start busy"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(trace, "busy stop boot"));
	KUNIT_EXPECT_EQ(test, test_log_count(log, BUSY_FLUSH), 1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, BUSY_SHUTDOWN), 1);
	resume(test->priv);
}

static void failed_flush_is_reported(struct kunit *test)
{
	struct answers error = { SRB_STATUS_ERROR, 1 };
	struct test_log log;

	test_log_begin(&log);
	KUNIT_EXPECT_STREQ(test, suspend(test->priv, &error),
			   "start flush start shutdown stop boot");
	KUNIT_EXPECT_EQ(test, test_log_count(log, FAILED_FLUSH), 1);
	KUNIT_EXPECT_EQ(test, test_log_count(log, "failed (SrbStatus"), 1);
	resume(test->priv);
}

static void keep_request(struct mini *mini, enum mini_step step)
{
}

static void refused_flush_is_reported(struct kunit *test)
{
	struct mini *mini = test->priv;
	struct test_log log;

	mini->configure = set_caches_data;
	mini_load(mini);
	mini_run_one(mini);
	mini->hook = keep_request;
	mini->refuses = true;
	test_log_begin(&log);
	sp_pm_ops.suspend(mini->sp->place.dev);
	KUNIT_EXPECT_EQ(test, test_log_count(log, REFUSED_FLUSH), 1);
	/* The same for SHUTDOWN. */
	KUNIT_EXPECT_EQ(test, test_log_count(log, "failed (SrbStatus"), 2);
	mini->refuses = false;
	mini->hook = NULL;
	resume(mini);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(busy_flush_is_sent_again),
	KUNIT_CASE_PARAM(flush_without_a_result_is_sent_again,
			 repeat_gen_params),
	KUNIT_CASE(unit_that_stays_busy_is_left_out),
	KUNIT_CASE(failed_flush_is_reported),
	KUNIT_CASE(refused_flush_is_reported),
	{}
};

static struct kunit_suite suite = {
	.name = "sp_flush",
	.init = mini_init,
	.exit = mini_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
