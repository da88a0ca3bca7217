// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programmed I/O over a scatter list, in pieces bounded in time.
 */
#include <linux/highmem.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>

#include "event.h"
#include "pio.h"
#include "port.h"

/**
 * pioscsi_pio_rewind() - begin at the start of the data buffer
 * @cmd: the command
 *
 * Context: before the command is started.
 */
void pioscsi_pio_rewind(struct pioscsi_cmd *cmd)
{
	cmd->sg = scsi_sglist(cmd->scmd);
	cmd->sg_offset = 0;
}

/*
 * Map the buffer at the cursor. @len is shortened to what is contiguous:
 * with high memory a page, otherwise the whole entry.
 */
static void *map_cursor(const struct pioscsi_cmd *cmd, unsigned int *len)
{
	size_t start = (size_t)cmd->sg->offset + cmd->sg_offset;
	struct page *page = pfn_to_page(page_to_pfn(sg_page(cmd->sg)) +
					(start >> PAGE_SHIFT));
	unsigned int offset = offset_in_page(start);

	*len = min(*len, cmd->sg->length - cmd->sg_offset);
	if (IS_ENABLED(CONFIG_HIGHMEM))
		*len = min_t(unsigned int, *len, PAGE_SIZE - offset);
	return kmap_local_page(page) + offset;
}

static void advance_cursor(struct pioscsi_cmd *cmd, unsigned int len)
{
	cmd->moved += len;
	cmd->sg_offset += len;
	if (cmd->sg_offset == cmd->sg->length) {
		cmd->sg = sg_next(cmd->sg);
		cmd->sg_offset = 0;
	}
}

/**
 * pioscsi_pio_zero_rest() - clear what a short read did not reach
 * @cmd: a read command whose data phase is over
 *
 * Does not count as moved.
 *
 * Context: owner of the chip.
 */
void pioscsi_pio_zero_rest(struct pioscsi_cmd *cmd)
{
	unsigned int moved = cmd->moved;

	while (cmd->sg && cmd->moved < scsi_bufflen(cmd->scmd)) {
		unsigned int len = scsi_bufflen(cmd->scmd) - cmd->moved;
		void *buf = map_cursor(cmd, &len);

		memset(buf, 0, len);
		kunmap_local(buf);
		advance_cursor(cmd, len);
	}
	cmd->moved = moved;
}

/* Room in the data buffer for this transfer; none in the wrong direction. */
static unsigned int room(const struct pioscsi_xfer *xfer)
{
	const struct pioscsi_cmd *cmd = xfer->cmd;

	if (xfer->dir != cmd->scmd->sc_data_direction || !cmd->sg)
		return 0;
	return scsi_bufflen(cmd->scmd) - cmd->moved;
}

static void move(struct pioscsi_port *port, void *buf, unsigned int len)
{
	if (port->xfer.dir == DMA_FROM_DEVICE) {
		port->hba.ops->pio_in(&port->hba, buf, len);
		pioscsi_count(&port->stats.bytes_in, len);
	} else {
		port->hba.ops->pio_out(&port->hba, buf, len);
		pioscsi_count(&port->stats.bytes_out, len);
	}
}

/* Between @mem and the data buffer, over as many entries as it takes. */
static void copy(struct pioscsi_cmd *cmd, enum dma_data_direction dir,
		 u8 *mem, unsigned int len)
{
	while (len) {
		unsigned int part = len;
		void *buf = map_cursor(cmd, &part);

		if (dir == DMA_FROM_DEVICE)
			memcpy(buf, mem, part);
		else
			memcpy(mem, buf, part);
		kunmap_local(buf);
		advance_cursor(cmd, part);
		mem += part;
		len -= part;
	}
}

/*
 * By way of the scratch: the chip's surplus, and a word that is in more than
 * one entry, or at the end in none.
 */
static unsigned int move_aside(struct pioscsi_port *port, unsigned int len)
{
	struct pioscsi_cmd *cmd = port->xfer.cmd;
	unsigned int used = min(len, room(&port->xfer));

	memset(port->scratch, 0, len);
	if (port->xfer.dir == DMA_TO_DEVICE)
		copy(cmd, DMA_TO_DEVICE, port->scratch, used);
	move(port, port->scratch, len);
	if (port->xfer.dir == DMA_FROM_DEVICE)
		copy(cmd, DMA_FROM_DEVICE, port->scratch, used);
	cmd->excess += len - used;
	return len;
}

/* One piece of at most @len bytes, of whole words but for the last. */
static unsigned int move_piece(struct pioscsi_port *port, unsigned int len)
{
	struct pioscsi_cmd *cmd = port->xfer.cmd;
	unsigned int part = min(len, room(&port->xfer));
	void *buf;

	if (!part)
		return move_aside(port, min_t(unsigned int, len,
					      sizeof(port->scratch)));
	buf = map_cursor(cmd, &part);
	if (part < len)
		part = round_down(part, port->hba.align);
	if (part)
		move(port, buf, part);
	kunmap_local(buf);
	if (!part)
		return move_aside(port, min(len, port->hba.align));
	advance_cursor(cmd, part);
	return part;
}

static unsigned int step_bytes(const struct pioscsi_port *port)
{
	unsigned int len = pioscsi_budget_bytes(&port->budget, port->xfer.dir,
						pioscsi_step_ns());

	return max(round_down(len, port->hba.align), port->hba.align);
}

/* The clock costs as much as a register: a sample now and then will do. */
static bool wants_sample(const struct pioscsi_port *port)
{
	return port->progress % 32 < 2 || trace_pioscsi_pio_enabled() ||
	       !pioscsi_budget_known(&port->budget, port->xfer.dir);
}

/**
 * pioscsi_pio() - move what the chip announced
 * @port: the port, whose transfer context says what
 * @task: whether this is task context: reschedule between the pieces, and stop
 *	early when error handling wants the chip
 *
 * What has not been moved stays in the transfer context.
 *
 * Context: owner of the chip. No lock is held.
 */
void pioscsi_pio(struct pioscsi_port *port, bool task)
{
	struct pioscsi_xfer *xfer = &port->xfer;
	bool timed = task || wants_sample(port);
	u64 begun = timed ? ktime_get_ns() : 0, before = begun, after = begun;
	unsigned int announced = xfer->len, len, sample = 0;

	while (xfer->len) {
		len = task ? min(xfer->len, step_bytes(port)) : xfer->len;
		len = move_piece(port, len);
		xfer->len -= len;
		if (timed) {
			sample += len;
			after = ktime_get_ns();
			if (pioscsi_budget_learn(&port->budget, xfer->dir,
						 sample, after - before)) {
				before = after;
				sample = 0;
			}
		}
		if (!task)
			continue;
		if (READ_ONCE(port->yield))
			break;
		if (need_resched()) {
			cond_resched();
			before = ktime_get_ns();
			sample = 0;
		}
	}
	pioscsi_saw_pio(port, announced - xfer->len, begun, after);
}
