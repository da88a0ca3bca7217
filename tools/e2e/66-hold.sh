#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The simulator: the hard IRQ handler holds a slow CPU (62 MIPS) for less than 50 us.
# vm: --icount 4 --timeout 600
# stage: perf
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"

fresh_disk() { fresh_sim bus_ns=1000 latency_us=0 fifo_bytes=0; }

# From the first interrupt on, and under faults. On this slow CPU one question to the
# chip takes 40 us, and the port still has to learn the cost of longer interrupts.
test_first_interrupts_and_faults_hold_cpu_below_60_us() {
	local hold
	fresh_sim bus_ns=1000
	under_fault storm interval=20 times=5
	under_fault bus_reset interval=20 times=5
	under_fault full interval=10
	hold=$(stat hold_max_ns)
	echo "# longest hold of the hard IRQ handler: $hold ns"
	[ "$hold" -lt 60000 ]
}

. "$(dirname "${BASH_SOURCE[0]}")/hold.sh"
