#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: ata.sh SHIFT
# An IDE disk of QEMU under libata and under pioscsi_ata, and null_blk: delay of a
# bystander, hold time of the hard IRQ handler, and throughput.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/ata.sh"
shift_=$1
. "$here/../disks.sh"
warm_up

# fifo RW...: a SCHED_FIFO bystander, whose waits are kept for the pictures.
fifo() {
	local rw
	for rw in "$@"; do
		export WAITS=$scratch/waits HOLDS=$scratch/holds
		LATE=1 measure fifo 1 shift="$shift_" rw="$rw" -- --rw="$rw"
		draw "ata$shift_-$driver-$mode-$rw"
		unset WAITS HOLDS
	done
}

# other RW...: an ordinary bystander.
other() {
	local rw
	quick || for rw in "$@"; do
		measure other 0.5 shift="$shift_" rw="$rw" -- --rw="$rw"
	done
}

idle() {
	export WAITS=$scratch/waits
	LATE=1 beside shift="$shift_" driver=none mode=idle policy=fifo -- 1 idle
	draw "ata$shift_-idle"
	unset WAITS
	quick || POLICY=other beside shift="$shift_" driver=none mode=idle policy=other -- 1 idle
}

idle
load_null
if quick; then
	fifo read
	unload_null
	load_libata pio
	fifo read
	unload_libata
	load_ours thread
	fifo read
	exit
fi
fifo read write
other read write
unload_null
for way in dma pio; do
	load_libata $way
	fifo read write
	other read write
	unload_libata
done
for way in thread bh inline; do
	load_ours $way
	if [ $way = thread ]; then
		fifo read write
		other read write
	else
		fifo read
	fi
done
