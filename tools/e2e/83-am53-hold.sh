#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974: its hard IRQ handler holds a slow CPU (62 MIPS) for less than 50 us, with
# transfers of any length.
# vm: --icount 4 --timeout 600 --qemu-arg -device --qemu-arg am53c974,id=scsi0 --qemu-arg -drive --qemu-arg if=none,id=d0,driver=null-co,read-zeroes=on,size=1G --qemu-arg -device --qemu-arg scsi-hd,drive=d0,bus=scsi0.0,scsi-id=0
# stage: perf
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

bench=$(dirname "${BASH_SOURCE[0]}")/../bench
sizes="512 4k 64k 128k"

# below_50_us DD-OPTION...: checks each size, by the kernel's trace events.
below_50_us() {
	local size n p50 p99 p999 max
	for size in $sizes; do
		"$bench/irqhold.sh" start $am53
		dd bs=$size count=30 status=none "$@"
		read -r n p50 p99 p999 max <<<"$("$bench/irqhold.sh" report)"
		echo "# $size: $n interrupts, held for p50 $p50, p99 $p99, longest $max us"
		awk -v n="$n" -v max="$max" 'BEGIN { exit !(n >= 30 && max > 0 && max < 50) }' ||
			fail "$size: p999 $p999, longest $max us of $n"
	done
	"$bench/irqhold.sh" stop
}

test_disk_appears() {
	fresh_am53
}

test_reads_hold_cpu_below_50_us() {
	below_50_us if="$(first_disk)" of=/dev/null iflag=direct
}

test_writes_hold_cpu_below_50_us() {
	below_50_us if=/dev/zero of="$(first_disk)" oflag=direct
}

run_tests
