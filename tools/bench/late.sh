#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Measures the delay of cyclictest's timer interrupt and then of its task, by the
# kernel's trace events. cyclictest must run as SCHED_FIFO 90. Run it as root:
#
#   late.sh start     begin
#   late.sh report    print NAME=VALUE, in us (see below)
#   late.sh stop      end, and delete the results
#
# irq_late_* is the time from a timer's expiry to its interrupt handler: interrupts
# were off during this time. task_late_* is the time from there until the task has the
# CPU: preemption was off during this time. Percentiles are rounded up to
# microseconds; the maximum is exact.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "${BASH_SOURCE[0]}")/hist.sh"

timer=$tracing/events/timer
sched=$tracing/events/sched

# FIFO 90 has the kernel's priority 9. Mode 0 is an absolute time, which only the
# measuring thread of cyclictest uses. Flag 8 marks an event in an interrupt, here the
# tick. A timer that was set after its expiry (ahead) is not counted.
# shellcheck disable=SC2016 # the dollars are the kernel's
start() {
	stop
	define irq_late 's64 ns; s64 ahead'
	define task_late u64 ns
	echo 'hist:keys=hrtimer:due=expires,ahead=expires-common_timestamp:clock=mono if comm == "cyclictest" && mode == 0 && !(common_flags & 8)' \
		>$timer/hrtimer_start/trigger
	echo 'hist:keys=hrtimer:ns=now-$due:onmatch(timer.hrtimer_start).irq_late($ns,$ahead)' \
		>$timer/hrtimer_expire_entry/trigger
	echo 'hist:keys=pid:at=common_timestamp:clock=mono if prio == 9' \
		>$sched/sched_waking/trigger
	echo 'hist:keys=next_pid:ns=common_timestamp-$at:onmatch(sched.sched_waking).task_late($ns):clock=mono if next_prio == 9' \
		>$sched/sched_switch/trigger
	watch irq_late common_cpu 'if ahead > 0'
	watch task_late common_cpu
}

stop() {
	drop "$synth/irq_late"
	drop "$synth/task_late"
	drop $timer/hrtimer_expire_entry
	drop $timer/hrtimer_start
	drop $sched/sched_switch
	drop $sched/sched_waking
	forget irq_late
	forget task_late
}

report() {
	local what line n p50 p99 p999 max
	for what in irq_late task_late; do
		line=$(summary $what)
		read -r n p50 p99 p999 max <<<"$line"
		[ "$n" != 0 ] || die "no samples of $what"
		printf '%s ' "${what}s=$n" "${what}_p50=$p50" "${what}_p99=$p99" \
			"${what}_p999=$p999" "${what}_max=$max"
	done
	echo
}

prepare
case ${1:-} in
start)	start ;;
report)	report ;;
stop)	stop ;;
*)	die "usage: late.sh start | report | stop" ;;
esac
