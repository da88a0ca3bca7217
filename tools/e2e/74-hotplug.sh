#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Changes under a busy host: CPUs go offline, its disk is deleted, its driver is
# unbound, its module is unloaded. No data is lost without need, and no command hangs.
# vm: --smp 2 --timeout 600
# kernels: 6.12 6.12-rt 6.1 6.12-debug 6.12-kcsan
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/load.sh"

driver=/sys/bus/platform/drivers/pioscsi_sim

# Commands take a while. On a slow kernel they do so even if the bus costs no time.
bus=bus_ns=200
! kernel_watches || bus=

# Begins a load whose disk may be removed.
begin_doomed_load() {
	fio --name=doomed --filename="$(first_disk)" --direct=1 --ioengine=libaio \
		--iodepth=16 --rw=randrw --bsrange=4k-128k --size=24M --time_based \
		--runtime=600 >/tmp/load 2>&1 &
	load=$!
	until_true 60 has_completed 200 "$(first_host)"
}

end_doomed_load() {
	wait "$load" || true
}

# The debug kernel has one CPU only.
need_two_cpus() {
	[ -e /sys/devices/system/cpu/cpu1/online ] || skip "one CPU only"
}

test_cpu_hotplug_under_load_loses_no_data() {
	local i
	need_two_cpus
	fresh_sim $bus
	begin_load
	for ((i = $(at_length 5); i; i--)); do
		echo 0 >/sys/devices/system/cpu/cpu1/online
		sleep 0.3
		echo 1 >/sys/devices/system/cpu/cpu1/online
		sleep 0.3
	done
	end_load
	none_lost
}

test_unbind_under_load_removes_the_disk() {
	local i
	fresh_sim $bus
	for ((i = $(at_length 3); i; i--)); do
		begin_doomed_load
		echo pioscsi_sim.0 >$driver/unbind
		end_doomed_load
		same "$(hosts | wc -l)" 0 hosts
		echo pioscsi_sim.0 >$driver/bind
		until_true 10 has_disk
	done
	verify_fio "$(first_disk)" --size=2M --io_size=2M
}

test_disk_deletion_under_load_succeeds() {
	local h
	fresh_sim $bus
	h=$(first_host)
	begin_doomed_load
	echo 1 >"/sys/block/$(disks)/device/delete"
	end_doomed_load
	same "$(disks | wc -l)" 0 disks
	echo "- - -" >"/sys/class/scsi_host/host$h/scan"
	until_true 10 has_disk
	verify_fio "$(first_disk)" --size=2M --io_size=2M
}

# The module is in use while the disk is open, and can be unloaded afterwards.
test_module_unloads_after_the_load() {
	fresh_sim $bus
	begin_doomed_load
	refuses rmmod pioscsi_sim
	refuses rmmod pioscsi
	pkill -KILL -x fio
	end_doomed_load
	unload
}

# Hosts are added and removed beside a busy host.
test_adding_and_removing_hosts_spares_the_neighbour() {
	local i
	fresh_sim $bus num_hosts=3 num_lines=2
	until_true 10 has_disks 3
	begin_load
	for ((i = $(at_length 3); i; i--)); do
		echo pioscsi_sim.1 >$driver/unbind
		echo pioscsi_sim.2 >$driver/unbind
		echo pioscsi_sim.2 >$driver/bind
		echo pioscsi_sim.1 >$driver/bind
	done
	until_true 10 has_disks 3
	end_load
	unload
}

run_tests
