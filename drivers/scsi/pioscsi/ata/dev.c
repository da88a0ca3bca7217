// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fields of IDENTIFY DEVICE and IDENTIFY PACKET DEVICE data (ACS-3 7.12)
 * that the driver uses. Each value is validated before it is used.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../compat.h"
#include "dev.h"
#include "quirk.h"

/* Words that <linux/ata.h> has no name for. */
#define SAT_ID_CYLS		1
#define SAT_ID_HEADS		3
#define SAT_ID_SECTORS		6
#define SAT_ID_MEDIA_STATUS	127
#define SAT_ID_ALIGNMENT	209
#define SAT_ID_INTEGRITY	255

/* SMART DISABLE OPERATIONS, not in <linux/ata.h>. */
#define SMART_DISABLE		0xd9

/* Word 0 of CompactFlash cards, the second one with bit 15 as 0 or 1. */
#define SAT_ID_CFA		0x848a
#define SAT_ID_CFA_OTHER	0x044a

/* Word 85: settings that are on. */
#define ID_SMART		BIT(0)
#define ID_WCACHE		BIT(5)
#define ID_LOOK_AHEAD		BIT(6)

/* The low byte of word 255 if its high byte is a checksum. */
#define SAT_ID_SIGNATURE	0xa5

#define SAT_NAA_REGISTERED	5

/* Cylinders of a disk that is larger than its geometry can tell. */
#define SAT_CYLS_LIMIT		16383

static u8 sat_sum_bytes(const u8 *id)
{
	unsigned int i;
	u8 sum = 0;

	for (i = 0; i < SAT_ID_BYTES; i++)
		sum += id[i];
	return sum;
}

static bool sat_id_sum_ok(const u8 *id)
{
	return id[2 * SAT_ID_INTEGRITY] != SAT_ID_SIGNATURE ||
	       !sat_sum_bytes(id);
}

/*
 * Tell whether invalid data is that of an adapter which swaps the bytes. The
 * first word is that of a CompactFlash card, or the last word has its bytes in
 * the wrong order. The order does not change the sum.
 */
static bool sat_id_is_swapped(const u8 *id)
{
	u16 config = get_unaligned_be16(id);

	return config == SAT_ID_CFA ||
	       (config & 0x7fff) == SAT_ID_CFA_OTHER ||
	       (id[2 * SAT_ID_INTEGRITY + 1] == SAT_ID_SIGNATURE &&
		!sat_sum_bytes(id));
}

/**
 * sat_dev_string() - copy a string out of the IDENTIFY data
 * @dev: the device
 * @word: first word of the string
 * @len: its length in bytes, even
 * @buf: destination, @len bytes; the string is not terminated
 *
 * A word has its first character in the high byte. Unprintable characters
 * become spaces.
 *
 * Context: Any.
 */
void sat_dev_string(const struct sat_dev *dev, unsigned int word,
		    unsigned int len, char *buf)
{
	unsigned int i;

	for (i = 0; i < len; i++) {
		u16 pair = dev->id[word + i / 2];
		char c = i & 1 ? pair & 0xff : pair >> 8;

		buf[i] = c >= ' ' && c <= '~' ? c : ' ';
	}
}

/**
 * sat_dev_features_set() - record the effect of SET FEATURES
 * @dev: the device, which has executed the command
 * @feature: the subcommand
 *
 * Context: Any; the device's owner.
 */
void sat_dev_features_set(struct sat_dev *dev, u8 feature)
{
	switch (feature) {
	case SETFEATURES_WC_ON:
	case SETFEATURES_WC_OFF:
		dev->wcache = feature == SETFEATURES_WC_ON;
		break;
	case SETFEATURES_RA_ON:
	case SETFEATURES_RA_OFF:
		dev->look_ahead = feature == SETFEATURES_RA_ON;
		break;
	}
}

static bool has_self_test(const u16 *id)
{
	return (id[ATA_ID_CFSSE] & 0xc002) == 0x4002 &&
	       (id[ATA_ID_CSF_DEFAULT] & 0xc000) == 0x4000;
}

/**
 * sat_dev_smart_set() - record the effect of SMART
 * @dev: the device, which has executed the command
 * @subcommand: the subcommand
 *
 * Context: Any; the device's owner.
 */
void sat_dev_smart_set(struct sat_dev *dev, u8 subcommand)
{
	switch (subcommand) {
	case ATA_SMART_ENABLE:
		dev->smart = true;
		dev->self_test = has_self_test(dev->id);
		break;
	case SMART_DISABLE:
		dev->smart = false;
		dev->self_test = false;
		break;
	}
}

/* Sets a word, and corrects the checksum if there is one. */
static void set_id_word(u16 *id, unsigned int word, u16 value)
{
	u8 less = id[word] + (id[word] >> 8) - value - (value >> 8);

	id[word] = value;
	if ((id[SAT_ID_INTEGRITY] & 0xff) == SAT_ID_SIGNATURE)
		id[SAT_ID_INTEGRITY] += less << 8;
}

static u16 enabled_word(const struct sat_dev *dev)
{
	u16 word = dev->id[ATA_ID_CFS_ENABLE_1] &
		   ~(ID_SMART | ID_WCACHE | ID_LOOK_AHEAD);

	if (dev->smart)
		word |= ID_SMART;
	if (dev->wcache)
		word |= ID_WCACHE;
	if (dev->look_ahead)
		word |= ID_LOOK_AHEAD;
	return word;
}

/**
 * sat_dev_get_id() - copy IDENTIFY data with the settings in use
 * @dev: the device
 * @id: destination, %ATA_ID_WORDS words
 *
 * Commands may have changed settings since the data was read. The driver
 * reports the write cache as off, as MODE SENSE does, if a disk rejects each
 * command that would flush it.
 *
 * Context: Any.
 */
void sat_dev_get_id(const struct sat_dev *dev, u16 *id)
{
	memcpy(id, dev->id, sizeof(dev->id));
	if (dev->packet)
		return;
	if ((id[ATA_ID_CSF_DEFAULT] & 0xc000) == 0x4000)
		set_id_word(id, ATA_ID_CFS_ENABLE_1, enabled_word(dev));
	if (dev->multi_max)
		set_id_word(id, ATA_ID_MULTSECT,
			    (id[ATA_ID_MULTSECT] & 0xfe00) |
			    (dev->multi ? BIT(8) | dev->multi : 0));
}

/* @buf has room for @len bytes and the terminating zero. */
static void sat_dev_trimmed(const struct sat_dev *dev, unsigned int word,
			    unsigned int len, char *buf)
{
	char *from = buf;

	sat_dev_string(dev, word, len, buf);
	while (len && buf[len - 1] == ' ')
		len--;
	buf[len] = '\0';
	while (*from == ' ')
		from++;
	memmove(buf, from, len - (from - buf) + 1);
}

static void sat_parse_strings(struct sat_dev *dev)
{
	sat_dev_trimmed(dev, ATA_ID_PROD, ATA_ID_PROD_LEN, dev->model);
	sat_dev_trimmed(dev, ATA_ID_SERNO, ATA_ID_SERNO_LEN, dev->serial);
	sat_dev_trimmed(dev, ATA_ID_FW_REV, ATA_ID_FW_REV_LEN, dev->firmware);
}

/*
 * Word 64 adds modes 3 and 4 to the old modes of word 51, word 163 the modes of
 * CompactFlash cards, which do without IORDY.
 */
static void sat_parse_pio(struct sat_dev *dev)
{
	const u16 *id = dev->id;
	u8 old = id[ATA_ID_OLD_PIO_MODES] >> 8;
	u8 cfa = ata_id_is_cfa(id) ? id[ATA_ID_CFA_MODES] & 0x7 : 0;

	dev->iordy = ata_id_has_iordy(id);
	dev->pio = min_t(u8, old, 2);
	if (id[ATA_ID_FIELD_VALID] & BIT(1) && dev->iordy) {
		if (id[ATA_ID_PIO_MODES] & BIT(1))
			dev->pio = 4;
		else if (id[ATA_ID_PIO_MODES] & BIT(0))
			dev->pio = 3;
	}
	if (dev->pio == 4)
		dev->pio += min_t(u8, cfa, 2);
}

static int sat_parse_packet(struct sat_dev *dev)
{
	int cdb_len = atapi_cdb_len(dev->id);

	if ((dev->id[ATA_ID_CONFIG] & 0xc000) != 0x8000 || cdb_len < 0)
		return -ENODEV;
	dev->cdb_len = cdb_len;
	dev->sector_size = ATA_SECT_SIZE;
	dev->removable = ata_id_removable(dev->id);
	return 0;
}

/* The translation that is current, or else the default one (ATA-3). */
static int sat_parse_chs(struct sat_dev *dev)
{
	const u16 *id = dev->id;
	u16 cyls = id[SAT_ID_CYLS], heads = id[SAT_ID_HEADS];
	u16 spt = id[SAT_ID_SECTORS];

	if (ata_id_current_chs_valid(id)) {
		cyls = id[ATA_ID_CUR_CYLS];
		heads = id[ATA_ID_CUR_HEADS];
		spt = id[ATA_ID_CUR_SECTORS];
	}
	if (!cyls || !heads || heads > SAT_HEADS_MAX || !spt ||
	    spt > SAT_SPT_MAX)
		return -EINVAL;
	dev->heads = heads;
	dev->spt = spt;
	dev->sectors = cyls * heads * spt;
	return 0;
}

/*
 * Disks before ATA-4 expect INITIALIZE DEVICE PARAMETERS right after their
 * first IDENTIFY DEVICE. Later ones with LBA do not need the command.
 */
static void sat_parse_params(struct sat_dev *dev)
{
	u16 heads = dev->id[SAT_ID_HEADS], spt = dev->id[SAT_ID_SECTORS];

	if (!dev->heads && ata_id_major_version(dev->id) >= 4)
		return;
	if (!heads || heads > SAT_HEADS_MAX || !spt || spt > SAT_SPT_MAX)
		return;
	dev->init_heads = heads;
	dev->init_spt = spt;
}

/* Whether a capacity is that of the geometry, give or take a tenth. */
static bool sat_is_near(u32 sectors, u32 chs)
{
	return sectors >= chs - chs / 10 && sectors <= chs + chs / 10;
}

/* Some cards report the two words of the capacity in the wrong order. */
static u32 sat_lba28_sectors(const u16 *id)
{
	u32 sectors = ata_id_u32(id, ATA_ID_LBA_CAPACITY);
	u32 swapped = sectors << 16 | sectors >> 16;
	u32 chs = (u32)id[SAT_ID_CYLS] * id[SAT_ID_HEADS] * id[SAT_ID_SECTORS];

	if (chs && id[SAT_ID_CYLS] < SAT_CYLS_LIMIT &&
	    !sat_is_near(sectors, chs) && sat_is_near(swapped, chs))
		return swapped;
	return sectors;
}

/* A card that reports LBA without a capacity has no LBA. */
static int sat_parse_capacity(struct sat_dev *dev)
{
	const u16 *id = dev->id;

	dev->lba48 = ata_id_has_lba48(id) &&
		     !(dev->quirks & SAT_QUIRK_NO_LBA48);
	if (!ata_id_has_lba(id) || dev->quirks & SAT_QUIRK_NO_LBA)
		dev->lba48 = false;
	else if (dev->lba48)
		dev->sectors = min_t(u64, SAT_LBA48_SECTORS,
				     ata_id_u64(id, ATA_ID_LBA_CAPACITY_2));
	else
		dev->sectors = min_t(u64, SAT_LBA28_SECTORS,
				     sat_lba28_sectors(id));
	return dev->sectors || !sat_parse_chs(dev) ? 0 : -EINVAL;
}

static int sat_parse_sector(struct sat_dev *dev)
{
	const u16 *id = dev->id;
	unsigned int per_phys;
	u64 bytes = ATA_SECT_SIZE;

	/* A valid word 106, and the bit for long logical sectors in it. */
	if ((id[ATA_ID_SECTOR_SIZE] & 0xd000) == 0x5000)
		bytes = 2ULL * ata_id_u32(id, ATA_ID_LOGICAL_SECTOR_SIZE);
	if (bytes < 512 || bytes > 4096 || !is_power_of_2(bytes))
		return -EINVAL;
	dev->sector_size = bytes;

	dev->phys_exp = ata_id_log2_per_physical_sector(id);
	per_phys = 1U << dev->phys_exp;
	if ((id[SAT_ID_ALIGNMENT] & 0xc000) == 0x4000) {
		unsigned int first = id[SAT_ID_ALIGNMENT] & 0x3fff;

		dev->lowest_aligned = -first & (per_phys - 1);
	}
	/* The field of READ CAPACITY (16) has 14 bits. */
	if (dev->lowest_aligned > 0x3fff)
		dev->lowest_aligned = 0;
	return 0;
}

/*
 * GET MEDIA STATUS belongs to the Removable Media feature set, and to Removable
 * Media Status Notification once that is enabled.
 */
static bool has_media_status(const u16 *id)
{
	if ((id[ATA_ID_CSF_DEFAULT] & 0xc000) != 0x4000)
		return false;
	return id[ATA_ID_CFS_ENABLE_1] & BIT(2) ||
	       ((id[SAT_ID_MEDIA_STATUS] & 3) == 1 &&
		id[ATA_ID_CFS_ENABLE_2] & BIT(4));
}

static void sat_parse_features(struct sat_dev *dev)
{
	const u16 *id = dev->id;
	bool valid = (id[ATA_ID_COMMAND_SET_2] & 0xc000) == 0x4000;

	dev->removable = ata_id_removable(id);
	dev->media_status = dev->removable && has_media_status(id);
	dev->flush = ata_id_has_flush(id);
	dev->flush_ext = dev->lba48 && ata_id_has_flush_ext(id);
	dev->smart = id[ATA_ID_CFS_ENABLE_1] & ID_SMART;
	dev->self_test = has_self_test(id) && dev->smart;
	dev->power = ata_id_has_pm(id);
	/* Before ATA-3, word 128 is vendor specific. */
	dev->locked = valid && id[ATA_ID_COMMAND_SET_1] & BIT(1) &&
		      ata_id_is_locked(id);
	dev->can_wcache = ata_id_has_wcache(id);
	dev->can_look_ahead = valid && id[ATA_ID_COMMAND_SET_1] & BIT(6);
	dev->wcache = ata_id_wcache_enabled(id);
	dev->look_ahead = ata_id_rahead_enabled(id);
	dev->rotation = ata_id_rotation_rate(id);
	dev->form_factor = ata_id_form_factor(id);

	dev->multi_max = id[ATA_ID_MAX_MULTSECT] & 0xff;
	if (id[ATA_ID_MULTSECT] & BIT(8))
		dev->multi = id[ATA_ID_MULTSECT] & 0xff;
	if (dev->quirks & SAT_QUIRK_NO_MULTI)
		dev->multi_max = 0;
	if (dev->multi > dev->multi_max)
		dev->multi = 0;

	if (ata_id_has_wwn(id))
		dev->wwn = (u64)id[ATA_ID_WWN] << 48 |
			   (u64)id[ATA_ID_WWN + 1] << 32 |
			   (u64)id[ATA_ID_WWN + 2] << 16 |
			   id[ATA_ID_WWN + 3];
	if (dev->wwn >> 60 != SAT_NAA_REGISTERED)
		dev->wwn = 0;
}

/**
 * sat_dev_max_sectors() - get the longest transfer of a device
 * @dev: the device
 *
 * Context: Any.
 * Return: units of 512 bytes, or 0 if the device has no limit of its own.
 */
unsigned int sat_dev_max_sectors(const struct sat_dev *dev)
{
	if (dev->quirks & SAT_QUIRK_MAX_SEC_64)
		return 64;
	if (dev->quirks & SAT_QUIRK_MAX_SEC_128)
		return 128;
	if (dev->packet && atapi_command_packet_set(dev->id) != TYPE_TAPE)
		return ATA_MAX_SECTORS;
	return dev->quirks & SAT_QUIRK_MAX_SEC_1024 ? 1024 : 0;
}

static int sat_parse(struct sat_dev *dev, bool packet)
{
	int ret;

	dev->packet = packet;
	sat_parse_strings(dev);
	dev->quirks = sat_quirks_find(dev->model, dev->firmware);
	if (dev->quirks & SAT_QUIRK_DISABLE)
		return -ENXIO;
	sat_parse_pio(dev);
	dev->late_busy = ata_id_major_version(dev->id) < 3;
	if (packet)
		return sat_parse_packet(dev);

	dev->cfa = ata_id_is_cfa(dev->id);
	if (!ata_id_is_ata(dev->id) && !dev->cfa)
		return -ENODEV;
	ret = sat_parse_capacity(dev);
	if (ret)
		return ret;
	sat_parse_params(dev);
	ret = sat_parse_sector(dev);
	if (ret)
		return ret;
	sat_parse_features(dev);
	return 0;
}

/**
 * sat_dev_parse() - understand IDENTIFY data
 * @dev: where to; nothing in it is kept
 * @id: %SAT_ID_BYTES bytes as they came: low byte of a word first
 * @packet: they are of IDENTIFY PACKET DEVICE
 *
 * Context: Any.
 * Return: 0. -EILSEQ if the data is invalid, and its bytes are swapped. -ENODEV
 * if this is no such device. -ENXIO if a quirk disables it.
 * -EINVAL if capacity, geometry or sector size is invalid. -EBADMSG if only the
 * checksum is wrong, which may have been the transfer; @dev is complete then.
 */
int sat_dev_parse(struct sat_dev *dev, const u8 *id, bool packet)
{
	unsigned int i;
	int ret;

	memset(dev, 0, sizeof(*dev));
	for (i = 0; i < ATA_ID_WORDS; i++)
		dev->id[i] = get_unaligned_le16(&id[2 * i]);
	ret = sat_parse(dev, packet);
	if ((ret == -ENODEV || ret == -EINVAL) && sat_id_is_swapped(id))
		return -EILSEQ;
	if (!ret && !sat_id_sum_ok(id))
		return -EBADMSG;
	return ret;
}

/**
 * sat_dev_is_of() - compare IDENTIFY data with that of a device
 * @dev: the device
 * @id: %SAT_ID_BYTES bytes as they came
 *
 * Context: Any.
 * Return: true if sat_dev_parse() was last given the same bytes for @dev.
 */
bool sat_dev_is_of(const struct sat_dev *dev, const u8 *id)
{
	unsigned int i;

	for (i = 0; i < ATA_ID_WORDS; i++)
		if (dev->id[i] != get_unaligned_le16(&id[2 * i]))
			return false;
	return true;
}
