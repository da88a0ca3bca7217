// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of the hard IRQ handler while another context owns the chip, or none
 * may touch it.
 */
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/lockdep.h>
#include <linux/time64.h>

#include "owned_irq.h"
#include "port.h"

/* Interrupts of an owned chip while its owner makes no progress. */
#define OWNED_IRQS_MAX		100U

/*
 * A line that stays asserted causes this many calls within this time, also on a
 * slow CPU. A busy device that interrupts 10,000 times a second needs twice as
 * long.
 */
#define OWNED_IRQS_NS		(5 * NSEC_PER_MSEC)

/*
 * After this many calls at a lower rate the line may be asserted too. On a slow
 * CPU each call may take longer than 50 us.
 */
#define SLOW_IRQS_MAX		10000U

/* Most attempts to withdraw an interrupt without progress of the owner. */
#define WITHDRAWALS_MAX		10U

/* Tell whether the chip has power and registers, in service or not. */
static bool is_present(const struct pioscsi_port *port)
{
	return port->added && port->owner != PIOSCSI_SUSPENDED;
}

/*
 * No call came between the last withdrawal and the progress of the owner. So
 * the port concludes that the chip ignores its mask.
 */
static bool has_helped(const struct pioscsi_port *port)
{
	return port->nr_withdrawals && !port->nr_owned_irqs;
}

/* Count calls of the handler for an owned chip that makes no progress. */
static unsigned int count_owned_irq(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	if (port->owned_irq_progress != READ_ONCE(port->progress)) {
		if (has_helped(port))
			port->mask_leaks = true;
		port->nr_owned_irqs = 0;
		port->nr_withdrawals = 0;
	}
	port->owned_irq_progress = READ_ONCE(port->progress);
	return port->nr_owned_irqs++;
}

/* Warn once for each HBA. */
static void warn_withdrawal(struct pioscsi_port *port, unsigned int calls)
{
	if (port->withdrawal_logged)
		return;
	port->withdrawal_logged = true;
	pioscsi_log(&port->hba, KERN_WARNING,
		    "interrupt %d: %u calls without progress of the owner, withdrawing the interrupt of the masked HBA\n",
		    port->hba.irq, calls);
}

static void withdraw(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	port->nr_owned_irqs = 0;
	port->nr_withdrawals++;
	port->hba.ops->withdraw(&port->hba);
}

/*
 * Tell whether the chip is known to ignore its mask, and this may be its
 * interrupt. Further calls would take the CPU from the owner for each block of
 * data. A second call without progress of the owner comes from another device,
 * so the port counts again.
 */
static bool is_leak(struct pioscsi_port *port)
	__must_hold(&port->lock)
{
	if (port->nr_withdrawals)
		port->mask_leaks = false;
	return port->mask_leaks;
}

/*
 * Tell the interrupts of other devices from those that a chip raises in spite
 * of its mask. The latter keep the line asserted, so that the owner may get no
 * CPU. Withdraw the interrupt after each OWNED_IRQS_MAX calls without progress
 * of the owner. After WITHDRAWALS_MAX attempts only return PIOSCSI_NOT_OURS,
 * so that the kernel disables the line. Calls at a lower rate are usually of
 * another device, which may be busy for as long as one transfer takes. They
 * postpone the attempt until SLOW_IRQS_MAX calls.
 */
static enum pioscsi_claim note_masked_irq(struct pioscsi_port *port, u64 now)
	__must_hold(&port->lock)
{
	unsigned int n;

	if (!port->hba.ops->withdraw || port->masks_line ||
	    (port->owner != PIOSCSI_DEFERRED && port->owner != PIOSCSI_RUNNING))
		return PIOSCSI_NOT_OURS;
	n = count_owned_irq(port) + 1;
	if (is_leak(port)) {
		withdraw(port);
		return PIOSCSI_HAS_OWNER;
	}
	if (n % OWNED_IRQS_MAX == 1)
		port->owned_irqs_since = now;
	if (n % OWNED_IRQS_MAX || port->nr_withdrawals >= WITHDRAWALS_MAX)
		return PIOSCSI_NOT_OURS;
	if (now - port->owned_irqs_since > OWNED_IRQS_NS && n < SLOW_IRQS_MAX)
		return PIOSCSI_NOT_OURS;
	warn_withdrawal(port, n);
	withdraw(port);
	return PIOSCSI_HAS_OWNER;
}

/**
 * pioscsi_note_owned_irq() - handle a call for a chip that has an owner
 * @port: the port, whose chip is not idle
 * @now: when the hard IRQ handler began, ns
 *
 * Acknowledge the interrupt of an owned or dead chip that cannot be masked.
 * Otherwise the line would stay asserted. After %OWNED_IRQS_MAX calls without
 * progress of the owner, return %PIOSCSI_NOT_OURS, so that the kernel disables
 * the line.
 *
 * Context: the port's lock; hard IRQ, or a thread where the kernel forces that
 *	or the line is nested.
 * Return: the cause of the call, not %PIOSCSI_OURS.
 */
enum pioscsi_claim pioscsi_note_owned_irq(struct pioscsi_port *port, u64 now)
	__must_hold(&port->lock)
{
	lockdep_assert_held(&port->lock);
	if (!is_present(port))
		return PIOSCSI_NOT_OURS;
	if (port->hba.can_mask)
		return note_masked_irq(port, now);
	if (!port->hba.ops->claim(&port->hba))
		return PIOSCSI_NOT_OURS;
	WRITE_ONCE(port->irq_pending, true);
	if (count_owned_irq(port) < OWNED_IRQS_MAX)
		return PIOSCSI_HAS_OWNER;
	return PIOSCSI_NOT_OURS;
}
