#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: bus.sh BUS-NS...
# The simulator on buses that take BUS-NS for 16 bits, with transfers from 512 bytes
# to 1 MiB: throughput, hold times and delay of a bystander.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/sim.sh"
. "$here/../running.sh"

# how_many BUS-NS BYTES: prints the number of transfers in about 100 ms, 2 to 2000.
how_many() {
	local n=$((200000000 / ($1 * ($2 + 1) + 40000)))
	[ $n -ge 2 ] || n=2
	[ $n -le 2000 ] || n=2000
	echo $n
}

# transfer_row BUS-NS BYTES
transfer_row() {
	local n p50 p99 p999 max report figures
	n=$(how_many "$2" "$1")
	"$bench/irqhold.sh" start pioscsi_sim
	fio --output-format=json --output=$scratch/fio --name=bus --direct=1 \
		--filename="$(first_disk)" --ioengine=libaio --iodepth=2 --rw=read \
		--bs="$2" --size=32M --io_size=$((n * $2)) --loops=1
	report=$("$bench/irqhold.sh" report)
	read -r n p50 p99 p999 max <<<"$report"
	[ "$n" != 0 ] || fail "the handler was not called: bus_ns=$1 bytes=$2"
	"$bench/irqhold.sh" stop
	figures=$(python3 "$bench/fio-figures" $scratch/fio)
	row bus_ns="$1" bytes="$2" "$figures" irqs="$n" \
		hold_p50="$p50" hold_p99="$p99" hold_p999="$p999" hold_max="$max"
}

sizes="512 4096 65536 1048576"
! quick || sizes="4096 65536"
warm_up
for ns in "$@"; do
	fresh_sim bus_ns="$ns" latency_us=0 fifo_bytes=0
	echo 1024 >"/sys/block/$(basename "$(first_disk)")/queue/max_sectors_kb"
	for bytes in $sizes; do
		transfer_row "$ns" "$bytes"
	done
	LATE=1 beside bus_ns="$ns" bytes=65536 policy=fifo -- 1 pioscsi_sim "$(first_disk)" --rw=read
done
