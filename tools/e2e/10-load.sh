#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading, unloading, parameters, and the hosts, disks and files that appear.
# kernels: 6.12 6.12-rt 6.1 6.12-debug 6.12-kcsan newest 6.12-trixie 6.1-i386 6.12-armhf 6.12-arm64 6.12-s390x
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

test_loading_adds_host_and_disk() {
	fresh_sim
	same "$(hosts | wc -l)" 1 hosts
	same "$(disks | wc -l)" 1 disks
	same "$(blockdev --getsize64 "$(first_disk)")" $((64 << 20)) bytes
	lsscsi -g
}

# The latency is so long that the chip has no owner when it interrupts, even on a slow
# kernel. Sometimes it has an owner, which then needs no interrupt.
test_reads_raise_interrupts() {
	local before
	fresh_sim latency_us=5000
	interrupts
	before=$(interrupt_count)
	dd if="$(first_disk)" of=/dev/null bs=4k count=100 iflag=direct status=none
	[ $(($(interrupt_count) - before)) -ge 50 ]
}

test_statistics_count_all_bytes() {
	local before
	before=$(stat bytes_in)
	dd if="$(first_disk)" of=/dev/null bs=64k count=8 iflag=direct status=none
	same $(($(stat bytes_in) - before)) $((512 << 10)) "bytes read"
	before=$(stat bytes_out)
	dd if=/dev/zero of="$(first_disk)" bs=64k count=8 oflag=direct status=none
	same $(($(stat bytes_out) - before)) $((512 << 10)) "bytes written"
	none_lost
}

test_each_host_target_and_lun_is_a_disk() {
	fresh_sim num_hosts=2 num_tgts=2 max_luns=3 dev_size_mb=8
	until_true 10 has_disks 12
	same "$(hosts | wc -l)" 2 hosts
	same "$(interrupts | wc -l)" 2 "interrupt lines"
	# Each unit is a different disk.
	for d in $(disks); do
		echo "$d" | dd of="/dev/$d" bs=512 conv=sync oflag=direct status=none
	done
	for d in $(disks); do
		same "$(dd if="/dev/$d" bs=512 count=1 iflag=direct status=none |
			tr -d '\0')" "$d" "what was written to $d"
	done
}

test_hosts_share_one_line() {
	fresh_sim num_hosts=3 num_lines=1
	until_true 10 has_disks 3
	same "$(interrupts | wc -l)" 1 "interrupt lines"
	same "$(handlers)" 3 "handlers on it"
	for d in $(disks); do
		dd if="/dev/$d" of=/dev/null bs=64k count=16 iflag=direct status=none
	done
}

# The device of a dead chip stays without a driver, and the failed probe is undone.
test_dead_chip_adds_no_host() {
	local name=pioscsi_sim driver=/sys/bus/platform/drivers/pioscsi_sim
	fresh_sim num_hosts=3 num_lines=1 num_dead=1
	until_true 10 has_disks 2
	same "$(hosts | wc -l)" 2 hosts
	same "$(handlers)" 2 "handlers on the line"
	[ -e $driver/$name.1 ]
	[ ! -e $driver/$name.2 ]
	[ -e /sys/kernel/debug/$name/chip1 ]
	[ ! -e /sys/kernel/debug/$name/chip2 ]
	refuses echo $name.2 >$driver/bind
	for d in $(disks); do
		dd if="/dev/$d" of=/dev/null bs=64k count=16 iflag=direct status=none
	done
}

test_host_added_in_place_of_a_dead_one_works() {
	local files=/sys/kernel/debug/pioscsi_sim
	fresh_sim num_hosts=2 num_dead=1
	until_true 10 has_disks 1
	echo 1 >$files/remove_host
	echo 1 >$files/add_host
	until_true 10 has_disks 2
	same "$(hosts | wc -l)" 2 hosts
}

# async_probe is a parameter of the kernel for all modules.
test_host_is_added_with_asynchronous_probing() {
	fresh_sim async_probe
	echo 1 >/sys/kernel/debug/pioscsi_sim/add_host
	until_true 10 has_disks 2
	same "$(hosts | wc -l)" 2 hosts
}

test_sector_size_parameter_sets_block_length() {
	local size
	for size in 512 1024 2048 4096; do
		fresh_sim sector_size=$size dev_size_mb=16
		same "$(blockdev --getss "$(first_disk)")" $size "block length"
		same "$(blockdev --getsize64 "$(first_disk)")" $((16 << 20)) bytes
		dd if=/dev/urandom of=/tmp/data bs=$size count=64 status=none
		dd if=/tmp/data of="$(first_disk)" bs=$size oflag=direct status=none
		dd if="$(first_disk)" bs=$size count=64 iflag=direct status=none |
			cmp - /tmp/data
	done
}

test_port_with_wrong_parameter_fails_to_load() {
	unload
	refused pioscsi defer=never
	refused pioscsi hardirq_budget_us=1000000
	[ ! -d /sys/module/pioscsi ]
}

test_simulator_with_wrong_parameter_fails_to_load() {
	local p
	unload
	load_port
	for p in num_hosts=0 num_hosts=100000 num_tgts=0 num_tgts=1000 max_luns=0 \
		max_luns=20000 dev_size_mb=0 sector_size=0 sector_size=511 \
		sector_size=513 sector_size=768 sector_size=8192 max_queue=0 \
		max_queue=100000 num_lines=2 num_dead=33 bus_ns=4000000000 \
		latency_us=4000000000 fifo_bytes=4000000000; do
		refused pioscsi_sim $p
	done
	same "$(hosts | wc -l)" 0 hosts
}

test_parameter_without_number_fails_to_load() {
	refuses insmod "$VM_MODULES/pioscsi_sim.ko" num_hosts=many
	refuses insmod "$VM_MODULES/pioscsi_sim.ko" bus_ns=-1
}

test_failed_load_leaves_no_trace() {
	fresh_sim
	dd if="$(first_disk)" of=/dev/null bs=1M count=4 iflag=direct status=none
}

test_module_in_use_cannot_be_unloaded() {
	exec 9<"$(first_disk)"
	refuses rmmod pioscsi_sim
	refuses rmmod pioscsi
	exec 9<&-
	unload
}

test_repeated_load_and_unload_succeeds() {
	local i
	for i in $(seq "$(at_length 8)"); do
		fresh_sim num_hosts=2 num_lines=$((1 + i % 2))
		dd if="$(first_disk)" of=/dev/null bs=64k count=4 iflag=direct status=none
		unload
	done
}

test_unload_leaves_no_trace() {
	unload
	refuses interrupts
	[ ! -e /sys/kernel/debug/pioscsi ]
	[ ! -e /sys/bus/platform/drivers/pioscsi_sim ]
	same "$(hosts | wc -l)" 0 hosts
}

run_tests
