#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Timeouts on one CPU: a busy CPU alone causes no abort, and a command that hangs
# beside busy ones is aborted all the same.
# vm: --smp 2 --timeout 300
# kernels: 6.12 6.12-rt
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"

cpu1=/sys/devices/system/cpu/cpu1/online
tracing=/sys/kernel/tracing

# one_cpu: the other one is offline until the case ends.
one_cpu() {
	[ -e $cpu1 ] || return 0
	echo 0 >$cpu1
	trap 'echo 1 >$cpu1' EXIT
}

# timeouts: how often a command of our disks has timed out.
timeouts() {
	local d n=0
	for d in $(disks); do
		n=$((n + $(<"/sys/block/$d/device/iotmo_cnt")))
	done
	echo $n
}

# A queue of long writes that takes several times its timeout, beside tasks that
# want the CPU as much.
slow_writes() {
	local hogs=()
	for _ in 1 2 3; do
		while :; do :; done &
		hogs+=($!)
	done
	fio --name=slow --filename="$(first_disk)" --direct=1 --ioengine=libaio \
		--iodepth=16 --rw=write --bs=1M --size=16M --io_size=16M \
		--output-format=terse >/tmp/slow
	kill "${hogs[@]}"
	wait "${hogs[@]}" 2>/dev/null || true
}

# The timeout is much longer than the machine may stop the guest.
test_busy_cpu_causes_no_abort() {
	fresh_sim bus_ns=400
	set_timeouts 4
	one_cpu
	slow_writes
	echo "# $(timeouts) timeouts"
	[ "$(timeouts)" -gt 0 ] || fail "no command timed out: the host is too fast"
	same "$(stat aborts)" 0 aborts
	same "$(stat lun_resets)" 0 "LUN resets"
	disks_are running
}

# One command hangs; the others go on, each far within its timeout.
hang_beside_a_load() {
	local disk
	disk=$(first_disk)
	fio --name=busy --filename="$disk" --direct=1 --ioengine=libaio --iodepth=4 \
		--rw=randread --bs=4k --time_based --runtime=60 >/dev/null &
	until_true 20 has_completed 200 "$(first_host)"
	fault_set hang times=1 interval=1
	until_true 30 has_aborted 1
	pkill -KILL -x fio
	wait || true
}

has_aborted() { [ "$(stat aborts)" -ge "$1" ]; }

# timeouts_of_aborted: prints how often the aborted command has timed out.
timeouts_of_aborted() {
	local tag
	tag=$(sed -n 's/.*what=abort tag=\([0-9]*\).*/\1/p' $tracing/trace)
	grep -c "scsi_dispatch_cmd_timeout: .*driver_tag=$tag " $tracing/trace
}

test_hung_command_beside_busy_ones_is_aborted() {
	local n
	fresh_sim
	set_timeouts 2
	one_cpu
	echo >$tracing/trace
	echo 1 | tee $tracing/events/{scsi/scsi_dispatch_cmd_timeout,pioscsi/pioscsi_error}/enable
	hang_beside_a_load
	echo 0 | tee $tracing/events/{scsi/scsi_dispatch_cmd_timeout,pioscsi/pioscsi_error}/enable
	same "$(injected hang)" 1 "hung commands"
	same "$(stat aborts)" 1 aborts
	# At the first timeout the turn of the command had not come. At the second the
	# chip may have a request of another command, which looks like a lost interrupt.
	n=$(timeouts_of_aborted)
	echo "# $n timeouts of the command, $(timeouts) of all commands"
	[ "$n" -le 3 ] || fail "$n timeouts"
	same "$(stat host_resets)" 0 "host resets"
	disks_are running
}

run_tests
