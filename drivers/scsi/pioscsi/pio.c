// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programmed I/O over a scatter list, in steps bounded in time.
 */
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/once_lite.h>
#include <linux/sched.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>

#include "compat.h"
#include "event.h"
#include "pio.h"
#include "port.h"
#include "progress.h"
#include "share_cpu.h"

/* Least bytes of a step, unless a word has more; a short time on any bus. */
#define STEP_MIN	16U

/*
 * A context with a budget moves this much at a time, ns. The estimate may be
 * that of a faster device, so the budget is compared with the clock in between.
 */
#define BOUNDED_STEP_NS	(20U * NSEC_PER_USEC)

/**
 * pioscsi_pio_rewind() - set the position to the start of the data buffer
 * @cmd: the command
 *
 * Context: before the command is started.
 */
void pioscsi_pio_rewind(struct pioscsi_cmd *cmd)
{
	cmd->at.sg = scsi_sglist(cmd->scmd);
	cmd->at.offset = 0;
}

/* Offset of the cursor from the first page of its entry. */
static size_t start_of(const struct pioscsi_cursor *at)
{
	return (size_t)at->sg->offset + at->offset;
}

/*
 * Where kunmap_local() flushes the cache, it flushes one page only. Data out
 * would then leave lines of the other pages, which soon hold old data.
 */
#ifdef ARCH_HAS_FLUSH_ON_KUNMAP
#define MAPS_PAGES	true
#else
#define MAPS_PAGES	(IS_ENABLED(CONFIG_HIGHMEM) || \
			 IS_ENABLED(CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP))
#endif

static struct page *nth_page_of(const struct pioscsi_cursor *at, size_t n)
{
	return pfn_to_page(page_to_pfn(sg_page(at->sg)) + n);
}

/*
 * Map the buffer at the cursor, and shorten @len to the contiguous part. That
 * is a page if the kernel maps pages one by one, otherwise the whole entry.
 */
static void *map_cursor(const struct pioscsi_cursor *at, unsigned int *len)
{
	size_t start = start_of(at);
	unsigned int offset = offset_in_page(start);

	*len = min(*len, at->sg->length - at->offset);
	if (MAPS_PAGES)
		*len = min_t(unsigned int, *len, PAGE_SIZE - offset);
	return kmap_local_page(nth_page_of(at, start >> PAGE_SHIFT)) + offset;
}

/**
 * pioscsi_pio_flush() - flush a page that may be mapped elsewhere too
 * @page: the page, after data in or before data out
 *
 * Does nothing if caches have no aliases.
 *
 * Context: any.
 */
void pioscsi_pio_flush(struct page *page)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_pio_flush, page);

	flush_dcache_page(page);
}

/* Skip the search for pages if caches have no aliases. */
#define FLUSHES		(ARCH_IMPLEMENTS_FLUSH_DCACHE_PAGE || \
			 IS_ENABLED(CONFIG_SCSI_PIOSCSI_KUNIT_TEST))

/* Tell whether the cursor has passed some bytes of its page, but not all. */
static bool is_within_page(const struct pioscsi_cursor *at)
{
	return at->sg && at->offset && offset_in_page(start_of(at));
}

/*
 * Flush once for each page, since each call takes as long as for a whole page.
 * Data in: flush the pages that end in the next @len bytes, or the entry does.
 * Data out: flush the pages that begin there, or the entry does.
 * flush_present() flushes a page that is left for another call.
 */
static void flush_passed(const struct pioscsi_cursor *at, unsigned int len,
			 bool in)
{
	size_t start = start_of(at), end = start + len;
	bool last = at->offset + len == at->sg->length;
	size_t n = start >> PAGE_SHIFT;

	if (!in && is_within_page(at))
		n++;
	for (; n << PAGE_SHIFT < end; n++)
		if (!in || last || (n + 1) << PAGE_SHIFT <= end)
			pioscsi_pio_flush(nth_page_of(at, n));
}

/* Flush the page in which a call of pioscsi_pio() begins or ends. */
static void flush_present(const struct pioscsi_xfer *xfer,
			  enum dma_data_direction dir)
{
	const struct pioscsi_cursor *at = &xfer->cmd->at;

	if (FLUSHES && xfer->dir == dir && is_within_page(at))
		pioscsi_pio_flush(nth_page_of(at, start_of(at) >> PAGE_SHIFT));
}

/* Advance the cursor within its entry. */
static void advance(struct pioscsi_cursor *at, unsigned int len)
{
	at->offset += len;
	if (at->offset == at->sg->length) {
		at->sg = sg_next(at->sg);
		at->offset = 0;
	}
}

/* Advance the cursor by @len bytes, over several entries if needed. */
static void skip(struct pioscsi_cursor *at, unsigned int len)
{
	while (len) {
		unsigned int part = min(len, at->sg->length - at->offset);

		advance(at, part);
		len -= part;
	}
}

/* Flush for @len bytes at the cursor, in several entries if it is a word. */
static void flush_piece(const struct pioscsi_cursor *from, unsigned int len,
			bool in)
{
	struct pioscsi_cursor at = *from;
	unsigned int part;

	if (!FLUSHES)
		return;
	for (; len; len -= part) {
		part = min(len, at.sg->length - at.offset);
		flush_passed(&at, part, in);
		at.sg = sg_next(at.sg);
		at.offset = 0;
	}
}

/**
 * pioscsi_pio_zero_rest() - clear the rest of the buffer after a short read
 * @cmd: a read command whose data phase is over
 *
 * Context: owner of the chip.
 */
void pioscsi_pio_zero_rest(struct pioscsi_cmd *cmd)
{
	struct scsi_cmnd *scmd = cmd->scmd;

	if (cmd->at.sg)
		sg_zero_buffer(cmd->at.sg, scsi_sg_count(scmd),
			       scsi_bufflen(scmd) - cmd->moved,
			       cmd->at.offset);
}

/**
 * pioscsi_seek() - continue a command's data at another position
 * @cmd: the command
 * @offset: offset of the next byte in its buffer; at most the bytes moved
 *
 * For targets that save and restore pointers, between two transfers. Also for
 * chips whose FIFO still holds data when the target ends a write, before the
 * answer %PIOSCSI_DONE.
 *
 * Context: owner of the chip.
 */
void pioscsi_seek(struct pioscsi_cmd *cmd, unsigned int offset)
{
	offset = min(offset, cmd->moved);
	cmd->moved = offset;
	pioscsi_pio_rewind(cmd);
	skip(&cmd->at, offset);
}
EXPORT_SYMBOL_GPL(pioscsi_seek);

/*
 * The front end returned more bytes than it had to move, such as a negative
 * error. The position in the buffer is unknown then, so the chip is reset.
 */
static void reject_count(struct pioscsi_port *port, unsigned int moved,
			 unsigned int len)
{
	DO_ONCE_LITE(pioscsi_log, &port->hba, KERN_ERR,
		     "front end reports %d bytes moved of %u, resetting the HBA\n",
		     (int)moved, len);
	port->rejected = port->next;
	port->next = PIOSCSI_FAULT;
}

/* Return the number of bytes that the chip moved. */
static unsigned int move_direct(struct pioscsi_port *port, void *buf,
				unsigned int len)
{
	const struct pioscsi_ops *ops = port->hba.ops;
	bool in = port->xfer.dir == DMA_FROM_DEVICE;
	unsigned int moved = in ? ops->pio_in(&port->hba, buf, len) :
				  ops->pio_out(&port->hba, buf, len);

	if (unlikely(moved > len)) {
		reject_count(port, moved, len);
		return 0;
	}
	pioscsi_count(in ? &port->stats.bytes_in : &port->stats.bytes_out,
		      moved);
	/*
	 * The chip has another request, so drop the rest of its announcement.
	 */
	port->xfer.len = moved < len ? 0 : port->xfer.len - moved;
	return moved;
}

/*
 * Use the bounce buffer for words that straddle entries of the list. Data in
 * also uses it for overrun data, and for a word at the end of the buffer.
 */
static unsigned int move_bounced(struct pioscsi_port *port, unsigned int len)
{
	struct pioscsi_cmd *cmd = port->xfer.cmd;
	unsigned int used = min(len, pioscsi_pio_room(&port->xfer)), moved;
	unsigned int nents = scsi_sg_count(cmd->scmd);

	memset(port->bounce, 0, len);
	if (used && port->xfer.dir == DMA_TO_DEVICE) {
		flush_piece(&cmd->at, used, false);
		sg_pcopy_to_buffer(cmd->at.sg, nents, port->bounce, used,
				   cmd->at.offset);
	}
	moved = move_direct(port, port->bounce, len);
	used = min(moved, used);
	if (used && port->xfer.dir == DMA_FROM_DEVICE) {
		sg_pcopy_from_buffer(cmd->at.sg, nents, port->bounce, used,
				     cmd->at.offset);
		flush_piece(&cmd->at, used, true);
	}
	skip(&cmd->at, used);
	cmd->moved += used;
	pioscsi_progress_moved(port, cmd);
	cmd->overrun += moved - used;
	return moved;
}

/*
 * Move a step of @len bytes, or the first piece of it. All pieces but the last
 * are whole words.
 */
static unsigned int move_piece(struct pioscsi_port *port, unsigned int len)
{
	struct pioscsi_cmd *cmd = port->xfer.cmd;
	unsigned int part = min(len, pioscsi_pio_room(&port->xfer)), moved = 0;
	void *buf;

	if (!part)
		return move_bounced(port, min_t(unsigned int, len,
						sizeof(port->bounce)));
	buf = map_cursor(&cmd->at, &part);
	if (part < len)
		part = round_down(part, port->hba.align);
	if (part && port->xfer.dir == DMA_TO_DEVICE)
		flush_piece(&cmd->at, part, false);
	if (part)
		moved = move_direct(port, buf, part);
	if (moved && port->xfer.dir == DMA_FROM_DEVICE)
		flush_piece(&cmd->at, moved, true);
	kunmap_local(buf);
	if (!part)
		return move_bounced(port, min(len, port->hba.align));
	advance(&cmd->at, moved);
	cmd->moved += moved;
	pioscsi_progress_moved(port, cmd);
	return moved;
}

/*
 * The estimate includes the fixed cost of a piece. If that cost alone exceeds a
 * step, fewer bytes would raise the estimate again and again.
 */
static unsigned int step_bytes(const struct pioscsi_port *port, u64 ns)
{
	unsigned int len = pioscsi_budget_bytes(&port->budget, port->xfer.dir,
						ns);

	return max3(round_down(len, port->hba.align), port->hba.align,
		    STEP_MIN);
}

/* Compute the length of the next step. Without a limit, move the whole rest. */
static unsigned int next_step(const struct pioscsi_port *port, bool task,
			      u64 until)
{
	const struct pioscsi_xfer *xfer = &port->xfer;
	unsigned int len = xfer->len;

	if (task || port->turn_limited)
		return min(len, step_bytes(port, pioscsi_step_ns()));
	if (until && pioscsi_budget_exceeds(&port->budget, xfer->dir, len,
					    BOUNDED_STEP_NS))
		return min(len, step_bytes(port, BOUNDED_STEP_NS));
	return len;
}

static bool wants_sample(struct pioscsi_port *port)
{
	return pioscsi_budget_sample_due(&port->budget.bursts) ||
	       trace_pioscsi_pio_enabled() ||
	       !pioscsi_budget_known(&port->budget, port->xfer.dir);
}

/* Let other tasks run. */
static bool maybe_resched(struct pioscsi_port *port, u64 now)
{
	if (!pioscsi_share_due(&port->share, now))
		return false;
	schedule();
	pioscsi_share_done(&port->share, now, ktime_get_ns());
	return true;
}

/*
 * Tell whether another piece like the last one would end after @until. The
 * last piece began at @looked, if the clock was read then.
 */
static bool is_late(u64 *looked, u64 now, u64 until)
{
	u64 before = *looked ?: now;

	*looked = now;
	return 2 * now - before > until;
}

/**
 * pioscsi_pio() - move the announced data
 * @port: the port, with the transfer in its context
 * @task: task context: reschedule between the steps, and stop early if error
 *	handling waits for the chip
 * @until: stop at this time if the data is in several pieces, ns; 0 for no
 *	limit
 *
 * Data that was not moved stays in the transfer context. If the front end
 * returns an invalid count, &pioscsi_port.next becomes %PIOSCSI_FAULT.
 *
 * Context: owner of the chip. No lock is held.
 * Return: bytes moved. If the chip has another request, they are fewer than
 *	announced, and the rest is dropped.
 */
unsigned int pioscsi_pio(struct pioscsi_port *port, bool task, u64 until)
{
	struct pioscsi_xfer *xfer = &port->xfer;
	unsigned int len = next_step(port, task, until), sample = 0, moved = 0;
	bool timed = task || (until && len < xfer->len) || wants_sample(port);
	u64 begun = timed ? ktime_get_ns() : 0, before = begun, after = begun;
	u64 looked = begun;

	flush_present(xfer, DMA_TO_DEVICE);
	for (;;) {
		len = move_piece(port, len);
		moved += len;
		if (timed) {
			sample += len;
			after = ktime_get_ns();
			if (pioscsi_budget_learn(&port->budget, xfer->dir,
						 sample, after - before)) {
				before = after;
				sample = 0;
			}
		}
		if ((task || port->turn_limited) &&
		    pioscsi_must_hand_over(port))
			break;
		if (task && maybe_resched(port, after)) {
			before = port->share.last;
			sample = 0;
		}
		if (!xfer->len || port->next == PIOSCSI_FAULT)
			break;
		if (until && is_late(&looked, timed ? after : ktime_get_ns(),
				     until))
			break;
		len = next_step(port, task, until);
	}
	flush_present(xfer, DMA_FROM_DEVICE);
	pioscsi_record_pio(port, moved, begun, after);
	return moved;
}
