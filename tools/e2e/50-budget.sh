#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The decision between hard IRQ handler and deferral. It depends on measured time, so
# time is the number of instructions here.
# vm: --icount 0
# kernels: 6.12 6.12-rt
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

# reads SIZE COUNT: prints the bursts moved at once and the deferrals.
reads() {
	local now deferred
	now=$(stat inline_bursts) deferred=$(stat deferred)
	dd if="$(first_disk)" of=/dev/null bs="$1" count="$2" iflag=direct status=none
	echo "$(($(stat inline_bursts) - now)) $(($(stat deferred) - deferred))"
}

# is_about BUS_NS PS...: each estimate of PS for a byte fits a bus that moves two bytes
# in BUS_NS.
is_about() {
	local ns=$1 ps
	shift
	for ps in "$@"; do
		[ "$ps" -ge $((ns * 500)) ] && [ "$ps" -le $((ns * 650)) ] ||
			fail "$ps ps a byte, $ns ns an access"
	done
}

test_new_host_measures_its_bus() {
	local before ns in out
	before=$(cat /sys/module/scsi_mod/parameters/scan)
	for ns in 1000 300; do
		unload
		load_port
		# No command is sent yet.
		echo none >/sys/module/scsi_mod/parameters/scan
		load_sim bus_ns=$ns
		echo "$before" >/sys/module/scsi_mod/parameters/scan
		same "$(stat completed)" 0 commands
		in=$(get_host pio_in_ps_per_byte)
		out=$(get_host pio_out_ps_per_byte)
		echo "# $ns ns an access: $in and $out ps a byte"
		is_about $ns "$in" "$out"
	done
}

test_zero_budget_defers_all_data() {
	local now deferred
	fresh_sim bus_ns=1000 fifo_bytes=0
	set_host hardirq_budget_us 0
	read -r now deferred < <(reads 512 50)
	same "$now" 0 "bursts done at once"
	[ "$deferred" -ge 50 ]
}

test_burst_within_budget_runs_at_once() {
	local now deferred
	# 256 words of 1 us, far below the budget.
	set_host hardirq_budget_us 1000
	read -r now deferred < <(reads 512 50)
	same "$now" 50 "bursts done at once"
}

test_burst_beyond_budget_is_deferred() {
	local now deferred
	# 32768 words of 1 us, far above any budget.
	read -r now deferred < <(reads 64k 10)
	same "$now" 0 "bursts done at once"
	[ "$deferred" -ge 10 ]
}

test_inline_never_defers() {
	local now deferred
	set_host defer inline
	read -r now deferred < <(reads 64k 10)
	same "$deferred" 0 deferrals
	[ "$now" -ge 10 ]
}

test_invalid_attribute_value_is_rejected() {
	refuses set_host defer sometimes
	refuses set_host hardirq_budget_us many
	refuses set_host hardirq_budget_us 1000000
	refuses set_host hardirq_budget_us -1
	same "$(get_host defer)" inline defer
	same "$(get_host hardirq_budget_us)" 1000 hardirq_budget_us
}

test_parameters_set_attributes_of_new_hosts() {
	local way
	for way in bh inline thread; do
		unload
		load_port defer=$way hardirq_budget_us=7
		load_sim
		same "$(get_host defer)" $way defer
		same "$(get_host hardirq_budget_us)" 7 hardirq_budget_us
		until_true 10 has_disk
	done
}

# documented FILE: prints the names of the first table of this file in the ABI document.
documented() {
	awk -v end="/$1\$" '
		/^What:/ { here = $2 ~ end; lines = 0 }
		here && /^\t\t=+\t/ { lines++; next }
		here && lines == 1 && /^\t\t[a-z]/ { print $1 }
	' "$(dirname "${BASH_SOURCE[0]}")/../../Documentation/ABI/testing/debugfs-pioscsi"
}

test_debugfs_files_have_the_documented_lines() {
	local file dir
	dir=/sys/kernel/debug/pioscsi/host$(first_host)
	for file in stats state; do
		documented $file >/tmp/documented
		[ "$(wc -l </tmp/documented)" -ge 6 ]
		diff /tmp/documented <(cut -d ' ' -f 1 "$dir/$file")
	done
}

test_idle_host_reports_its_state() {
	local state depth
	until_true 10 host_is idle
	depth=$(</sys/module/pioscsi_sim/parameters/max_queue)
	sleep 1
	state=$(<"/sys/kernel/debug/pioscsi/host$(first_host)/state")
	[ "$(sed -n 's/^owner_ms //p' <<<"$state")" -ge 500 ]
	grep -qx "depth $depth" <<<"$state"
	grep -qx 'owner idle' <<<"$state"
	grep -qx 'in_service 1' <<<"$state"
	grep -qx 'active 0' <<<"$state"
	grep -qx 'waiting 0' <<<"$state"
}

test_unload_succeeds() {
	unload
}

run_tests
