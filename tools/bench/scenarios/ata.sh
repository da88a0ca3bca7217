#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: ata.sh SHIFT
# An IDE disk of QEMU under libata and under pioscsi_ata: delay of a bystander, hold
# time of the hard IRQ handler, and throughput.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/ata.sh"
shift_=$1

disk_of_libata() { basename /sys/block/sd?; }
has_libata_disk() { [ -b "/dev/$(disk_of_libata)" ]; }

# libata DMA RW...
libata() {
	local dma=$1 mode=pio rw
	shift
	[ "$dma" = 0 ] || mode=dma
	modprobe libata dma="$dma"
	modprobe -a ata_piix sd_mod
	until_true 30 has_libata_disk
	for rw in "$@"; do
		export WAITS=$scratch/waits HOLDS=$scratch/holds
		LATE=1 beside shift="$shift_" driver=libata mode=$mode policy=fifo rw="$rw" -- \
			1 ata_piix "/dev/$(disk_of_libata)" --rw="$rw"
		draw "ata$shift_-libata-$mode-$rw"
	done
	unset WAITS HOLDS
	if ! quick; then
		POLICY=other beside shift="$shift_" driver=libata mode=$mode policy=other \
			rw=read -- 1 ata_piix "/dev/$(disk_of_libata)" --rw=read
	fi
	rmmod ata_piix
	rmmod libata
}

# ours DEFER RW...
ours() {
	local defer=$1 rw
	shift
	set_host defer "$defer"
	for rw in "$@"; do
		export WAITS=$scratch/waits HOLDS=$scratch/holds
		LATE=1 beside shift="$shift_" driver=pioscsi_ata mode="$defer" policy=fifo rw="$rw" -- \
			1 pioscsi_ata "$(first_disk)" --rw="$rw"
		draw "ata$shift_-ours-$defer-$rw"
	done
	unset WAITS HOLDS
	if ! quick && [ "$defer" = thread ]; then
		POLICY=other beside shift="$shift_" driver=pioscsi_ata mode="$defer" \
			policy=other rw=read -- 1 pioscsi_ata "$(first_disk)" --rw=read
	fi
}

export WAITS=$scratch/waits
LATE=1 beside shift="$shift_" driver=none mode=idle policy=fifo -- 1 idle
draw "ata$shift_-idle"
unset WAITS
if quick; then
	libata 0 read
	fresh_ata
	ours thread read
	exit
fi
beside shift="$shift_" driver=none mode=idle policy=other -- 1 idle
libata 1 read
libata 0 read write
fresh_ata
ours thread read write
ours bh read
ours inline read
