#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Logical units without tagged queueing: each has one command at a time, and several
# units work in parallel.
# kernels: 6.12 6.12-rt 6.1 6.12-debug 6.12-kcsan
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

# Prints the largest number of commands that a target had at a time, by the events of
# its host.
most_at_a_time() {
	awk '/pioscsi_start/ { if (++n > most) most = n }
		/pioscsi_complete/ { n-- }
		END { print most + 0 }' /sys/kernel/tracing/trace
}

traced() {
	local t=/sys/kernel/tracing
	echo 16384 >$t/buffer_size_kb
	echo >$t/trace
	echo 1 >$t/events/pioscsi/pioscsi_start/enable
	echo 1 >$t/events/pioscsi/pioscsi_complete/enable
	"$@"
	echo 0 >$t/events/pioscsi/enable
}

test_untagged_unit_has_one_command_at_a_time() {
	fresh_sim tagged=0
	same "$(cat "/sys/block/$(disks)/device/queue_depth")" 1 queue_depth
	traced verify_fio "$(first_disk)" --size=2M --io_size=2M
	same "$(most_at_a_time)" 1 "commands at a time"
}

test_untagged_queue_depth_cannot_be_raised() {
	echo 4 >"/sys/block/$(disks)/device/queue_depth" || true
	same "$(cat "/sys/block/$(disks)/device/queue_depth")" 1 queue_depth
}

test_untagged_units_work_in_parallel() {
	local d
	fresh_sim tagged=0 max_luns=4
	until_true 10 has_disks 4
	# shellcheck disable=SC2046 # a word for each disk
	traced all_at_once $(disks)
	d=$(most_at_a_time)
	echo "# $d commands at a time"
	[ "$d" -gt 1 ] && [ "$d" -le 4 ]
}

all_at_once() {
	local d jobs=()
	for d in "$@"; do
		dd if="/dev/$d" of=/dev/null bs=64k count=16 iflag=direct status=none &
		jobs+=($!)
	done
	for d in "${jobs[@]}"; do
		wait "$d"
	done
}

test_tagged_unit_has_several_commands() {
	fresh_sim tagged=1
	traced verify_fio "$(first_disk)" --size=2M --io_size=2M
	[ "$(most_at_a_time)" -gt 4 ]
	unload
}

run_tests
