# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For tests of the time that the hard IRQ handler holds a slow CPU (62 MIPS). A test
# defines fresh_disk, which loads the driver, and sources this file after its cases. The
# cases of this file run first.

bench=$(dirname "${BASH_SOURCE[0]}")/../bench

# longest_hold IRQ-NAME DISK RW: prints the longest hold in us beside a load by 64 KiB,
# by the kernel's trace events.
longest_hold() {
	"$bench/beside.sh" 1 "$1" "$2" --rw="$3" | tr ' ' '\n' | sed -n 's/^hold_max=//p'
}

# show_state: prints the counters and the last events of the port, for a hold that is too
# long.
show_state() {
	local dir
	dir=/sys/kernel/debug/pioscsi/host$(first_host)
	paste -sd ' ' "$dir/stats" | fold -s -w 90 | sed 's/^/# /'
	sed 's/^/# /' "$dir/events"
}

# hold_of SIZE DD-OPTION...: the handler holds the CPU below 50 us for 30 transfers of
# SIZE, by the kernel's trace events. Adds the number of interrupts to "total".
hold_of() {
	local size=$1 report n p50 p99 p999 max
	shift
	"$bench/irqhold.sh" start "$(get_host proc_name)"
	dd bs="$size" count=30 status=none "$@"
	report=$("$bench/irqhold.sh" report)
	read -r n p50 p99 p999 max <<<"$report"
	echo "# $size: $n interrupts, held for p50 $p50, p99 $p99, longest $max us"
	[ "$n" = 0 ] || awk -v max="$max" 'BEGIN { exit !(max < 50) }' ||
		{ show_state; fail "$size: p999 $p999, longest $max us of $n"; }
	total=$((total + n))
}

# below_50_us DD-OPTION...: hold_of each size, until 30 interrupts have come. ATA needs
# no interrupt for a short write, and few for long ones if the disk answers fast.
below_50_us() {
	local size rounds=0 total=0
	until [ $total -ge 30 ]; do
		rounds=$((rounds + 1))
		[ $rounds -le 10 ] || fail "only $total interrupts"
		for size in 512 4k 64k 128k; do
			hold_of $size "$@"
		done
	done
	"$bench/irqhold.sh" stop
}

test_disk_appears() {
	fresh_disk
}

test_reads_hold_cpu_below_50_us() {
	below_50_us if="$(first_disk)" of=/dev/null iflag=direct
}

test_writes_hold_cpu_below_50_us() {
	below_50_us if=/dev/zero of="$(first_disk)" oflag=direct
}

run_tests
