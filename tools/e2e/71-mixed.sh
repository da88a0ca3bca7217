#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Ten thousand faults of all kinds at once under verified I/O: no data is lost or wrong,
# and no command hangs.
# vm: --smp 2 --timeout 900
# kernels: 6.12 6.12-rt 6.12-debug 6.12-kcsan
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"
. "$(dirname "${BASH_SOURCE[0]}")/load.sh"

# A command fails after six faults in a row, and a reset ends all commands. Let the
# disks retry without a limit.
retry_for_ever() {
	local f
	for f in /sys/class/scsi_disk/*/max_retries; do
		echo -1 >"$f"
	done
}

# Faults that take seconds are few. Additional interrupts, which cost no time, are not
# most of the faults.
arm_all() {
	fault_set double_irq probability=200
	fault_set late_irq us=50 probability=50
	fault_set spurious_irq probability=200
	fault_set storm length=150 interval=300
	fault_set delay us=300 probability=100
	fault_set full us=200 interval=20
	fault_set short_data probability=60
	fault_set queue_full interval=20
	fault_set busy interval=25
	fault_set long_data probability=50
	fault_set parity probability=12
	fault_set check probability=12
	fault_set wrong_phase interval=100
	fault_set bus_reset interval=100
	fault_set lost_irq interval=400 times=8
	fault_set hang interval=900 times=3
	fault_set stuck interval=2500 times=1
	fault_set dead us=20000 interval=800 times=3
}

# All faults but bad_chip, which has its own case.
many="double_irq late_irq spurious_irq storm delay full short_data queue_full busy
	long_data parity check wrong_phase bus_reset"
few="lost_irq hang stuck dead"

round() {
	verify_fio "$(first_disk)" --bsrange=512-16k --blockalign=512 --size=2M \
		--io_size=2M --randseed="$1"
}

# until_injected N: waits until N more faults have happened.
until_injected() {
	local n=0 enough
	enough=$(($(injected) + $(at_length "$1")))
	while [ "$(injected)" -lt "$enough" ]; do
		n=$((n + 1))
		round $n
	done
	echo "# $(injected) faults in $n rounds"
}

tell() {
	local k
	for k in $many $few; do
		printf '%s %d, ' "$k" "$(injected "$k")"
	done | sed 's/^/# /; s/, $/\n/'
}

# Each kind has happened often, and additional interrupts are not most of the faults.
all_kinds_happened() {
	local k
	for k in $many; do
		[ "$(injected "$k")" -ge 40 ] || fail "only $(injected "$k") faults of the kind $k"
	done
	for k in $few; do
		[ "$(injected "$k")" -gt 0 ] || fail "no fault of the kind $k"
	done
	k=$(($(injected double_irq) + $(injected spurious_irq)))
	[ $((3 * k)) -le $((2 * $(injected))) ] || fail "$k of $(injected) faults are additional interrupts"
}

test_ten_thousand_mixed_faults_lose_no_data() {
	faulty_sim
	retry_for_ever
	arm_all
	until_injected 10000
	tell
	[ "$(at_length 10)" -lt 10 ] || all_kinds_happened
	disks_are running
}

# A bad chip causes wrong data: it may report a write as done that is not. The driver
# cannot know that, so data of this time is not verified, and any command may fail.
test_bad_chip_does_not_hang_the_host() {
	local n=0 before
	before=$(injected)
	fault_set bad_chip probability=5
	until [ "$(injected bad_chip)" -ge "$(at_length 100)" ]; do
		n=$((n + 1))
		fio --name=bad --filename="$(first_disk)" --direct=1 \
			--ioengine=libaio --iodepth=16 --rw=randrw \
			--bsrange=4k-16k --size=4M --io_size=1M \
			--continue_on_error=all --randseed=$n \
			--output-format=terse >/dev/null 2>&1 || true
		bring_back
	done
	echo "# $(injected bad_chip) of $(($(injected) - before)) in $n rounds"
	disarm
	sg_reset -N -H "$(first_sg)"
	bring_back
}

test_host_verifies_after_faults() {
	disarm
	verify_fio "$(first_disk)" --size=4M --io_size=4M
	unload
}

# Faults of one host cause no error of its neighbour.
test_neighbour_on_faulty_line_sees_no_error() {
	local neighbour name
	fresh_sim num_hosts=2 num_lines=1
	until_true 10 has_disks 2
	echo 2 | tee "/sys/block/$(disks | sed -n 1p)/device/"{,eh_}timeout
	retry_for_ever
	neighbour=$(hosts | tail -n 1)
	trap 'pkill -KILL -x fio || true' EXIT
	begin_load "/dev/$(disks | sed -n 2p)"
	arm_all
	until_injected 1000
	disarm
	end_load
	for name in faults resets_seen; do
		[ "$(stat $name)" -gt 0 ] || fail "the counter $name is 0 after the faults"
		same "$(stat $name "$neighbour")" 0 "the neighbour's $name"
	done
	[ "$(stat irq_none "$neighbour")" -gt 0 ]
	disks_are running
}

# A chip that cannot be masked.
test_unmaskable_chip_survives_mixed_faults() {
	faulty_sim can_mask=0
	retry_for_ever
	arm_all
	until_injected 1000
	disks_are running
}

test_polled_chip_survives_mixed_faults() {
	faulty_sim has_irq=0
	retry_for_ever
	arm_all
	# A polled chip has no interrupt that could be lost.
	disarm lost_irq
	until_injected 1000
	disks_are running
}

test_each_way_of_deferring_survives_mixed_faults() {
	local way
	faulty_sim
	retry_for_ever
	for way in bh inline; do
		set_host defer $way
		arm_all
		until_injected 1000
		disks_are running
		disarm
	done
	unload
}

run_tests
