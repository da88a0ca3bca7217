/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of an HBA that a ScsiPort miniport drives.
 *
 * Two locks: the ISR lock keeps the miniport's routines apart, except
 * HwScsiEnableInterruptsCallback. The list lock protects the rest, and may be
 * taken inside the ISR lock.
 */
#ifndef _SCSIPORT_SP_H
#define _SCSIPORT_SP_H

#include <linux/dma-direction.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <pioscsi/pioscsi.h>
#include <pioscsi/scsiport/module.h>

#include "nt.h"

/* Requests of an HBA at a time, with and without tagged queuing. */
#define SP_DEPTH_TAGGED		32
#define SP_DEPTH_UNTAGGED	8
/* The same for an HBA that reaches the first 16 MiB of memory only. */
#define SP_DEPTH_NARROW		4

struct sp_control;

/* Longest request, bytes: each tag has a buffer of this size. */
#define SP_TRANSFER_MAX		(128U * 1024)

/*
 * A page of Windows. A buffer is one range of virtual addresses there, so that
 * pieces of it begin and end at pages.
 */
#define SP_PAGE_SIZE		4096U

#define SP_SENSE_MAX		255

/* Most bytes that ScsiPortGetUncachedExtension() gives. */
#define SP_UNCACHED_MAX		(100U * 1024)

/* Most bytes of a device extension, and of an SRB's or logical unit's. */
#define SP_DX_MAX		(16U * 1024 * 1024)
#define SP_EXT_MAX		(64U * 1024)

/* Most ranges that a device gives, and most that a miniport may ask for. */
#define SP_PLACE_RANGES_MAX	8
#define SP_RANGES_MAX		256

/* Most calls of ScsiPortInitialize() of a miniport. */
#define SP_INITS_MAX		4

/**
 * enum sp_routine - the routines of a miniport
 * @SP_FIND_ADAPTER: HwScsiFindAdapter
 * @SP_INITIALIZE: HwScsiInitialize
 * @SP_START_IO: HwScsiStartIo
 * @SP_INTERRUPT: HwScsiInterrupt
 * @SP_ENABLE: HwScsiEnableInterruptsCallback
 * @SP_DISABLE: HwScsiDisableInterruptsCallback
 * @SP_TIMER: HwScsiTimer
 * @SP_RESET_BUS: HwScsiResetBus
 * @SP_CONTROL: HwScsiAdapterControl
 * @SP_NR_ROUTINES: number of routines
 */
enum sp_routine {
	SP_FIND_ADAPTER,
	SP_INITIALIZE,
	SP_START_IO,
	SP_INTERRUPT,
	SP_ENABLE,
	SP_DISABLE,
	SP_TIMER,
	SP_RESET_BUS,
	SP_CONTROL,
	SP_NR_ROUTINES,
};

/**
 * enum sp_rule - the rules that the verifier checks
 * @SP_RULE_TIME: a routine keeps to its time
 * @SP_RULE_COMPLETE: a request is completed once, while it is active
 * @SP_RULE_STATUS: a request is completed with a valid status
 * @SP_RULE_NEXT_LU: no NextLuRequest beside an untagged request
 * @SP_RULE_CONFIG: configuration functions are called by HwScsiFindAdapter only
 * @SP_RULE_ADDRESS: ScsiPortGetPhysicalAddress() gets an address it can resolve
 * @SP_RULE_RESET: HwScsiResetBus completes all requests
 * @SP_RULE_UNMASK: a deferral ends with CallDisableInterrupts
 * @SP_RULE_RECUR: callbacks come to an end before a reset, a stop or a flush
 * @SP_RULE_QUEUE_FROZEN: a miniport does not set SRB_STATUS_QUEUE_FROZEN
 * @SP_RULE_ROUTINE: a notification of a deferral gives a routine
 * @SP_NR_RULES: number of rules
 */
enum sp_rule {
	SP_RULE_TIME,
	SP_RULE_COMPLETE,
	SP_RULE_STATUS,
	SP_RULE_NEXT_LU,
	SP_RULE_CONFIG,
	SP_RULE_ADDRESS,
	SP_RULE_RESET,
	SP_RULE_UNMASK,
	SP_RULE_RECUR,
	SP_RULE_QUEUE_FROZEN,
	SP_RULE_ROUTINE,
	SP_NR_RULES,
};

/**
 * struct sp_routine_stats - the calls of one routine
 * @calls: number of calls
 * @max_ns: longest call, ns
 * @late: calls that took longer than the limit
 */
struct sp_routine_stats {
	u64 calls;
	u64 max_ns;
	u64 late;
};

/**
 * struct sp_lu - a logical unit
 * @node: in &sp_hba.lus
 * @path: PathId
 * @id: TargetId
 * @lun: Lun
 * @nr_active: requests that the miniport has
 * @nr_untagged: those without a queue tag
 * @next: &sp_hba.next may be used for a request beside the active ones, if
 *	it came with a NextLuRequest of any unit
 * @present: its last request reached a target (owner of the chip)
 * @answered: a target was there lately (owner of the chip)
 * @missed: selections that have timed out since (owner of the chip)
 * @ext: the miniport's extension, or %NULL
 */
struct sp_lu {
	struct list_head node;
	u8 path;
	u8 id;
	u8 lun;
	unsigned int nr_active;
	unsigned int nr_untagged;
	bool next;
	bool present;
	bool answered;
	u8 missed;
	void *ext;
};

/**
 * enum sp_slot_state - the place of a request
 * @SP_FREE: neither miniport nor front end has it
 * @SP_ACTIVE: the miniport has it
 * @SP_DONE: the miniport has completed it; its command has not ended yet
 */
enum sp_slot_state {
	SP_FREE,
	SP_ACTIVE,
	SP_DONE,
};

/**
 * struct sp_slot - a request, one for each tag, and one for the front end
 * @srb: the miniport's view of it
 * @cmd: the command, %NULL for a request of the front end itself
 * @lu: its logical unit
 * @tagged: the miniport may have it beside others of its logical unit
 * @state: its place; list lock
 * @node: in &sp_hba.completed, then in &sp_hba.done
 * @control: the private request, or %NULL
 * @len: bytes of the data
 * @data: DataBuffer as the miniport has got it, if there is data
 * @bounce: buffer for data in several segments, or unaligned
 * @direct: the miniport accesses the buffer of the command
 * @map: scatter list for DMA, %NULL if the data is not mapped
 * @nr_maps: number of its elements
 * @single: the only element if the data is one range
 * @dir: direction of @map
 * @asked: the miniport has asked for an address in @map
 * @sense: the miniport's sense buffer, behind its extension
 */
struct sp_slot {
	SCSI_REQUEST_BLOCK srb;
	struct pioscsi_cmd *cmd;
	struct sp_lu *lu;
	bool tagged;
	enum sp_slot_state state;
	struct list_head node;
	struct sp_control *control;
	unsigned int len;
	void *data;
	void *bounce;
	bool direct;
	struct scatterlist *map;
	int nr_maps;
	struct scatterlist single;
	enum dma_data_direction dir;
	bool asked;
	u8 *sense;
};

/**
 * struct sp_shared - memory of the miniport that a bus-master HBA may access
 * @va: its address, or %NULL
 * @len: bytes
 * @is_dma: the HBA is a bus master
 * @dma: address for such an HBA
 */
struct sp_shared {
	void *va;
	size_t len;
	bool is_dma;
	dma_addr_t dma;
};

/**
 * struct sp_place - where an HBA is
 * @dev: the device
 * @pdev: the same on PCI, else %NULL
 * @type: the bus
 * @bus: its number
 * @slot: SlotNumber
 * @irq: interrupt, or 0
 * @range: access ranges
 * @nr_ranges: number of access ranges
 */
struct sp_place {
	struct device *dev;
	struct pci_dev *pdev;
	INTERFACE_TYPE type;
	unsigned int bus;
	unsigned int slot;
	unsigned int irq;
	ACCESS_RANGE range[SP_PLACE_RANGES_MAX];
	unsigned int nr_ranges;
};

/**
 * struct sp_hba - an HBA
 * @node: in the list of its device
 * @hba: the port's view, %NULL until it is found
 * @drv: the miniport's module
 * @place: where it is
 * @hw: data of ScsiPortInitialize()
 * @context: HwContext of that call
 * @cfg: the configuration, as the last HwScsiFindAdapter has left it
 * @accepted: the same when the HBA was added: memory has the sizes in it
 * @dx: device extension
 * @finding: HwScsiFindAdapter runs
 * @bases: mapped ranges
 * @accepted_bases: copies of these from when the HBA was added
 * @bus_data: buffer that ScsiPortGetBusData() allocated
 * @isr_lock: held in all routines that are synchronised with HwScsiInterrupt
 * @isr_task: the task that holds @isr_lock, or which its holder interrupts
 * @lock: list lock
 * @slot: requests: one for each tag, then that of the front end
 * @exts: SRB extensions, each with a sense buffer behind it
 * @uncached: memory from ScsiPortGetUncachedExtension()
 * @dma_copies: the kernel's DMA API may copy data that it maps
 * @retired: the same from before restarts, until one of them succeeds
 * @lus: logical units
 * @completed: requests that the running routine has completed; ISR lock, too
 * @done: completed requests, for the port
 * @event: service() has an answer
 * @next: the miniport takes one request, for an idle logical unit
 * @next_busy: or for one with &sp_lu.next
 * @next_lu: commands of busy logical units are to be offered again
 * @was_reset: HwScsiFindAdapter has reset the bus
 * @start_due: a request has to be prepared by a task
 * @enable_fn: HwScsiEnableInterruptsCallback that is to be called
 * @callback: it runs
 * @deferred: from CallEnableInterrupts to CallDisableInterrupts
 * @held: a deferral ended without its callback running; HwScsiInterrupt is to
 *	be called once
 * @stopped: no routine may be called, except HwScsiInterrupt with @acks
 * @acks: the miniport acknowledges interrupts of an HBA that it could not stop,
 *	or has found and not initialised yet
 * @lost: HwScsiResetBus failed; no routine may be called that can access the
 *	requests, as their commands have ended
 * @controls: bits of the types that HwScsiAdapterControl supports
 * @change: rescans the buses of @changed
 * @changed: bits of the buses whose devices have changed
 * @timer: for HwScsiTimer
 * @timer_fn: HwScsiTimer that is to be called
 * @timer_due: it is to be called after the deferral or HwScsiInitialize
 * @timer_next: earliest time of the next call
 * @routine: counters of routines
 * @broken: counters of broken rules
 * @deferrals: number of deferrals
 * @caught: deferrals after which the HBA had an interrupt pending
 * @flushed: callbacks that had to run before a reset or an own request
 * @kept: HBAs that are not used, because they are this one, found again, or
 *	have failed; they keep memory that the chip may access
 * @number: number among the HBAs of the device, from 0
 * @debugfs: directory
 * @range: access ranges of @cfg, as many as the miniport has registered
 */
struct sp_hba {
	struct list_head node;
	struct pioscsi_hba *hba;
	const struct scsiport_driver *drv;
	struct sp_place place;
	HW_INITIALIZATION_DATA hw;
	void *context;
	PORT_CONFIGURATION_INFORMATION cfg;
	PORT_CONFIGURATION_INFORMATION accepted;
	void *dx;
	bool finding;
	struct list_head bases;
	struct list_head accepted_bases;
	void *bus_data;

	spinlock_t isr_lock;	/* keeps the miniport's routines apart */
	struct task_struct *isr_task;
	spinlock_t lock;	/* protects all below */
	struct sp_slot *slot;
	struct sp_shared exts;
	struct sp_shared uncached;
	bool dma_copies;
	struct list_head retired;
	struct list_head lus;
	struct list_head completed;
	struct list_head done;
	bool event;
	bool next;
	bool next_busy;
	bool next_lu;
	bool was_reset;
	bool start_due;
	PHW_INTERRUPT enable_fn;
	bool callback;
	bool deferred;
	bool held;
	bool stopped;
	bool acks;
	bool lost;
	unsigned int controls;
	struct work_struct change;
	unsigned long changed;
	struct hrtimer timer;
	PHW_TIMER timer_fn;
	bool timer_due;
	ktime_t timer_next;

	struct sp_routine_stats routine[SP_NR_ROUTINES];
	u64 broken[SP_NR_RULES];
	u64 deferrals;
	u64 caught;
	u64 flushed;
	struct list_head kept;
	unsigned int number;
	struct dentry *debugfs;
	ACCESS_RANGE range[];
};

/* The miniport's device extension follows the address of its HBA. */
struct sp_dx {
	struct sp_hba *sp;
	u8 ext[] __aligned(16);
};

static inline struct sp_hba *sp_of_dx(void *dx)
{
	return container_of(dx, struct sp_dx, ext)->sp;
}

/* The requests in &sp_hba.slot. */
static inline unsigned int sp_nr_slots(const struct sp_hba *sp)
{
	return sp->slot ? sp->hba->depth + 1 : 0;
}

/* The front end's own request. */
static inline struct sp_slot *sp_own_slot(struct sp_hba *sp)
{
	return &sp->slot[sp->hba->depth];
}

/*
 * The request of a pointer from the miniport, or %NULL if it is none or not
 * active. The pointer is not dereferenced. The list lock is held.
 */
static inline struct sp_slot *sp_active_slot(struct sp_hba *sp,
					     const SCSI_REQUEST_BLOCK *srb)
{
	unsigned int tag;

	for (tag = 0; tag < sp_nr_slots(sp); tag++)
		if (&sp->slot[tag].srb == srb)
			return sp->slot[tag].state == SP_ACTIVE ?
				&sp->slot[tag] : NULL;
	return NULL;
}

/* The first member of struct sp_priv. */
static inline struct sp_hba *sp_of_hba(struct pioscsi_hba *hba)
{
	return *(struct sp_hba **)hba->priv;
}

#endif /* _SCSIPORT_SP_H */
