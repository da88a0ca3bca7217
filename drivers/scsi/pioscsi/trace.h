/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace events of the port. Use them through event.h.
 *
 * Each begins with the number of its host. A tag is that of struct pioscsi_cmd,
 * which is also the tag of the block layer's request.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM pioscsi

#if !defined(_PIOSCSI_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _PIOSCSI_TRACE_H

#include <linux/dma-direction.h>
#include <linux/time64.h>
#include <linux/tracepoint.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>

#include "port.h"
#include "ring.h"

TRACE_DEFINE_ENUM(DMA_TO_DEVICE);
TRACE_DEFINE_ENUM(DMA_FROM_DEVICE);
TRACE_DEFINE_ENUM(DMA_NONE);
TRACE_DEFINE_ENUM(PIOSCSI_PATH_THREAD);
TRACE_DEFINE_ENUM(PIOSCSI_PATH_BH);
TRACE_DEFINE_ENUM(PIOSCSI_PATH_HOST_THREAD);
TRACE_DEFINE_ENUM(PIOSCSI_PATH_THROTTLED);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_LOST);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_STORM);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_FAULT);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_REFUSED);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_ABORT);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_LUN_RESET);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_TARGET_RESET);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_BUS_RESET);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_HOST_RESET);
TRACE_DEFINE_ENUM(PIOSCSI_ERR_RESET_SEEN);

#define pioscsi_show_dir(dir)					\
	__print_symbolic(dir,					\
			 { DMA_TO_DEVICE, "out" },		\
			 { DMA_FROM_DEVICE, "in" },		\
			 { DMA_NONE, "none" })

#define pioscsi_show_path(path)                                   \
	__print_symbolic(path,						\
			 { PIOSCSI_PATH_THREAD, "thread" },		\
			 { PIOSCSI_PATH_BH, "bh" },			\
			 { PIOSCSI_PATH_HOST_THREAD, "host_thread" },	\
			 { PIOSCSI_PATH_THROTTLED, "throttled" })

#define pioscsi_show_error(error)					\
	__print_symbolic(error,						\
			 { PIOSCSI_ERR_LOST, "lost" },			\
			 { PIOSCSI_ERR_STORM, "storm" },		\
			 { PIOSCSI_ERR_FAULT, "fault" },		\
			 { PIOSCSI_ERR_REFUSED, "refused" },		\
			 { PIOSCSI_ERR_ABORT, "abort" },		\
			 { PIOSCSI_ERR_LUN_RESET, "lun_reset" },	\
			 { PIOSCSI_ERR_TARGET_RESET, "target_reset" },	\
			 { PIOSCSI_ERR_BUS_RESET, "bus_reset" },	\
			 { PIOSCSI_ERR_HOST_RESET, "host_reset" },	\
			 { PIOSCSI_ERR_RESET_SEEN, "reset_seen" })

/* A command was offered to the chip. */
TRACE_EVENT(pioscsi_start,
	TP_PROTO(const struct pioscsi_port *port,
		 const struct pioscsi_cmd *cmd, int err),
	TP_ARGS(port, cmd, err),
	TP_STRUCT__entry(
		__field(unsigned int, host)
		__field(unsigned int, id)
		__field(u64, lun)
		__field(unsigned int, tag)
		__field(u8, opcode)
		__field(unsigned int, bytes)
		__field(int, err)
	),
	TP_fast_assign(
		__entry->host = port->shost->host_no;
		__entry->id = cmd->scmd->device->id;
		__entry->lun = cmd->scmd->device->lun;
		__entry->tag = cmd->tag;
		__entry->opcode = cmd->scmd->cmnd[0];
		__entry->bytes = scsi_bufflen(cmd->scmd);
		__entry->err = err;
	),
	TP_printk("host=%u id=%u lun=%llu tag=%u opcode=0x%02x bytes=%u err=%d",
		  __entry->host, __entry->id, __entry->lun, __entry->tag,
		  __entry->opcode, __entry->bytes, __entry->err)
);

/* The hard IRQ handler was called, for this HBA or for another device. */
TRACE_EVENT(pioscsi_claim,
	TP_PROTO(const struct pioscsi_port *port, bool ours),
	TP_ARGS(port, ours),
	TP_STRUCT__entry(
		__field(unsigned int, host)
		__field(int, irq)
		__field(bool, ours)
	),
	TP_fast_assign(
		__entry->host = port->shost->host_no;
		__entry->irq = port->hba.irq;
		__entry->ours = ours;
	),
	TP_printk("host=%u irq=%d ours=%d", __entry->host, __entry->irq,
		  __entry->ours)
);

/*
 * The decision whether PIO is done now. PIO is done now if it fits the rest of
 * the budget and the chip will not have more data at once. An event without a
 * direction is about the end of a command.
 */
TRACE_EVENT(pioscsi_decide,
	TP_PROTO(const struct pioscsi_port *port, bool now, u64 cost,
		 u64 spent),
	TP_ARGS(port, now, cost, spent),
	TP_STRUCT__entry(
		__field(unsigned int, host)
		__field(unsigned int, tag)
		__field(bool, now)
		__field(int, dir)
		__field(unsigned int, bytes)
		__field(s64, cost)
		__field(u64, spent)
		__field(u64, budget)
	),
	TP_fast_assign(
		bool data = port->next == PIOSCSI_XFER;

		__entry->host = port->shost->host_no;
		__entry->tag = port->xfer.cmd->tag;
		__entry->now = now;
		__entry->dir = data ? port->xfer.dir : DMA_NONE;
		__entry->bytes = data ? port->xfer.len : 0;
		__entry->cost = cost;
		__entry->spent = spent;
		__entry->budget = (u64)port->budget_us * NSEC_PER_USEC;
	),
	TP_printk("host=%u tag=%u %s dir=%s bytes=%u cost_ns=%lld spent_ns=%llu budget_ns=%llu",
		  __entry->host, __entry->tag,
		  __entry->now ? "now" : "deferred",
		  pioscsi_show_dir(__entry->dir), __entry->bytes,
		  __entry->cost, __entry->spent, __entry->budget)
);

/* The chip was masked. */
TRACE_EVENT(pioscsi_mask,
	TP_PROTO(const struct pioscsi_port *port),
	TP_ARGS(port),
	TP_STRUCT__entry(
		__field(unsigned int, host)
	),
	TP_fast_assign(
		__entry->host = port->shost->host_no;
	),
	TP_printk("host=%u", __entry->host)
);

/* The chip was unmasked. */
TRACE_EVENT(pioscsi_unmask,
	TP_PROTO(const struct pioscsi_port *port, u64 ns),
	TP_ARGS(port, ns),
	TP_STRUCT__entry(
		__field(unsigned int, host)
		__field(u64, ns)
	),
	TP_fast_assign(
		__entry->host = port->shost->host_no;
		__entry->ns = ns;
	),
	TP_printk("host=%u masked_ns=%llu", __entry->host, __entry->ns)
);

/* A bottom half was woken. */
TRACE_EVENT(pioscsi_defer,
	    TP_PROTO(const struct pioscsi_port *port, enum pioscsi_path path),
	    TP_ARGS(port, path),
	    TP_STRUCT__entry(__field(unsigned int, host) __field(int, path)),
	    TP_fast_assign(__entry->host = port->shost->host_no;
			   __entry->path = path;),
	    TP_printk("host=%u path=%s", __entry->host,
		      pioscsi_show_path(__entry->path)));

/* Data was moved. */
TRACE_EVENT(pioscsi_pio,
	TP_PROTO(const struct pioscsi_port *port, unsigned int bytes, u64 ns),
	TP_ARGS(port, bytes, ns),
	TP_STRUCT__entry(
		__field(unsigned int, host)
		__field(unsigned int, tag)
		__field(int, dir)
		__field(unsigned int, bytes)
		__field(u64, ns)
	),
	TP_fast_assign(
		__entry->host = port->shost->host_no;
		__entry->tag = port->xfer.cmd->tag;
		__entry->dir = port->xfer.dir;
		__entry->bytes = bytes;
		__entry->ns = ns;
	),
	TP_printk("host=%u tag=%u dir=%s bytes=%u ns=%llu", __entry->host,
		  __entry->tag, pioscsi_show_dir(__entry->dir),
		  __entry->bytes, __entry->ns)
);

/* The chip or the port ended a command. */
TRACE_EVENT(pioscsi_complete,
	TP_PROTO(const struct pioscsi_port *port,
		 const struct pioscsi_cmd *cmd),
	TP_ARGS(port, cmd),
	TP_STRUCT__entry(
		__field(unsigned int, host)
		__field(unsigned int, tag)
		__field(int, result)
		__field(unsigned int, residual)
	),
	TP_fast_assign(
		__entry->host = port->shost->host_no;
		__entry->tag = cmd->tag;
		__entry->result = cmd->scmd->result;
		__entry->residual = scsi_get_resid(cmd->scmd);
	),
	TP_printk("host=%u tag=%u result=0x%x residual=%u", __entry->host,
		  __entry->tag, __entry->result, __entry->residual)
);

/* An error, with the result of its handling. */
TRACE_EVENT(pioscsi_error,
	TP_PROTO(const struct pioscsi_port *port, enum pioscsi_error error,
		 int tag, int err),
	TP_ARGS(port, error, tag, err),
	TP_STRUCT__entry(
		__field(unsigned int, host)
		__field(int, error)
		__field(int, tag)
		__field(int, err)
	),
	TP_fast_assign(
		__entry->host = port->shost->host_no;
		__entry->error = error;
		__entry->tag = tag;
		__entry->err = err;
	),
	TP_printk("host=%u what=%s tag=%d err=%d", __entry->host,
		  pioscsi_show_error(__entry->error), __entry->tag,
		  __entry->err)
);

#endif /* _PIOSCSI_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
