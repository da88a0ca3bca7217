/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The chip: its registers, its interrupt, and what the front end knows of the
 * bus behind it.
 */
#ifndef _PIOSCSI_AM53_CHIP_H
#define _PIOSCSI_AM53_CHIP_H

#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/types.h>

#include <pioscsi/pioscsi.h>

#include "regs.h"

/* Commands at a time; their numbers are queue tags, too. */
#define AM53_DEPTH	16U

#define AM53_IDS	8U
#define AM53_LUNS	8U

/* An event: a copy of the registers that one interrupt has changed. */
#define AM53_EVENT_INTR		GENMASK(7, 0)
#define AM53_EVENT_STEP		GENMASK(15, 8)
#define AM53_EVENT_STAT		GENMASK(23, 16)
#define AM53_EVENT_PHASE	GENMASK(18, 16)
#define AM53_EVENT_PARITY	BIT(21)
#define AM53_EVENT_GROSS	BIT(22)
#define AM53_EVENT_VALID	BIT(31)

/**
 * enum am53_bus - the bus as the chip has it
 * @AM53_FREE: not connected
 * @AM53_SELECTING: a target is being selected
 * @AM53_CONNECTED: to a target
 * @AM53_LEAVING: the target has said that it leaves the bus
 */
enum am53_bus {
	AM53_FREE,
	AM53_SELECTING,
	AM53_CONNECTED,
	AM53_LEAVING,
};

/**
 * enum am53_doing - the chip's command whose interrupt is to come
 * @AM53_DOING_TRANSFER: what the phase was; the next one follows
 * @AM53_DOING_COMPLETE: status and message into the FIFO
 * @AM53_DOING_MSG_IN: a byte of a message into the FIFO
 */
enum am53_doing {
	AM53_DOING_TRANSFER,
	AM53_DOING_COMPLETE,
	AM53_DOING_MSG_IN,
};

/**
 * struct am53_slot - a command, by its tag
 * @id: its target
 * @lun: its logical unit
 * @tagged: the target knows it by its tag
 * @away: the target has disconnected and will come back
 * @has_status: @status has come
 * @parity: a parity error was seen
 * @rewind: the data goes on at @saved
 * @status: SAM status
 * @saved: the saved data pointer, bytes
 */
struct am53_slot {
	u8 id;
	u8 lun;
	bool tagged;
	bool away;
	bool has_status;
	bool parity;
	bool rewind;
	u8 status;
	unsigned int saved;
};

/**
 * struct am53_msg - a message on its way
 * @byte: its beginning
 * @len: bytes so far, or to be sent
 */
struct am53_msg {
	u8 byte[8];
	unsigned int len;
};

/**
 * struct am53 - an AM53C974
 * @hba: the port's side
 * @regs: registers
 * @own_id: SCSI ID of the adapter
 * @event: the last interrupt, 0 if it has been served; atomic as an HBA that
 *	cannot be masked is claimed while somebody else owns it
 * @bus: the bus
 * @doing: what the next interrupt is for
 * @nexus: the command that is connected, %NULL if none or not known yet
 * @again: a command that lost the bus to a target that came back; it will be
 *	started as soon as the bus is free
 * @id: the target that came back, until @nexus is known
 * @lun: its logical unit
 * @away: commands that are disconnected
 * @cdb_at: next byte of the CDB
 * @in: the message that comes in
 * @out: the message to be sent in the next message out phase
 * @sent: the last message that was sent, its first byte
 * @rejected: the target did not like @sent
 * @dir: direction of the data
 * @left: bytes of what was announced to the port
 * @flying: bytes of a transfer whose interrupt was not waited for
 * @landed: of these, what the target took or gave; not yet told the port
 * @fifo_known: whether @locks is known
 * @locks: the FIFO cannot be read in a data phase: QEMU 7.2
 * @unlocked: it was made to believe in another one
 * @slot: commands by tag
 *
 * All but @event is touched by the owner only.
 */
struct am53 {
	struct pioscsi_hba *hba;
	void __iomem *regs;
	u8 own_id;

	atomic_t event;
	enum am53_bus bus;
	enum am53_doing doing;
	struct pioscsi_cmd *nexus;
	struct pioscsi_cmd *again;
	u8 id;
	u8 lun;
	unsigned int away;
	unsigned int cdb_at;
	struct am53_msg in;
	struct am53_msg out;
	u8 sent;
	bool rejected;

	enum dma_data_direction dir;
	unsigned int left;
	unsigned int flying;
	unsigned int landed;

	bool fifo_known;
	bool locks;
	bool unlocked;

	struct am53_slot slot[AM53_DEPTH];
};

static inline struct am53 *to_am53(struct pioscsi_hba *hba)
{
	return hba->priv;
}

static inline struct am53_slot *am53_slot(struct am53 *am,
					  const struct pioscsi_cmd *cmd)
{
	return &am->slot[cmd->tag % AM53_DEPTH];
}

u8 am53_read(struct am53 *am, unsigned int reg);
void am53_write(struct am53 *am, unsigned int reg, u8 val);

bool am53_claim(struct pioscsi_hba *hba);
void am53_unclaim(struct am53 *am, u32 event);
u32 am53_take_event(struct am53 *am);
u32 am53_await_event(struct am53 *am);

int am53_reset_chip(struct am53 *am);
int am53_reset_scsi(struct am53 *am);

#endif /* _PIOSCSI_AM53_CHIP_H */
