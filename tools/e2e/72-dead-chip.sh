#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A dead chip: error handling ends, the disk goes offline, no CPU spins, and the module
# can be unloaded.
# vm: --smp 2 --timeout 600
# kernels: 6.12 6.12-rt 6.12-debug 6.12-kcsan
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"

# Reads and writes in the background until stopped; they may fail. They must not create
# a file in place of a device node that was removed.
try_io() {
	local sg=/proc/self/fd/8 disk
	disk=$(first_disk)
	exec 8<>"$(first_sg)"
	while [ -e /tmp/trying ]; do
		dd if="$disk" of=/dev/null bs=16k count=16 iflag=direct || true
		dd if=/dev/zero of="$disk" bs=16k count=16 oflag=direct \
			conv=nocreat || true
		# These commands work with a wrong capacity too. Each times out in a second.
		sg_dd if="$sg" of=/dev/null bs=512 bpt=32 count=512 time=0,1 || true
		sg_dd if=/dev/zero of="$sg" bs=512 bpt=32 count=512 time=0,1 || true
	done >/dev/null 2>&1
}

begin_io() {
	touch /tmp/trying
	try_io &
	trying=$!
	# Close the disk before the next case, even if this one fails.
	trap end_io EXIT
}

end_io() {
	trap - EXIT
	rm -f /tmp/trying
	wait "$trying" || true
}

# There is a disk, and all our disks are offline.
are_offline() {
	local d
	has_disk || return
	for d in $(disks); do
		[ "$(cat "/sys/block/$d/device/state")" = offline ] || return 1
	done
}

# jiffies KIND...: prints the time that all CPUs have spent in these kinds since boot.
jiffies() {
	awk -v kind="$1" '/^cpu / { print kind == "idle" ? $5 + $6 : $2+$3+$4+$5+$6+$7+$8 }' /proc/stat
}

# Succeeds if the CPUs are idle for four fifths of the time. One of two CPUs that spins
# leaves half of it. Other work of a busy machine takes time from the guest too, so
# the callers allow ten tries. No try succeeds while a CPU spins.
is_quiet() {
	local idle all
	idle=$(jiffies idle) all=$(jiffies all)
	sleep 2
	idle=$(($(jiffies idle) - idle)) all=$(($(jiffies all) - all))
	echo "# idle $idle of $all"
	[ $((idle * 5)) -ge $((all * 4)) ]
}

test_dead_chip_takes_disk_offline() {
	faulty_sim
	begin_io
	until_counted completed 5
	fault_set dead now=1
	until_true 20 are_offline
	end_io
	until_true 1 is_quiet
	same "$(owner)" dead owner
}

test_module_of_dead_chip_can_be_unloaded() {
	unload
}

test_idle_chip_that_dies_takes_disk_offline() {
	faulty_sim
	fault_set dead now=1
	refuses dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct
	are_offline
	unload
}

test_chip_dying_in_transfer_fails_the_read() {
	faulty_sim fifo_bytes=0 bus_ns=10000
	# Each burst takes 160 ms, so that the chip dies within one.
	dd if="$(first_disk)" of=/tmp/data bs=32k count=32 iflag=direct &
	until_counted bytes_in 1
	fault_set dead now=1
	refuses wait $!
	until_true 20 are_offline
	unload
}

test_revived_chip_serves_commands() {
	faulty_sim
	dd if=/dev/urandom of=/tmp/data bs=64k count=4 status=none
	dd if=/tmp/data of="$(first_disk)" bs=64k oflag=direct status=none
	fault_set dead now=1
	refuses dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct
	fault_set dead now=0
	bring_back
	dd if="$(first_disk)" bs=64k count=4 iflag=direct status=none | cmp - /tmp/data
	verify_fio "$(first_disk)" --size=2M --io_size=2M
	unload
}

test_short_death_loses_no_data() {
	faulty_sim
	fault_set dead us=20000 interval=15 times=3
	verify_fio "$(first_disk)" --size=8M --io_size=8M
	same "$(injected dead)" 3 deaths
	disks_are running
}

test_chip_stuck_after_reset_takes_disk_offline() {
	faulty_sim
	fault_set stuck stubborn=Y
	begin_io
	until_counted completed 5
	fault_set stuck now=1
	until_true 40 are_offline
	end_io
	until_true 1 is_quiet
	unload
}

test_idle_chip_that_gets_stuck_recovers() {
	faulty_sim
	fault_set stuck now=1
	dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct status=none
	disks_are running
	verify_fio "$(first_disk)" --size=1M --io_size=1M
}

test_endless_wrong_phase_fails_the_command() {
	faulty_sim
	fault_set wrong_phase interval=1
	refuses dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct
	disarm
	unload
}

test_endlessly_hanging_commands_fail() {
	faulty_sim
	set_timeouts 1
	fault_set hang interval=1
	refuses dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct
	disarm
	bring_back
	verify_fio "$(first_disk)" --size=1M --io_size=1M
	unload
}

# Unbinds the driver, also with commands in flight.
unbind() { echo pioscsi_sim.0 >/sys/bus/platform/drivers/pioscsi_sim/unbind; }

test_unbind_with_hung_commands_succeeds() {
	faulty_sim
	set_timeouts 1
	fault_set hang interval=1
	dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct &
	until_true 20 has_injected hang
	unbind
	refuses wait $!
	same "$(hosts | wc -l)" 0 hosts
	unload
}

test_unbind_of_dead_chip_succeeds() {
	faulty_sim
	begin_io
	until_counted completed 5
	fault_set dead now=1
	unbind
	end_io
	unload
}

# A reset through a node that is still open must not touch the removed chip.
test_reset_after_unbind_touches_no_chip() {
	local disk
	faulty_sim
	disk=$(first_disk)
	exec 9<"$disk"
	fault_set dead now=1
	refuses dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct
	unbind
	sg_reset -N -H /proc/self/fd/9 || true
	sg_reset -H /proc/self/fd/9 || true
	exec 9<&-
	unload
}

test_chip_dying_in_scan_ends_the_scan() {
	local host disk
	unload
	load_port
	load_sim
	fault_set dead now=1
	host=$(first_host)
	echo "- - -" >"/sys/class/scsi_host/host$host/scan"
	# The scan of loading may have found the disk before the chip died.
	for disk in $(disks); do
		echo 1 >"/sys/block/$disk/device/delete"
	done
	echo "- - -" >"/sys/class/scsi_host/host$host/scan"
	same "$(find /sys/class/scsi_device -name "$host:*")" "" "devices of a dead chip"
	same "$(owner)" dead owner
	unload
}

# Sets offline disks to running again for some seconds, until enough register reads
# have returned wrong values.
insist() {
	local begun=$SECONDS tries=0
	until [ $((SECONDS - begun)) -ge 3 ] && [ "$(injected bad_chip)" -ge 20 ]; do
		[ $((tries += 1)) -le 100 ] || fail "only $(injected bad_chip) register reads returned wrong values"
		bring_back
		sleep 0.05
	done
	echo "# tried $tries times"
}

# bad PROBABILITY PARAMETER...: registers read wrong values with this probability, per
# mille.
bad() {
	local probability=$1
	shift
	faulty_sim "$@"
	set_timeouts 1
	begin_io
	fault_set bad_chip probability="$probability"
	insist
	fault_set bad_chip probability=0
	echo "# $(injected bad_chip) register reads returned wrong values"
	end_io
	# A reset brings the chip back from any state.
	sg_reset -N -H "$(first_sg)"
	bring_back
	verify_fio "$(first_disk)" --size=1M --io_size=1M
	unload
}

test_always_bad_chip_does_not_hang() { bad 1000; }
test_often_bad_chip_does_not_hang() { bad 200; }
test_seldom_bad_chip_does_not_hang() { bad 10; }
test_bad_unmaskable_chip_does_not_hang() { bad 200 can_mask=0; }
test_bad_polled_chip_does_not_hang() { bad 200 has_irq=0; }

test_unload_with_bad_chip_succeeds() {
	faulty_sim
	set_timeouts 1
	fault_set bad_chip probability=1000
	begin_io
	insist
	end_io
	unload
}

run_tests
