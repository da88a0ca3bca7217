#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: rt.sh SHIFT
# The disks of the scenario ata on PREEMPT_RT, where the kernel runs libata's interrupt
# in a thread of SCHED_FIFO 50. pioscsi_ata is measured with the policy of its thread
# unchanged, which is SCHED_NORMAL, and with SCHED_FIFO 50.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/ata.sh"
shift_=$1
. "$here/../disks.sh"
warm_up

# Trace events would delay a bystander beside drivers with an interrupt.
loads() {
	irq=none
	reads_and_writes 2 0.5
}

grep -q PREEMPT_RT /proc/version || fail "this kernel has no PREEMPT_RT"
for policy in fifo other; do
	POLICY=$policy beside shift="$shift_" driver=none mode=idle policy=$policy -- 1 idle
done
on_each_disk loads
mapfile -t threads < <(pgrep '^irq/[0-9]*-(s-)?pioscs')
[ ${#threads[@]} -gt 0 ] || fail "the interrupt of pioscsi_ata has no thread"
for thread in "${threads[@]}"; do
	chrt -f -p 50 "$thread"
	chrt -p "$thread" | grep -q 'priority: 50$' || fail "thread $thread is not SCHED_FIFO 50"
done
mode=fifo-50
loads
