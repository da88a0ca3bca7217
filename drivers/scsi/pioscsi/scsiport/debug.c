// SPDX-License-Identifier: GPL-2.0-only
/* The verifier's counters in debugfs. */
#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/seq_file.h>

#include "debug.h"
#include "verify.h"

static struct dentry *root;

/* The counters change meanwhile. */
static int verifier_show(struct seq_file *m, void *v)
{
	const struct sp_hba *sp = m->private;
	unsigned int i;

	for (i = 0; i < SP_NR_ROUTINES; i++)
		seq_printf(m, "%s calls %llu max_ns %llu late %llu\n",
			   sp_routine_name(i), READ_ONCE(sp->routine[i].calls),
			   READ_ONCE(sp->routine[i].max_ns),
			   READ_ONCE(sp->routine[i].late));
	seq_printf(m, "deferrals %llu\n", READ_ONCE(sp->deferrals));
	seq_printf(m, "caught %llu\n", READ_ONCE(sp->caught));
	seq_printf(m, "flushed %llu\n", READ_ONCE(sp->flushed));
	for (i = 0; i < SP_NR_RULES; i++)
		seq_printf(m, "broken %llu %s\n", READ_ONCE(sp->broken[i]),
			   sp_rule_name(i));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(verifier);

/**
 * sp_debug_add() - create the directory of an HBA
 * @sp: the HBA
 *
 * Context: task; may sleep.
 */
void sp_debug_add(struct sp_hba *sp)
{
	char name[64];

	snprintf(name, sizeof(name), "%s-%u", dev_name(sp->place.dev),
		 sp->number);
	sp->debugfs = debugfs_create_dir(name, root);
	debugfs_create_file("verifier", 0444, sp->debugfs, sp,
			    &verifier_fops);
}

/**
 * sp_debug_remove() - remove the directory of an HBA
 * @sp: the HBA
 *
 * Context: task; may sleep.
 */
void sp_debug_remove(struct sp_hba *sp)
{
	debugfs_remove_recursive(sp->debugfs);
}

/**
 * sp_debug_start() - create the directory of all HBAs
 *
 * Context: task; may sleep.
 */
void sp_debug_start(void)
{
	root = debugfs_create_dir("pioscsi_scsiport", NULL);
}

/**
 * sp_debug_stop() - undo sp_debug_start()
 *
 * Context: task; may sleep.
 */
void sp_debug_stop(void)
{
	debugfs_remove_recursive(root);
}
