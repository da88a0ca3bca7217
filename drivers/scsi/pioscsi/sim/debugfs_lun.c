// SPDX-License-Identifier: GPL-2.0-only
/*
 * The logical units of each chip in debugfs: a list, and files that add, remove
 * and resize one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "chip_state.h"
#include "debugfs_lun.h"
#include "debugfs_text.h"
#include "target.h"

/* Longest text of a command, bytes. */
#define SIM_LUN_TEXT_MAX	47

static int lun_add(struct sim_bus *bus, const u32 *arg)
{
	return sim_bus_add_lun(bus, arg[0], arg[1], (u64)arg[2] * SZ_1M);
}

static int lun_remove(struct sim_bus *bus, const u32 *arg)
{
	return sim_bus_remove_lun(bus, arg[0], arg[1]);
}

static int lun_resize(struct sim_bus *bus, const u32 *arg)
{
	return sim_bus_resize_lun(bus, arg[0], arg[1], (u64)arg[2] * SZ_1M);
}

static const struct {
	const char *name;
	const char *syntax;
	unsigned int min, max;	/* numbers */
	int (*run)(struct sim_bus *bus, const u32 *arg);
} commands[] = {
	[SIM_LUN_ADD] = { "add_lun", "TARGET LUN [MIB]", 2, 3, lun_add },
	[SIM_LUN_REMOVE] = { "remove_lun", "TARGET LUN", 2, 2, lun_remove },
	[SIM_LUN_RESIZE] = { "resize_lun", "TARGET LUN MIB", 3, 3, lun_resize },
};

/* Returns the quantity of numbers, or -EINVAL if there are other words. */
static int parse_numbers(const char *text, u32 *arg, unsigned int max)
{
	char copy[SIM_LUN_TEXT_MAX + 1], *word, *rest = copy;
	unsigned int n = 0;

	if (strscpy(copy, text, sizeof(copy)) < 0)
		return -EINVAL;
	while ((word = strsep(&rest, " \t\n"))) {
		if (!*word)
			continue;
		if (n == max || kstrtou32(word, 10, &arg[n]))
			return -EINVAL;
		n++;
	}
	return n;
}

/**
 * sim_debugfs_lun_command() - add, remove or resize a logical unit by a command
 * @bus: the bus
 * @command: the command
 * @text: its numbers, "TARGET LUN [MIB]"
 *
 * Context: process context; may sleep.
 * Return: 0; -EINVAL if the text is wrong, with one line in the log; or an
 * error of the command.
 */
int sim_debugfs_lun_command(struct sim_bus *bus, enum sim_lun_command command,
			    const char *text)
{
	u32 arg[3] = { };
	int n = parse_numbers(text, arg, commands[command].max);

	if (n >= 0 && n >= commands[command].min)
		return commands[command].run(bus, arg);
	pr_err("%s refused: this needs %s, in decimal: \"%s\"\n",
	       commands[command].name, commands[command].syntax, text);
	return -EINVAL;
}

static ssize_t write_command(struct file *file, const char __user *buf,
			     size_t len, enum sim_lun_command command)
{
	struct sim_chip *chip = file->private_data;
	char *text;
	int err;

	text = sim_debugfs_text(commands[command].name, buf, len,
				SIM_LUN_TEXT_MAX);
	if (IS_ERR(text))
		return PTR_ERR(text);
	err = sim_debugfs_lun_command(chip->bus, command, strim(text));
	kfree(text);
	return err ?: len;
}

/* A file whose text is a command. */
#define DEFINE_COMMAND_FILE(_name, _command)				\
static ssize_t _name##_write(struct file *file, const char __user *buf,	\
			     size_t len, loff_t *pos)			\
{									\
	return write_command(file, buf, len, _command);			\
}									\
									\
static const struct file_operations _name##_fops = {			\
	.owner = THIS_MODULE,						\
	.open = simple_open,						\
	.write = _name##_write,						\
}

DEFINE_COMMAND_FILE(add_lun, SIM_LUN_ADD);
DEFINE_COMMAND_FILE(remove_lun, SIM_LUN_REMOVE);
DEFINE_COMMAND_FILE(resize_lun, SIM_LUN_RESIZE);

static int luns_show(struct seq_file *seq, void *unused)
{
	struct sim_chip *chip = seq->private;

	sim_bus_show_luns(chip->bus, seq);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(luns);

/**
 * sim_debugfs_add_luns() - show the logical units of a chip
 * @chip: the chip, whose directory exists; the files go with it
 *
 * Context: process context; may sleep.
 */
void sim_debugfs_add_luns(struct sim_chip *chip)
{
	struct dentry *dir = chip->debugfs;

	debugfs_create_file("luns", 0444, dir, chip, &luns_fops);
	debugfs_create_file("add_lun", 0200, dir, chip, &add_lun_fops);
	debugfs_create_file("remove_lun", 0200, dir, chip, &remove_lun_fops);
	debugfs_create_file("resize_lun", 0200, dir, chip, &resize_lun_fops);
}
