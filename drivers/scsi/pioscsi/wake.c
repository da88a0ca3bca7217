// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wake the contexts that serve a chip: the host's own thread, the timer, and
 * the watchdog.
 *
 * An HBA without an interrupt, or one that will not interrupt for its next
 * event, is polled. The first poll comes 10 us after each progress, the next
 * ones less and less often. A chip without a command is not polled.
 */
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/prio.h>
#include <linux/workqueue.h>
#include <uapi/linux/sched/types.h>

#include "compat.h"
#include "port.h"
#include "settle.h"
#include "wake.h"

#define POLL_MIN_NS	(10ULL * NSEC_PER_USEC)
#define POLL_MAX_NS	(1ULL * NSEC_PER_MSEC)

/* An interrupt counts as lost if two checks in a row find no progress. */
#define WATCH_INTERVAL	(HZ / 2)

/* How long a chip with too many spurious interrupts is kept masked. */
#define STORM_MS	10

/* Delay before an empty chip that refused a command is offered it again. */
#define RETRY_MS	1

/*
 * The scheduler's longest slice. A task that wakes up with a shorter slice goes
 * before a task that does PIO.
 */
#define SLICE_NS	(100ULL * NSEC_PER_MSEC)

/*
 * Workqueue of the watchdog. Write-back may wait for the watchdog, so the queue
 * has a rescuer.
 */
static struct workqueue_struct *wq;

/**
 * pioscsi_set_policy() - make a thread that does PIO an ordinary task
 * @task: the thread
 *
 * Context: task.
 */
void pioscsi_set_policy(struct task_struct *task)
{
	struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_NORMAL,
		.sched_runtime = SLICE_NS,
	};

	sched_setattr_nocheck(task, &attr);
}

/**
 * pioscsi_worker_start() - create the host's own thread
 * @port: the port
 *
 * The thread bears the host's number, so that the administrator finds it.
 *
 * Context: task; may sleep.
 * Return: 0 or a negative error.
 */
int pioscsi_worker_start(struct pioscsi_port *port)
{
	struct kthread_worker *worker;

	worker = kthread_run_worker(0, "pioscsi/%u", port->shost->host_no);
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	pioscsi_set_policy(worker->task);
	port->worker = worker;
	return 0;
}

/**
 * pioscsi_worker_stop() - end the host's own thread
 * @port: the port, whose chip is dead
 *
 * Context: task; sleeps.
 */
void pioscsi_worker_stop(struct pioscsi_port *port)
{
	kthread_destroy_worker(port->worker);
}

/* A pending retry must not keep a deferral back. */
static void kick(struct pioscsi_port *port, unsigned int ms)
{
	kthread_mod_delayed_work(port->worker, &port->kick,
				 msecs_to_jiffies(ms));
}

/**
 * pioscsi_retry_later() - have the host's own thread offer a command again
 * @port: the port, whose chip or targets do not take a command now
 *
 * For a chip without a command, which does not interrupt for the end of one.
 * Does nothing if the thread's work is queued already.
 *
 * Context: any but NMI.
 */
void pioscsi_retry_later(struct pioscsi_port *port)
{
	unsigned int ms = pioscsi_settle_ms(port) ?: RETRY_MS;

	kthread_queue_delayed_work(port->worker, &port->kick,
				   msecs_to_jiffies(ms));
}

/**
 * pioscsi_wake() - wake the bottom half of a deferral
 * @port: the port, whose owner is DEFERRED
 * @path: how; the hard IRQ handler wakes its thread by its return value
 *
 * Under the lock: another context may take the chip afterwards, cancel the
 * bottom halves and free the port. None may be queued after that.
 *
 * Context: the port's lock.
 */
void pioscsi_wake(struct pioscsi_port *port, enum pioscsi_path path)
{
	lockdep_assert_held(&port->lock);
	switch (path) {
	case PIOSCSI_PATH_THREAD:
		break;
	case PIOSCSI_PATH_BH:
		pioscsi_bh_queue(&port->bh);
		break;
	case PIOSCSI_PATH_HOST_THREAD:
		kick(port, 0);
		break;
	case PIOSCSI_PATH_THROTTLED:
		kick(port, STORM_MS);
		break;
	}
}

/**
 * pioscsi_task_may_lose_cpu() - tell whether this task may wait for the CPU
 *	while it owns the chip
 * @port: the port
 *
 * On PREEMPT_RT any other task may preempt an ordinary one, whose control group
 * may also have used up its time. All commands of other tasks would wait.
 *
 * Context: any but NMI.
 * Return: false for a task with a real-time policy, for the host's own thread,
 *	and outside of a task.
 */
bool pioscsi_task_may_lose_cpu(const struct pioscsi_port *port)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_task_may_lose_cpu, port);
	return IS_ENABLED(CONFIG_PREEMPT_RT) && in_task() &&
	       current->prio >= MAX_RT_PRIO && current != port->worker->task;
}

/**
 * pioscsi_timer_arm() - set the timer to the earlier of its two deadlines
 * @port: the port
 *
 * Without a deadline the timer is cancelled.
 *
 * Context: owner of the chip, or the port's lock.
 */
void pioscsi_timer_arm(struct pioscsi_port *port)
{
	ktime_t at = port->timer_fn ? port->timer_at : KTIME_MAX;

	if (pioscsi_needs_poll(port))
		at = min(at, port->poll_at);
	if (at == KTIME_MAX)
		hrtimer_try_to_cancel(&port->timer);
	else
		hrtimer_start(&port->timer, at, HRTIMER_MODE_ABS);
}

static void poll_after(struct pioscsi_port *port, u64 ns)
{
	port->poll_ns = ns;
	port->poll_at = ktime_add_ns(ktime_get(), ns);
	port->poll_progress = port->progress;
	pioscsi_timer_arm(port);
}

/**
 * pioscsi_poll_start() - poll the chip soon, as no interrupt will come
 * @port: the port
 *
 * Context: owner of the chip, or the port's lock.
 */
void pioscsi_poll_start(struct pioscsi_port *port)
{
	poll_after(port, POLL_MIN_NS);
}

/**
 * pioscsi_timer_rearm() - set the timer again before the chip is released
 * @port: the port, whose timer may have expired while the chip was owned
 *
 * Doubles the polling interval while there is no progress.
 *
 * Context: owner of the chip.
 */
void pioscsi_timer_rearm(struct pioscsi_port *port)
{
	if (!pioscsi_needs_poll(port)) {
		if (!hrtimer_is_queued(&port->timer))
			pioscsi_timer_arm(port);
	} else if (port->progress != port->poll_progress) {
		poll_after(port, POLL_MIN_NS);
	} else {
		poll_after(port, min(2 * port->poll_ns, POLL_MAX_NS));
	}
}

/**
 * pioscsi_watch_arm() - run the watchdog after its interval
 * @port: the port
 *
 * Context: owner of the chip, the port's lock, or the watchdog.
 */
void pioscsi_watch_arm(struct pioscsi_port *port)
{
	queue_delayed_work(wq, &port->watch, WATCH_INTERVAL);
}

/**
 * pioscsi_wake_start() - allocate what all ports share
 *
 * Context: task; may sleep.
 * Return: 0 or -ENOMEM.
 */
int pioscsi_wake_start(void)
{
	wq = alloc_workqueue("pioscsi", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	return wq ? 0 : -ENOMEM;
}

/**
 * pioscsi_wake_stop() - undo pioscsi_wake_start()
 *
 * Context: task; sleeps. No port is left.
 */
void pioscsi_wake_stop(void)
{
	destroy_workqueue(wq);
}
