# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A task beside the first disk waits no longer than beside a DMA disk. The load is by 64
# KiB on one CPU. A test defines fresh_disk, which loads the driver, and sources this
# file last.

bench=$(dirname "${BASH_SOURCE[0]}")/../bench

# beside POLICY FIO-OPTION...: sets $line to the benchmark's line of NAME=VALUE.
# There are 1,400 samples for the 99.9 % of a FIFO task, and 600 for the 99 % of an
# ordinary task.
beside() {
	local irq seconds=0.7
	[ "$1" = fifo ] || seconds=0.3
	irq=$(get_host proc_name)
	line=$(POLICY=$1 "$bench/beside.sh" $seconds "$irq" "$(first_disk)" "${@:2}")
	echo "# $*: $line"
}

# at_most LIMIT NAME: fails if the value in $line is larger.
at_most() {
	local value
	value=$(tr ' ' '\n' <<<"$line" | sed -n "s/^$2=//p")
	[ "$value" -le "$1" ] || fail "$2 is $value, more than $1"
}

test_disk_appears() {
	fresh_disk
}

test_fifo_task_beside_reads_waits_below_limit() {
	beside fifo --rw=read
	at_most 55 wait_p999
}

test_fifo_task_beside_writes_waits_below_limit() {
	beside fifo --rw=write
	at_most 55 wait_p999
}

test_ordinary_task_beside_reads_waits_below_limit() {
	beside other --rw=read
	at_most 200 wait_p99
}

test_ordinary_task_beside_writes_waits_below_limit() {
	beside other --rw=write
	at_most 200 wait_p99
}

run_tests
