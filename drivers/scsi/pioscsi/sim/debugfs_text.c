// SPDX-License-Identifier: GPL-2.0-only
/*
 * The texts that are written to files in debugfs.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "debugfs_text.h"

/**
 * sim_debugfs_text() - get a text that is written to a file
 * @name: name of the file, for the log
 * @buf: the text
 * @len: its length, bytes
 * @max: greatest length, bytes
 *
 * Context: process context; may sleep.
 * Return: a copy with a NUL behind it; or an ERR_PTR(): -EINVAL if the text is
 * too long, with one line in the log. The caller frees the copy by kfree().
 */
char *sim_debugfs_text(const char *name, const char __user *buf, size_t len,
		       size_t max)
{
	if (len <= max)
		return memdup_user_nul(buf, len);
	pr_err("%s refused: the text has %zu bytes, at most %zu are allowed\n",
	       name, len, max);
	return ERR_PTR(-EINVAL);
}
