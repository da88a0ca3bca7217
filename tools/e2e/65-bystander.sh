#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The simulator: delay of a task beside its PIO. The bus is slow, and time is the number
# of instructions.
# vm: --icount 0 --timeout 600
# stage: perf
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

fresh_disk() { fresh_sim bus_ns=1000 latency_us=0 fifo_bytes=0; }

# The simulator allocates memory for blocks that were never written. On a bus that takes
# no time, most of the load is that work.
test_fifo_task_beside_first_writes_waits_below_limit() {
	fresh_sim bus_ns=0 latency_us=0 fifo_bytes=0 dev_size_mb=512
	beside fifo --rw=write
	at_most 55 wait_p999
}

. "$(dirname "${BASH_SOURCE[0]}")/bystander.sh"
