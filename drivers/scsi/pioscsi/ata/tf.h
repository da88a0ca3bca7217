/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_ATA_TF_H
#define _PIOSCSI_ATA_TF_H

#include <linux/types.h>

struct pioata_chan;
struct sat_regs;
struct sat_tf;

/* A status that says that nobody is there: pulled up, or D7 pulled down. */
static inline bool pioata_no_device(u8 status)
{
	return status == 0xff || status == 0x7f;
}

u8 pioata_pause(struct pioata_chan *ch);
u8 pioata_reselect(struct pioata_chan *ch, unsigned int id);
u8 pioata_select(struct pioata_chan *ch, unsigned int id);
void pioata_tf_write(struct pioata_chan *ch, const struct sat_tf *tf);
void pioata_tf_read(struct pioata_chan *ch, const struct sat_tf *tf, u8 status,
		    struct sat_regs *regs);

#endif /* _PIOSCSI_ATA_TF_H */
