#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An HBA that cannot be masked, and an HBA without an interrupt. Time is the number of
# instructions, so that hold times can be compared.
# vm: --icount 0 --timeout 600
# kernels: 6.12 6.12-rt 6.12-debug 6.12-kcsan
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

max_kb() { cat "/sys/block/$(basename "$(first_disk)")/queue/max_hw_sectors_kb"; }

# copied KIB: writes data by large requests, reads it back and compares.
copied() {
	dd if=/dev/urandom of=/tmp/data bs=1k count="$1" status=none
	dd if=/tmp/data of="$(first_disk)" bs=1M oflag=direct status=none
	dd if="$(first_disk)" bs=1k count="$1" iflag=direct status=none | cmp - /tmp/data
}

test_wrong_nomask_parameters_fail_to_load() {
	local p
	unload
	load_port
	for p in can_mask=2 has_irq=2 can_mask=-1; do
		refuses load_sim $p
	done
}

test_maskable_hba_has_long_transfers() {
	fresh_sim
	[ "$(max_kb)" -ge 512 ]
}

test_unmaskable_hba_has_transfers_within_budget() {
	# 64 words take more than 64 us, so that no sector fits the budget of 50 us.
	mark
	fresh_sim can_mask=0 bus_ns=1000 fifo_bytes=64
	same "$(max_kb)" 4 "KiB at a time"
	same "$(since_mark | grep -c 'limiting transfers to')" 1 "lines that say so"
}

# has_held_at_most NS: checks the longest hold of the hard IRQ handler.
has_held_at_most() {
	local hold
	hold=$(stat hold_max_ns)
	echo "# longest hold $hold ns"
	kernel_watches || [ "$hold" -le "$1" ]
}

test_fifo_bounds_hold_time() {
	local before
	before=$(stat deferred)
	# A burst takes 32 us of a budget of 50, so an interrupt moves one burst.
	copied 64
	has_held_at_most 60000
	same $(($(stat deferred) - before)) 0 deferrals
}

test_fast_chip_has_longer_transfers() {
	fresh_sim can_mask=0 bus_ns=0 fifo_bytes=0
	echo "# longest transfer: $(max_kb) KiB"
	kernel_watches || [ "$(max_kb)" -ge 6 ]
	[ "$(max_kb)" -lt 512 ]
	copied 512
	has_held_at_most 60000
}

test_max_sectors_beyond_budget_warns() {
	unload
	mark
	load_port max_sectors=128
	load_sim can_mask=0 bus_ns=1000
	until_true 10 has_disk
	same "$(max_kb)" 64 "KiB at a time"
	logged 'max_sectors=128'
	copied 256
}

test_unmaskable_hba_verifies() {
	fresh_sim can_mask=0 bus_ns=10
	verify_fio "$(first_disk)" --size=2M --io_size=2M
	same "$(stat faults)" 0 faults
	none_lost
}

test_unmaskable_hbas_on_one_line_verify() {
	local d jobs=()
	fresh_sim can_mask=0 bus_ns=10 num_hosts=2 num_lines=1
	until_true 10 has_disks 2
	for d in $(disks); do
		verify_fio "/dev/$d" --size=1M --io_size=1M &
		jobs+=($!)
	done
	for d in "${jobs[@]}"; do
		wait "$d"
	done
	for d in $(hosts); do
		none_lost "$d"
	done
}

test_polled_hba_has_no_interrupt() {
	fresh_sim has_irq=0
	refuses interrupts
	verify_fio "$(first_disk)" --size=2M --io_size=2M
	same "$(stat irqs)" 0 interrupts
	same "$(stat faults)" 0 faults
}

tracing=/sys/kernel/tracing

# timers_traced COMMAND...: traces the timers that expire during the command.
timers_traced() {
	echo >$tracing/trace
	echo 1 | tee $tracing/events/timer/hrtimer_expire_e{ntry,xit}/enable >/dev/null
	"$@" >/dev/null 2>&1
	echo 0 | tee $tracing/events/timer/hrtimer_expire_e{ntry,xit}/enable >/dev/null
}

# polls COMMAND...: prints the number of polls of the host during the command.
polls() {
	timers_traced "$@"
	grep -c 'function=timer_expired' $tracing/trace || true
}

# longest_poll: prints the longest traced poll in us.
longest_poll() {
	awk 'match($0, /[0-9.]+: hrtimer_expire_e/) { now = 1e6 * substr($0, RSTART) }
		/function=timer_expired/ { begun = now }
		/hrtimer_expire_exit/ && begun {
			if (now - begun > most)
				most = now - begun
			begun = 0
		}
		END { printf "%d\n", most }' $tracing/trace
}

# polls_are_short OPTION...: a timer keeps to the budget of the hard IRQ handler. Timers
# of PREEMPT_RT run in a thread and are not bounded.
polls_are_short() {
	local longest
	fresh_sim has_irq=0 bus_ns=1000 fifo_bytes=0 "$@"
	timers_traced copied 256
	longest=$(longest_poll)
	echo "# longest poll $longest us"
	[ "$longest" -gt 0 ]
	kernel_watches || [[ $VM_KERNEL == *-rt-* ]] || [ "$longest" -le 60 ]
}

test_polls_keep_the_budget() { polls_are_short; }
test_polls_of_unmaskable_hba_keep_the_budget() { polls_are_short can_mask=0; }

test_idle_host_is_not_polled() {
	local busy idle
	busy=$(polls dd if="$(first_disk)" of=/dev/null bs=4k count=50 iflag=direct)
	idle=$(polls sleep 2)
	echo "# polled $busy times while busy, $idle while idle"
	[ "$busy" -ge 50 ]
	same "$idle" 0 "polls of an idle host"
}

test_polled_unmaskable_hba_verifies() {
	fresh_sim can_mask=0 has_irq=0 bus_ns=10
	[ "$(max_kb)" -ge 512 ]
	verify_fio "$(first_disk)" --size=2M --io_size=2M
	unload
}

run_tests
