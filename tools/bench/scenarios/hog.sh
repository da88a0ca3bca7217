#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: hog.sh SHIFT
# Throughput of the disks of the scenario ata beside a task that never sleeps. It has the
# nice value of fio, and then nice 19. If a driver's thread waited for the CPU at each
# command, the disk would move little.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/ata.sh"
shift_=$1
. "$here/../disks.sh"
warm_up

# cpu_ms PROCESS: prints the CPU time that it has used.
cpu_ms() { awk '{ printf "%d", $1 / 1e6 }' "/proc/$1/schedstat"; }

# A CPU of 62 MIPS does few commands a second, and the scheduler's choices differ. So it
# needs more seconds.
secs=$((shift_ ? 8 : 1))

# moved NAME [LOOP]: reads by 64 KiB, one command deep. It also prints the share of the CPU
# that the process LOOP got from the start of fio to its end.
moved() {
	local before=0 after=0 begun ended
	[ -z "${2:-}" ] || before=$(cpu_ms "$2")
	begun=$EPOCHREALTIME
	fio --output-format=json --output=$scratch/fio --name=load --filename="$disk" \
		--direct=1 --ioengine=psync --bs=64k --rw=read --size=100% --time_based \
		--ramp_time=200ms --runtime=$secs
	ended=$EPOCHREALTIME
	[ -z "${2:-}" ] || after=$(cpu_ms "$2")
	row shift="$shift_" driver=$driver mode="$mode" hog="$1" \
		"$(python3 "$bench/fio-figures" $scratch/fio)" \
		loop="$(awk -v ms=$((after - before)) -v from="$begun" -v to="$ended" \
			'BEGIN { printf "%.2f", ms / 1000 / (to - from) }')"
}

loads() {
	local loop
	moved none
	bash -c 'while :; do :; done' &
	loop=$!
	moved nice-0 $loop
	renice -n 19 $loop >/dev/null
	moved nice-19 $loop
	kill $loop
	wait $loop || true
}

on_each_disk loads
