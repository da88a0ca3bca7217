/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is connected: selection, reselection, and the bus going free.
 */
#ifndef _PIOSCSI_AM53_NEXUS_H
#define _PIOSCSI_AM53_NEXUS_H

#include "chip.h"

int am53_start(struct pioscsi_hba *hba, struct pioscsi_cmd *cmd);
void am53_select_stop(struct am53 *am, unsigned int id, unsigned int lun);
void am53_selected(struct am53 *am, u32 event);
bool am53_reselected(struct am53 *am);
bool am53_find_tagged(struct am53 *am, unsigned int tag);
void am53_depart(struct am53 *am);
void am53_bus_free(struct am53 *am);
void am53_forget(struct am53 *am, struct pioscsi_cmd *cmd);

#endif /* _PIOSCSI_AM53_NEXUS_H */
