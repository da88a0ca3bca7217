#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Suspend and resume under load: nothing is lost, and no error handling is
# needed. What sleeps is the devices; the CPU only waits.
# vm: --timeout 300
# kernels: 6.12 6.1
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ram.sh"

run_from_ram fio pkill

# Freezing interrupts system calls, after which fio 3.33 waits with libaio for
# events that it already has.
begin_load() {
	verify_fio "$(first_disk)" --size=4M --io_size=1G --time_based --runtime=600 \
		--verify_backlog=32 --ioengine=io_uring >/tmp/load 2>&1 &
	load=$!
	until_true 10 is_busy
}

is_busy() { [ "$(stat completed)" -gt 200 ]; }

# It must have lived, and gone on: more is done than before.
end_load() {
	local before
	before=$(stat completed)
	until_true 10 has_done_more_than $((before + 100))
	kill -0 "$load"
	pkill -KILL -x fio
	wait "$load" || true
	refuses grep -iE 'verify: bad|error' /tmp/load
	same "$(stat aborts)" 0 aborts
	same "$(stat host_resets)" 0 "host resets"
}

has_done_more_than() { [ "$(stat completed)" -gt "$1" ]; }

sleep_and_wake() {
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
	echo devices >/sys/power/pm_test
	mark
	echo freeze >/sys/power/state
	since_mark | grep 'Waiting for 1 second'
}

test_masked_hba_sleeps() {
	fresh_sim bus_ns=200
	begin_load
	sleep_and_wake
	sleep_and_wake
	end_load
}

test_hba_without_a_mask_sleeps() {
	fresh_sim can_mask=0
	begin_load
	sleep_and_wake
	end_load
}

test_hba_without_an_interrupt_sleeps() {
	fresh_sim has_irq=0
	begin_load
	sleep_and_wake
	end_load
}

test_two_hbas_on_one_line_sleep() {
	fresh_sim num_hosts=2 num_lines=1
	until_true 10 has_disks 2
	begin_load
	sleep_and_wake
	end_load
	unload
}

run_tests
