// SPDX-License-Identifier: GPL-2.0-only
/*
 * The front end of the simulated chip: its operations on a chip with a fake
 * target, called as the port calls them.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "../compat.h"
#include "../port.h"
#include "../sim/chip_state.h"
#include "../sim/fault_chip.h"
#include "../sim/hba.h"
#include "sim_rig.h"

#define TAG	2
#define SEED	7
#define LEN	16U

/**
 * struct hba_rig - an HBA with one command
 * @rig: the chip
 * @port: the port, with the fields that the front end needs
 * @hba: the HBA of @port
 * @sim: the state of the front end
 * @active: the started commands
 * @sdev: the logical unit
 * @scmd: the command
 * @cmd: likewise
 * @sense: its sense data
 * @xfer: the last answer of service()
 */
struct hba_rig {
	struct sim_rig *rig;
	struct pioscsi_port port;
	struct pioscsi_hba *hba;
	struct sim_hba sim;
	struct pioscsi_cmd *active[SIM_RIG_DEPTH];
	struct scsi_device sdev;
	struct scsi_cmnd scmd;
	struct pioscsi_cmd cmd;
	u8 sense[SCSI_SENSE_BUFFERSIZE];
	struct pioscsi_xfer xfer;
};

static struct hba_rig *make_hba(struct kunit *test,
				struct sim_chip_config config)
{
	struct hba_rig *h = kunit_kzalloc(test, sizeof(*h), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, h);
	h->rig = sim_rig_build(test, config);
	h->hba = &h->port.hba;
	h->hba->priv = &h->sim;
	h->hba->can_mask = true;
	h->sim.chip = h->rig->chip;
	spin_lock_init(&h->port.lock);
	h->port.active = h->active;
	h->port.owner = PIOSCSI_RUNNING;
	h->scmd.device = &h->sdev;
	h->scmd.sense_buffer = h->sense;
	h->cmd.scmd = &h->scmd;
	h->cmd.tag = TAG;
	KUNIT_ASSERT_EQ(test, 0, sim_hba_init(h->hba));
	sim_ops.unmask(h->hba);
	return h;
}

/* Let the rig encode a command, which is then forgotten. */
static void set_cmd(struct hba_rig *h, struct sim_rig_cmd c)
{
	unsigned int i;

	sim_rig_start(h->rig, c);
	for (i = 0; i < 16; i += 4)
		put_unaligned_le32(sim_rig_read(h->rig, SIM_REG_CDB + i),
				   &h->scmd.cmnd[i]);
	sim_rig_write(h->rig, SIM_REG_CTRL, SIM_CTRL_RESET);
	sim_ops.unmask(h->hba);
	h->sdev.id = c.target;
	h->sdev.lun = c.lun;
	h->scmd.sdb.length = c.len;
	h->scmd.sc_data_direction = c.dir == SIM_DIR_IN ? DMA_FROM_DEVICE :
				    c.dir == SIM_DIR_OUT ? DMA_TO_DEVICE :
				    DMA_NONE;
}

static int start(struct hba_rig *h)
{
	h->active[TAG] = &h->cmd;
	return sim_ops.start(h->hba, &h->cmd);
}

static void start_cmd(struct hba_rig *h, struct sim_rig_cmd c)
{
	set_cmd(h, c);
	KUNIT_EXPECT_EQ(h->rig->test, start(h), 0);
}

static enum pioscsi_next serve(struct hba_rig *h)
{
	return sim_ops.service(h->hba, &h->xfer);
}

/* The chip may not call for service. */
static void expect_end(struct hba_rig *h, int result)
{
	struct kunit *test = h->rig->test;

	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_DONE);
	KUNIT_EXPECT_PTR_EQ(test, h->xfer.cmd, &h->cmd);
	KUNIT_EXPECT_EQ(test, h->cmd.result, result);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(h->rig));
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_WAIT);
}

static void expect_done(struct hba_rig *h, int result)
{
	KUNIT_EXPECT_TRUE(h->rig->test, sim_ops.claim(h->hba));
	expect_end(h, result);
}

static void add_rule(struct hba_rig *h, const char *text)
{
	struct sim_rule_error error = { };

	KUNIT_ASSERT_EQ(h->rig->test, 0,
			sim_rules_command(&h->rig->chip->rules, text, &error));
}

static void kill_chip(struct hba_rig *h)
{
	sim_chip_fault_set(h->rig->chip, &h->rig->chip->fault_state.dead, true);
}

static void command_without_data_ends_with_its_status(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});

	KUNIT_EXPECT_FALSE(test, sim_ops.claim(h->hba));
	start_cmd(h, (struct sim_rig_cmd) {
		.target = 1, .lun = 2, .status = 2, .seed = SEED,
		.sense_len = 18,
	});
	KUNIT_EXPECT_EQ(test, h->rig->last.target, 1);
	KUNIT_EXPECT_EQ(test, h->rig->last.lun, 2);
	expect_done(h, 2);
	KUNIT_EXPECT_TRUE(test, test_is_data(h->sense, SEED, 0, 18));
	KUNIT_EXPECT_EQ(test, h->sense[18], 0);
}

static void data_in_is_announced_and_read(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});
	u8 *buf = sim_rig_buf(test);

	start_cmd(h, (struct sim_rig_cmd) {
		.dir = SIM_DIR_IN, .len = LEN, .seed = SEED,
	});
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_XFER);
	KUNIT_EXPECT_PTR_EQ(test, h->xfer.cmd, &h->cmd);
	KUNIT_EXPECT_EQ(test, h->xfer.dir, DMA_FROM_DEVICE);
	KUNIT_EXPECT_EQ(test, h->xfer.len, LEN);
	KUNIT_EXPECT_EQ(test, sim_ops.pio_in(h->hba, buf, LEN), LEN);
	KUNIT_EXPECT_TRUE(test, test_is_data(buf, SEED, 0, LEN));
	expect_done(h, 0);
}

static void data_out_is_announced_and_written(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});
	u8 *buf = sim_rig_buf(test);

	test_fill(buf, SEED, LEN);
	start_cmd(h, (struct sim_rig_cmd) { .dir = SIM_DIR_OUT, .len = LEN });
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, h->xfer.dir, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, h->xfer.len, LEN);
	KUNIT_EXPECT_EQ(test, sim_ops.pio_out(h->hba, buf, LEN / 2), LEN / 2);
	h->cmd.moved = LEN / 2;
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_XFER);
	KUNIT_EXPECT_EQ(test, h->xfer.len, LEN / 2);
	KUNIT_EXPECT_EQ(test, sim_ops.pio_out(h->hba, buf + LEN / 2, LEN / 2),
			LEN / 2);
	KUNIT_EXPECT_TRUE(test, test_is_data(h->rig->out, SEED, 0, LEN));
	expect_done(h, 0);
}

/* The port sends only the command's own data, and queries the chip again. */
static struct hba_rig *ask_for_too_much(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});

	set_cmd(h, (struct sim_rig_cmd) { .dir = SIM_DIR_OUT, .len = 2 * LEN });
	h->scmd.sdb.length = LEN;
	KUNIT_EXPECT_EQ(test, start(h), 0);
	KUNIT_EXPECT_TRUE(test, sim_ops.claim(h->hba));
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_XFER);
	KUNIT_EXPECT_FALSE(test, sim_ops.claim(h->hba));
	KUNIT_EXPECT_EQ(test, h->xfer.len, 2 * LEN);
	KUNIT_EXPECT_EQ(test, sim_ops.pio_out(h->hba, sim_rig_buf(test), LEN),
			LEN);
	h->cmd.moved = LEN;
	return h;
}

static void request_beyond_the_data_aborts_the_command(struct kunit *test)
{
	struct hba_rig *h = ask_for_too_much(test);

	expect_end(h, DID_ERROR << 16);
	sim_rig_destroy_chip(h->rig);
	h = ask_for_too_much(test);
	add_rule(h, "fail_abort");
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_FAULT);
}

static void abort_that_a_stuck_chip_ignores_is_a_fault(struct kunit *test)
{
	struct hba_rig *h = ask_for_too_much(test);
	struct sim_chip *chip = h->rig->chip;

	sim_chip_fault_set(chip, &chip->fault_state.stuck, true);
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_FAULT);
	sim_chip_fault_set(chip, &chip->fault_state.stuck, false);
	expect_end(h, DID_ERROR << 16);
}

static bool is_busy(struct hba_rig *h)
{
	return sim_rig_read(h->rig, SIM_REG_STAT) & SIM_STAT_BUSY;
}

static void abort_that_a_busy_chip_ignores_is_a_fault(struct kunit *test)
{
	struct hba_rig *h = ask_for_too_much(test);
	unsigned long end = jiffies + 10 * HZ;

	/* The target still works on another command, which is aborted. */
	sim_rig_start(h->rig, (struct sim_rig_cmd) {
		.tag = 1, .flags = SIM_RIG_SLOW_EXEC | SIM_RIG_HOLD,
	});
	wait_for_completion(&h->rig->entered);
	sim_rig_do(h->rig, SIM_CMD_ABORT_TAG);
	KUNIT_EXPECT_TRUE(test, is_busy(h));
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_FAULT);
	complete(&h->rig->go);
	while (is_busy(h) && time_before(jiffies, end))
		fsleep(1000);
	expect_end(h, DID_ERROR << 16);
}

static void request_for_an_unknown_tag_is_a_fault(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});

	start_cmd(h, (struct sim_rig_cmd) { .dir = SIM_DIR_OUT, .len = LEN });
	h->active[TAG] = NULL;
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_FAULT);
	start_cmd(h, (struct sim_rig_cmd) { });
	h->active[TAG] = NULL;
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_FAULT);
}

static void result_of_the_chip_becomes_a_host_byte(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});

	start_cmd(h, (struct sim_rig_cmd) { .target = SIM_RIG_TGTS });
	expect_done(h, DID_NO_CONNECT << 16);

	/* The chip refuses a tag that is in use. */
	start_cmd(h, (struct sim_rig_cmd) { });
	KUNIT_EXPECT_EQ(test, start(h), 0);
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_DONE);
	KUNIT_EXPECT_EQ(test, h->cmd.result, 0);
	expect_done(h, DID_ERROR << 16);
}

static void full_chip_takes_no_command(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {
		.depth = TAG + 1,
	});
	unsigned int i;

	start_cmd(h, (struct sim_rig_cmd) { });
	for (i = 0; i < TAG; i++) {
		h->cmd.tag = i;
		KUNIT_EXPECT_EQ(test, start(h), 0);
	}
	KUNIT_EXPECT_EQ(test, start(h), -EBUSY);
}

static void reset_of_the_bus_is_reported_once(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});

	set_cmd(h, (struct sim_rig_cmd) { });
	sim_rig_write(h->rig, SIM_REG_CTRL, SIM_CTRL_BUS_RESET);
	KUNIT_EXPECT_TRUE(test, sim_ops.claim(h->hba));
	KUNIT_EXPECT_EQ(test, sim_rig_read(h->rig, SIM_REG_ISR), 0U);
	/* It would end this command, too. */
	KUNIT_EXPECT_EQ(test, start(h), -EBUSY);
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_RESET);
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, start(h), 0);
	expect_done(h, 0);
}

static void mask_and_unmask_write_the_register(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});

	KUNIT_EXPECT_TRUE(test, h->hba->can_mask);
	KUNIT_EXPECT_EQ(test, sim_rig_read(h->rig, SIM_REG_IMR), SIM_ISR_ALL);
	sim_ops.mask(h->hba);
	KUNIT_EXPECT_EQ(test, sim_rig_read(h->rig, SIM_REG_IMR), 0U);
}

static void chip_without_a_mask_is_recognised(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {
		.no_mask = true,
	});

	KUNIT_EXPECT_FALSE(test, h->hba->can_mask);
}

static void abort_and_resets_reach_the_target(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});
	struct sim_rig *rig = h->rig;

	start_cmd(h, (struct sim_rig_cmd) { });
	KUNIT_EXPECT_EQ(test, sim_ops.abort_cmd(h->hba, &h->cmd), 0);
	KUNIT_EXPECT_TRUE(test, sim_rig_is_idle(rig));
	KUNIT_EXPECT_EQ(test, sim_ops.reset_lun(h->hba, 1, 2), 0);
	KUNIT_EXPECT_EQ(test, rig->lun_resets, 1U);
	KUNIT_EXPECT_EQ(test, rig->reset_target, 1U);
	KUNIT_EXPECT_EQ(test, rig->reset_lun, 2U);
	KUNIT_EXPECT_EQ(test, sim_ops.reset_target(h->hba, 0), 0);
	KUNIT_EXPECT_EQ(test, rig->target_resets, 1U);
	KUNIT_EXPECT_EQ(test, rig->reset_target, 0U);
	KUNIT_EXPECT_EQ(test, sim_ops.reset_bus(h->hba), 0);
	KUNIT_EXPECT_EQ(test, rig->bus_resets, 1U);
	/* The interrupt of the own reset is ignored. */
	KUNIT_EXPECT_FALSE(test, sim_ops.claim(h->hba));
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_WAIT);
	KUNIT_EXPECT_EQ(test, sim_ops.reset_hba(h->hba), 0);
}

static void refused_abort_or_reset_returns_eio(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});

	start_cmd(h, (struct sim_rig_cmd) { });
	add_rule(h, "fail_abort");
	add_rule(h, "fail_reset");
	KUNIT_EXPECT_EQ(test, sim_ops.abort_cmd(h->hba, &h->cmd), -EIO);
	KUNIT_EXPECT_EQ(test, sim_ops.reset_lun(h->hba, 0, 0), -EIO);
	KUNIT_EXPECT_EQ(test, sim_ops.reset_target(h->hba, 0), -EIO);
	KUNIT_EXPECT_EQ(test, h->rig->lun_resets + h->rig->target_resets, 0U);
}

static void dead_chip_has_no_interrupt_and_no_reset(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});

	start_cmd(h, (struct sim_rig_cmd) { });
	kill_chip(h);
	KUNIT_EXPECT_FALSE(test, sim_ops.claim(h->hba));
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_FAULT);
	KUNIT_EXPECT_EQ(test, start(h), -EBUSY);
	KUNIT_EXPECT_EQ(test, sim_ops.abort_cmd(h->hba, &h->cmd), -ENODEV);
	KUNIT_EXPECT_EQ(test, sim_ops.reset_lun(h->hba, 0, 0), -ENODEV);
	KUNIT_EXPECT_EQ(test, sim_ops.reset_target(h->hba, 0), -ENODEV);
	KUNIT_EXPECT_EQ(test, sim_ops.reset_bus(h->hba), -ENODEV);
	KUNIT_EXPECT_EQ(test, sim_ops.reset_hba(h->hba), -ENODEV);
	KUNIT_EXPECT_EQ(test, sim_hba_init(h->hba), -ENODEV);
}

static void power_cut_forgets_an_interrupt(struct kunit *test)
{
	struct hba_rig *h = make_hba(test, (struct sim_chip_config) {});

	sim_rig_write(h->rig, SIM_REG_CTRL, SIM_CTRL_BUS_RESET);
	KUNIT_EXPECT_TRUE(test, sim_ops.claim(h->hba));
	sim_hba_power_cut(h->hba);
	KUNIT_EXPECT_EQ(test, sim_rig_read(h->rig, SIM_REG_IMR), 0U);
	KUNIT_EXPECT_EQ(test, serve(h), PIOSCSI_WAIT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(command_without_data_ends_with_its_status),
	KUNIT_CASE(data_in_is_announced_and_read),
	KUNIT_CASE(data_out_is_announced_and_written),
	KUNIT_CASE(request_beyond_the_data_aborts_the_command),
	KUNIT_CASE(abort_that_a_stuck_chip_ignores_is_a_fault),
	KUNIT_CASE(abort_that_a_busy_chip_ignores_is_a_fault),
	KUNIT_CASE(request_for_an_unknown_tag_is_a_fault),
	KUNIT_CASE(result_of_the_chip_becomes_a_host_byte),
	KUNIT_CASE(full_chip_takes_no_command),
	KUNIT_CASE(reset_of_the_bus_is_reported_once),
	KUNIT_CASE(mask_and_unmask_write_the_register),
	KUNIT_CASE(chip_without_a_mask_is_recognised),
	KUNIT_CASE(abort_and_resets_reach_the_target),
	KUNIT_CASE(refused_abort_or_reset_returns_eio),
	KUNIT_CASE(dead_chip_has_no_interrupt_and_no_reset),
	KUNIT_CASE(power_cut_forgets_an_interrupt),
	{}
};

static struct kunit_suite suite = {
	.name = "sim_hba",
	.init = sim_rig_init,
	.exit = sim_rig_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
