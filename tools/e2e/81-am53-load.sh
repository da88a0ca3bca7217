#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974: file systems and verified loads on several targets, with and without a mask.
# A second adapter shares the interrupt line. Media change, and devices are unplugged.
# vm: --smp 2 --timeout 500 --monitor --disk d0=64M --disk d1=64M --disk d2=32M --qemu-arg -device --qemu-arg am53c974,id=scsi0,addr=0x10 --qemu-arg -device --qemu-arg am53c974,id=scsi1,addr=0x14 --qemu-arg -device --qemu-arg scsi-hd,id=hd0,drive=d0,bus=scsi0.0,scsi-id=0 --qemu-arg -device --qemu-arg scsi-hd,id=hd1,drive=d1,bus=scsi0.0,scsi-id=1 --qemu-arg -drive --qemu-arg if=none,id=cd0,media=cdrom --qemu-arg -device --qemu-arg scsi-cd,drive=cd0,bus=scsi0.0,scsi-id=6 --qemu-arg -device --qemu-arg scsi-hd,drive=d2,bus=scsi1.0,scsi-id=0
# kernels: 6.12
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

tree=/usr/include/linux
mnt=/mnt/pioscsi

quick="--size=3M --io_size=3M"

same_as_medium() { cmp -n 131072 "$1" /dev/sr0; }

in_drive() {
	monitor "change cd0 $1 raw"
	until_true 10 same_as_medium "$1"
}

# verify_while FILE DISK: runs verified loads on DISK while FILE exists.
verify_while() {
	while [ -e "$1" ]; do
		verify_fio "$2" $quick || return 1
	done
}

test_stock_driver_and_ours_share_one_line() {
	local d
	unload
	modprobe -a sd_mod sr_mod
	load_port
	hush_bios
	# driver_override names the driver of each adapter.
	echo $am53 >/sys/bus/pci/devices/0000:00:10.0/driver_override
	echo am53c974 >/sys/bus/pci/devices/0000:00:14.0/driver_override
	modprobe am53c974
	load_am53
	until_true 20 has_disks 3
	same "$(hosts | wc -l)" 1 "hosts of ours"
	same "$(grep -c am53c974 /proc/interrupts)" 1 "interrupt lines"
	d=$(basename /sys/bus/pci/devices/0000:00:14.0/host*/target*/*/block/*)
	[ -b "/dev/$d" ]
	: >/tmp/beside
	verify_while /tmp/beside "/dev/$d" >/tmp/stock.fio &
	verify_fio "/dev/$(lun 0)" $quick
	rm /tmp/beside
	wait $!
	cat "/sys/kernel/debug/pioscsi/host$(first_host)/stats"
	[ "$(stat irq_none)" -gt 0 ]
	rmmod am53c974
	echo >/sys/bus/pci/devices/0000:00:10.0/driver_override
	echo >/sys/bus/pci/devices/0000:00:14.0/driver_override
}

test_module_has_no_alias_of_the_pci_function() {
	same "$(modinfo -F alias "$VM_MODULES/$am53.ko")" "" aliases
}

test_loads_on_three_targets_verify() {
	local jobs=() j
	fresh_am53
	until_true 20 has_disks 4
	in_drive "$VM_MODULES/$am53.ko"
	verify_fio "/dev/$(lun 0)" $quick >/tmp/fio0 & jobs+=($!)
	verify_fio "/dev/$(lun 1)" $quick >/tmp/fio1 & jobs+=($!)
	for _ in 1 2 3 4 5; do
		blockdev --flushbufs /dev/sr0
		same_as_medium "$VM_MODULES/$am53.ko"
	done & jobs+=($!)
	for j in "${jobs[@]}"; do
		wait "$j"
	done
	same "$(stat faults)" 0 faults
}

test_bh_and_inline_verify() {
	local way
	for way in bh inline; do
		set_host defer $way
		verify_fio "/dev/$(lun 0)" --size=2M --io_size=2M
	done
	set_host defer thread
	same "$(stat faults)" 0 faults
}

# resets COUNTER N COMMAND...: runs the command N times beside the load of beside_load.
# Each time the counter grows by one.
resets() {
	local counter=$1 n=$2 i before
	shift 2
	before=$(stat "$counter")
	for ((i = 0; i < n; i++)); do
		until_counted completed 20
		"$@" "$disk"
	done
	same "$(stat "$counter")" $((before + n)) "$counter"
}

# beside_load FUNCTION ARGUMENT...: no command fails or times out meanwhile.
beside_load() {
	local disk before
	disk=/dev/$(lun 0)
	before=$(stat aborts)
	: >/tmp/beside
	verify_while /tmp/beside "$disk" >/tmp/reset.fio &
	"$@"
	rm /tmp/beside
	wait $! || { cat /tmp/reset.fio; fail "data or a command was lost"; }
	same "$(stat aborts)" "$before" "aborts of commands that timed out"
}

# QEMU's targets ignore the messages for these two resets. The target may move data or end
# its command before. A failed reset leads to a reset of the chip.
test_failed_lun_reset_of_a_busy_target_loses_no_command() {
	beside_load resets lun_resets 5 refuses sg_reset -N -d
}

test_failed_target_reset_of_a_busy_target_loses_no_command() {
	beside_load resets target_resets 5 refuses sg_reset -N -t
}

test_bus_reset_of_a_busy_target_loses_no_command() {
	beside_load resets bus_resets 2 sg_reset -N -b
}

test_host_reset_of_a_busy_target_loses_no_command() {
	beside_load resets host_resets 2 sg_reset -N -H
}

test_medium_change_is_reported() {
	in_drive "$VM_MODULES/pioscsi.ko"
	in_drive "$VM_MODULES/$am53.ko"
	monitor "eject -f cd0"
	until_true 10 fails dd if=/dev/sr0 of=/dev/null bs=2k count=1
	in_drive "$VM_MODULES/pioscsi.ko"
}

test_tree_of_files_keeps_checksums() {
	mkfs.ext4 -q "/dev/$(lun 1)"
	mkdir -p $mnt
	mount "/dev/$(lun 1)" $mnt
	cp -r $tree $mnt/tree
	umount $mnt
	e2fsck -f -n "/dev/$(lun 1)"
	mount -o ro "/dev/$(lun 1)" $mnt
	diff -r $tree $mnt/tree
	umount $mnt
}

test_unplugged_disk_fails_commands() {
	local load disk
	disk=$(lun 1)
	echo 2 >"/sys/block/$disk/device/timeout"
	fio --name=load --filename="/dev/$disk" --direct=1 --rw=randread --bs=16k \
		--ioengine=libaio --iodepth=8 --time_based --runtime=60 >/tmp/fio1 2>&1 &
	load=$!
	until_counted completed 200
	monitor device_del hd1
	refuses wait $load
	cat /tmp/fio1
	# The other disk still works.
	verify_fio "/dev/$(lun 0)" --size=2M --io_size=2M
}

test_unmaskable_adapter_verifies() {
	fresh_am53 mask=0
	dmesg | grep 'mask=0: not using the interrupt disable bit' | tail -n 1
	verify_fio "/dev/$(lun 0)" --size=256k --io_size=256k --bsrange=4k-16k
	cat "/sys/kernel/debug/pioscsi/host$(first_host)/stats"
	same "$(stat faults)" 0 faults
	same "$(stat deferred)" 0 deferred
}

test_unplugged_adapter_is_removed() {
	local load
	fresh_am53
	fio --name=load --filename="/dev/$(lun 0)" --direct=1 --rw=randrw --bs=16k \
		--ioengine=libaio --iodepth=8 --time_based --runtime=60 >/tmp/fio0 2>&1 &
	load=$!
	until_counted completed 200
	modprobe -q acpiphp || true
	monitor device_del scsi0
	until_true 60 only_one_host
	refuses wait $load
	unload
}

only_one_host() { [ "$(hosts | wc -l)" = 1 ]; }

run_tests
