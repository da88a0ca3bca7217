#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Measures how long the hard IRQ handler of any driver holds the CPU, by the kernel's
# trace events. Run it as root:
#
#   irqhold.sh start NAME    begin; NAME as in /proc/interrupts
#   irqhold.sh report        print "COUNT P50 P99 P99.9 MAX", the times in us, or
#                            "0 - - - -" if the handler was not called
#   irqhold.sh histogram     print lines "US COUNT"
#   irqhold.sh stop          end, and delete the results
#
# Percentiles are rounded up to microseconds; the maximum is exact.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/hist.sh"

irq=$tracing/events/irq

# A shared line has an entry and an exit event for each driver on it. Only entries of
# NAME save the time, and the next exit on that line uses it. So an entry that comes
# before the second trigger exists is not matched with an exit of another line.
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
