/* SPDX-License-Identifier: GPL-2.0-only */
/* Test data: commands of the simulated target, as the standards have them. */
#ifndef _PIOSCSI_KUNIT_SIM_CDBS_H
#define _PIOSCSI_KUNIT_SIM_CDBS_H

#include <linux/types.h>

#define SIM_CDB_COUNT	30

/**
 * struct sim_cdb_param - a command
 * @desc: its name
 * @len: bytes of its CDB
 * @good: a CDB that ends with GOOD
 * @used: the bits of the CDB that may be set
 * @field: fields of several bits that must be zero
 */
struct sim_cdb_param {
	const char *desc;
	unsigned int len;
	u8 good[16];
	u8 used[16];
	struct {
		u8 byte;
		u8 mask;
	} field[2];
};

extern const struct sim_cdb_param sim_cdb_params[SIM_CDB_COUNT];

bool sim_has_action(const struct sim_cdb_param *param);
u16 sim_action(const struct sim_cdb_param *param);
const struct sim_cdb_param *sim_cdb_lookup(u8 opcode);

#endif /* _PIOSCSI_KUNIT_SIM_CDBS_H */
