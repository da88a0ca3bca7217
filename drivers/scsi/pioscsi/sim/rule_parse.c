// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of a fault rule: words separated by blanks, in any order.
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "rules.h"

#define SIM_WORD_MAX		48

/* Number of bytes or microseconds if the rule gives none. */
#define SIM_RULE_ARG		"512"

/* MEDIUM ERROR, UNRECOVERED READ ERROR. */
#define SIM_ASC_READ_ERROR	0x1100

/* The word that is being parsed: NAME or NAME=VALUE. */
struct sim_word {
	char text[SIM_WORD_MAX];
	char *value;
};

static const struct {
	const char *name;
	u8 status;
} statuses[] = {
	{ "busy", SAM_STAT_BUSY },
	{ "task_set_full", SAM_STAT_TASK_SET_FULL },
	{ "reservation_conflict", SAM_STAT_RESERVATION_CONFLICT },
};

/*
 * The functions for the words return %NULL, or the fault of the value in a few
 * words.
 */

static const char *parse_number(const char *value, unsigned int base, u32 max,
				u32 *number)
{
	u32 result;

	if (kstrtou32(value, base, &result) || result > max)
		return "this needs a number that is in range";
	*number = result;
	return NULL;
}

static const char *parse_target(struct sim_rule *rule, char *value)
{
	return parse_number(value, 0, 255, &rule->target);
}

static const char *parse_lun(struct sim_rule *rule, char *value)
{
	return parse_number(value, 0, 16383, &rule->lun);
}

static const char *parse_opcode(struct sim_rule *rule, char *value)
{
	rule->opcode = SIM_RULE_ANY;
	if (!strcmp(value, "all"))
		return NULL;
	return parse_number(value, 16, 0xff, &rule->opcode);
}

static const char *parse_lba(struct sim_rule *rule, char *value)
{
	char *last = strchr(value, '-');

	if (last)
		*last++ = '\0';
	if (kstrtou64(value, 0, &rule->first) ||
	    kstrtou64(last ?: value, 0, &rule->last) ||
	    rule->last < rule->first)
		return "this needs FIRST or FIRST-LAST";
	rule->has_range = true;
	return NULL;
}

static const char *set_action(struct sim_rule *rule,
			      enum sim_rule_action action)
{
	if (rule->action != SIM_RULE_NONE)
		return "a rule has one fault only";
	rule->action = action;
	return NULL;
}

static const char *parse_sense(struct sim_rule *rule, char *value)
{
	char *asc = strchr(value, '/');
	char *ascq = asc ? strchr(asc + 1, '/') : NULL;
	u32 key, code, qualifier;

	if (!ascq)
		return "this needs KEY/ASC/ASCQ";
	*asc++ = '\0';
	*ascq++ = '\0';
	if (parse_number(value, 16, 0xf, &key) ||
	    parse_number(asc, 16, 0xff, &code) ||
	    parse_number(ascq, 16, 0xff, &qualifier))
		return "this needs KEY/ASC/ASCQ in hexadecimal";
	rule->sense.key = key;
	rule->sense.code = code << 8 | qualifier;
	return set_action(rule, SIM_RULE_SENSE);
}

/* Its bitmap is allocated when the range is known. */
static const char *parse_medium(struct sim_rule *rule, char *value)
{
	rule->sense.key = MEDIUM_ERROR;
	rule->sense.code = SIM_ASC_READ_ERROR;
	rule->bad = ERR_PTR(-EAGAIN);
	return set_action(rule, SIM_RULE_SENSE);
}

static const char *parse_status(struct sim_rule *rule, char *value)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		if (!strcmp(value, statuses[i].name)) {
			rule->status = statuses[i].status;
			return set_action(rule, SIM_RULE_STATUS);
		}
	return "this needs busy, task_set_full or reservation_conflict";
}

static const char *parse_timeout(struct sim_rule *rule, char *value)
{
	return set_action(rule, SIM_RULE_TIMEOUT);
}

static const char *parse_arg(struct sim_rule *rule, char *value, u32 max,
			     enum sim_rule_action action)
{
	const char *wrong = parse_number(value, 0, max, &rule->arg);

	return wrong ?: set_action(rule, action);
}

static const char *parse_short(struct sim_rule *rule, char *value)
{
	return parse_arg(rule, value, U32_MAX, SIM_RULE_SHORT);
}

static const char *parse_long(struct sim_rule *rule, char *value)
{
	return parse_arg(rule, value, 4096, SIM_RULE_LONG);
}

static const char *parse_lost_irq(struct sim_rule *rule, char *value)
{
	return set_action(rule, SIM_RULE_LOST_IRQ);
}

static const char *parse_late_irq(struct sim_rule *rule, char *value)
{
	return parse_arg(rule, value, 10000000, SIM_RULE_LATE_IRQ);
}

static const char *parse_double_irq(struct sim_rule *rule, char *value)
{
	return set_action(rule, SIM_RULE_DOUBLE_IRQ);
}

static const char *parse_fail_abort(struct sim_rule *rule, char *value)
{
	return set_action(rule, SIM_RULE_FAIL_ABORT);
}

static const char *parse_fail_reset(struct sim_rule *rule, char *value)
{
	return set_action(rule, SIM_RULE_FAIL_RESET);
}

static const char *parse_probability(struct sim_rule *rule, char *value)
{
	return parse_number(value, 0, SIM_RULE_PERCENT, &rule->probability);
}

static const char *parse_interval(struct sim_rule *rule, char *value)
{
	return parse_number(value, 0, U32_MAX, &rule->interval);
}

static const char *parse_times(struct sim_rule *rule, char *value)
{
	s32 times;

	if (kstrtos32(value, 0, &times) || times < -1)
		return "this needs a number, or -1 for no limit";
	rule->times = times;
	return NULL;
}

enum sim_word_value { VALUE_NONE, VALUE_NEEDED, VALUE_OPTIONAL };

static const struct sim_keyword {
	const char *name;
	enum sim_word_value value;
	const char *(*parse)(struct sim_rule *rule, char *value);
} keywords[] = {
	{ "target", VALUE_NEEDED, parse_target },
	{ "lun", VALUE_NEEDED, parse_lun },
	{ "opcode", VALUE_NEEDED, parse_opcode },
	{ "lba", VALUE_NEEDED, parse_lba },
	{ "sense", VALUE_NEEDED, parse_sense },
	{ "medium", VALUE_NONE, parse_medium },
	{ "status", VALUE_NEEDED, parse_status },
	{ "timeout", VALUE_NONE, parse_timeout },
	{ "short", VALUE_OPTIONAL, parse_short },
	{ "long", VALUE_OPTIONAL, parse_long },
	{ "lost_irq", VALUE_NONE, parse_lost_irq },
	{ "late_irq", VALUE_OPTIONAL, parse_late_irq },
	{ "double_irq", VALUE_NONE, parse_double_irq },
	{ "fail_abort", VALUE_NONE, parse_fail_abort },
	{ "fail_reset", VALUE_NONE, parse_fail_reset },
	{ "probability", VALUE_NEEDED, parse_probability },
	{ "interval", VALUE_NEEDED, parse_interval },
	{ "times", VALUE_NEEDED, parse_times },
};

/* Copies the next word. Returns its length, 0 if it is too long. */
static size_t next_word(const char *text, struct sim_word *word)
{
	size_t len = 0;

	while (text[len] && !isspace(text[len]))
		len++;
	if (len >= sizeof(word->text))
		return 0;
	memcpy(word->text, text, len);
	word->text[len] = '\0';
	word->value = strchr(word->text, '=');
	if (word->value)
		*word->value++ = '\0';
	return len;
}

/*
 * Returns %NULL, or the fault in a few words, at @offset from the word's start.
 */
static const char *parse_word(struct sim_rule *rule, struct sim_word *word,
			      size_t *offset)
{
	unsigned int i;

	*offset = 0;
	for (i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!strcmp(word->text, keywords[i].name))
			break;
	if (i == ARRAY_SIZE(keywords))
		return "there is no such word";
	if (word->value && keywords[i].value == VALUE_NONE)
		return "this takes no value";
	if (!word->value && keywords[i].value == VALUE_NEEDED)
		return "this needs a value";
	if (word->value)
		*offset = word->value - word->text;
	if (!word->value) {
		word->value = word->text;
		strscpy(word->text, SIM_RULE_ARG, sizeof(word->text));
	}
	return keywords[i].parse(rule, word->value);
}

/**
 * sim_rule_alloc_bad() - allocate the bits of bad blocks
 * @blocks: number of blocks
 *
 * Unit tests replace this function.
 *
 * Context: process context; may sleep.
 * Return: a bit for each block, not initialised, or %NULL.
 */
unsigned long *sim_rule_alloc_bad(unsigned int blocks)
{
	KUNIT_STATIC_STUB_REDIRECT(sim_rule_alloc_bad, blocks);

	return bitmap_alloc(blocks, GFP_KERNEL);
}

/* Checks the rule as a whole. */
static const char *finish_rule(struct sim_rule *rule)
{
	u64 blocks = rule->last - rule->first;

	if (rule->action == SIM_RULE_NONE)
		return "the rule has no fault";
	if (rule->action == SIM_RULE_FAIL_RESET &&
	    (rule->opcode != SIM_RULE_ANY || rule->has_range))
		return "a reset has no opcode= and no lba=";
	if (!rule->bad)
		return NULL;
	/* All blocks are 2^64, which a u64 cannot hold, so compare one less. */
	if (!rule->has_range || blocks >= SIM_RULE_HEAL_MAX)
		return "medium needs lba= with at most 1048576 blocks";
	return NULL;
}

/* Makes all blocks of a checked rule bad if it is for medium errors. */
static int init_bad(struct sim_rule *rule)
{
	u32 blocks = rule->last - rule->first + 1;

	if (!rule->bad)
		return 0;
	rule->bad = sim_rule_alloc_bad(blocks);
	if (!rule->bad)
		return -ENOMEM;
	bitmap_fill(rule->bad, blocks);
	rule->bad_count = blocks;
	return 0;
}

/**
 * sim_rule_parse() - make a rule from its text
 * @text: the text
 * @error: set to the place and the reason if the text is wrong
 *
 * Context: process context; may sleep.
 * Return: the rule, ERR_PTR(-EINVAL) for a wrong text, or ERR_PTR(-ENOMEM).
 */
struct sim_rule *sim_rule_parse(const char *text, struct sim_rule_error *error)
{
	struct sim_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	struct sim_word word;
	const char *at, *wrong = NULL;
	size_t len, offset = 0;
	int err = -EINVAL;

	if (!rule)
		return ERR_PTR(-ENOMEM);
	rule->target = SIM_RULE_ANY;
	rule->lun = SIM_RULE_ANY;
	rule->opcode = SIM_RULE_ANY;
	rule->probability = SIM_RULE_PERCENT;
	rule->interval = 1;
	rule->times = -1;
	for (at = skip_spaces(text); !wrong && *at; ) {
		offset = 0;
		len = next_word(at, &word);
		wrong = len ? parse_word(rule, &word, &offset) :
			      "this word is too long";
		if (!wrong)
			at = skip_spaces(at + len);
	}
	if (!wrong) {
		offset = 0;
		wrong = finish_rule(rule);
	}
	if (!wrong)
		err = init_bad(rule);
	if (!err)
		return rule;
	if (wrong) {
		error->column = at - text + offset + 1;
		error->reason = wrong;
	}
	if (IS_ERR(rule->bad))
		rule->bad = NULL;
	sim_rule_free(rule);
	return ERR_PTR(err);
}

static void show_action(const struct sim_rule *rule, struct seq_file *seq)
{
	static const char *const names[] = {
		[SIM_RULE_TIMEOUT] = "timeout",
		[SIM_RULE_SHORT] = "short",
		[SIM_RULE_LONG] = "long",
		[SIM_RULE_LOST_IRQ] = "lost_irq",
		[SIM_RULE_LATE_IRQ] = "late_irq",
		[SIM_RULE_DOUBLE_IRQ] = "double_irq",
		[SIM_RULE_FAIL_ABORT] = "fail_abort",
		[SIM_RULE_FAIL_RESET] = "fail_reset",
	};
	unsigned int i;

	if (rule->bad) {
		seq_puts(seq, " medium");
	} else if (rule->action == SIM_RULE_SENSE) {
		seq_printf(seq, " sense=%x/%02x/%02x", rule->sense.key,
			   rule->sense.code >> 8, rule->sense.code & 0xff);
	} else if (rule->action == SIM_RULE_STATUS) {
		for (i = 0; i < ARRAY_SIZE(statuses); i++)
			if (statuses[i].status == rule->status)
				seq_printf(seq, " status=%s", statuses[i].name);
	} else {
		seq_printf(seq, " %s", names[rule->action]);
	}
	if (rule->action == SIM_RULE_SHORT || rule->action == SIM_RULE_LONG ||
	    rule->action == SIM_RULE_LATE_IRQ)
		seq_printf(seq, "=%u", rule->arg);
}

/**
 * sim_rule_show() - write a rule as text that can be parsed, and its count
 * @rule: the rule
 * @seq: destination
 *
 * Context: any.
 */
void sim_rule_show(const struct sim_rule *rule, struct seq_file *seq)
{
	KUNIT_STATIC_STUB_REDIRECT(sim_rule_show, rule, seq);

	seq_printf(seq, "%u:", rule->id);
	if (rule->target != SIM_RULE_ANY)
		seq_printf(seq, " target=%u", rule->target);
	if (rule->lun != SIM_RULE_ANY)
		seq_printf(seq, " lun=%u", rule->lun);
	if (rule->opcode != SIM_RULE_ANY)
		seq_printf(seq, " opcode=%02x", rule->opcode);
	if (rule->has_range)
		seq_printf(seq, " lba=%llu-%llu", rule->first, rule->last);
	show_action(rule, seq);
	seq_printf(seq, " probability=%u interval=%u times=%d hits=%llu",
		   rule->probability, rule->interval, rule->times, rule->hits);
	if (rule->bad)
		seq_printf(seq, " bad=%u", rule->bad_count);
	seq_putc(seq, '\n');
}

/**
 * sim_rule_free() - free a rule that is in no list
 * @rule: the rule
 *
 * Context: process context.
 */
void sim_rule_free(struct sim_rule *rule)
{
	bitmap_free(rule->bad);
	kfree(rule);
}
