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

. "$(dirname "${BASH_SOURCE[0]}")/bystander.sh"
