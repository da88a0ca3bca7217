/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of QEMU's plugin interface that count.c and hold.c use, of version 1
 * (QEMU 7.2) and from version 3 on (QEMU 10). Debian has no package with QEMU's
 * header.
 *
 * A plugin is one file that includes this one.
 */
#ifndef _PIOSCSI_BENCH_COUNT_H
#define _PIOSCSI_BENCH_COUNT_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Operation: add to a number of 64 bits before each execution of a block. */
#define INLINE_ADD_U64	0

/* A callback that reads no registers of the guest. */
#define NO_REGISTERS	0

struct qemu_plugin_tb;
struct qemu_plugin_insn;

typedef void (*translated_cb)(uint64_t id, struct qemu_plugin_tb *tb);
typedef void (*exec_cb)(unsigned int cpu, void *data);
typedef void (*exit_cb)(uint64_t id, void *data);

/* A number in a scoreboard, which has the same numbers for each CPU. */
struct entry {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
};

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, translated_cb cb);
void qemu_plugin_register_atexit_cb(uint64_t id, exit_cb cb, void *data);

/* The first is in version 1 only, and the others are in later ones only. */
#pragma weak qemu_plugin_register_vcpu_tb_exec_inline
#pragma weak qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu
#pragma weak qemu_plugin_scoreboard_new
#pragma weak qemu_plugin_scoreboard_find
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op,
					      void *ptr, uint64_t imm);
void
qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct qemu_plugin_tb *tb,
						  int op, struct entry entry,
						  uint64_t imm);
struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t size);
void *qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *score,
				  unsigned int cpu);

void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, exec_cb cb,
					  int registers, void *data);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);

/* Version 1 returns a pointer to the code. Later ones copy the code. */
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn,
				  void *copy, size_t len);

/* QEMU reads it after the constructors have run. */
int qemu_plugin_version = 1;

static struct qemu_plugin_scoreboard *score;
static uint64_t *array;

static void __attribute__((constructor)) choose_version(void)
{
	if (qemu_plugin_scoreboard_new)
		qemu_plugin_version = 3;
}

/* Make numbers of 64 bits, of one CPU, that blocks can add to. */
static inline int new_numbers(size_t count)
{
	if (qemu_plugin_scoreboard_new)
		score = qemu_plugin_scoreboard_new(count * sizeof(uint64_t));
	else
		array = calloc(count, sizeof(uint64_t));
	return score || array ? 0 : -1;
}

static inline uint64_t number(size_t i)
{
	if (score)
		return ((uint64_t *)qemu_plugin_scoreboard_find(score, 0))[i];
	return array[i];
}

/*
 * Let each execution of the block add to a number. QEMU 7.2 does so after all
 * callbacks of the block; later ones keep the order of registration.
 */
static inline void add_inline(struct qemu_plugin_tb *tb, size_t i, uint64_t imm)
{
	struct entry entry = { score, i * sizeof(uint64_t) };
	int op = INLINE_ADD_U64;

	if (score)
		qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(tb, op, entry,
								  imm);
	else
		qemu_plugin_register_vcpu_tb_exec_inline(tb, op, &array[i],
							 imm);
}

/* Copy the code of an instruction, which has at most 15 bytes. */
static inline void insn_code(const struct qemu_plugin_insn *insn,
			     uint8_t code[16])
{
	size_t len = qemu_plugin_insn_size(insn);
	const void *data = qemu_plugin_insn_data(insn, code, len);

	if (!score)
		memcpy(code, data, len);
}

#endif /* _PIOSCSI_BENCH_COUNT_H */
