# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scenarios that compare one ATA disk of QEMU under libata, the same disk under
# pioscsi_ata, and null_blk without memory. Source it after guest.sh and ata.sh, with
# $shift_ set. Each function that loads a driver sets $disk, $driver, $irq and $mode.

: "${shift_:?}"
. "${bench:?}/running.sh"

disk='' driver='' irq='' mode=''

# The disk under a driver other than pioscsi_ata.
other_disk() { basename /sys/block/sd?; }
has_other_disk() { [ -b "/dev/$(other_disk)" ]; }

# load_libata dma|pio
load_libata() {
	mode=$1 driver=libata irq=ata_piix
	modprobe libata dma="$([ "$1" = dma ] && echo 7 || echo 0)"
	modprobe -a ata_piix sd_mod
	until_true 30 has_other_disk
	libata_uses "$1"
	disk=/dev/$(other_disk)
}

unload_libata() {
	rmmod ata_piix
	rmmod libata
}

# load_ours thread|bh|inline: loads pioscsi_ata, or only sets its way of deferring.
load_ours() {
	mode=$1 driver=pioscsi_ata irq=pioscsi_ata
	[ -d /sys/module/pioscsi_ata ] || fresh_ata
	set_host defer "$1"
	disk=$(first_disk)
}

# load_miniport: loads the sample of a ScsiPort miniport.
load_miniport() {
	mode=thread driver=pioscsi_atapio irq=pioscsi_atapio
	unload
	modprobe sd_mod
	load_port
	insmod "$VM_MODULES/pioscsi_scsiport.ko"
	insmod "$VM_MODULES/pioscsi_atapio.ko" ids=8086:7010
	until_true 30 has_other_disk
	disk=/dev/$(other_disk)
}

# load_null: null_blk moves no data and has no interrupt. A wait beside it comes from
# the kernel's block layer and from fio.
load_null() {
	mode=- driver=null_blk irq=none disk=/dev/nullb0
	modprobe null_blk nr_devices=1 gb=1 queue_mode=2 memory_backed=0 irqmode=0
	until_true 10 test -b $disk
}

# load_timed NS: a null_blk that ends each command by a timer after NS. fio sleeps for
# each command, as beside a real disk, and no driver uses the CPU.
load_timed() {
	mode=timer driver=null_blk irq=none disk=/dev/nullb0
	modprobe null_blk nr_devices=1 gb=1 queue_mode=2 memory_backed=0 irqmode=2 \
		completion_nsec="$1"
	until_true 10 test -b $disk
}

unload_null() { rmmod null_blk; }

# load_debug NS: a disk of the kernel's scsi_debug that moves no data, and ends each
# command by a timer after NS. A wait beside it comes from the SCSI midlayer as well.
load_debug() {
	mode=timer driver=scsi_debug irq=none
	modprobe sd_mod
	modprobe scsi_debug fake_rw=1 dev_size_mb=64 max_queue=1 ndelay="$1"
	until_true 30 has_other_disk
	disk=/dev/$(other_disk)
}

unload_debug() { rmmod scsi_debug; }

# on_each_disk FUNCTION [ARGUMENT...]: calls FUNCTION for null_blk, for libata by DMA and
# by PIO, and for pioscsi_ata in its thread, which stays loaded.
on_each_disk() {
	local way
	load_null
	"$@"
	unload_null
	for way in dma pio; do
		load_libata $way
		"$@"
		unload_libata
	done
	load_ours thread
	"$@"
}

# measure fifo|other SECONDS NAME=VALUE... [-- FIO-OPTION...]: prints a row of a
# bystander beside the disk's load.
measure() {
	local policy=$1 seconds=$2 names=()
	shift 2
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		names+=("$1")
		shift
	done
	[ $# = 0 ] || shift
	POLICY=$policy beside driver=$driver mode="$mode" policy="$policy" "${names[@]}" -- \
		"$seconds" $irq "$disk" "$@"
}

# reads_and_writes FIFO-SECONDS OTHER-SECONDS: prints rows of both bystanders, beside
# reads and beside writes of the disk.
reads_and_writes() {
	local rw
	for rw in read write; do
		measure fifo "$1" shift="$shift_" rw=$rw -- --rw=$rw
		measure other "$2" shift="$shift_" rw=$rw -- --rw=$rw
	done
}
