#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: mouse.sh sim|ata SHIFT
# A PS/2 mouse beside 64 KiB reads. It moves on a circle at constant speed and sends 100
# or 200 packets a second. A program reads the pointer's movements.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
# shellcheck disable=SC1090 # one of two
. "$here/../../e2e/$1.sh"
what=$1 shift_=$2
. "$here/../disks.sh"
. "$here/../load.sh"
points=$scratch/points

# Prints the event device of the mouse.
event_device() {
	local name
	for name in /sys/class/input/event*/device/name; do
		! grep -q Mouse "$name" || basename "$(dirname "$(dirname "$name")")"
	done
}

has_mouse() { [ -c "/dev/input/$(event_device)" ]; }

# has_opened_mouse PID: loading a program from this machine takes an unknown time of the
# guest.
has_opened_mouse() { [ "$(readlink "/proc/$1/fd/3")" = "/dev/input/$(event_device)" ]; }

# Prints the messages of psmouse about lost synchronisation.
resynchronised() { dmesg | grep -ciE 'psmouse.*(lost sync|resync|bad data)' || true; }

# figures COUNT: prints them from the reader's lines DUE READ X Y. Packet 0 has no
# movement, so the kernel does not report it.
figures() {
	awk '{ print $2 - $1 }' $points | sort -n | awk -v due=$(($1 - 1)) '
		{ late[NR] = $1 }
		function at(p,   rank) {
			rank = int(p * NR)
			return late[rank < p * NR ? rank + 1 : rank]
		}
		END {
			printf "due=%d came=%d lost=%d late_p50=%d late_p99=%d late_max=%d",
				due, NR, due - NR, at(0.5), at(0.99), late[NR]
		}'
}

# move RATE: moves the mouse for two seconds, a turn each 0.5 s.
move() {
	local rate=$1 count=$((2 * $1)) before reader figures
	before=$(resynchronised)
	"$VM_MODULES/pointer" "/dev/input/$(event_device)" "$rate" $count >$points &
	reader=$!
	until_true 60 has_opened_mouse $reader
	insmod "$VM_MODULES/ps2_mouse.ko" rate="$rate" turn=$((rate / 2)) count=$count
	wait $reader
	rmmod ps2_mouse
	[ -s $points ] || fail "no packet came"
	figures=$(figures $count)
	row shift="$shift_" disk="$what" driver="$driver" mode="$mode" rate="$rate" \
		"$figures" resynchronised=$(($(resynchronised) - before))
	echo "@series mouse-$what-$driver-$mode-$rate" \
		"$(awk '{ print $2, $3, $4 }' $points | tr '\n' ' ')"
}

moves() {
	move 100
	quick || move 200
}

modprobe -a evdev
modprobe psmouse proto=imps
until_true 20 has_mouse
beside_load "$what" moves
