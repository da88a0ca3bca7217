#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Suspend and resume under load: nothing is lost, and no error handling is
# needed. What sleeps is the devices; the CPU only waits.
# vm: --timeout 300
# guest: own
# kernels: 6.12
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/load.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ram.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sleep.sh"

run_from_ram fio pkill

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
