/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between the kernels 6.1.61 and later of 6.1.y, and 6.6 to 7.3.
 * The code is written for the newest kernel; only this file looks at the
 * version. Kernels before 6.1.61, and 6.2 to 6.5.9, lack manage_shutdown of
 * struct scsi_device.
 */
#ifndef _PIOSCSI_COMPAT_H
#define _PIOSCSI_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/version.h>
#include <linux/workqueue.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

/* 6.12: <asm/unaligned.h> moved. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

/* 6.12 has hex_to_bin() in <linux/hex.h>, 6.1 in <linux/kernel.h>. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/hex.h>
#endif

/* 6.19: queuecommand() got a return type of its own. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define scsi_qc_status_t int
#else
#define scsi_qc_status_t enum scsi_qc_status
#endif

/* 6.14: the callbacks for a scsi_device were renamed; 6.10 added the limits. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define sdev_init slave_alloc
#define sdev_destroy slave_destroy
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define sdev_configure slave_configure
#define SDEV_CONFIGURE_ARGS(sdev) struct scsi_device *sdev
#else
#define sdev_configure device_configure
#endif
#endif
#ifndef SDEV_CONFIGURE_ARGS
#define SDEV_CONFIGURE_ARGS(sdev) \
	struct scsi_device *sdev, struct queue_limits *lim
#define SDEV_CONFIGURE_LIM lim
#else
#define SDEV_CONFIGURE_LIM NULL
#endif

/*
 * 6.13 and PREEMPT_RT: the scheduler may ask a task to leave the CPU by a
 * second flag, which cond_resched() ignores. An architecture without that flag
 * has no such macro, or the macro is TIF_NEED_RESCHED.
 */
static inline bool pioscsi_lazy_resched(void)
{
#ifdef TIF_NEED_RESCHED_LAZY
	return test_thread_flag(TIF_NEED_RESCHED_LAZY);
#else
	return false;
#endif
}

static inline bool pioscsi_need_resched(void)
{
	return need_resched() || pioscsi_lazy_resched();
}

/* Let another task run if the scheduler asks for it. No lock is held. */
static inline void pioscsi_cond_resched(void)
{
	if (pioscsi_lazy_resched())
		schedule();
	else
		cond_resched();
}

static inline void pioscsi_limit_sectors(struct scsi_device *sdev,
					 struct queue_limits *lim,
					 unsigned int sectors)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
	struct request_queue *queue = sdev->request_queue;

	blk_queue_max_hw_sectors(queue, min(sectors,
					    queue_max_hw_sectors(queue)));
#else
	lim->max_hw_sectors = min(sectors, lim->max_hw_sectors);
#endif
}

/*
 * 6.7, 6.6.5 and 6.1.66: after a sleep of the machine, sd can start a disk that
 * was stopped at runtime.
 */
static inline void pioscsi_start_after_sleep(struct scsi_device *sdev,
					     bool start)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 5) || \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 66) && \
	 LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0))
	sdev->force_runtime_start_on_system_start = start;
#endif
}

/*
 * 6.5: a host can get its commands from tasks that may sleep, and from no other
 * context. No kernel from 6.2 to 6.5 is supported.
 */
static inline void pioscsi_send_in_tasks(struct scsi_host_template *sht)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	sht->queuecommand_may_block = 1;
#endif
}

/* 6.2: eh_timed_out() got a return type of its own. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define scsi_timeout_action blk_eh_timer_return
#define SCSI_EH_RESET_TIMER BLK_EH_RESET_TIMER
#define SCSI_EH_NOT_HANDLED BLK_EH_DONE
#endif

/* 6.14: affinity is set at once, unless the chip asks to defer it. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define PIOSCSI_IRQ_MOVE_PCNTXT IRQ_MOVE_PCNTXT
#else
#define PIOSCSI_IRQ_MOVE_PCNTXT 0
#endif

/* 6.11: a platform driver's remove() returns nothing. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define platform_remove remove_new
#else
#define platform_remove remove
#endif

/* 6.7 and some stable kernels: the argument is the SCSI device, as here. */
int pioscsi_rescan_as(struct scsi_device *sdev);

/* They also return -EWOULDBLOCK, and do nothing, if commands would wait. */
static inline int pioscsi_rescan_device(struct scsi_device *sdev)
{
#define RESCAN_ARG \
	__builtin_choose_expr(__same_type(scsi_rescan_device, \
					  pioscsi_rescan_as), \
			      sdev, &sdev->sdev_gendev)
#define RESCAN() scsi_rescan_device(RESCAN_ARG)

	return __builtin_choose_expr(__same_type(RESCAN(), int), RESCAN(),
				     (RESCAN(), 0));
#undef RESCAN
#undef RESCAN_ARG
}

/* 6.3: scsi_execute() became scsi_execute_cmd(). Only data from the device. */
static inline int pioscsi_execute(struct scsi_device *sdev, const u8 *cdb,
				  void *buf, unsigned int len, u8 *sense,
				  int timeout)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	return __scsi_execute(sdev, cdb, len ? DMA_FROM_DEVICE : DMA_NONE, buf,
			      len, sense, NULL, timeout, 1, 0, 0, NULL);
#else
	const struct scsi_exec_args args = {
		.sense = sense,
		.sense_len = SCSI_SENSE_BUFFERSIZE,
	};

	return scsi_execute_cmd(sdev, cdb, REQ_OP_DRV_IN, buf, len, timeout, 1,
				&args);
#endif
}

/* 6.18: bios_param() takes the disk. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define BIOS_PARAM_DISK struct block_device
#else
#define BIOS_PARAM_DISK struct gendisk
#endif

/* 6.9: BH work queues, which replace tasklets. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
struct pioscsi_bh {
	struct tasklet_struct tasklet;
	void (*fn)(struct pioscsi_bh *bh);
};

static inline void pioscsi_bh_run(struct tasklet_struct *t)
{
	struct pioscsi_bh *bh = from_tasklet(bh, t, tasklet);

	bh->fn(bh);
}

static inline void pioscsi_bh_init(struct pioscsi_bh *bh,
				   void (*fn)(struct pioscsi_bh *bh))
{
	bh->fn = fn;
	tasklet_setup(&bh->tasklet, pioscsi_bh_run);
}

static inline void pioscsi_bh_queue(struct pioscsi_bh *bh)
{
	tasklet_schedule(&bh->tasklet);
}

static inline void pioscsi_bh_cancel(struct pioscsi_bh *bh)
{
	tasklet_kill(&bh->tasklet);
}
#else
struct pioscsi_bh {
	struct work_struct work;
	void (*fn)(struct pioscsi_bh *bh);
};

static inline void pioscsi_bh_run(struct work_struct *work)
{
	struct pioscsi_bh *bh = container_of(work, struct pioscsi_bh, work);

	bh->fn(bh);
}

static inline void pioscsi_bh_init(struct pioscsi_bh *bh,
				   void (*fn)(struct pioscsi_bh *bh))
{
	bh->fn = fn;
	INIT_WORK(&bh->work, pioscsi_bh_run);
}

static inline void pioscsi_bh_queue(struct pioscsi_bh *bh)
{
	queue_work(system_bh_wq, &bh->work);
}

static inline void pioscsi_bh_cancel(struct pioscsi_bh *bh)
{
	cancel_work_sync(&bh->work);
}
#endif

/* 6.14: a kthread worker that is created does not run yet. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define kthread_run_worker kthread_create_worker
#endif

/* 6.13: one function sets up a timer; later kernels have no other one. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void
pioscsi_hrtimer_setup(struct hrtimer *timer,
		      enum hrtimer_restart (*fn)(struct hrtimer *timer),
		      clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = fn;
}
#else
#define pioscsi_hrtimer_setup hrtimer_setup
#endif

/* 6.3: static stubs, by which a unit test replaces a function. */
#if IS_ENABLED(CONFIG_SCSI_PIOSCSI_KUNIT_TEST) && \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#include <kunit/static_stub.h>
#else
#define KUNIT_STATIC_STUB_REDIRECT(...) do { } while (0)
#endif

#endif /* _PIOSCSI_COMPAT_H */
