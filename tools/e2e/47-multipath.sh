#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two simulated hosts share their logical units. The kernel's multipath target finds
# them by their names and survives the loss of a path.
# vm: --smp 2 --timeout 300
# kernels: 6.12
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"

map=pioscsi_mp

# path N: prints the disk of host N.
path() { disks | sed -n "$(($1 + 1))s,^,/dev/,p"; }

# chip_of N: prints the debugfs directory of host N.
chip_of() { echo "${chip%/*}/chip$1"; }

# unit_name DISK: prints the name by which multipathd and udev identify a disk.
unit_name() { /lib/udev/scsi_id -g -u -d "$1"; }

# port_names DISK: prints the designators of the target port.
port_names() { sg_vpd -p di_port "$1" | grep -E '0x3|[Rr]elative'; }

test_both_paths_name_one_unit_and_two_ports() {
	modprobe -a dm_multipath dm_round_robin sg
	fresh_sim num_hosts=2 shared_luns=1 dev_size_mb=32
	until_true 10 has_disks 2
	set_timeouts 2
	same "$(unit_name "$(path 0)")" "$(unit_name "$(path 1)")" "name of the unit"
	sg_vpd -p di "$(path 0)"
	[ "$(port_names "$(path 0)")" != "$(port_names "$(path 1)")" ] ||
		fail "ports: $(port_names "$(path 0)")"
	sg_vpd -p di_port "$(path 1)" | grep -q 'Relative target port: 0x2'
	sg_inq "$(path 1)" | grep -q 'MultiP=1'
}

test_data_written_by_one_path_is_read_by_other() {
	head -c 65536 /dev/urandom >/tmp/data
	dd if=/tmp/data of="$(path 0)" bs=64k oflag=direct status=none
	dd if="$(path 1)" bs=64k count=1 iflag=direct status=none | cmp - /tmp/data
}

test_changes_by_one_path_are_reported_to_other() {
	mark
	echo "write through" >"/sys/block/$(basename "$(path 0)")"/device/scsi_disk/*/cache_type
	dd if="$(path 1)" of=/dev/null bs=4k count=1 iflag=direct status=none
	logged 'Mode parameters changed'
	mark
	echo 0 0 40 >"$(chip_of 0)/resize_lun"
	for n in 0 1; do
		dd if="$(path $n)" of=/dev/null bs=4k count=1 iflag=direct status=none
		echo 1 >"/sys/block/$(basename "$(path $n)")/device/rescan"
		same "$(<"/sys/block/$(basename "$(path $n)")/size")" 81920 "size of path $n"
	done
	same "$(since_mark | grep -c 'apacity data has changed')" 2 "reports"
}

# make_map: makes a device that uses path 0, and path 1 if path 0 fails.
make_map() {
	dmsetup create $map --table "0 $(blockdev --getsz "$(path 0)") multipath \
		1 queue_if_no_path 0 2 1 round-robin 0 1 1 $(path 0) 1 round-robin 0 1 1 $(path 1) 1"
}

# map_disk: prints the map's block device.
map_disk() { echo "/dev/$(dmsetup info -c --noheadings -o blkdevname $map)"; }

# path_is N STATE: the map has that path as active (A) or failed (F).
path_is() {
	dmsetup status $map | grep -q " $(<"/sys/block/$(basename "$(path "$1")")/dev") $2 "
}

# host_works N: brings the disk of this host online, and reads from it.
host_works() {
	local disk
	disk=$(path "$1")
	echo running >"/sys/block/${disk##*/}/device/state"
	dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none
}

# load_on_map HOST: starts a verified load, which end_load ends. Waits until this host
# has a part of it.
load_on_map() {
	rm -f /tmp/enough
	while [ ! -e /tmp/enough ]; do
		verify_fio "$(map_disk)" --size=2M --io_size=2M
	done &
	load=$!
	until_true 20 has_completed $(($(stat completed "$1") + 50)) "$1"
}

end_load() {
	touch /tmp/enough
	wait "$load"
}

test_map_goes_on_by_other_path_when_a_host_dies() {
	local before
	make_map
	before=$(stat completed "$(hosts | tail -n 1)")
	load_on_map "$(first_host)"
	path_is 0 A
	echo 1 >"$(chip_of 0)/dead/now"
	until_true 60 path_is 0 F
	path_is 1 A
	until_true 20 has_completed $((before + 50)) "$(hosts | tail -n 1)"
	end_load
}

test_repaired_path_takes_over_when_unit_leaves_the_other() {
	echo 0 >"$(chip_of 0)/dead/now"
	sg_reset --host "$(generic "$(path 0)")"
	until_true 30 host_works 0
	dmsetup message $map 0 "reinstate_path $(path 0)"
	load_on_map "$(hosts | tail -n 1)"
	echo 0 0 >"$(chip_of 1)/remove_lun"
	until_true 30 path_is 1 F
	path_is 0 A
	end_load
	dd if="$(map_disk)" of=/tmp/by_map bs=1M count=2 iflag=direct status=none
	dd if="$(path 0)" of=/tmp/by_path bs=1M count=2 iflag=direct status=none
	cmp /tmp/by_map /tmp/by_path
	dmsetup remove --retry $map
}

test_unit_comes_back_to_removed_path() {
	echo 0 0 >"$(chip_of 1)/add_lun"
	until_true 10 host_works 1
	dd if="$(path 1)" of=/tmp/by_other bs=1M count=2 iflag=direct status=none
	cmp /tmp/by_other /tmp/by_path
	unload
}

run_tests
