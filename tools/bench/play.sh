#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: play.sh SECONDS FRAMES fifo|other
# Plays by tools/bench/player on the kernel's snd-dummy, whose periods end by a timer,
# and prints its figures as NAME=VALUE. The card needs no hardware.
set -euo pipefail

card=/dev/snd/pcmC0D0p

[ -c $card ] || modprobe snd-dummy hrtimer=1
until [ -c $card ]; do
	sleep 0.1
done
"$VM_MODULES/player" $card "$2" "$1" "$3"
