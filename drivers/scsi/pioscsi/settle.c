// SPDX-License-Identifier: GPL-2.0-only
/*
 * The time that targets need after a reset of the bus. Until it is over, they
 * need not answer a selection, so no command is started.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/jiffies.h>

#include "compat.h"
#include "port.h"
#include "settle.h"

/* SPI-4: reset to selection time, in which targets need not answer. */
#define DEFAULT_SETTLE_MS	250

static unsigned int whole_ms(const struct pioscsi_port *port)
{
	return port->hba.settle_ms ?: DEFAULT_SETTLE_MS;
}

/**
 * pioscsi_settle() - start no command until the targets have settled
 * @hba: the HBA, whose bus has just been reset
 *
 * The port does this itself after %PIOSCSI_RESET. Commands that were started
 * before are not affected.
 *
 * Source: ResetDetected.
 * Context: any; also under a lock that start() takes.
 */
void pioscsi_settle(struct pioscsi_hba *hba)
{
	struct pioscsi_port *port = pioscsi_port(hba);

	/* The present jiffy is not a whole one. */
	atomic64_set(&port->settled_at, get_jiffies_64() + 1 +
		     msecs_to_jiffies(whole_ms(port)));
}
EXPORT_SYMBOL_GPL(pioscsi_settle);

/**
 * pioscsi_settle_ms() - tell how long the targets still need to settle
 * @port: the port
 *
 * 64-bit jiffies do not wrap, however long the HBA is idle after a reset.
 *
 * Context: any.
 * Return: the time in ms, rounded up, or 0 if commands may be started.
 */
unsigned int pioscsi_settle_ms(const struct pioscsi_port *port)
{
	u64 at = atomic64_read(&port->settled_at), now;

	if (likely(!at))
		return 0;
	now = get_jiffies_64();
	return time_before64(now, at) ? jiffies_to_msecs(at - now) ?: 1 : 0;
}

/**
 * pioscsi_settle_wait() - wait until commands may be started
 * @hba: the HBA
 *
 * For error handling, and for a front end that starts a command which is not
 * the port's.
 *
 * Source: ResetDetected.
 * Context: task, sleeps.
 */
void pioscsi_settle_wait(struct pioscsi_hba *hba)
{
	unsigned int ms;

	KUNIT_STATIC_STUB_REDIRECT(pioscsi_settle_wait, hba);
	ms = pioscsi_settle_ms(pioscsi_port(hba));
	if (ms)
		msleep(ms);
}
EXPORT_SYMBOL_GPL(pioscsi_settle_wait);

/**
 * pioscsi_settle_end() - tell when the targets will have settled
 * @port: the port
 *
 * Context: any.
 * Return: 64-bit jiffies, or 0 if commands may be started.
 */
u64 pioscsi_settle_end(const struct pioscsi_port *port)
{
	u64 at = atomic64_read(&port->settled_at);

	return time_before64(get_jiffies_64(), at) ? at : 0;
}
