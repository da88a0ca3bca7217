/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IDENTIFY data of an ATA or ATAPI device.
 */
#ifndef _PIOSCSI_ATA_DEV_H
#define _PIOSCSI_ATA_DEV_H

#include <linux/ata.h>
#include <linux/types.h>

#define SAT_ID_BYTES		512

/* Most sectors that a device's commands can address. */
#define SAT_LBA28_SECTORS	((1ULL << 28) - 1)
#define SAT_LBA48_SECTORS	((1ULL << 48) - 1)

/* Most heads, and sectors per track, that the registers can address. */
#define SAT_HEADS_MAX		16
#define SAT_SPT_MAX		255

/**
 * struct sat_dev - a device behind the translation
 * @id: IDENTIFY (PACKET) DEVICE data, words in the CPU's byte order, for the
 *	ata_id_*() functions of <linux/ata.h>
 * @packet: an ATAPI device. The other fields that are set: the strings,
 *	@quirks, @removable, @cdb_len, @pio, @iordy, @late_busy and @sector_size
 *	(512).
 * @model: model number, without leading and trailing spaces
 * @serial: serial number, likewise
 * @firmware: firmware revision, likewise
 * @quirks: SAT_QUIRK_ flags of the model
 * @removable: the medium can be removed. As with libata, a CompactFlash card
 *	is its own medium.
 * @media_status: GET MEDIA STATUS tells whether the medium is write-protected
 * @cdb_len: bytes of a CDB that PACKET takes, 12 or 16
 * @pio: fastest PIO mode
 * @iordy: uses IORDY, which PIO modes 3 and 4 need
 * @late_busy: may set BSY up to 10 us after a block of data; from ATA-3 on a
 *	device has only one access of the host for that
 * @cfa: a CompactFlash card
 * @init_heads: heads of the default translation, which INITIALIZE DEVICE
 *	PARAMETERS sets; 0 if the device does not need the command
 * @init_spt: its sectors per track
 * @heads: heads of the current translation if sectors are addressed by
 *	cylinder, head and sector; 0 if by LBA
 * @spt: its sectors per track
 * @sectors: capacity in logical sectors, at least 1
 * @sector_size: bytes of a logical sector: 512, 1024, 2048 or 4096
 * @phys_exp: logical sectors of a physical one, as a power of two
 * @lowest_aligned: the first LBA at the start of a physical sector
 * @lba48: supports the 48-bit commands
 * @flush: reports FLUSH CACHE
 * @flush_ext: reports FLUSH CACHE EXT
 * @smart: SMART is enabled
 * @self_test: has SMART self-tests, and SMART is enabled
 * @power: has the power management commands
 * @locked: a password locks the device
 * @can_wcache: the write cache can be switched
 * @can_look_ahead: read look-ahead can be switched
 * @multi_max: most sectors of a DRQ block for READ and WRITE MULTIPLE, 0 if
 *	they are not supported
 * @wwn: world wide name, 0 if there is none
 * @rotation: as in VPD page B1h: 0 unknown, 1 no rotating medium, or rpm
 * @form_factor: as in VPD page B1h
 * @wcache: the write cache is on
 * @look_ahead: read look-ahead is on
 * @multi: sectors of a DRQ block as SET MULTIPLE MODE has set it, or 0. READ
 *	and WRITE MULTIPLE are used if it is not 0.
 * @d_sense: sense data in descriptor format
 * @stopped: START STOP UNIT has stopped the device
 * @told: MODE SENSE has told the initiator whether the write cache is on
 * @told_wcache: the state that MODE SENSE has reported
 * @lost_write: a flush has failed, and the block layer has not got its error. A
 *	later flush would succeed.
 * @lost_told: a passed-through command has reported @lost_write
 * @shrunk: @sectors is less than the capacity that the initiator may have read
 *
 * The translation changes the fields from @wcache on, so they belong to the
 * owner of the channel. The caller sets @multi after SET MULTIPLE MODE and
 * after a reset that undoes it. A reset also clears @stopped.
 */
struct sat_dev {
	u16 id[ATA_ID_WORDS];
	bool packet;
	char model[ATA_ID_PROD_LEN + 1];
	char serial[ATA_ID_SERNO_LEN + 1];
	char firmware[ATA_ID_FW_REV_LEN + 1];
	u32 quirks;
	bool removable;
	bool media_status;

	u8 cdb_len;

	u8 pio;
	bool iordy;
	bool late_busy;

	bool cfa;
	u8 init_heads;
	u8 init_spt;
	u8 heads;
	u8 spt;
	u64 sectors;
	u32 sector_size;
	u8 phys_exp;
	u16 lowest_aligned;
	bool lba48;
	bool flush;
	bool flush_ext;
	bool smart;
	bool self_test;
	bool power;
	bool locked;
	bool can_wcache;
	bool can_look_ahead;
	u8 multi_max;
	u64 wwn;
	u16 rotation;
	u8 form_factor;

	bool wcache;
	bool look_ahead;
	u8 multi;
	bool d_sense;
	bool stopped;
	bool told;
	bool told_wcache;
	bool lost_write;
	bool lost_told;
	bool shrunk;
};

/**
 * sat_dev_outdated() - tell whether the midlayer's copy of the write cache's
 *	state, or of the capacity, is wrong
 * @dev: the device
 *
 * ATA PASS-THROUGH or a reset may have switched the cache. The midlayer flushes
 * no cache that is off in its copy. A reset, or the loss of power, may also
 * bring a host protected area back, so that the capacity is smaller.
 *
 * Return: true if the midlayer has to read both again.
 */
static inline bool sat_dev_outdated(const struct sat_dev *dev)
{
	return dev->shrunk ||
	       (dev->told && dev->told_wcache != dev->wcache);
}

/**
 * sat_dev_lose_write() - record a failed flush for the block layer
 * @dev: the device
 * @told: the sender of the flush gets its error
 */
static inline void sat_dev_lose_write(struct sat_dev *dev, bool told)
{
	dev->lost_write = true;
	dev->lost_told = told;
}

void sat_dev_get_id(const struct sat_dev *dev, u16 *id);
unsigned int sat_dev_max_sectors(const struct sat_dev *dev);
void sat_dev_string(const struct sat_dev *dev, unsigned int word,
		    unsigned int len, char *buf);
void sat_dev_features_set(struct sat_dev *dev, u8 feature);
void sat_dev_smart_set(struct sat_dev *dev, u8 subcommand);
int sat_dev_parse(struct sat_dev *dev, const u8 *id, bool packet);
bool sat_dev_is_of(const struct sat_dev *dev, const u8 *id);

#endif /* _PIOSCSI_ATA_DEV_H */
