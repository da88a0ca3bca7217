#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A task beside long PIO waits no longer than beside a DMA disk. The bus is slow, the
# load is by 64 KiB on one CPU, and time is the number of instructions.
# vm: --icount 0 --timeout 600
# stage: perf
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/bystander.sh"

test_disk_on_slow_bus_appears() {
	fresh_sim bus_ns=1000 latency_us=0 fifo_bytes=0
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
