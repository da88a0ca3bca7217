#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: am53.sh SHIFT
# QEMU's AM53C974 under the stock driver, which uses DMA, and under
# pioscsi_am53c974.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/am53.sh"
shift_=$1
. "$here/../running.sh"

stock_disk() { basename /sys/block/sd?; }
has_stock_disk() { [ -b "/dev/$(stock_disk)" ]; }

# accesses read|write: prints register accesses for each byte, by 64 KiB.
accesses() {
	local before
	before=$(stat accesses)
	case $1 in
	read)	dd if="$(first_disk)" of=/dev/null bs=64k count=16 iflag=direct status=none ;;
	write)	dd if=/dev/zero of="$(first_disk)" bs=64k count=16 oflag=direct status=none ;;
	esac
	awk -v n=$(($(stat accesses) - before)) 'BEGIN { printf "%.3f", n / 16 / 65536 }'
}

warm_up
modprobe -a sd_mod am53c974
until_true 30 has_stock_disk
for rw in read write; do
	LATE=1 beside shift="$shift_" driver=am53c974 mode=dma policy=fifo rw=$rw -- \
		1 am53c974 "/dev/$(stock_disk)" --rw=$rw
done
rmmod am53c974
fresh_am53
for rw in read write; do
	LATE=1 beside shift="$shift_" driver=pioscsi_am53c974 mode=thread policy=fifo rw=$rw \
		accesses_per_byte="$(accesses $rw)" -- \
		1 pioscsi_am53c974 "$(first_disk)" --rw=$rw
done
