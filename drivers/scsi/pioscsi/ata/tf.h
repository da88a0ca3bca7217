/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_ATA_TF_H
#define _PIOSCSI_ATA_TF_H

#include <linux/types.h>

struct ata_chan;
struct sat_regs;
struct sat_tf;

/* A status that says that nobody is there: pulled up, or D7 pulled down. */
static inline bool ata_is_nobody(u8 status)
{
	return status == 0xff || status == 0x7f;
}

u8 ata_pause(struct ata_chan *ch);
u8 ata_select_anew(struct ata_chan *ch, unsigned int id);
u8 ata_select(struct ata_chan *ch, unsigned int id);
void ata_tf_write(struct ata_chan *ch, const struct sat_tf *tf);
void ata_tf_read(struct ata_chan *ch, const struct sat_tf *tf, u8 status,
		 struct sat_regs *regs);

#endif /* _PIOSCSI_ATA_TF_H */
