// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fake miniport over a fake chip: the routines of the miniport. They check
 * the level at which they are called.
 */
#include <kunit/test.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/string.h>

#include "../scsiport/routine.h"
#include "fake_miniport.h"

/* The device extension of the fake. */
struct mini_dx {
	struct mini *mini;
	u8 rest[120];
};

static struct mini *of_dx(void *dx)
{
	return ((struct mini_dx *)dx)->mini;
}

static void broke(struct mini *mini, const char *rule)
{
	if (!mini->broke)
		mini->broke = rule;
}

/**
 * mini_note() - add a word to the log
 * @mini: the miniport
 * @word: the word
 *
 * Context: any.
 */
void mini_note(struct mini *mini, const char *word)
{
	if (mini->log[0])
		strlcat(mini->log, " ", sizeof(mini->log));
	strlcat(mini->log, word, sizeof(mini->log));
}

/**
 * mini_trace() - return the log since the last call
 * @mini: the miniport
 *
 * Context: task.
 * Return: the words, valid until the next call.
 */
const char *mini_trace(struct mini *mini)
{
	strscpy(mini->trace, mini->log);
	mini->log[0] = '\0';
	return mini->trace;
}

static void step(struct mini *mini, enum mini_step at)
{
	if (mini->hook)
		mini->hook(mini, at);
}

/* A routine that is synchronised with HwScsiInterrupt begins. */
static void check_isr_level(struct mini *mini, PVOID dx)
{
	if (!irqs_disabled() || !sp_is_entered(sp_of_dx(dx)))
		broke(mini, "a routine was called without the ISR lock");
}

/* The miniport takes itself to be alone with its chip. */
static void check_alone(struct mini *mini)
{
	if (mini->deferring || mini->in_enable)
		broke(mini, "a routine was called during a deferral");
}

static ULONG find_adapter(PVOID dx, PVOID context, PVOID bus, PCHAR argument,
			  PPORT_CONFIGURATION_INFORMATION cfg, PBOOLEAN again)
{
	struct mini *mini = context;
	ULONG ret = mini->find_ret[min(mini->finds, 7U)];

	mini->finds++;
	mini->argument = argument;
	mini->sp = sp_of_dx(dx);
	mini_note(mini, "find");
	if (*again)
		broke(mini, "Again was not preset to FALSE");
	if (irqs_disabled())
		broke(mini, "HwScsiFindAdapter was called with interrupts off");
	step(mini, MINI_FIND);
	((struct mini_dx *)dx)->mini = mini;
	/* The zeroed extension knows no deferral. */
	mini->deferring = false;
	mini->masked = false;
	*again = mini->finds <= mini->again;
	cfg->NumberOfBuses = 1;
	cfg->NumberOfPhysicalBreaks = 0;
	/* The scan finds no target, because the only ID is the HBA's own. */
	cfg->MaximumNumberOfTargets = 1;
	cfg->InitiatorBusId[0] = 0;
	if (mini->configure)
		mini->configure(mini, cfg);
	return ret;
}

static BOOLEAN initialize(PVOID dx)
{
	struct mini *mini = of_dx(dx);

	mini->inits++;
	mini_note(mini, "init");
	check_isr_level(mini, dx);
	step(mini, MINI_INIT);
	return !mini->init_fails;
}

static BOOLEAN start_io(PVOID dx, PSCSI_REQUEST_BLOCK srb)
{
	struct mini *mini = of_dx(dx);

	mini_note(mini, "start");
	check_isr_level(mini, dx);
	check_alone(mini);
	if (mini->nr_srbs == MINI_SRBS)
		broke(mini, "more requests than the log holds");
	else
		mini->srb[mini->nr_srbs++] = srb;
	if (mini->asks)
		ScsiPortNotification(NextRequest, dx, NULL);
	if (mini->asks_lu)
		ScsiPortNotification(NextLuRequest, dx, srb->PathId,
				     srb->TargetId, srb->Lun);
	step(mini, MINI_START);
	/* A flush when the test ends, for example. */
	if (!mini->hook && srb->Function != SRB_FUNCTION_EXECUTE_SCSI) {
		srb->SrbStatus = SRB_STATUS_SUCCESS;
		ScsiPortNotification(RequestComplete, dx, srb);
		ScsiPortNotification(NextRequest, dx, NULL);
	}
	return !mini->refuses;
}

static void end_requests(struct mini *mini, PVOID dx)
{
	unsigned int i;

	if (mini->next_first && mini->nr_ends)
		ScsiPortNotification(NextRequest, dx, NULL);
	for (i = 0; i < mini->nr_ends; i++) {
		mini->end[i].srb->SrbStatus = mini->end[i].status;
		ScsiPortNotification(RequestComplete, dx, mini->end[i].srb);
	}
	if (!mini->next_first && !mini->no_next && mini->nr_ends)
		ScsiPortNotification(NextRequest, dx, NULL);
	mini->nr_ends = 0;
}

static BOOLEAN disable_cb(PVOID dx)
{
	struct mini *mini = of_dx(dx);

	mini_note(mini, "disable");
	check_isr_level(mini, dx);
	step(mini, MINI_DISABLE_BEGIN);
	mini->deferring = false;
	mini->unmasks++;
	mini->masked = false;
	step(mini, MINI_DISABLE_UNMASKED);
	return TRUE;
}

/* The CPU takes an interrupt as soon as interrupts are on. */
static void flush_edge(struct mini *mini)
{
	while (mini->edge && !irqs_disabled())
		mini_irq(mini);
}

static BOOLEAN enable_cb(PVOID dx)
{
	struct mini *mini = of_dx(dx);

	mini_note(mini, "enable");
	if (irqs_disabled() || in_hardirq() || sp_is_entered(sp_of_dx(dx)))
		broke(mini, "the callback was called with interrupts off");
	mini->in_enable = true;
	mini->callbacks++;
	flush_edge(mini);
	step(mini, MINI_ENABLE_BEGIN);
	end_requests(mini, dx);
	step(mini, MINI_ENABLE_ENDED);
	if (!mini->no_undefer)
		ScsiPortNotification(CallDisableInterrupts, dx, disable_cb);
	flush_edge(mini);
	step(mini, MINI_ENABLE_UNMASKED);
	flush_edge(mini);
	mini->in_enable = false;
	return TRUE;
}

static BOOLEAN interrupt(PVOID dx)
{
	struct mini *mini = of_dx(dx);
	unsigned int callbacks = mini->callbacks;

	check_isr_level(mini, dx);
	/* The callback may still run, but has unmasked the chip. */
	if (mini->deferring)
		broke(mini, "HwScsiInterrupt was called during a deferral");
	mini->reads++;
	step(mini, MINI_ISR_BEGIN);
	if (!mini->pending) {
		step(mini, MINI_ISR_IDLE);
		return FALSE;
	}
	mini_note(mini, "isr");
	if (mini->in_isr) {
		mini->served += mini->pending;
		mini->pending = 0;
		end_requests(mini, dx);
		step(mini, MINI_ISR_ENDED);
		return !mini->disowns;
	}
	mini->masked = true;
	step(mini, MINI_ISR_MASKED);
	mini->served += mini->pending;
	mini->pending = 0;
	step(mini, MINI_ISR_TAKEN);
	mini->deferring = true;
	ScsiPortNotification(CallEnableInterrupts, dx, enable_cb);
	if (mini->callbacks != callbacks)
		broke(mini, "the callback ran inside CallEnableInterrupts");
	step(mini, MINI_ISR_ASKED);
	return TRUE;
}

static BOOLEAN reset_bus(PVOID dx, ULONG path)
{
	struct mini *mini = of_dx(dx);

	mini_note(mini, "reset");
	check_isr_level(mini, dx);
	if (mini->reset_undefers) {
		mini->deferring = false;
		mini->masked = false;
	}
	check_alone(mini);
	step(mini, MINI_RESET);
	mini->nr_ends = 0;
	mini->pending = 0;
	if (!mini->reset_leaves)
		ScsiPortCompleteRequest(dx, path, SP_UNTAGGED, SP_UNTAGGED,
					SRB_STATUS_BUS_RESET);
	ScsiPortNotification(NextRequest, dx, NULL);
	return !mini->reset_fails;
}

static SCSI_ADAPTER_CONTROL_STATUS
adapter_control(PVOID dx, SCSI_ADAPTER_CONTROL_TYPE type, PVOID parameters)
{
	static const char * const words[] = {
		[ScsiStopAdapter] = "stop",
		[ScsiRestartAdapter] = "restart",
		[ScsiSetBootConfig] = "boot",
		[ScsiSetRunningConfig] = "running",
	};
	PSCSI_SUPPORTED_CONTROL_TYPE_LIST list = parameters;
	struct mini *mini = of_dx(dx);
	unsigned int i;

	if (type == ScsiQuerySupportedControlTypes) {
		mini_note(mini, "query");
		for (i = 0; i < list->MaxControlType; i++)
			if (mini->controls & BIT(i))
				list->SupportedTypeList[i] = TRUE;
		return ScsiAdapterControlSuccess;
	}
	mini_note(mini, words[type]);
	if (!(mini->controls & BIT(type)))
		broke(mini, "a control type was called that is not supported");
	step(mini, MINI_CONTROL);
	return ScsiAdapterControlSuccess;
}

/**
 * mini_entry() - DriverEntry
 * @object: the module, from scsiport_register()
 * @argument: passed on
 *
 * Context: task.
 * Return: the lowest status of its calls of ScsiPortInitialize().
 */
unsigned int mini_entry(void *object, void *argument)
{
	struct scsiport_driver *drv = object;
	struct mini *mini = container_of(drv, struct mini, drv);
	ULONG status = ~0U;
	unsigned int i;

	for (i = 0; i < mini->nr_hw; i++)
		status = min(status, ScsiPortInitialize(object, argument,
							&mini->hw[i], mini));
	return status;
}

/* The data for ScsiPortInitialize(), before a case changes it. */
const HW_INITIALIZATION_DATA mini_hw = {
	.HwInitializationDataSize = sizeof(HW_INITIALIZATION_DATA),
	.AdapterInterfaceType = Isa,
	.HwInitialize = initialize,
	.HwStartIo = start_io,
	.HwInterrupt = interrupt,
	.HwFindAdapter = find_adapter,
	.HwResetBus = reset_bus,
	.HwAdapterControl = adapter_control,
	.DeviceExtensionSize = sizeof(struct mini_dx),
	.SpecificLuExtensionSize = 64,
	.SrbExtensionSize = 40,
	.NumberOfAccessRanges = 2,
	.MapBuffers = TRUE,
	.AutoRequestSense = TRUE,
	.TaggedQueuing = TRUE,
};
