#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: beside.sh SECONDS IRQ-NAME DISK [FIO-OPTION...]
#        beside.sh SECONDS none DISK [FIO-OPTION...]
#        beside.sh SECONDS idle
# Measures a bystander beside a fio load: cyclictest as SCHED_FIFO 90, or as an
# ordinary task with POLICY=other. irqhold.sh measures the handler meanwhile, unless
# the disk has none.
# Prints one line of NAME=VALUE:
#   wait_*   delay of the bystander, us
#   hold_*   time in the hard IRQ handler, us
#   mib_s    throughput of the disk
#   idle     share of the time that the CPU was idle
# LATE=1 adds the values of late.sh for another half second. WAITS=FILE keeps each
# delay, one a line, and HOLDS=FILE the histogram of irqhold.sh. Fails if delays are
# missing, or if the handler was never called.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/running.sh"
work=$(mktemp -d)
load=''
trap cleanup EXIT

# cyclictest wants the CPU so often.
loops=$(awk -v s="$1" 'BEGIN { print int(s * 2000) }')

fail() { echo "${0##*/}: $*" >&2; exit 1; }

# A load that goes on would hold the standard output open.
cleanup() {
	[ -z "$load" ] || kill -TERM "$load" 2>/dev/null || true
	rm -rf "$work"
}

bystander() {
	local policy=(-p 90)
	[ "${POLICY:-fifo}" = fifo ] || policy=(--policy=other)
	if [ -z "${WAITS:-}" ]; then
		cyclictest -q -m -t 1 -i 500 -l "$loops" -h 20000 "${policy[@]}" \
			>"$work/cyclictest"
		return
	fi
	cyclictest -v -m -t 1 -i 500 -l "$loops" "${policy[@]}" |
		awk -F: '/^ *0: *[0-9]+: *[0-9]+$/ { print $3 + 0 }' >"$WAITS"
	sort -n "$WAITS" | uniq -c | awk '
		{ print $2, $1; max = $2 }
		END { print "# Max Latencies:", max }' >"$work/cyclictest"
}

# Runs late.sh after the main measurement and without irqhold.sh: tracing adds time
# with interrupts off.
late_window() {
	[ -n "${LATE:-}" ] || return 0
	"$here/late.sh" start
	cyclictest -q -m -t 1 -i 500 -l 1000 -p 90 >/dev/null
}

late() {
	[ -n "${LATE:-}" ] || return 0
	"$here/late.sh" report
	"$here/late.sh" stop
}

# Computes percentiles from cyclictest's histogram of lines "us count". Only the number
# and the maximum are known of values beyond its end.
waits() {
	local found n
	found=$(awk '
		/^[0-9]+[ \t]+[0-9]+/ { us[++m] = $1 + 0; count[m] = $2; n += $2 }
		/^# Histogram Overflows:/ { n += $4 }
		/^# Max Latencies:/ { max = $4 + 0 }
		function percentile(p,   i, seen) {
			for (i = 1; i <= m; i++) {
				seen += count[i]
				if (seen >= n * p)
					return us[i]
			}
			return max
		}
		END {
			printf "samples=%d wait_p50=%d wait_p99=%d wait_p999=%d wait_max=%d",
				n, percentile(0.5), percentile(0.99),
				percentile(0.999), max
		}' "$work/cyclictest")
	n=${found#samples=}
	[ "${n%% *}" -ge "$loops" ] || fail "$loops samples are due: $found"
	echo "$found"
}

holds() {
	local report n p50 p99 p999 max
	report=$("$here/irqhold.sh" report)
	read -r n p50 p99 p999 max <<<"$report"
	[ "$n" != 0 ] || fail "the handler was not called"
	echo "irqs=$n hold_p50=$p50 hold_p99=$p99 hold_p999=$p999 hold_max=$max"
}

# Adds the handler's figures to $found.
handler_figures() {
	found+=" $(holds)"
	[ -z "${HOLDS:-}" ] || "$here/irqhold.sh" histogram >"$HOLDS"
	"$here/irqhold.sh" stop
}

# now DISK: prints the time in us, the first CPU's idle time in units of 10 ms, and
# the sectors that the disk has moved. The kernel counts idle time as iowait while a
# task waits for a disk.
now() {
	local stat cpu
	read -r -a stat <"/sys/block/${1##*/}/stat"
	# The second line is that of the first CPU.
	{ read -r _ && read -r -a cpu; } </proc/stat
	echo "${EPOCHREALTIME/./} $((cpu[4] + cpu[5])) $((stat[2] + stat[6]))"
}

# rates BEFORE AFTER: prints mib_s and idle between two outputs of now().
rates() {
	awk '{
		us = $4 - $1
		mib_s = ($6 - $3) * 512e6 / 2^20 / us
		printf mib_s < 10 ? "mib_s=%.2f" : "mib_s=%.1f", mib_s
		printf " idle=%.3f", ($5 - $2) * 1e4 / us
	}' <<<"$*"
}

# The load begins before the bystander and ends after it. With a load of fixed length,
# a starved bystander would run after the load and measure short delays.
busy() {
	local irq=$2 disk=$3 before after found
	shift 3
	fio --name=load --filename="$disk" --direct=1 --ioengine=psync --bs=64k \
		--rw=read --size=100% --time_based --runtime=1h --output=/dev/null "$@" &
	load=$!
	until_running "$disk"
	[ "$irq" = none ] || "$here/irqhold.sh" start "$irq"
	before=$(now "$disk")
	bystander
	after=$(now "$disk")
	[ -n "${LATE:-}" ] || kill -TERM $load
	found=$(waits)
	[ "$irq" = none ] || handler_figures
	if [ -n "${LATE:-}" ]; then
		late_window
		kill -TERM $load
	fi
	found+=" $(late)"
	wait $load || true
	load=''
	echo "$found $(rates "$before" "$after")"
}

if [ "$2" = idle ]; then
	bystander
	late_window
	found=$(waits)
	found+=" $(late)"
	echo "$found"
else
	busy "$@"
fi
