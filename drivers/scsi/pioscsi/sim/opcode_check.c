// SPDX-License-Identifier: GPL-2.0-only
/*
 * The check of a CDB against its command in the table.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <pioscsi/cdb.h>
#include <scsi/scsi_proto.h>

#include "lun.h"
#include "opcode_check.h"
#include "opcodes.h"
#include "sense.h"

/*
 * Decides the usual case by two comparisons of eight bytes. The table has no
 * usage of byte 0, the operation code.
 */
static bool sim_all_supported(const struct sim_task *task,
			      const struct pioscsi_cdb *cdb)
{
	u64 bits[SIM_CDB_MAX / sizeof(u64)], usage[ARRAY_SIZE(bits)];

	memcpy(bits, task->cdb, sizeof(bits));
	memcpy(usage, cdb->usage, sizeof(usage));
	bits[0] &= ~usage[0] & (__force u64)cpu_to_be64(U64_MAX >> 8);
	return !(bits[0] | (bits[1] & ~usage[1]));
}

/**
 * sim_opcode_missing() - find the field that a bus does not support
 * @config: the bus
 * @cdb: one of its commands
 *
 * Context: Any.
 * Return: the field, with a mask of 0 if all that the table has is supported.
 */
struct pioscsi_cdb_field sim_opcode_missing(const struct sim_bus_config *config,
					    const struct pioscsi_cdb *cdb)
{
	struct pioscsi_cdb_field field = { };

	switch (cdb->opcode) {
	case WRITE_SAME:
	case WRITE_SAME_16:
		field.byte = 1;
		field.mask = config->no_lbpws ? SIM_WS_UNMAP : 0;
		break;
	case START_STOP:
		field.byte = 4;
		field.mask = config->removable ? 0 : SIM_LOEJ;
		break;
	}
	return field;
}

/* Checks the field that only some logical units support. */
static int sim_opcode_check_option(struct sim_task *task,
				   const struct pioscsi_cdb *cdb)
{
	struct pioscsi_cdb_field bad;

	if (likely(!(cdb->flags & SIM_OP_OPTION)))
		return 0;
	bad = sim_opcode_missing(&task->bus->config, cdb);
	if (!(task->cdb[bad.byte] & bad.mask))
		return 0;
	return sim_invalid_cdb(task, bad.byte, fls(bad.mask) - 1);
}

/**
 * sim_opcode_check() - check that a CDB has no bit that is not supported
 * @task: the task
 * @cdb: its command
 *
 * Context: Any.
 * Return: 0, or SIM_SETTLED (INVALID FIELD IN CDB).
 */
int sim_opcode_check(struct sim_task *task, const struct pioscsi_cdb *cdb)
{
	struct pioscsi_cdb_field bad;

	if (likely(sim_all_supported(task, cdb)) ||
	    pioscsi_cdb_check(cdb, task->cdb, &bad))
		return sim_opcode_check_option(task, cdb);
	return sim_invalid_cdb(task, bad.byte, fls(bad.mask) - 1);
}
