# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scripts of the benchmark that begin a load in the background. Source it with
# $shift_ set in a guest with that shift of -icount.

# fio takes longer to start on a slow CPU. beside.sh inherits the value.
[ "${shift_:-0}" -lt 4 ] || export SETTLE=1

transfers() { awk '{ print $1 + $5 }' "$1"; }

# until_running DISK: waits until fio uses the disk, which takes seconds on a slow
# machine, and for $SETTLE more seconds. Then fio has no page faults of its start.
until_running() {
	local stat before
	stat=/sys/block/$(basename "$1")/stat
	before=$(transfers "$stat")
	until [ "$(transfers "$stat")" -gt $((before + 8)) ]; do
		sleep 0.1
	done
	sleep "${SETTLE:-0.3}"
}

# Runs fio and cyclictest once. Without that, the first measurement of a guest includes
# page faults that read the programs from this machine.
warm_up() {
	fio --name=warm-up --ioengine=null --size=1G --rw=read --bs=64k --time_based \
		--runtime=200ms --output=/dev/null
	cyclictest -q -m -t 1 -i 500 -l 20 -h 100 >/dev/null
}
