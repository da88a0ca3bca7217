// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt line: how it is requested, and which handlers it gets.
 */
#include <linux/bottom_half.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kconfig.h>

#include "compat.h"
#include "irq.h"
#include "line.h"
#include "port.h"

static irq_handler_t hard_handler(const struct pioscsi_port *port)
{
	return port->hba.ops->interrupt ? pioscsi_irq_direct : pioscsi_irq;
}

/*
 * Run the hard IRQ handler in a thread: that of a nested line, or the only
 * thread of this interrupt.
 */
static irqreturn_t handle_in_thread(int irq, void *data)
{
	irqreturn_t ret;

	/* As the kernel does for a handler that it makes a thread. */
	local_bh_disable();
	ret = hard_handler(data)(irq, data);
	local_bh_enable();
	return ret;
}

/*
 * The only thread of an interrupt. It runs the hard IRQ handler, and then
 * serves its deferral.
 */
static irqreturn_t handle_and_serve(int irq, void *data)
{
	irqreturn_t ret = handle_in_thread(irq, data);

	if (ret != IRQ_WAKE_THREAD)
		return ret;
	pioscsi_irq_serve(data);
	return IRQ_HANDLED;
}

/*
 * A nested line has no hard IRQ handler. The thread of another interrupt calls
 * all handlers of the line, as for a GPIO expander that is read over I2C.
 */
static bool is_nested(const struct pioscsi_port *port)
{
	return irq_check_status_bit(port->hba.irq, IRQ_NESTED_THREAD);
}

/**
 * pioscsi_line_handler_is_thread() - tell whether the kernel always runs hard
 *	IRQ handlers in threads
 *
 * The kernel's parameter threadirqs has the same effect, but this function does
 * not look at it. The interrupt has two threads then.
 *
 * Context: any.
 * Return: true on PREEMPT_RT.
 */
bool pioscsi_line_handler_is_thread(void)
{
	KUNIT_STATIC_STUB_REDIRECT(pioscsi_line_handler_is_thread);

	return IS_ENABLED(CONFIG_PREEMPT_RT);
}

/*
 * On PREEMPT_RT the kernel makes the hard IRQ handler a thread, which would
 * only wake another one. A line that no other device uses needs one thread
 * only, and may be masked until that has ended.
 */
static int request_with_one_thread(struct pioscsi_port *port,
				   unsigned long flags)
{
	return request_threaded_irq(port->hba.irq, NULL, handle_and_serve,
				    flags | IRQF_ONESHOT, port->drv->name,
				    port);
}

static int request(struct pioscsi_port *port, unsigned long flags)
{
	/* Each request has a thread of its own. */
	port->policy_set = false;
	port->nested_line = is_nested(port);
	if (port->nested_line)
		return request_threaded_irq(port->hba.irq, NULL,
					    handle_in_thread, flags,
					    port->drv->name, port);
	if (!(flags & IRQF_SHARED) && pioscsi_line_handler_is_thread())
		return request_with_one_thread(port, flags);
	return request_threaded_irq(port->hba.irq, hard_handler(port),
				    pioscsi_irq_thread, flags, port->drv->name,
				    port);
}

/*
 * An HBA that cannot be masked, but has its line for itself, is masked by
 * disabling the line. The chip counts as masked at first, so the line is
 * requested disabled.
 */
static int request_as_mask(struct pioscsi_port *port)
{
	struct pioscsi_hba *hba = &port->hba;
	/* A line that another device uses is no error. */
	int err = request(port, IRQF_NO_AUTOEN | IRQF_PROBE_SHARED);

	if (err)
		return err;
	port->masks_line = true;
	hba->can_mask = true;
	dev_info(hba->dev,
		 "HBA has no mask of its own, masking it by disabling interrupt %d, which no other device can use now\n",
		 hba->irq);
	return 0;
}

/**
 * pioscsi_line_request() - request the interrupt if the HBA has one
 * @port: the port, whose chip is masked
 *
 * A line that may be shared is requested without IRQF_ONESHOT, which would mask
 * it; the port masks the HBA instead. An HBA without a mask may have its line
 * disabled instead, if no other device uses it. To disable a nested line may
 * sleep, which the port's lock does not permit.
 *
 * Context: task; may sleep.
 * Return: 0 or a negative error.
 */
int pioscsi_line_request(struct pioscsi_port *port)
{
	struct pioscsi_hba *hba = &port->hba;
	int err;

	KUNIT_STATIC_STUB_REDIRECT(pioscsi_line_request, port);

	if (!hba->irq)
		return 0;
	if (hba->may_mask_line && !hba->can_mask && !is_nested(port)) {
		err = request_as_mask(port);
		if (err != -EBUSY)
			return err;
		dev_info(hba->dev,
			 "interrupt %d is shared, the HBA cannot be masked by disabling it\n",
			 hba->irq);
	} else if (hba->exclusive_irq && pioscsi_line_handler_is_thread()) {
		err = request(port, IRQF_PROBE_SHARED);
		if (err != -EBUSY)
			return err;
	}
	return request(port, IRQF_SHARED);
}

/**
 * pioscsi_line_free() - undo pioscsi_line_request()
 * @port: the port, whose chip is dead
 *
 * Context: task; sleeps.
 */
void pioscsi_line_free(struct pioscsi_port *port)
{
	if (port->hba.irq)
		free_irq(port->hba.irq, port);
	if (port->masks_line) {
		port->masks_line = false;
		port->hba.can_mask = false;
	}
}
