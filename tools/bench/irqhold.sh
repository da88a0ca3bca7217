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
# Percentiles are of whole microseconds, rounded up; the maximum is exact.  Needs
# CONFIG_HIST_TRIGGERS and CONFIG_SYNTH_EVENTS, which distributions have.
set -euo pipefail

tracing=/sys/kernel/tracing
irq=$tracing/events/irq
synth=$tracing/events/synthetic/irqhold

die() { echo "irqhold.sh: $*" >&2; exit 1; }

prepare() {
	[ -e $tracing/synthetic_events ] || mount -t tracefs tracefs $tracing || true
	[ -e $tracing/synthetic_events ] ||
		die "no synthetic trace events here (not root, or the kernel lacks them)"
}

# A shared line has an entry and an exit for each driver on it; the time at the
# entry is taken for ours only, and it is used up by the exit that follows on that
# line: an entry just before the second trigger is there is no other line's.
start() {
	stop
	echo 'irqhold u64 ns; int irq' >$tracing/synthetic_events
	echo "hist:keys=irq:at=common_timestamp if name == \"$1\"" \
		>$irq/irq_handler_entry/trigger
	# shellcheck disable=SC2016 # the dollars are the kernel's
	echo 'hist:keys=irq:ns=common_timestamp-$at:onmatch(irq.irq_handler_entry).irqhold($ns,irq)' \
		>$irq/irq_handler_exit/trigger
	echo 'hist:keys=ns.buckets=1000:size=32768' >$synth/trigger
	# shellcheck disable=SC2016
	echo 'hist:keys=irq:most=ns:onmax($most).save(common_pid)' >>$synth/trigger
}

stop() {
	drop $synth
	drop $irq/irq_handler_exit
	drop $irq/irq_handler_entry
	: >$tracing/synthetic_events
}

# Triggers go in the order opposite to that in which they came.
drop() {
	local t
	[ -e "$1/trigger" ] || return 0
	tac "$1/trigger" | while read -r t; do
		case $t in
		hist:*)	echo "!${t% \[*}" >"$1/trigger" ;;
		esac
	done
}

histogram() {
	[ -e $synth/hist ] || die "not started"
	sed -n 's/^{ ns: ~ *\([0-9]*\)000-[0-9]* *} hitcount: *\([0-9]*\).*/\1 \2/p; s/^{ ns: ~ *0-999 *} hitcount: *\([0-9]*\).*/0 \1/p' \
		$synth/hist | sort -n
}

longest() {
	sed -n 's/^[[:space:]]*max: *\([0-9]*\).*/\1/p' $synth/hist | sort -n | tail -n 1
}

report() {
	histogram | awk -v max="$(longest)" '
		{ us[NR] = $1 + 1; count[NR] = $2; n += $2 }
		function percentile(p,   i, seen) {
			for (i = 1; i <= NR; i++) {
				seen += count[i]
				if (seen >= n * p)
					return us[i]
			}
			return 0
		}
		END {
			printf "%d %d %d %d %.1f\n", n, percentile(0.5),
				percentile(0.99), percentile(0.999), max / 1000
		}'
}

prepare
case ${1:-} in
start)		[ $# = 2 ] || die "start needs a NAME"; start "$2" ;;
report)		report ;;
histogram)	histogram ;;
stop)		stop ;;
*)		die "usage: irqhold.sh start NAME | report | histogram | stop" ;;
esac
