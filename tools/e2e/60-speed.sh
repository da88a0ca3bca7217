#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The simulator is about as fast as scsi_debug, which moves the data in the
# submitting task and has no interrupt. Time is the number of instructions.
# vm: --icount 0 --timeout 600
# stage: perf
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

# measure DISK FIELD NAME=VALUE...: prints one number of fio's JSON. No other program
# may start beside fio, because it would take the only CPU from fio.
measure() {
	local disk=$1 field=$2
	shift 2
	fio --name=speed --filename="$disk" --size=16M --direct=1 --ioengine=libaio \
		--time_based --ramp_time=100ms --runtime=1 --output-format=json \
		--output=$scratch/fio "$@"
	python3 -c "import json
print(int(json.load(open('$scratch/fio'))['jobs'][0]['read']['$field']))"
}

scsi_debug_disk() {
	local d
	for d in /sys/bus/pseudo/drivers/scsi_debug/adapter0/host*/target*/*/block/*; do
		echo "/dev/$(basename "$d")"
	done
}

# at_least NUM DEN OURS THEIRS WHAT: fails unless OURS >= THEIRS * NUM / DEN.
at_least() {
	local ratio=$(($3 * 100 / $4))
	printf '# %s: %d, scsi_debug %d, ratio %d.%02d\n' "$5" "$3" "$4" \
		$((ratio / 100)) $((ratio % 100))
	[ $(($3 * $2)) -ge $(($4 * $1)) ]
}

test_disks_are_ready() {
	local disk
	fresh_sim bus_ns=0 latency_us=0 fifo_bytes=0
	modprobe scsi_debug delay=0 dev_size_mb=64
	until_true 10 test -b "$(scsi_debug_disk)"
	# The simulator does not copy blocks that were never written.
	for disk in "$(first_disk)" "$(scsi_debug_disk)"; do
		dd if=/dev/urandom of="$disk" bs=1M count=16 oflag=direct status=none
	done
}

test_random_4k_reads_are_about_as_fast_as_scsi_debug() {
	local load="--rw=randread --bs=4k --iodepth=32"
	# shellcheck disable=SC2086
	at_least 98 100 "$(measure "$(first_disk)" iops $load)" \
		"$(measure "$(scsi_debug_disk)" iops $load)" "4 KiB random reads a second"
}

test_reads_of_128k_are_seven_times_as_fast_as_scsi_debug() {
	local load="--rw=read --bs=128k --iodepth=4"
	# shellcheck disable=SC2086
	at_least 7 1 "$(measure "$(first_disk)" bw $load)" \
		"$(measure "$(scsi_debug_disk)" bw $load)" "KiB a second in 128 KiB reads"
}

# The thread ends several commands of a deep queue after one interrupt.
test_load_used_interrupts() {
	local irqs completed
	irqs=$(stat irqs) completed=$(stat completed)
	echo "# $irqs interrupts, $completed commands"
	[ $((irqs * 2)) -ge "$completed" ]
	[ "$(interrupt_count)" -gt 0 ]
}

run_tests
