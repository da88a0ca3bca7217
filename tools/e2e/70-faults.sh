#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each fault of the chip alone, under verified I/O: no data is lost or wrong, and no command
# hangs. If the port has a counter for the fault, it counts.
# vm: --smp 2 --timeout 600
# kernels: 6.12 6.12-rt 6.12-debug 6.12-kcsan
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"

# grew NAME BEFORE: a counter of the port has grown.
grew() {
	[ "$(stat "$1")" -gt "$2" ] || fail "$1 did not grow beyond $2"
}

# kept NAME BEFORE: a counter of the port has not changed.
kept() { same "$(stat "$1")" "$2" "$1"; }

test_lost_interrupt_recovers_without_reset() {
	local lost faults
	# The chip interrupts when it has no owner, even on a slow kernel.
	faulty_sim latency_us=5000
	lost=$(stat lost) faults=$(stat faults)
	# At depth 1 every other interrupt finds the host idle, and no later
	# interrupt shows the loss. The watchdog finds it long before the timeout.
	set_timeouts 90
	fault_set lost_irq interval=5 times=2
	dd if="$(first_disk)" of=/dev/null bs=4k count=10 iflag=direct status=none
	same "$(<"/sys/block/$(disks)/device/iotmo_cnt")" 0x0 timeouts
	set_timeouts 2
	same "$(injected lost_irq)" 2 "lost interrupts"
	grew lost "$lost"
	kept faults "$faults"
	under_fault lost_irq interval=30 times=3
	kept faults "$faults"
	faulty_sim
}

test_late_interrupt_loses_no_data() {
	local faults
	faults=$(stat faults)
	under_fault late_irq interval=10
	kept faults "$faults"
}

test_double_interrupt_loses_no_data() {
	local faults
	faults=$(stat faults)
	under_fault double_irq probability=300
	kept faults "$faults"
}

test_spurious_line_is_irq_none() {
	local not_ours
	not_ours=$(stat irq_none)
	under_fault spurious_irq interval=5
	grew irq_none "$not_ours"
}

test_storm_is_throttled() {
	local storms
	storms=$(stat storms)
	under_fault storm interval=20 times=5
	grew storms "$storms"
}

test_hung_command_is_aborted_and_retried() {
	local aborts
	aborts=$(stat aborts)
	under_fault hang interval=20 times=2
	grew aborts "$aborts"
}

test_full_mailbox_delays_commands() {
	local busy refused
	busy=$(stat busy) refused=$(stat refused)
	under_fault full interval=3
	grew busy "$busy"
	kept refused "$refused"
}

test_short_data_is_retried() {
	under_fault short_data probability=100
}

# sg passes errors and residuals to the user unchanged.
test_short_read_reports_residual() {
	local n
	dd if=/dev/urandom of=/tmp/data bs=4k count=1 status=none
	dd if=/tmp/data of="$(first_disk)" bs=4k oflag=direct status=none
	for _ in $(seq 20); do
		fault_set short_data interval=1 times=1
		sg_raw -b -r 4096 "$(first_sg)" 28 00 00 00 00 00 00 00 08 00 \
			>/tmp/short 2>/dev/null
		n=$(wc -c </tmp/short)
		[ "$n" -lt 4096 ] || fail "$n bytes"
		cmp -n "$n" /tmp/short /tmp/data
	done
}

# write_with FAULT: prints the sum of the residuals of 20 writes of 4 KiB.
write_with() {
	local t=/sys/kernel/tracing
	echo >$t/trace
	echo 1 >$t/events/pioscsi/pioscsi_complete/enable
	fault_set "$1" interval=1 times=20
	for _ in $(seq 20); do
		sg_raw -s 4096 -i /tmp/data "$(first_sg)" 2a 00 00 00 00 00 00 00 08 00 \
			>/dev/null 2>&1 || true
	done
	echo 0 >$t/events/pioscsi/enable
	awk -F= '/pioscsi_complete/ { n++; sum += $NF }
		END { print sum; exit n != 20 }' $t/trace
}

test_short_write_reports_residual() {
	local before resid
	before=$(stat bytes_out)
	resid=$(write_with short_data)
	same "$resid" $((20 * 4096 - $(stat bytes_out) + before)) "bytes not written"
	[ "$resid" -gt 4096 ]
	# Data that the initiator does not have is not made up.
	before=$(stat overrun_bytes)
	resid=$(write_with long_data)
	same "$resid" 0 residuals
	kept overrun_bytes "$before"
}

test_overrun_is_retried() {
	local excess
	excess=$(stat overrun_bytes)
	under_fault long_data probability=150
	grew overrun_bytes "$excess"
}

test_wrong_phase_is_retried() {
	local n
	n=$(stat faults)
	under_fault wrong_phase probability=150
	grew faults "$n"
}

test_parity_error_is_retried() {
	under_fault parity probability=150
}

test_check_condition_is_retried() {
	under_fault check probability=150
}

test_injected_sense_reaches_the_user() {
	local output
	fault_set check sense_key=0x3 asc=0x11 ascq=0x04 interval=1 times=1
	output=$(sg_raw -r 512 "$(first_sg)" 28 00 00 00 00 00 00 00 01 00 2>&1) &&
		fail "the command succeeded, an error was expected"
	grep -q 'Medium Error' <<<"$output" || fail "$output"
	grep -q 'auto reallocate failed' <<<"$output" || fail "$output"
	sg_raw -r 512 "$(first_sg)" 28 00 00 00 00 00 00 00 01 00 >/dev/null 2>&1
}

# The midlayer alone would send the read again until the last fault has happened.
test_no_sense_on_each_read_is_an_error() {
	local rc=0
	fault_set check sense_key=0 asc=0 ascq=0 interval=1 times=100
	dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct 2>/tmp/error || rc=$?
	disarm
	fault_set check sense_key=0xb
	same "$rc" 1 "exit status of dd"
	grep -q 'Input/output error' /tmp/error || fail "$(</tmp/error)"
	dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct status=none
}

test_task_set_full_is_retried() {
	under_fault queue_full probability=150
}

test_busy_status_is_retried() {
	under_fault busy probability=150
}

test_foreign_bus_reset_is_retried() {
	local resets
	resets=$(stat resets_seen)
	under_fault bus_reset interval=10
	grew resets_seen "$resets"
}

test_delayed_command_succeeds() {
	under_fault delay probability=150
}

test_stuck_chip_recovers_by_reset() {
	local resets
	resets=$(stat host_resets)
	under_fault stuck interval=20 times=1
	grew host_resets "$resets"
}

test_unload_after_faults_leaves_no_trace() {
	verify_fio "$(first_disk)" --size=4M --io_size=4M
	unload
	[ ! -e /sys/kernel/debug/pioscsi_sim ]
}

run_tests
