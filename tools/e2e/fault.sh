# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the end-to-end tests: faults of the simulated chip.  Source it after
# sim.sh.

chip=/sys/kernel/debug/pioscsi_sim/chip0

# fault_set FAULT NAME=VALUE...
fault_set() {
	local fault=$1 p
	shift
	for p in "$@"; do
		echo "${p#*=}" >"$chip/$fault/${p%%=*}"
	done
}

# disarm [FAULT...]: all, by default.
disarm() {
	local f
	[ $# -gt 0 ] || set -- $chip/*/
	for f in "${@%/}"; do
		fault_set "${f##*/}" probability=0 interval=0 times=0
	done
}

# injected [FAULT]: how often it has happened.
injected() { echo "$(<"$chip/${1:+$1/}injected")"; }

# set_timeouts SECONDS [ABORT_SECONDS]: for commands of all our disks.
set_timeouts() {
	local d
	for d in $(disks); do
		echo "$1" >"/sys/block/$d/device/timeout"
		echo "$1" >"/sys/block/$d/device/eh_timeout"
	done
}

# All our disks are in the state STATE.
disks_are() {
	local d
	for d in $(disks); do
		same "$(<"/sys/block/$d/device/state")" "$1" "state of $d"
	done
}

# Disks that are offline are put back into service, and looked at anew.
bring_back() {
	local d
	for d in $(disks); do
		echo running >"/sys/block/$d/device/state"
		echo 1 >"/sys/block/$d/device/rescan"
	done
}

# faulty_sim [PARAMETER...]: a fresh one whose disks time out early.
faulty_sim() {
	fresh_sim "$@"
	set_timeouts 2
}

# under_fault FAULT NAME=VALUE...: verified I/O while it is armed; it must have
# happened, and have done no harm.
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
	# And it is as well as ever.
	verify_fio "$(first_disk)" --size=512k --io_size=512k
}
