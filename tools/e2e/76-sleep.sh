#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Suspend and resume under load lose no data and need no error handling. Only the
# devices are suspended; the CPU waits.
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

test_maskable_hba_suspends_and_resumes() {
	fresh_sim bus_ns=200
	begin_load
	sleep_and_wake
	sleep_and_wake
	end_load
}

test_unmaskable_hba_suspends_and_resumes() {
	fresh_sim can_mask=0
	begin_load
	sleep_and_wake
	end_load
}

test_polled_hba_suspends_and_resumes() {
	fresh_sim has_irq=0
	begin_load
	sleep_and_wake
	end_load
}

test_hbas_on_one_line_suspend_and_resume() {
	fresh_sim num_hosts=2 num_lines=1
	until_true 10 has_disks 2
	begin_load
	sleep_and_wake
	end_load
	unload
}

run_tests
