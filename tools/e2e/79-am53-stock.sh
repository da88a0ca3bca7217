#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974: the same CDBs to the same targets through the stock driver, by DMA, and
# through ours, by PIO. Data, status, sense and residual are equal.
# vm: --timeout 300 --disk d0=16M --qemu-arg -device --qemu-arg dc390,id=scsi0 --qemu-arg -device --qemu-arg scsi-hd,drive=d0,bus=scsi0.0,scsi-id=0 --qemu-arg -drive --qemu-arg if=none,id=cd,format=raw,readonly=on,file=/usr/bin/qemu-system-x86_64 --qemu-arg -device --qemu-arg scsi-cd,drive=cd,bus=scsi0.0,scsi-id=6
# qemu: installed backports
# kernels: 6.12
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

cdbs=$(dirname "${BASH_SOURCE[0]}")/cdbs.py
medium=/usr/bin/qemu-system-x86_64

# The device nodes exist, so the first commands of sd and sr are over.
has_nodes() { [ -b /dev/sda ] && [ -b /dev/sr0 ] && [ -e /dev/sg1 ]; }

# battery NAME LENGTH: sends the CDBs of up to LENGTH bytes to both targets, through
# the driver that is loaded.
battery() {
	until_true 20 has_nodes
	echo 1 >/sys/module/sg/parameters/allow_dio
	dd if=$medium of=/dev/sda bs=1M count=1 oflag=direct status=none
	"$cdbs" send /dev/sg0 512 "$2" "/tmp/disk.$1"
	"$cdbs" send /dev/sg1 2048 "$2" "/tmp/cd.$1"
}

# The stock driver declares a limit of 12 bytes, so the midlayer rejects longer CDBs.
test_stock_driver_answers_are_recorded() {
	unload
	modprobe -a sd_mod sr_mod sg am53c974
	battery stock 12
	unload
}

test_our_answers_are_recorded() {
	fresh_am53
	battery ours 16
	same "$(stat faults)" 0 faults
	same "$(stat overrun_bytes)" 0 "surplus bytes"
	same "$(stat bus_resets)" 0 "bus resets"
	unload
}

test_settings_come_from_the_eeprom() {
	dmesg | grep 'DC-390 EEPROM: own ID 7, 16 tagged commands, settle time 1000 ms; '
}

test_disk_answers_as_with_stock_driver() { "$cdbs" compare /tmp/disk.stock /tmp/disk.ours; }
test_cdrom_answers_as_with_stock_driver() { "$cdbs" compare /tmp/cd.stock /tmp/cd.ours; }

run_tests
