#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: many.sh HOSTS...
# Several HBAs on one CPU, all of them reading: total throughput and fairness.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/sim.sh"

# all_at_once HOSTS: runs one job for each disk.
all_at_once() {
	local d jobs=()
	for d in $(disks); do
		jobs+=(--name="$d" --filename="/dev/$d")
	done
	fio_row hosts="$1" bus_ns=120 -- --direct=1 --ioengine=psync --bs=64k --rw=read \
		--time_based --ramp_time=200ms --runtime=1 "${jobs[@]}"
}

for n in "$@"; do
	fresh_sim num_hosts="$n" bus_ns=120 latency_us=0 fifo_bytes=0
	until_true 20 has_disks "$n"
	all_at_once "$n"
done
