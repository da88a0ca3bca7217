#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: beside.sh SECONDS IRQ-NAME DISK [FIO-OPTION...]
#        beside.sh SECONDS idle
# What a bystander feels of a disk: cyclictest (SCHED_FIFO 90; POLICY=other for
# an ordinary task) beside a fio load, while irqhold.sh watches the handler.
# Prints one line of NAME=VALUE: wait_* is the bystander's wait, hold_* the
# time in the hard handler, in us; mib_s is what fio got; idle is the share of
# the time that nobody used.  WAITS=FILE keeps each wait, one a line, and
# HOLDS=FILE the histogram of irqhold.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bystander() {
	local policy=(-p 90)
	[ "${POLICY:-fifo}" = fifo ] || policy=(--policy=other)
	if [ -z "${WAITS:-}" ]; then
		cyclictest -q -m -t 1 -i 500 -D "$1" -h 20000 "${policy[@]}" >"$work/cyclictest"
		return
	fi
	cyclictest -v -m -t 1 -i 500 -D "$1" "${policy[@]}" |
		awk -F: '/^ *0: *[0-9]+: *[0-9]+$/ { print $3 + 0 }' >"$WAITS"
	sort -n "$WAITS" | uniq -c | awk '
		{ print $2, $1; max = $2 }
		END { print "# Max Latencies:", max }' >"$work/cyclictest"
}

# From cyclictest's histogram: lines of "us count"; what overflowed it is
# known by its maximum.
waits() {
	awk '
		/^[0-9]+[ \t]+[0-9]+/ { us[++m] = $1 + 0; count[m] = $2; n += $2 }
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
		}' "$work/cyclictest"
}

holds() {
	local report n p50 p99 p999 max
	report=$("$here/irqhold.sh" report)
	read -r n p50 p99 p999 max <<<"$report"
	echo "irqs=$n hold_p50=$p50 hold_p99=$p99 hold_p999=$p999 hold_max=$max"
}

throughput() {
	python3 -c "import json, sys
text = open(sys.argv[1]).read()
job = json.loads(text[text.index('{'):])['jobs'][0]
print('mib_s=%.1f' % (sum(job[way]['bw_bytes'] for way in ('read', 'write')) / 2**20))" \
		"$work/fio"
}

# A slow machine takes seconds to start fio.
until_running() {
	local stat before
	stat=/sys/block/$(basename "$1")/stat
	before=$(transfers "$stat")
	until [ "$(transfers "$stat")" -gt $((before + 8)) ]; do
		sleep 0.1
	done
	sleep 0.3
}

# idle_seconds: of the first CPU and since boot.
idle_seconds() { cut -d' ' -f2 /proc/uptime; }

transfers() { awk '{ print $1 + $5 }' "$1"; }

# The load begins before the bystander, and ends when told to: a bystander that
# is starved would otherwise wait until it is over, and then be content.
busy() {
	local seconds=$1 irq=$2 disk=$3 load idle wait_times hold_times speed
	shift 3
	fio --name=load --filename="$disk" --direct=1 --ioengine=psync --bs=64k \
		--rw=read --size=100% --time_based --ramp_time=100ms \
		--runtime=1h --output-format=json \
		--output="$work/fio" "$@" &
	load=$!
	until_running "$disk"
	"$here/irqhold.sh" start "$irq"
	idle=$(idle_seconds)
	bystander "$seconds"
	idle=$(idle_seconds | awk -v before="$idle" -v s="$seconds" \
		'{ printf "%.3f", ($1 - before) / s }')
	kill -TERM $load
	wait_times=$(waits)
	hold_times=$(holds)
	[ -z "${HOLDS:-}" ] || "$here/irqhold.sh" histogram >"$HOLDS"
	"$here/irqhold.sh" stop
	wait $load || true
	speed=$(throughput)
	echo "$wait_times $hold_times $speed idle=$idle"
}

if [ "$2" = idle ]; then
	bystander "$1"
	waits
	echo
else
	busy "$@"
fi
