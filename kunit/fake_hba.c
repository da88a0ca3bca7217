// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fake chip under the port. It enforces the interface: a call that the
 * kernel-doc of struct pioscsi_ops does not allow fails any test.
 */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/seq_buf.h>
#include <linux/string.h>

#include "fake_cmd.h"
#include "fake_hba.h"

static const char *const words[FAKE_OPS] = {
	[FAKE_CLAIM] = "claim",	  [FAKE_ACK] = "ack",
	[FAKE_ASK] = "ask",	  [FAKE_IN] = "in",
	[FAKE_OUT] = "out",	  [FAKE_MASK] = "mask",
	[FAKE_UNMASK] = "unmask", [FAKE_START] = "start",
	[FAKE_ABORT] = "forget",  [FAKE_LUN] = "lun",
	[FAKE_TARGET] = "target", [FAKE_BUS] = "bus",
	[FAKE_RUN] = "run",
	[FAKE_HBA] = "hba",	  [FAKE_DONE] = "done",
};

/* Operations whose value appears in the trace. */
static const bool has_value[FAKE_OPS] = {
	[FAKE_IN] = true,    [FAKE_OUT] = true, [FAKE_START] = true,
	[FAKE_ABORT] = true, [FAKE_LUN] = true, [FAKE_TARGET] = true,
	[FAKE_DONE] = true,
};

/* Operations that only read the chip's state. */
static const bool is_question[FAKE_OPS] = {
	[FAKE_CLAIM] = true,
	[FAKE_ACK] = true,
	[FAKE_ASK] = true,
};

static struct fake_hba *fake_of(struct pioscsi_hba *hba)
{
	return *(struct fake_hba **)hba->priv;
}

/**
 * fake_broke() - note that the port broke a rule
 * @fake: the chip
 * @what: the rule; only the first one is kept
 *
 * Context: any.
 */
void fake_broke(struct fake_hba *fake, const char *what)
{
	if (!fake->broke)
		fake->broke = what;
}

/**
 * fake_log() - log an access, then call the hook
 * @fake: the chip
 * @op: the operation
 * @value: its operand
 *
 * Context: any.
 */
void fake_log(struct fake_hba *fake, enum fake_op op, unsigned int value)
{
	struct fake_access *last = NULL;

	if (fake->logged)
		last = &fake->log[fake->logged - 1];
	fake->count[op]++;
	if (last && last->op == op && (op == FAKE_IN || op == FAKE_OUT))
		last->value += value;
	else if (fake->logged < FAKE_LOG)
		fake->log[fake->logged++] = (struct fake_access){ op, value };
	else
		fake_broke(fake, "more accesses than the log holds");
	if (fake->hook)
		fake->hook(fake, op);
}

static const char *tell(struct fake_hba *fake, bool all)
{
	const char *sep = "";
	struct seq_buf s;
	unsigned int i;

	seq_buf_init(&s, fake->trace, sizeof(fake->trace));
	for (i = 0; i < fake->logged; i++) {
		const struct fake_access *a = &fake->log[i];

		if (!all && is_question[a->op])
			continue;
		seq_buf_printf(&s, "%s%s", sep, words[a->op]);
		if (has_value[a->op])
			seq_buf_printf(&s, "%u", a->value);
		sep = " ";
	}
	fake->logged = 0;
	return seq_buf_str(&s);
}

/**
 * fake_trace() - format the accesses since the last call as words
 * @fake: the chip
 *
 * Return: the words, valid until the next call.
 */
const char *fake_trace(struct fake_hba *fake)
{
	return tell(fake, true);
}

/**
 * fake_story() - format the accesses without reads of the chip's state
 * @fake: the chip
 *
 * The number of reads does not matter in most cases.
 *
 * Return: the words, valid until the next call.
 */
const char *fake_story(struct fake_hba *fake)
{
	return tell(fake, false);
}

static struct fake_answer *next_line(struct fake_hba *fake)
{
	if (fake->scripted < FAKE_SCRIPT)
		return &fake->script[fake->scripted++];
	fake_broke(fake, "the script is too long");
	return &fake->script[0];
}

/**
 * fake_say() - have the chip give an answer that needs no context
 * @fake: the chip
 * @next: the answer
 *
 * Context: any.
 */
void fake_say(struct fake_hba *fake, enum pioscsi_next next)
{
	*next_line(fake) = (struct fake_answer){ .next = next };
}

/**
 * fake_say_xfer() - have the chip announce data
 * @c: the command
 * @dir: direction
 * @len: bytes
 *
 * Context: any.
 */
void fake_say_xfer(struct fake_cmd *c, enum dma_data_direction dir,
		   unsigned int len)
{
	*next_line(c->fake) = (struct fake_answer){
		.next = PIOSCSI_XFER,
		.xfer = { .cmd = &c->cmd, .dir = dir, .len = len },
	};
}

/**
 * fake_say_done() - have the chip end a command
 * @c: the command
 * @result: as in &scsi_cmnd.result
 *
 * Context: any.
 */
void fake_say_done(struct fake_cmd *c, int result)
{
	*next_line(c->fake) = (struct fake_answer){
		.next = PIOSCSI_DONE,
		.xfer = { .cmd = &c->cmd },
		.result = result,
	};
}

/**
 * fake_say_blame() - have the chip fault because of a command
 * @c: the command
 * @result: as in &scsi_cmnd.result
 *
 * Context: any.
 */
void fake_say_blame(struct fake_cmd *c, int result)
{
	*next_line(c->fake) = (struct fake_answer){
		.next = PIOSCSI_FAULT,
		.xfer = { .cmd = &c->cmd, .blame = &c->cmd },
		.result = result,
	};
}

/**
 * fake_raise() - have the chip interrupt
 * @fake: the chip
 *
 * Context: any.
 */
void fake_raise(struct fake_hba *fake)
{
	fake->pending = true;
}

/**
 * fake_fail() - have an operation fail
 * @fake: the chip
 * @op: the operation
 * @err: its error
 * @times: number of calls that fail
 *
 * Context: any.
 */
void fake_fail(struct fake_hba *fake, enum fake_op op, int err,
	       unsigned int times)
{
	fake->err[op] = err;
	fake->fails[op] = times;
}

static int outcome(struct fake_hba *fake, enum fake_op op)
{
	if (!fake->fails[op])
		return 0;
	fake->fails[op]--;
	return fake->err[op];
}

/* Raise an interrupt for the next answer of the script. */
static void go_on(struct fake_hba *fake)
{
	if (fake->said < fake->scripted)
		fake_raise(fake);
}

/* An idle chip may be asked for an interrupt, masked, and given commands. */
static bool needs_owner(enum fake_op op)
{
	return op > FAKE_ACK && op != FAKE_START && op != FAKE_MASK &&
	       op != FAKE_UNMASK;
}

/* Check the rule for each access: a context owns the chip. */
static void check_owner(struct fake_hba *fake, enum fake_op op)
{
	enum pioscsi_owner owner = fake->port->owner;

	if (owner == PIOSCSI_IDLE && needs_owner(op))
		fake_broke(fake, "moved data or reset a chip that nobody owns");
	/* An unmaskable chip is acknowledged by the handler in any state. */
	if (op <= FAKE_ACK && !fake->hba->can_mask &&
	    owner != PIOSCSI_SUSPENDED)
		owner = PIOSCSI_IDLE;
	if (owner == PIOSCSI_DEFERRED || owner == PIOSCSI_SUSPENDED ||
	    owner == PIOSCSI_DEAD)
		fake_broke(fake, "touched a chip that nobody owns");
}

static void touch(struct fake_hba *fake, enum fake_op op, unsigned int value)
{
	check_owner(fake, op);
	fake_log(fake, op, value);
}

static bool fake_claim(struct pioscsi_hba *hba)
{
	struct fake_hba *fake = fake_of(hba);

	touch(fake, FAKE_CLAIM, 0);
	if (!fake->pending)
		return false;
	fake->pending = false;
	touch(fake, FAKE_ACK, 0);
	return true;
}

/* Return the announced bytes that the command has a buffer for, or wants. */
static unsigned int own_bytes(const struct pioscsi_xfer *left)
{
	const struct fake_cmd *c;

	if (!left->len || left->dir == DMA_FROM_DEVICE)
		return left->len;
	c = container_of(left->cmd, struct fake_cmd, cmd);
	if (c->scmd.sc_data_direction != DMA_TO_DEVICE || c->at > c->len)
		return 0;
	return min(left->len, c->len - c->at);
}

static enum pioscsi_next fake_service(struct pioscsi_hba *hba,
				      struct pioscsi_xfer *xfer)
{
	struct fake_hba *fake = fake_of(hba);
	const struct fake_answer *a;

	if (own_bytes(&fake->left))
		fake_broke(fake, "asked before all data was moved");
	fake->left.len = 0;
	touch(fake, FAKE_ASK, 0);
	if (fake->said == fake->scripted)
		return PIOSCSI_WAIT;
	a = &fake->script[fake->said++];
	if (a->xfer.cmd)
		*xfer = a->xfer;
	if (a->next == PIOSCSI_XFER)
		fake->left = a->xfer;
	else if (a->next != PIOSCSI_BUSY_POLL && a->next != PIOSCSI_POLL &&
		 a->next != PIOSCSI_LONG)
		go_on(fake);
	if ((a->next == PIOSCSI_DONE && a->xfer.cmd) || a->xfer.blame)
		a->xfer.cmd->result = a->result;
	return a->next;
}

/*
 * Return the command of this data, and shorten @plen to the bytes that the
 * target gives or takes.
 */
static struct fake_cmd *transfer(struct fake_hba *fake, enum fake_op op,
				 enum dma_data_direction dir,
				 unsigned int *plen)
{
	struct pioscsi_xfer *left = &fake->left;
	unsigned int len = *plen;

	if (dir != left->dir || len > own_bytes(left)) {
		fake_broke(fake, "moved data that was not announced");
		return NULL;
	}
	if (fake->port->owner == PIOSCSI_RUNNING && irqs_disabled())
		fake_broke(fake, "moved data with interrupts off");
	if (!len || (len % FAKE_ALIGN && len != own_bytes(left)))
		fake_broke(fake, "moved a piece of a wrong length");
	left->len -= len;
	if (fake->ends_early) {
		len = min(len, fake->ends_early - 1);
		fake->ends_early -= len;
	}
	if (fake->ends_always)
		len = 0;
	if (len < *plen) {
		left->len = 0;
		fake->ends_early = 0;
		*plen = len;
	}
	fake->pieces++;
	fake->piece = len;
	fake->longest = max(fake->longest, len);
	if (!left->len)
		go_on(fake);
	touch(fake, op, len);
	return container_of(left->cmd, struct fake_cmd, cmd);
}

static unsigned int fake_pio_in(struct pioscsi_hba *hba, void *buf,
				unsigned int len)
{
	struct fake_hba *fake = fake_of(hba);
	struct fake_cmd *c = transfer(fake, FAKE_IN, DMA_FROM_DEVICE, &len);
	unsigned int i;
	u8 *p = buf;

	for (i = 0; c && i < len; i++)
		*p++ = fake_byte(c->at++);
	return len;
}

static unsigned int fake_pio_out(struct pioscsi_hba *hba, const void *buf,
				 unsigned int len)
{
	struct fake_hba *fake = fake_of(hba);
	struct fake_cmd *c = transfer(fake, FAKE_OUT, DMA_TO_DEVICE, &len);
	const u8 *p = buf;
	unsigned int i;

	for (i = 0; c && i < len; i++, c->at++, p++)
		if (*p != fake_byte(c->at))
			fake_broke(fake, "wrote a wrong byte");
	return len;
}

static void fake_mask(struct pioscsi_hba *hba)
{
	struct fake_hba *fake = fake_of(hba);

	if (!fake->hba->can_mask)
		fake_broke(fake, "masked what cannot be masked");
	check_owner(fake, FAKE_MASK);
	/* The port masks a chip again that a reset may have unmasked. */
	if (fake->masked)
		return;
	fake_log(fake, FAKE_MASK, 0);
	fake->masked = true;
}

static void fake_unmask(struct pioscsi_hba *hba)
{
	struct fake_hba *fake = fake_of(hba);

	lockdep_assert_held(&fake->port->lock);
	if (!irqs_disabled())
		fake_broke(fake, "unmasked without the lock");
	fake->masked = false;
	touch(fake, FAKE_UNMASK, 0);
}

static void fake_withdraw(struct pioscsi_hba *hba)
{
	struct fake_hba *fake = fake_of(hba);

	lockdep_assert_held(&fake->port->lock);
	fake->withdrawn++;
}

static int fake_start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	struct fake_hba *fake = fake_of(hba);
	struct fake_cmd *c = container_of(cmd, struct fake_cmd, cmd);

	if (fake->port->owner == PIOSCSI_RUNNING && irqs_disabled())
		fake_broke(fake, "started a command with interrupts off");
	c->at = 0;
	touch(fake, FAKE_START, cmd->tag);
	return outcome(fake, FAKE_START);
}

/* Scope of an abort or a reset. */
struct fake_scope {
	enum fake_op op;
	struct pioscsi_cmd *cmd;
	unsigned int id;
	u64 lun;
};

static bool covers(const struct fake_scope *scope,
		   const struct pioscsi_cmd *cmd)
{
	const struct scsi_device *sdev;

	if (scope->op == FAKE_BUS || scope->op == FAKE_HBA)
		return true;
	if (!cmd || scope->op == FAKE_ABORT)
		return cmd && cmd == scope->cmd;
	/* The chip may remember a command that the port has already ended. */
	if (!cmd->scmd)
		return false;
	sdev = cmd->scmd->device;
	return sdev->id == scope->id &&
	       (scope->op == FAKE_TARGET || sdev->lun == scope->lun);
}

/* Delete the scripted answers for these commands. */
static void unsay(struct fake_hba *fake, const struct fake_scope *scope)
{
	unsigned int i, n = fake->said;

	if (covers(scope, fake->left.cmd))
		fake->left.len = 0;
	for (i = n; i < fake->scripted; i++)
		if (!covers(scope, fake->script[i].xfer.cmd))
			fake->script[n++] = fake->script[i];
	fake->scripted = n;
	go_on(fake);
}

/* Check the rules for operations that sleep, and return the scripted error. */
static int recover(struct pioscsi_hba *hba, const struct fake_scope *scope,
		   unsigned int value)
{
	struct fake_hba *fake = fake_of(hba);
	int err;

	might_sleep();
	if (irqs_disabled())
		fake_broke(fake, "slept with interrupts off");
	if (fake->hba->can_mask && fake->hba->ops->mask == fake_mask &&
	    !fake->masked)
		fake_broke(fake, "an operation for errors on an unmasked chip");
	touch(fake, scope->op, value);
	err = outcome(fake, scope->op);
	if (!err)
		unsay(fake, scope);
	return err;
}

static int fake_abort_cmd(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd)
{
	const struct fake_scope scope = { .op = FAKE_ABORT, .cmd = cmd };

	return recover(hba, &scope, cmd->tag);
}

static int fake_reset_lun(struct pioscsi_hba *hba, unsigned int id, u64 lun)
{
	const struct fake_scope scope = {
		.op = FAKE_LUN, .id = id, .lun = lun
	};

	return recover(hba, &scope, lun);
}

static int fake_reset_target(struct pioscsi_hba *hba, unsigned int id)
{
	const struct fake_scope scope = { .op = FAKE_TARGET, .id = id };

	return recover(hba, &scope, id);
}

static int fake_reset_bus(struct pioscsi_hba *hba)
{
	const struct fake_scope scope = { .op = FAKE_BUS };

	return recover(hba, &scope, 0);
}

static int fake_reset_hba(struct pioscsi_hba *hba)
{
	const struct fake_scope scope = { .op = FAKE_HBA };

	return recover(hba, &scope, 0);
}

const struct pioscsi_ops fake_hba_ops = {
	.claim = fake_claim,
	.service = fake_service,
	.pio_in = fake_pio_in,
	.pio_out = fake_pio_out,
	.mask = fake_mask,
	.unmask = fake_unmask,
	.withdraw = fake_withdraw,
	.start = fake_start,
	.abort_cmd = fake_abort_cmd,
	.reset_lun = fake_reset_lun,
	.reset_target = fake_reset_target,
	.reset_bus = fake_reset_bus,
	.reset_hba = fake_reset_hba,
};
