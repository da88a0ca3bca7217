/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_VERIFY_H
#define _SCSIPORT_VERIFY_H

#include "sp.h"

const char *sp_routine_name(enum sp_routine routine);
const char *sp_rule_name(enum sp_rule rule);
void sp_broke_rule(struct sp_hba *sp, enum sp_rule rule, u64 value);
void sp_verify_time(struct sp_hba *sp, enum sp_routine routine, u64 ns);

#endif /* _SCSIPORT_VERIFY_H */
