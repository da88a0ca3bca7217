#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several busy HBAs on one CPU get equal shares of it, and so do the logical units of
# one HBA. Time is the number of instructions.
# vm: --icount 2
# stage: perf
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

# load DISK OPTION...: reads in the background until the case ends.
load() {
	local disk=$1
	shift
	fio --name=load --filename="/dev/$disk" --direct=1 --ioengine=libaio --iodepth=4 \
		--rw=randrw --size=100% --time_based --runtime=60 "$@" >/dev/null &
}

# moved HOST...: prints the KiB that each has moved so far. It starts no program, which
# would take a part of the measured time.
moved() {
	local h
	for h in "$@"; do
		echo $((($(stat bytes_in "$h") + $(stat bytes_out "$h")) / 1024))
	done
}

all_have_moved() {
	local least
	least=$(moved "$@" | sort -n | head -n 1)
	[ "$least" -ge 128 ]
}

# shares HOST...: waits until all are busy, prints the KiB that each moves in a second
# of guest time, and ends the load.
shares() {
	local before from after us
	until_true 10 all_have_moved "$@"
	from=${EPOCHREALTIME/./} before=$(moved "$@")
	sleep 1
	us=$((${EPOCHREALTIME/./} - from)) after=$(moved "$@")
	paste <(echo "$before") <(echo "$after") |
		awk -v us=$us '{ print int(($2 - $1) * 1000000 / us) }'
	pkill -KILL -x fio
}

# Fails unless each share is within a tenth of the mean.
are_fair() {
	awk '{ n++; s += $1; v[n] = $1 } END {
		for (i = 1; i <= n; i++)
			if (v[i] * n < 0.9 * s || v[i] * n > 1.1 * s)
				exit 1
		exit !(s > 0)
	}' <<<"$1"
}

# lone BS: measures the throughput of a host without a neighbour.
lone() {
	fresh_sim dev_size_mb=16 bus_ns=1000
	load "$(disks)" --bs="$1"
	shares "$(first_host)" >"/tmp/lone.$1"
	wait
	echo "# KiB/s alone: $(cat "/tmp/lone.$1")"
	[ "$(cat "/tmp/lone.$1")" -gt 0 ]
}

# no_slower_than_one BS SHARES: both hosts together move as much as a lone one.
no_slower_than_one() {
	awk -v lone="$(cat "/tmp/lone.$1")" '{ s += $1 }
		END { exit !(s >= 0.9 * lone) }' <<<"$2"
}

# compete LINES BS: two hosts on one or two lines have the same load.
compete() {
	local lines=$1 bs=$2 d result
	fresh_sim num_hosts=2 num_lines="$lines" dev_size_mb=16 bus_ns=1000
	until_true 10 has_disks 2
	for d in $(disks); do
		load "$d" --bs="$bs"
	done
	# shellcheck disable=SC2046 # a word for each host
	result=$(shares $(hosts))
	wait
	echo "# KiB/s each: ${result//$'\n'/, }"
	are_fair "$result"
	no_slower_than_one "$bs" "$result"
	if [ "$lines" = 1 ]; then
		[ "$(stat irq_none)" -gt 0 ]
	fi
}

test_lone_host_uses_the_cpu() { lone 64k; lone 4k; }
test_hosts_on_one_line_share_long_transfers() { compete 1 64k; }
test_hosts_on_two_lines_share_long_transfers() { compete 2 64k; }
test_hosts_on_one_line_share_short_transfers() { compete 1 4k; }
test_hosts_on_two_lines_share_short_transfers() { compete 2 4k; }

# An idle neighbour on the line takes no throughput from a busy host.
test_idle_neighbour_costs_no_throughput() {
	local beside
	fresh_sim num_hosts=2 num_lines=1 dev_size_mb=16 bus_ns=1000
	until_true 10 has_disks 2
	load "$(disks | head -n 1)" --bs=64k
	beside=$(shares "$(first_host)")
	wait
	echo "# KiB/s beside an idle host: $beside"
	[ $((beside * 100)) -ge $(($(cat /tmp/lone.64k) * 95)) ]
}

# time_call FUNCTION COMMAND...: prints how long the longest call of a kernel function
# takes while the command runs, in us.
time_call() {
	local function=$1 tracing=/sys/kernel/tracing
	shift
	echo "p:e2e/begin $function" >$tracing/kprobe_events
	echo "r:e2e/end $function" >>$tracing/kprobe_events
	echo mono >$tracing/trace_clock
	echo >$tracing/trace
	echo 1 >$tracing/events/e2e/enable
	"$@"
	echo 0 >$tracing/events/e2e/enable
	awk '/: (begin|end): / {
			match($0, /[0-9]+\.[0-9]+: /)
			us = substr($0, RSTART, RLENGTH - 2) * 1e6
			if (/ begin: /)
				begun[$1] = us
			else if (us - begun[$1] > longest)
				longest = us - begun[$1]
		} END { printf "%d\n", longest }' $tracing/trace
	echo >$tracing/kprobe_events
}

unbind() {
	echo "$1" >/sys/bus/platform/drivers/pioscsi_sim/unbind
}

# free_irq() waits for all handlers and threads of the line.
test_free_irq_beside_busy_neighbour_takes_less_than_50_ms() {
	local begun us
	fresh_sim num_hosts=2 num_lines=1 dev_size_mb=16 bus_ns=1000
	until_true 10 has_disks 2
	load "$(disks | head -n 1)" --bs=64k --iodepth=32 --runtime=10
	until_true 10 all_have_moved "$(first_host)"
	begun=$EPOCHREALTIME
	us=$(time_call free_irq unbind pioscsi_sim.1)
	echo "# free_irq() beside a busy host: $us us; all of the unbinding:" \
		"$(((${EPOCHREALTIME/./} - ${begun/./}) / 1000)) ms"
	pkill -KILL -x fio || true
	wait
	[ "$us" -gt 0 ]
	[ "$us" -lt 50000 ]
}

# Threads of several hosts take turns on the line.
test_free_irq_beside_three_busy_neighbours_takes_less_than_50_ms() {
	local d us
	fresh_sim num_hosts=4 num_lines=1 dev_size_mb=16 bus_ns=1000
	until_true 10 has_disks 4
	for d in $(disks | head -n 3); do
		load "$d" --bs=64k --iodepth=32 --runtime=10
	done
	# shellcheck disable=SC2046 # a word for each host
	until_true 10 all_have_moved $(hosts | head -n 3)
	us=$(time_call free_irq unbind pioscsi_sim.3)
	echo "# free_irq() beside three busy hosts: $us us"
	pkill -KILL -x fio || true
	wait
	[ "$us" -gt 0 ]
	[ "$us" -lt 50000 ]
}

# units_moved DISK...: prints the KiB that each has moved so far.
units_moved() {
	local d s
	for d in "$@"; do
		read -r -a s <"/sys/block/$d/stat"
		echo $(((s[2] + s[6]) / 2))
	done
}

units_are_busy() {
	[ "$(units_moved "$@" | sort -n | head -n 1)" -ge 16 ]
}

# Two units with the same load get equal shares. A unit with one command at a time gets
# at least half of its share beside units with 32 commands.
test_units_of_one_host_share_fairly() {
	local disks d before result
	fresh_sim max_luns=3 dev_size_mb=16 bus_ns=1000 max_queue=33
	until_true 10 has_disks 3
	mapfile -t disks < <(disks)
	declare -A depth=([${disks[0]}]=16 [${disks[1]}]=16 [${disks[2]}]=1)
	for d in "${disks[@]}"; do
		load "$d" --bs=4k --iodepth="${depth[$d]}"
	done
	until_true 10 units_are_busy "${disks[@]}"
	before=$(units_moved "${disks[@]}")
	sleep 2
	result=$(paste <(echo "$before") <(units_moved "${disks[@]}") |
		awk '{ print $2 - $1 }')
	pkill -KILL -x fio
	wait
	echo "# KiB in 2 s: ${result//$'\n'/, }"
	are_fair "$(head -n 2 <<<"$result")"
	awk '{ n[NR] = $1; s += $1 } END { exit !(n[3] * 66 >= s) }' <<<"$result"
}

run_tests
