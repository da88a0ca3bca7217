#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: small.sh SHIFT
# Random access by 4 KiB to the disks of the scenario ata, 1 and 8 commands deep. Here the
# cost of a command matters more than that of its bytes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/ata.sh"
shift_=$1
. "$here/../disks.sh"
warm_up

loads() {
	local rw depth
	for rw in randread randwrite; do
		for depth in 1 8; do
			measure fifo 0.5 shift="$shift_" rw=$rw depth=$depth -- --rw=$rw --bs=4k \
				--ioengine=libaio --iodepth=$depth --norandommap
		done
		measure other 0.3 shift="$shift_" rw=$rw depth=8 -- --rw=$rw --bs=4k \
			--ioengine=libaio --iodepth=8 --norandommap
	done
}

on_each_disk loads
