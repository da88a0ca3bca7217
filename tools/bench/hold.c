// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of QEMU's TCG for the scenario handler of tools/bench/run. It counts
 * the guest's instructions between the call of a hard IRQ handler and its
 * return. The guest runs no code for the measurement.
 *
 * Only __handle_irq_event_percpu() calls handlers. A handler runs from a block
 * of that function that ends with a call to the next block of it. Interrupts
 * are off, so that no other code runs meanwhile. The first block in a module's
 * memory names the handler; handlers of the kernel itself are not counted.
 *
 * The guest calls sethostname() to begin a new phase.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"

#define MODULES		0xffffffffc0000000
#define SLOTS		65536

struct place {
	uint64_t addr;
	uint64_t len;
	int calls;
};

/* @times: number of calls of a handler that took @insns instructions. */
struct bin {
	uint64_t phase;
	uint64_t handler;
	uint64_t insns;
	uint64_t times;
};

static struct bin bins[SLOTS];
static uint64_t caller, caller_end, phase_addr;
static uint64_t begun, handler, phase;
static int inside;
static char path[4096];

static void add(uint64_t insns)
{
	uint64_t i = (handler ^ insns * 31 ^ phase) * 0x9e3779b97f4a7c15 >> 48;
	struct bin *b = &bins[i];

	while (b->times && (b->handler != handler || b->insns != insns ||
			    b->phase != phase)) {
		i = (i + 1) % SLOTS;
		b = &bins[i];
	}
	*b = (struct bin){ phase, handler, insns, b->times + 1 };
}

/* The guest's instructions, without the block that begins now. */
static uint64_t total(void)
{
	return number(0);
}

static void in_caller(unsigned int cpu, void *data)
{
	struct place *place = data;

	if (inside && handler)
		add(total() - begun);
	inside = place->calls;
	handler = 0;
	begun = total() + place->len;
}

static void in_module(unsigned int cpu, void *data)
{
	struct place *place = data;

	if (inside && !handler)
		handler = place->addr;
}

/* The caller has returned if a system call begins. */
static void in_phase(unsigned int cpu, void *data)
{
	inside = 0;
	phase++;
}

/* Return 1 if the block ends with a call: e8, or ff with 2 in the next byte. */
static int ends_with_call(struct qemu_plugin_tb *tb, uint64_t len)
{
	struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, len - 1);
	uint8_t bytes[16] = {}, *code = bytes;

	insn_code(insn, bytes);
	while (*code == 0x2e || (*code & 0xf0) == 0x40)
		code++;
	return *code == 0xe8 || (*code == 0xff && (code[1] >> 3 & 7) == 2);
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	uint64_t addr = qemu_plugin_tb_vaddr(tb);
	uint64_t len = qemu_plugin_tb_n_insns(tb);
	exec_cb cb = NULL;
	struct place *place;

	if (addr >= caller && addr < caller_end)
		cb = in_caller;
	else if (addr == phase_addr)
		cb = in_phase;
	else if (addr >= MODULES)
		cb = in_module;
	if (cb) {
		place = malloc(sizeof(*place));
		*place = (struct place){ addr, len, ends_with_call(tb, len) };
		qemu_plugin_register_vcpu_tb_exec_cb(tb, cb, NO_REGISTERS,
						     place);
	}
	add_inline(tb, 0, len);
}

static void report(uint64_t id, void *data)
{
	FILE *f = fopen(path, "w");
	struct bin *b;

	for (b = bins; f && b < bins + SLOTS; b++)
		if (b->times)
			fprintf(f, "%lu %lx %lu %lu\n", b->phase, b->handler,
				b->insns, b->times);
	if (!f || fclose(f))
		perror(path);
}

/*
 * Its arguments are "out=FILE", "caller=BEGIN", "end=END" and "phase=ADDRESS",
 * the addresses in hexadecimal.
 */
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			snprintf(path, sizeof(path), "%s", argv[i] + 4);
		else if (sscanf(argv[i], "caller=%lx", &caller) != 1 &&
			 sscanf(argv[i], "end=%lx", &caller_end) != 1 &&
			 sscanf(argv[i], "phase=%lx", &phase_addr) != 1)
			return -1;
	if (!*path || !caller || !caller_end || !phase_addr || new_numbers(1))
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, report, NULL);
	return 0;
}
