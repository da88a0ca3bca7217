/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The connected command: reselection, and the bus going free.
 */
#ifndef _PIOSCSI_C9X_NEXUS_H
#define _PIOSCSI_C9X_NEXUS_H

#include "chip.h"

void c9x_lose_selection(struct c9x *chip);
bool c9x_reselected(struct c9x *chip, bool damaged);
void c9x_identify_lun(struct c9x *chip, unsigned int lun);
bool c9x_identify_tagged(struct c9x *chip, unsigned int tag);
void c9x_identify_untagged(struct c9x *chip);
void c9x_depart(struct c9x *chip);
void c9x_stay(struct c9x *chip);
void c9x_bus_free(struct c9x *chip);
void c9x_forget(struct c9x *chip, struct pioscsi_cmd *cmd);
enum pioscsi_next c9x_end(struct c9x *chip, struct pioscsi_xfer *xfer,
			  struct pioscsi_cmd *cmd, int result);

#endif /* _PIOSCSI_C9X_NEXUS_H */
