/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SCSIPORT_DMA_H
#define _SCSIPORT_DMA_H

#include <linux/types.h>

#include "sp.h"

bool sp_is_master(const struct sp_hba *sp);
bool sp_dma_is_narrow(const struct sp_hba *sp);
bool sp_dma_reaches_accepted(const struct sp_hba *sp);
gfp_t sp_dma_gfp(const struct sp_hba *sp);
void sp_dma_set_master(struct sp_hba *sp);
void sp_dma_clear_master(struct sp_hba *sp);
int sp_dma_enable(struct sp_hba *sp);
bool sp_dma_may_access(const struct sp_hba *sp);
void sp_dma_stop(struct sp_hba *sp);
void sp_dma_start(struct sp_hba *sp);
int sp_shared_alloc(struct sp_hba *sp, struct sp_shared *shared, size_t len);
void sp_shared_free(struct sp_hba *sp, struct sp_shared *shared);
int sp_dma_retire(struct sp_hba *sp);
void sp_dma_free_retired(struct sp_hba *sp);
int sp_dma_map(struct sp_hba *sp, struct sp_slot *slot);
void sp_dma_unmap(struct sp_hba *sp, struct sp_slot *slot);

#endif /* _SCSIPORT_DMA_H */
