#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Trace events and the ring of a host, with and without faults. The time until a lost
# interrupt is found, and the commands that each reset ends. Time is the number of
# instructions, so that waiting costs no time.
# vm: --icount 0 --timeout 600
# kernels: 6.12 6.12-rt 6.12-debug 6.12-kcsan newest 6.12-trixie
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"

tracing=/sys/kernel/tracing

# traced COMMAND...: writes the port's trace events of the command to /tmp/trace.
traced() {
	echo >$tracing/trace
	echo 1 >$tracing/events/pioscsi/enable
	"$@"
	# The command has ended before the HBA is unmasked.
	until_true 10 host_is idle
	echo 0 >$tracing/events/pioscsi/enable
	sed -n 's/^.* \(pioscsi_[a-z]*: \)/\1/p' $tracing/trace >/tmp/trace
}

# events: prints the host's ring.
events() { cat "/sys/kernel/debug/pioscsi/host$(first_host)/events"; }

# is_like FILE PATTERN...: FILE has one line for each pattern, and each line matches.
is_like() {
	local file=$1 line pattern
	shift
	while read -r line; do
		[ $# -gt 0 ] || fail "more than expected: $line"
		pattern="^$1$"
		[[ $line =~ $pattern ]] || fail "'$line', expected '$1'"
		shift
	done <"$file"
	[ $# = 0 ] || fail "no '$1'"
}

# value NAME LINE-PATTERN FILE: prints VALUE of NAME=VALUE in each line that matches.
value() {
	sed -n "/$2/s/.*\<$1=\([^ ]*\).*/\1/p" "$3"
}

# sum NAME LINE-PATTERN FILE: prints the sum of the values.
sum() { value "$@" | awk '{ s += $1 } END { printf "%d\n", s }'; }

read_disk() { dd if="$(first_disk)" of=/dev/null iflag=direct status=none "$@"; }

# slow_sim: on this bus 64 KiB exceed any budget, and a turn of the interrupt's thread.
# All contexts have become idle when the latency ends, even on a slow kernel.
slow_sim() {
	unload
	load_port turn_ms=20
	load_sim bus_ns=1000 fifo_bytes=0 latency_us=5000 "$@"
	until_true 10 has_disk
	set_timeouts 2
}

test_deferred_read_traces_each_step() {
	local h irq tag
	slow_sim
	h=host=$(first_host)
	irq=$(interrupts | sed 's/:.*//; s/ //g')
	traced read_disk bs=64k count=1
	cat /tmp/trace
	tag=tag=$(value tag pioscsi_start /tmp/trace)
	is_like /tmp/trace \
		"pioscsi_start: $h id=0 lun=0 $tag opcode=0x28 bytes=65536 err=0" \
		"pioscsi_claim: $h irq=$irq ours=1" \
		"pioscsi_decide: $h $tag deferred dir=in bytes=65536 cost_ns=[1-9][0-9]{7,} spent_ns=[0-9]+ budget_ns=50000" \
		"pioscsi_mask: $h" \
		"pioscsi_defer: $h path=thread" \
		"pioscsi_pio: $h $tag dir=in bytes=[0-9]+ ns=[1-9][0-9]{6,}" \
		"pioscsi_defer: $h path=host_thread" \
		"pioscsi_pio: $h $tag dir=in bytes=[0-9]+ ns=[1-9][0-9]{6,}" \
		"pioscsi_complete: $h $tag result=0x0 residual=0" \
		"pioscsi_unmask: $h masked_ns=[1-9][0-9]{7,}"
	# 32768 accesses of 1 us while the HBA is masked.
	same "$(sum bytes pioscsi_pio /tmp/trace)" 65536 bytes
	[ "$(sum ns pioscsi_pio /tmp/trace)" -ge 32768000 ]
	[ "$(value masked_ns pioscsi_unmask /tmp/trace)" -ge 32768000 ]
}

test_ring_has_the_traced_events() {
	local tag cost ns bytes masked
	tag=tag=$(value tag pioscsi_start /tmp/trace)
	cost=$(value cost_ns pioscsi_decide /tmp/trace)
	mapfile -t ns < <(value ns pioscsi_pio /tmp/trace)
	mapfile -t bytes < <(value bytes pioscsi_pio /tmp/trace)
	masked=$(value masked_ns pioscsi_unmask /tmp/trace)
	events | tail -n 10 >/tmp/events
	cat /tmp/events
	is_like /tmp/events "[0-9.]+ start $tag opcode=0x28 err=0" \
		"[0-9.]+ claim" \
		"[0-9.]+ later $tag bytes=65536 cost_ns=$cost" \
		"[0-9.]+ mask" \
		"[0-9.]+ defer path=thread" \
		"[0-9.]+ pio_in $tag bytes=${bytes[0]} ns=${ns[0]}" \
		"[0-9.]+ defer path=host_thread" \
		"[0-9.]+ pio_in $tag bytes=${bytes[1]} ns=${ns[1]}" \
		"[0-9.]+ complete $tag result=0x0 resid=0" \
		"[0-9.]+ unmask masked_ns=$masked"
}

# Times rise up to now, and each step of the read takes a part of the time.
test_ring_has_times_in_order() {
	events | awk -v now="$(sed 's/ .*//' /proc/uptime)" '
		$1 < last { exit rc = 1 }
		$2 == "claim" { claimed = $1 }
		{ last = $1 }
		END { exit rc || last > now + 1 || last - claimed < 0.0327 }'
	[ "$(events | wc -l)" -le 64 ]
}

test_short_write_traces_no_deferral() {
	local h tag
	! kernel_is_slow || skip "nothing is short on this kernel"
	h=host=$(first_host)
	set_host hardirq_budget_us 1000
	traced dd if=/dev/zero of="$(first_disk)" bs=512 count=1 oflag=direct status=none
	cat /tmp/trace
	tag=tag=$(value tag pioscsi_start /tmp/trace)
	is_like /tmp/trace \
		"pioscsi_start: $h id=0 lun=0 $tag opcode=0x2a bytes=512 err=0" \
		"pioscsi_claim: $h irq=[0-9]+ ours=1" \
		"pioscsi_decide: $h $tag now dir=out bytes=512 cost_ns=[0-9]+ spent_ns=[0-9]+ budget_ns=1000000" \
		"pioscsi_pio: $h $tag dir=out bytes=512 ns=[0-9]+" \
		"pioscsi_complete: $h $tag result=0x0 residual=0"
}

test_interrupt_of_neighbour_traces_no_claim() {
	slow_sim num_hosts=2 num_lines=1
	until_true 10 has_disks 2
	traced read_disk bs=512 count=1
	grep -x "pioscsi_claim: host=$(hosts | tail -n 1) irq=[0-9]* ours=0" /tmp/trace
}

# error_of FAULT WHAT TAG: trace and ring call an injected FAULT by the name WHAT.
error_of() {
	fault_set "$1" interval=1 times=1
	traced read_disk bs=4k count=1
	same "$(grep pioscsi_error /tmp/trace | sort -u)" \
		"pioscsi_error: host=$(first_host) what=$2 tag=-1 err=0" "trace event"
	events | grep "^[0-9.]* error what=$2 err=0$"
}

test_each_fault_has_its_name_in_trace_and_ring() {
	slow_sim
	set_timeouts 90
	error_of lost_irq lost
	error_of wrong_phase fault
	same "$(value result pioscsi_complete /tmp/trace | head -n 1)" 0x80000 \
		"result of the first"
	error_of bus_reset reset_seen
	fault_set storm length=1000
	error_of storm storm
}

# One read of two commands, both of which hang. The log has the events before the first
# abort, and does not repeat them for the second.
test_abort_logs_the_last_events() {
	local tag
	slow_sim
	read_disk bs=4k count=1 skip=2
	echo 4 >"/sys/block/$(disks)/queue/max_sectors_kb"
	fault_set hang interval=1 times=2
	mark
	traced read_disk bs=8k count=1
	tag=$(value tag 'what=abort' /tmp/trace | head -n 1)
	same "$(grep pioscsi_error /tmp/trace | head -n 1)" \
		"pioscsi_error: host=$(first_host) what=abort tag=$tag err=0" "trace event"
	events | grep "^[0-9.]* error tag=$tag what=abort err=0$"
	since_mark | sed -n "/aborting tag $tag; last events:/,\$p" >/tmp/dump
	cat /tmp/dump
	grep ' pio_in tag=[0-9]* bytes=4096 ns=' /tmp/dump
	grep " start tag=$tag opcode=0x28 err=0" /tmp/dump
	same "$(grep -c what=abort /tmp/trace)" 2 "trace events"
	same "$(stat aborts)" 2 aborts
	same "$(grep -c 'aborting tag' /tmp/dump)" 1 dumps
}

# lost_after: prints the seconds from the last start until the loss was found.
lost_after() {
	events | awk '$2 == "start" { start = $1 } /error what=lost/ { s = $1 - start }
		END { print s }'
}

test_lost_interrupt_is_found_within_a_second() {
	local i s
	slow_sim
	set_timeouts 90
	for i in 1 2 3; do
		sleep 0.$((i * 3))
		fault_set lost_irq interval=1 times=1
		read_disk bs=512 count=1
		s=$(lost_after)
		echo "# noticed after $s s"
		kernel_watches || awk -v s="$s" 'BEGIN { exit !(s > 0 && s < 1.2) }'
	done
	same "$(stat lost)" 3 "lost interrupts"
	same "$(stat aborts)" 0 aborts
}

# Prints the results of the commands of each logical unit, as "ID:LUN RESULT COUNT".
# Each unit has two reads at first.
ends() {
	awk '{
		delete v
		for (i = 2; i <= NF; i++) {
			split($i, p, "=")
			v[p[1]] = p[2]
		}
	}
	/_start/ { at[v["tag"]] = v["opcode"] == "0x28" ? v["id"] ":" v["lun"] : "" }
	/_complete/ && at[v["tag"]] != "" { n[at[v["tag"]] " " v["result"]]++ }
	END { for (k in n) print k, n[k] }' /tmp/trace | sort
}

have_started() { [ "$(grep -c pioscsi_start $tracing/trace)" -ge "$1" ]; }

# Starts two long reads of each unit, and resets unit 1:0. The I/O scheduler could merge
# reads of adjacent blocks, so a block lies between the two.
reset_among_them() {
	local d jobs=() job
	# The clock of an idle guest jumps while a program is read from the host.
	sg_reset -V 2>/dev/null
	fault_set delay us=4294967295 interval=1
	for d in $(disks); do
		for job in 0 1; do
			dd if="/dev/$d" of=/dev/null bs=512 count=1 skip=$((2 * job)) iflag=direct \
				status=none &
			jobs+=($!)
		done
	done
	until_true 300 have_started 8
	disarm delay
	sg_reset -N "$1" "/dev/$(unit 1:0)"
	for job in "${jobs[@]}"; do
		wait "$job"
	done
}

# unit ID:LUN: prints the name of its disk.
unit() { ls "/sys/class/scsi_device/$(first_host):0:$1/device/block"; }

# resets OPTION WHAT ID:LUN...: a reset ends each command of these units once and no
# command of the others. The units report UNIT ATTENTION, and the retries succeed.
resets() {
	local option=$1 what=$2 u expected
	shift 2
	traced reset_among_them "$option"
	same "$(grep pioscsi_error /tmp/trace)" \
		"pioscsi_error: host=$(first_host) what=$what tag=-1 err=0" "trace event"
	expected=$(for u in 0:0 0:1 1:0 1:1; do
		echo "$u 0x0 2"
		[[ " $* " != *" $u "* ]] || echo "$u 0x80000 2"
	done)
	same "$(ends | grep -v ' 0x2 ')" "$expected" "what became of them"
}

test_lun_reset_ends_only_commands_of_the_lun() {
	slow_sim num_tgts=2 max_luns=2
	until_true 10 has_disks 4
	set_timeouts 50000
	resets -d lun_reset 1:0
}

test_target_reset_ends_only_commands_of_the_target() { resets -t target_reset 1:0 1:1; }
test_bus_reset_ends_all_commands() { resets -b bus_reset 0:0 0:1 1:0 1:1; }
test_host_reset_ends_all_commands() { resets -H host_reset 0:0 0:1 1:0 1:1; }

test_resets_caused_no_other_error() {
	local what
	for what in lun target bus host; do
		same "$(stat ${what}_resets)" 1 "resets: $what"
	done
	same "$(stat aborts)" 0 aborts
	same "$(stat faults)" 0 faults
	unload
}

run_tests
