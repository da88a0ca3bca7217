# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the end-to-end tests: faults of the simulated chip. Source it after sim.sh.

chip=/sys/kernel/debug/pioscsi_sim/chip0

# fault_set FAULT NAME=VALUE...: writes the attributes of a fault.
fault_set() {
	local fault=$1 p
	shift
	for p in "$@"; do
		echo "${p#*=}" >"$chip/$fault/${p%%=*}"
	done
}

# disarm [FAULT...]: disarms these faults, or all.
disarm() {
	local f
	[ $# -gt 0 ] || set -- $chip/*/
	for f in "${@%/}"; do
		fault_set "${f##*/}" probability=0 interval=0 times=0
	done
}

# injected [FAULT]: prints how often this fault, or any fault, has happened.
injected() { echo "$(<"$chip/${1:+$1/}injected")"; }

# has_injected FAULT: this fault has happened.
has_injected() { [ "$(injected "$1")" -ge 1 ]; }

# set_timeouts SECONDS: sets the timeouts of commands and aborts of all our disks.
set_timeouts() {
	local d
	for d in $(disks); do
		echo "$1" >"/sys/block/$d/device/timeout"
		echo "$1" >"/sys/block/$d/device/eh_timeout"
	done
}

# disks_are STATE: there is a disk, and all our disks are in this state.
disks_are() {
	local d
	has_disk || fail "no disk"
	for d in $(disks); do
		same "$(<"/sys/block/$d/device/state")" "$1" "state of $d"
	done
}

# Sets all our disks to running and rescans them.
bring_back() {
	local d
	for d in $(disks); do
		echo running >"/sys/block/$d/device/state"
		echo 1 >"/sys/block/$d/device/rescan"
	done
}

# faulty_sim [PARAMETER...]: reloads the simulator, with disks that time out early.
faulty_sim() {
	fresh_sim "$@"
	set_timeouts 2
}

# under_fault FAULT NAME=VALUE...: runs verified I/O while the fault is armed. The fault
# must have happened, and the data must be correct.
under_fault() {
	local fault=$1 before count
	shift
	before=$(injected "$fault")
	fault_set "$fault" "$@"
	verify_fio "$(first_disk)" --size=2M --io_size=2M --iodepth=4
	disarm
	count=$(($(injected "$fault") - before))
	echo "# $fault: $count times"
	[ $count -ge 1 ] || fail "$fault never happened"
	disks_are running
	# Without the fault, the host works as before.
	verify_fio "$(first_disk)" --size=512k --io_size=512k
}
