/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface between the simulated chip and the targets behind its bus.
 *
 * The chip knows nothing of CDBs, and the targets know nothing of registers.
 * The chip hands over a task and runs it. It moves the data a piece at a time,
 * and fetches the status.
 */
#ifndef _PIOSCSI_SIM_TARGET_H
#define _PIOSCSI_SIM_TARGET_H

#include <linux/gfp_types.h>
#include <linux/types.h>

/* SPC-4 4.5.1: sense data never exceeds 252 bytes; ours stays far below. */
#define SIM_SENSE_MAX		64
/* LUNs that a target can have. */
#define SIM_LUN_SLOTS		256
#define SIM_CDB_MAX		16

struct seq_file;
struct pioscsi_cdb;
struct sim_bus;
struct sim_lun;
struct sim_sense;

/**
 * struct sim_bus_config - the targets behind one chip
 * @num_tgts: targets on the bus, with the IDs 0 to @num_tgts - 1
 * @max_luns: logical units that each target has at first, with the LUNs 0 to
 *	@max_luns - 1
 * @dev_size: capacity of each logical unit, bytes, a multiple of @sector_size
 * @sector_size: logical block length, bytes: 512, 1024, 2048 or 4096
 * @host_no: distinguishes the buses; goes into names and serial numbers
 * @untagged: INQUIRY reports no command queueing
 * @physblk_exp: log2 of the logical blocks in a physical block, 0 to 15
 * @lowest_aligned: LBA of the first logical block that begins a physical one
 * @removable: the medium is removable
 * @wp: the medium is write protected
 * @unmap_granularity: OPTIMAL UNMAP GRANULARITY in logical blocks; 0: that of
 *	a chunk of memory
 * @unmap_alignment: UNMAP GRANULARITY ALIGNMENT in logical blocks
 * @no_lbpu: UNMAP is not supported
 * @no_lbpws: the UNMAP bit of WRITE SAME is not supported
 * @no_lbprz: unmapped blocks are not known to read as zeroes
 * @fake: written data is dropped, and all blocks read as zeroes
 * @shared: the other buses with this property have the same logical units
 */
struct sim_bus_config {
	unsigned int num_tgts;
	unsigned int max_luns;
	u64 dev_size;
	unsigned int sector_size;
	unsigned int host_no;
	bool untagged;
	unsigned int physblk_exp;
	unsigned int lowest_aligned;
	bool removable;
	bool wp;
	unsigned int unmap_granularity;
	unsigned int unmap_alignment;
	bool no_lbpu;
	bool no_lbpws;
	bool no_lbprz;
	bool fake;
	bool shared;
};

enum sim_dir {
	SIM_DIR_NONE,
	SIM_DIR_IN,
	SIM_DIR_OUT,
};

/**
 * struct sim_task - one command at a target
 * @cdb: the command, zero-padded; set by the chip
 * @target: target ID; set by the chip
 * @lun: LUN, flat space addressing; set by the chip
 * @dir: direction of the data phase; set by sim_task_exec()
 * @len: bytes that the target moves in that phase; set by sim_task_exec()
 * @status: SAM status, valid once sim_task_finish() has returned 0
 * @sense_len: bytes in @sense that are valid, 0 without autosense
 * @sense: sense data for CHECK CONDITION
 * @bus: the bus on which the command arrived (private)
 * @ua: SIM_UA_* that it reports, which is pending no more; cleared by the chip
 * @op: its command, %NULL once the status is settled (private)
 * @lu: the logical unit addressed, %NULL if there is none (private)
 * @epoch: epoch of the logical unit when the task began (private)
 * @power_ons: &sim_lun.power_ons when the task began (private)
 * @buf: parameter data of commands that do not touch the medium (private)
 * @buf_len: size of @buf, bytes (private)
 * @pos: medium byte address of the data phase (private)
 * @priv: a value that the command keeps between its steps (private)
 * @cancelled: the chip has aborted the task; set by the chip, at any time. The
 *	command stops its work and touches the medium no more
 *
 * Owned by the chip. The target accesses it only in the sim_task_*() calls,
 * which the chip never makes concurrently for one task.
 */
struct sim_task {
	u8 cdb[SIM_CDB_MAX];
	unsigned int target;
	unsigned int lun;

	enum sim_dir dir;
	u32 len;
	u8 status;
	u8 sense_len;
	u8 sense[SIM_SENSE_MAX];

	struct sim_bus *bus;
	u8 ua;
	const struct pioscsi_cdb *op;
	struct sim_lun *lu;
	unsigned int epoch;
	unsigned int power_ons;
	u8 *buf;
	u32 buf_len;
	u64 pos;
	u64 priv;
	bool cancelled;
};

struct sim_bus *sim_bus_create(const struct sim_bus_config *config);
void sim_bus_destroy(struct sim_bus *bus);
int sim_bus_add_lun(struct sim_bus *bus, unsigned int target, unsigned int lun,
		    u64 size);
int sim_bus_remove_lun(struct sim_bus *bus, unsigned int target,
		       unsigned int lun);
int sim_bus_resize_lun(struct sim_bus *bus, unsigned int target,
		       unsigned int lun, u64 size);
void sim_bus_show_luns(struct sim_bus *bus, struct seq_file *seq);
bool sim_bus_has_target(const struct sim_bus *bus, unsigned int target);
void sim_bus_reset(struct sim_bus *bus);
void sim_target_reset(struct sim_bus *bus, unsigned int target);
void sim_lun_reset(struct sim_bus *bus, unsigned int target,
		   unsigned int lun);

int sim_task_exec(struct sim_bus *bus, struct sim_task *task, gfp_t gfp);
void sim_task_data_in(struct sim_task *task, void *buf, u32 offset, u32 len);
u32 sim_task_data_out(struct sim_task *task, const void *buf, u32 offset,
		      u32 len);
int sim_task_prepare(struct sim_task *task, u32 offset, gfp_t gfp);
int sim_task_finish(struct sim_task *task, gfp_t gfp);
void sim_task_release(struct sim_task *task);
void sim_task_lost(struct sim_task *task);
void sim_task_fail(struct sim_bus *bus, struct sim_task *task,
		   const struct sim_sense *sense);

#endif /* _PIOSCSI_SIM_TARGET_H */
