#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ATA: the hard IRQ handler holds a slow CPU (62 MIPS) for less than 50 us. libata by
# DMA holds it for longer with the same disk.
# vm: --icount 4 --timeout 600 --qemu-arg -drive --qemu-arg if=none,id=null,driver=null-co,read-zeroes=on,size=64M --qemu-arg -device --qemu-arg ide-hd,drive=null,bus=ide.0
# stage: perf
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"

bench=$(dirname "${BASH_SOURCE[0]}")/../bench
disk=/dev/sda

# longest_hold IRQ-NAME RW: prints it in us, by the kernel's trace events.
longest_hold() {
	"$bench/beside.sh" 1 "$1" $disk --rw="$2" |
		tr ' ' '\n' | sed -n 's/^hold_max=//p'
}

holds() {
	local rw hold
	for rw in read write; do
		hold=$(longest_hold "$2" $rw)
		echo "# longest hold of the hard IRQ handler, $1, 64 KiB ${rw}s: $hold us"
		echo "$hold"
	done >/tmp/holds
	grep '^#' /tmp/holds
	sort -n /tmp/holds | tail -n 1 >"/tmp/hold.$1"
}

test_libata_by_dma_is_measured() {
	modprobe -a sd_mod ata_piix
	until_true 20 test -b $disk
	holds dma ata_piix
	modprobe -r ata_piix libata
	until_true 10 test ! -e $disk
}

test_our_driver_is_measured() {
	fresh_ata
	holds ours pioscsi_ata
}

test_hold_is_below_50_us() {
	awk '{ exit !($1 > 0 && $1 < 50) }' /tmp/hold.ours
}

test_hold_is_below_that_of_libata_dma() {
	awk -v dma="$(cat /tmp/hold.dma)" '{ exit !($1 < dma) }' /tmp/hold.ours
}

run_tests
