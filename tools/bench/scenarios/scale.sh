#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: scale.sh depth|luns|hosts N...
# Cost of a random read of 4 KiB, for various queue depths and numbers of logical
# units and hosts. The CPU is never idle, so that the time between two commands is
# the number of instructions of one.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/sim.sh"

fast="bus_ns=0 latency_us=0 fifo_bytes=0 dev_size_mb=1"

# cost NAME=VALUE DEPTH: reads all disks in turn. Without disk_util=0 fio searches all
# files for each disk, which takes minutes.
cost() {
	local d all=''
	for d in $(disks); do
		all+=${all:+:}/dev/$d
	done
	fio_row "$1" -- --name=scale --filename="$all" --file_service_type=roundrobin:1 \
		--direct=1 --ioengine=libaio --rw=randread --bs=4k --iodepth="$2" \
		--norandommap --disk_util=0 --time_based --ramp_time=100ms --runtime=400ms
}

what=$1
shift
for n in "$@"; do
	# shellcheck disable=SC2086 # several words
	case $what in
	depth)	fresh_sim $fast max_queue=256 ;;
	luns)	fresh_sim $fast max_luns="$n" max_queue=256 ;;
	hosts)	fresh_sim $fast num_hosts="$n" ;;
	esac
	[ "$what" = depth ] || until_true 120 has_disks "$n"
	if [ "$what" = depth ]; then
		cost depth="$n" "$n"
	else
		cost "$what=$n" 32
	fi
done
