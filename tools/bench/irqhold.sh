#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How long a driver's hard interrupt handler holds the CPU, from the kernel's
# own trace events, so it works for any driver.  As root:
#
#   irqhold.sh start NAME    begin; NAME as in /proc/interrupts
#   irqhold.sh report        print "COUNT P50 P99 P99.9 MAX", the times in us
#   irqhold.sh histogram     print "US COUNT" lines, by microseconds
#   irqhold.sh stop          end, and forget
#
# Percentiles are of whole microseconds, rounded up; the maximum is exact.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/hist.sh"

irq=$tracing/events/irq

# A shared line has an entry and an exit for each driver on it; the time at the
# entry is taken for ours only, and it is used up by the exit that follows on that
# line: an entry just before the second trigger is there is no other line's.
start() {
	stop
	define irqhold 'u64 ns; int irq'
	echo "hist:keys=irq:at=common_timestamp if name == \"$1\"" \
		>$irq/irq_handler_entry/trigger
	# shellcheck disable=SC2016 # the dollars are the kernel's
	echo 'hist:keys=irq:ns=common_timestamp-$at:onmatch(irq.irq_handler_entry).irqhold($ns,irq)' \
		>$irq/irq_handler_exit/trigger
	watch irqhold irq
}

stop() {
	drop "$synth/irqhold"
	drop $irq/irq_handler_exit
	drop $irq/irq_handler_entry
	forget irqhold
}

prepare
case ${1:-} in
start)		[ $# = 2 ] || die "start needs a NAME"; start "$2" ;;
report)		summary irqhold ;;
histogram)	histogram irqhold ;;
stop)		stop ;;
*)		die "usage: irqhold.sh start NAME | report | histogram | stop" ;;
esac
