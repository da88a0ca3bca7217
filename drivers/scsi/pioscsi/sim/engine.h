/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The nexuses of the simulated chip, from the mailbox to the data port. For the
 * files of the chip only.
 */
#ifndef _PIOSCSI_SIM_ENGINE_H
#define _PIOSCSI_SIM_ENGINE_H

#include <linux/gfp_types.h>
#include <linux/types.h>

#include "chip_state.h"

typedef bool (*sim_covers_t)(const struct sim_chip *chip,
			     const struct sim_nexus *nexus);

int sim_engine_init(struct sim_chip *chip);
void sim_engine_exit(struct sim_chip *chip);

struct sim_nexus *sim_engine_take(struct sim_chip *chip);
void sim_engine_run(struct sim_chip *chip, struct sim_nexus *nexus,
		    gfp_t gfp);
void sim_engine_put(struct sim_chip *chip, struct sim_nexus *nexus);
void sim_engine_accept(struct sim_chip *chip);
void sim_engine_abort(struct sim_chip *chip, sim_covers_t covers);
bool sim_engine_release(struct sim_chip *chip, struct sim_nexus *nexus);

#endif /* _PIOSCSI_SIM_ENGINE_H */
