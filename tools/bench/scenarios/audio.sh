#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: audio.sh sim|ata SHIFT SECONDS
# A player beside 64 KiB reads. Its periods are 64 and 128 frames, 1.3 and 2.7 ms, and
# its buffer has two periods.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
# shellcheck disable=SC1090 # one of two
. "$here/../../e2e/$1.sh"
what=$1 shift_=$2 seconds=$3
. "$here/../disks.sh"
. "$here/../load.sh"

players() {
	local frames policy figures
	for policy in fifo other; do
		for frames in 64 128; do
			figures=$("$bench/play.sh" "$seconds" $frames $policy)
			row shift="$shift_" disk="$what" driver="$driver" mode="$mode" \
				policy=$policy frames=$frames "$figures"
		done
	done
}

beside_load "$what" players
