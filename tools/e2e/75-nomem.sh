#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each allocation of loading, probing and scanning fails once. The driver undoes its
# earlier steps, and the next attempt succeeds. All allocations for debugfs fail
# together, because they are many. I/O runs while some allocations fail.
# The kernel ignores an error when it creates an interrupt's files in /proc, and warns
# later that it cannot remove them.
# kernels: 6.12-debug 6.12-kcsan
# allow: unregister_irq_proc|vm: tainted 4608
# vm: --timeout 600
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

debugfs=/sys/kernel/debug
platform=/sys/bus/platform
driver=$platform/drivers/pioscsi_sim
plenty=1000000

# inject NAME=VALUE...: sets a value of fault injection for both allocators.
inject() {
	local p
	for p in "$@"; do
		echo "${p#*=}" >$debugfs/failslab/"${p%%=*}"
		echo "${p#*=}" >$debugfs/fail_page_alloc/"${p%%=*}"
	done
}

# Prints the address range of the functions through which debugfs allocates.
debugfs_range() {
	awk '$3 ~ /^(debugfs_create_dir|__debugfs_create_file)$/ {
			first = first ? first : $1
			inside = 1
			next
		}
		inside { last = $1; inside = 0 }
		END { print "0x" first, "0x" last }' /proc/kallsyms
}

# Selects allocations on behalf of modules. In this kernel only ours are modules. Those
# for debugfs are exempt, and failures are not logged.
prepare() {
	read -r first last < <(debugfs_range)
	inject probability=0 times=$plenty interval=1 space=0 verbose=0 \
		task-filter=N ignore-gfp-wait=N stacktrace-depth=32 \
		require-start=0xffffffffa0000000 require-end=0xffffffffff000000 \
		reject-start="$first" reject-end="$last"
	echo 0 >$debugfs/fail_page_alloc/min-order
	echo N >$debugfs/fail_page_alloc/ignore-gfp-highmem
}

# Prints the number of failed allocations since prepare().
failed() {
	echo $((2 * plenty - $(cat $debugfs/failslab/times) -
		$(cat $debugfs/fail_page_alloc/times)))
}

# with_nth N PROGRAM...: runs a program whose Nth allocation fails.
with_nth() (
	echo "$1" >/proc/self/fail-nth
	shift
	exec "$@"
)

# until_all_failed ATTEMPT UNDO: calls "ATTEMPT N", in which the Nth allocation fails,
# for N from 1 until no allocation fails. UNDO checks that a failure left no trace, and
# undoes an attempt that succeeded.
until_all_failed() {
	local attempt=$1 undo=$2 n=0 before refused=0
	prepare
	while :; do
		n=$((n + 1))
		[ $n -lt 5000 ] || fail "allocation $n can still fail"
		before=$(failed)
		if $attempt $n 2>/dev/null; then
			[ "$(failed)" != "$before" ] || break
		else
			refused=$((refused + 1))
			[ "$(failed)" != "$before" ] || fail "$attempt $n fails, but no allocation failed"
		fi
		$undo
	done
	echo "# $((n - 1)) allocations failed, $refused of them led to an error"
	[ $refused -gt 0 ]
}

no_port() {
	[ ! -d /sys/module/pioscsi ] || rmmod pioscsi
	[ ! -e $debugfs/pioscsi ]
}

insert_port() { with_nth "$1" insmod "$VM_MODULES/pioscsi.ko"; }

test_failed_allocation_in_port_load_is_undone() {
	unload
	until_all_failed insert_port no_port
}

no_sim() {
	[ ! -d /sys/module/pioscsi_sim ] || rmmod pioscsi_sim
	[ ! -e $driver ]
	[ ! -e $debugfs/pioscsi_sim ]
	refuses interrupts
	same "$(hosts | wc -l)" 0 hosts
}

insert_sim() { with_nth "$1" insmod "$VM_MODULES/pioscsi_sim.ko" dev_size_mb=8; }

# The device appears without a probe, which is the next case.
test_failed_allocation_in_simulator_load_is_undone() {
	echo 0 >$platform/drivers_autoprobe
	until_all_failed insert_sim no_sim
	echo 1 >$platform/drivers_autoprobe
	same "$(hosts | wc -l)" 0 hosts
}

not_bound() {
	[ ! -e $driver/pioscsi_sim.0 ] || unbind
	same "$(hosts | wc -l)" 0 hosts
	refuses interrupts
}

unbind() { echo pioscsi_sim.0 >$driver/unbind; }
bind() (
	echo "$1" >/proc/self/fail-nth
	echo pioscsi_sim.0 >$driver/bind
)

# Without a scan: the midlayer of 6.12 crashes if the budget map of a device cannot be
# allocated, because scsi_alloc_sdev() then puts an uninitialised device.
test_failed_allocation_in_probe_is_undone() {
	local how=/sys/module/scsi_mod/parameters/scan
	echo -n manual >$how
	until_all_failed bind not_bound
	echo sync >$how
	echo "- - -" >"/sys/class/scsi_host/host$(first_host)/scan"
	until_true 20 has_disk
}

no_disk() {
	local d
	for d in $(disks); do
		echo 1 >"/sys/block/$d/device/delete"
	done
}

# scan N: the disk of a logical unit that was found appears by itself.
scan() (
	host=$(first_host)
	echo "$1" >/proc/self/fail-nth
	echo "- - -" >"/sys/class/scsi_host/host$host/scan"
	[ -e "/sys/class/scsi_device/$host:0:0:0" ] || return
	until_true 20 has_disk
)

test_failed_allocation_in_scan_is_undone() {
	no_disk
	until_all_failed scan no_disk
	until_true 20 has_disk
}

# A command allocates memory only for the first write of a block. The kernel's debugging
# of timers and work items allocates some too.
test_commands_allocate_no_memory() {
	local most=0
	! kernel_is_slow || most=16
	dd if=/dev/urandom of="$(first_disk)" bs=64k count=64 oflag=direct status=none
	prepare
	inject probability=100
	verify_fio "$(first_disk)" --size=4M --io_size=4M
	inject probability=0
	echo "# $(failed) allocations, $(stat completed) commands"
	[ "$(stat completed)" -gt 100 ]
	[ "$(failed)" -le $most ]
}

# write_some: writes unwritten blocks by 64 KiB, and prints those that succeeded.
write_some() {
	local i
	for ((i = 0; i < 100; i++)); do
		if dd if=/tmp/data of="$(first_disk)" bs=64k skip=$i seek=$i count=1 \
			oflag=direct conv=notrunc 2>/tmp/said; then
			echo $i
		else
			grep -q "No space left on device" /tmp/said || fail "$(</tmp/said)" >&2
		fi
	done
}

# A disk that gets no more memory reports that it has no more space.
test_disk_without_memory_reports_no_space() {
	local i written
	fresh_sim dev_size_mb=8
	dd if=/dev/urandom of=/tmp/data bs=64k count=100 status=none
	prepare
	# A write fails if the allocation for its next block fails twice.
	inject probability=30
	written=$(write_some)
	inject probability=0
	echo "# $(failed) allocations failed, $(wc -w <<<"$written") of 100 written"
	[ "$(failed)" -gt 0 ]
	[ -n "$written" ]
	for i in $written; do
		dd if="$(first_disk)" bs=64k skip="$i" count=1 iflag=direct status=none |
			cmp - <(dd if=/tmp/data bs=64k skip="$i" count=1 status=none)
	done
	[ "$(wc -w <<<"$written")" -lt 100 ]
}

test_host_without_debugfs_works() {
	unload
	prepare
	inject require-start="$first" require-end="$last" \
		reject-start=0 reject-end=0 probability=100
	fresh_sim
	inject probability=0
	[ "$(failed)" -gt 0 ]
	[ ! -e "$debugfs/pioscsi/host$(first_host)/stats" ]
	verify_fio "$(first_disk)" --size=1M --io_size=1M
}

test_host_verifies_after_failed_allocations() {
	fresh_sim
	verify_fio "$(first_disk)" --size=4M --io_size=4M
	unload
}

run_tests
