// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of QEMU's TCG for tools/bench/profile. It counts the executions of
 * each block of the guest's code. It writes lines "ADDRESS INSTRUCTIONS TIMES".
 */
#include <stdio.h>
#include <string.h>

#include "count.h"

#define SLOTS	524288

/* The number of a block's slot counts its executions. */
static struct block {
	uint64_t addr;
	uint64_t len;
} blocks[SLOTS];
static char path[4096];

/* Find a block's slot by open addressing. There are more slots than blocks. */
static struct block *find(uint64_t addr, uint64_t len)
{
	uint64_t i = (addr ^ len << 48) * 0x9e3779b97f4a7c15 >> 45;

	while (blocks[i].len &&
	       (blocks[i].addr != addr || blocks[i].len != len))
		i = (i + 1) % SLOTS;
	return &blocks[i];
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	uint64_t addr = qemu_plugin_tb_vaddr(tb);
	uint64_t len = qemu_plugin_tb_n_insns(tb);
	struct block *b = find(addr, len);

	b->addr = addr;
	b->len = len;
	add_inline(tb, b - blocks, 1);
}

static void report(uint64_t id, void *data)
{
	FILE *f = fopen(path, "w");
	unsigned long i;

	for (i = 0; f && i < SLOTS; i++)
		if (blocks[i].len && number(i))
			fprintf(f, "%lx %lu %lu\n", blocks[i].addr,
				blocks[i].len, number(i));
	if (!f || fclose(f))
		perror(path);
}

/* Its argument is "out=FILE". */
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	if (argc != 1 || strncmp(argv[0], "out=", 4) || new_numbers(SLOTS))
		return -1;
	snprintf(path, sizeof(path), "%s", argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, report, NULL);
	return 0;
}
