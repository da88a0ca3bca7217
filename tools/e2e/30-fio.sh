#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Random writes and reads with verification, for each way of deferring, with the
# modelled bus of a PIO card and at full speed.
# vm: --smp 2 --timeout 600
# kernels: 6.12 6.12-rt 6.1 6.12-debug 6.12-kcsan newest 6.12-trixie 6.1-i386 6.12-armhf 6.12-arm64 6.12-s390x
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

# way DEFER PARAMETER...: verifies one way of deferring.
way() {
	local defer=$1
	shift
	fresh_sim "$@"
	set_host defer "$defer"
	same "$(get_host defer)" "$defer" defer
	verify_fio "$(first_disk)"
	same "$(stat faults)" 0 faults
	none_lost
	stat lost >>$scratch/lost
}

rm -f $scratch/lost

fast="bus_ns=0 latency_us=0 fifo_bytes=0"
costs="bus_ns=120"

test_thread_without_bus_cost_verifies() { way thread $fast; }
test_bh_without_bus_cost_verifies() { way bh $fast; }
test_inline_without_bus_cost_verifies() { way inline $fast; }
test_thread_with_bus_cost_verifies() { way thread $costs; }
test_bh_with_bus_cost_verifies() { way bh $costs; }
test_inline_with_bus_cost_verifies() { way inline $costs; }
test_small_fifo_verifies() { way thread fifo_bytes=512; }
test_sectors_of_4k_verify() { way thread sector_size=4096; }
test_queue_depth_of_one_verifies() { way thread max_queue=1; }

test_four_disks_on_one_line_verify() {
	local d jobs=()
	fresh_sim num_hosts=2 max_luns=2 num_lines=1
	until_true 10 has_disks 4
	for d in $(disks); do
		verify_fio "/dev/$d" --io_size=8M --size=8M >"/tmp/$d" &
		jobs+=($!)
	done
	for d in "${jobs[@]}"; do
		wait "$d"
	done
	for d in $(hosts); do
		none_lost "$d"
		stat lost "$d" >>$scratch/lost
	done
	unload
}

# Each case allows one lost interrupt, because the machine may stop a virtual CPU.
test_all_cases_lose_two_interrupts_at_most() {
	local lost
	lost=$(awk '{ n += $1 } END { print n }' $scratch/lost)
	echo "# $lost lost"
	[ "${lost:?}" -le 2 ] || fail "$lost lost interrupts in all cases"
}

run_tests
