#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Way of deferring and budget change while the host is busy.
# vm: --smp 2 --timeout 400
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

# Uses no program, because a fork would make the switching slower than the load.
switch_until_ended() {
	local n=0 way host
	host=/sys/class/scsi_host/host$(first_host)
	mkfifo /tmp/never
	exec 9<>/tmp/never
	until [ -e /tmp/ended ]; do
		for way in bh inline thread; do
			echo $way >"$host/defer"
			echo $((n % 100)) >"$host/hardirq_budget_us"
			n=$((n + 1))
			read -r -t 0.01 -u 9 || true
		done
	done
	echo "# switched $n times"
	[ $n -ge 30 ]
}

load() {
	trap 'echo >/tmp/ended' EXIT
	verify_fio "$(first_disk)" --loops=2
}

test_switching_defer_under_load_loses_no_data() {
	local load
	fresh_sim
	load &
	load=$!
	switch_until_ended
	wait $load
	same "$(stat faults)" 0 faults
	none_lost
}

test_writing_attribute_during_unload_is_safe() {
	local host setter
	host=/sys/class/scsi_host/host$(first_host)
	while [ -e "$host/defer" ]; do
		! echo bh >"$host/defer" || : >/tmp/written
		echo 3 >"$host/hardirq_budget_us" || true
	done 2>/dev/null &
	setter=$!
	until_true 10 test -e /tmp/written
	unload
	wait $setter
}

run_tests
