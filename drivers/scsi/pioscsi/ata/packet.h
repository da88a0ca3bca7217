/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _PIOSCSI_ATA_PACKET_H
#define _PIOSCSI_ATA_PACKET_H

#include <linux/types.h>

#include <pioscsi/pioscsi.h>

struct ata_chan;

void ata_packet_begin(struct ata_chan *ch);
enum pioscsi_next ata_packet_cdb(struct ata_chan *ch, u8 status);
enum pioscsi_next ata_packet_data(struct ata_chan *ch, u8 status);

#endif /* _PIOSCSI_ATA_PACKET_H */
