/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_ATA_PACKET_H
#define _PIOSCSI_ATA_PACKET_H

#include <linux/types.h>

#include <pioscsi/pioscsi.h>

struct pioata_chan;

void pioata_packet_begin(struct pioata_chan *ch);
enum pioscsi_next pioata_packet_cdb(struct pioata_chan *ch, u8 status);
enum pioscsi_next pioata_packet_data(struct pioata_chan *ch, u8 status);

#endif /* _PIOSCSI_ATA_PACKET_H */
