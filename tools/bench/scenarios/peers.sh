#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The simulator at full speed, scsi_debug and null_blk. scsi_debug moves the data in
# the submitting task and has no interrupt. null_blk is not a SCSI device.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/sim.sh"

scsi_debug_disk() {
	local d
	for d in /sys/bus/pseudo/drivers/scsi_debug/adapter0/host*/target*/*/block/*; do
		echo "/dev/$(basename "$d")"
	done
}

# load NAME SECTION: runs the job on each of the three.
load() {
	local who
	for who in pioscsi_sim scsi_debug null_blk; do
		DISK=${disk[$who]} SECS=400ms fio_row driver=$who load="$1" depth="${2#depth}" -- \
			--section="$2" "$bench/$1.fio"
	done
}

declare -A disk
fresh_sim bus_ns=0 latency_us=0 fifo_bytes=0
modprobe scsi_debug delay=0 dev_size_mb=64
modprobe null_blk nr_devices=1 memory_backed=1 gb=1 queue_mode=2 irqmode=0
until_true 10 test -b "$(scsi_debug_disk)"
disk=([pioscsi_sim]=$(first_disk) [scsi_debug]=$(scsi_debug_disk) [null_blk]=/dev/nullb0)
# Blocks that were never written cost less to read.
for d in "${disk[@]}"; do
	dd if=/dev/urandom of="$d" bs=1M count=64 oflag=direct status=none
done
load randread depth32
load read depth4
if quick; then
	exit
fi
load randread depth1
load randwrite depth1
load randwrite depth32
load write depth4
