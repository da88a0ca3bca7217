/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The connected command: selection, reselection, and the bus going free.
 */
#ifndef _PIOSCSI_C9X_NEXUS_H
#define _PIOSCSI_C9X_NEXUS_H

#include "chip.h"

unsigned int c9x_cdb(const struct pioscsi_cmd *cmd, u8 *cdb);
int c9x_start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
bool c9x_repeat(struct c9x *chip);
void c9x_select_stop(struct c9x *chip, unsigned int id, unsigned int lun);
void c9x_selected(struct c9x *chip, u32 event);
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
