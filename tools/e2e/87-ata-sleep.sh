#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Suspend and resume of ATA beneath loads on a PIIX3 and an ISA port: caches are
# flushed, nothing is lost, and no error handling is needed.
# vm: --timeout 300 --disk d0=64M --disk d1=64M --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=ide.0,unit=0 --qemu-arg -device --qemu-arg isa-ide,id=old,iobase=0x1e8,iobase2=0x3ee,irq=11 --qemu-arg -device --qemu-arg ide-hd,drive=d1,bus=old.0,unit=0
# kernels: 6.12
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"
. "$(dirname "${BASH_SOURCE[0]}")/load.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ram.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sleep.sh"

run_from_ram fio pkill

test_two_buses_sleep() {
	local disk
	load_port
	load_ata isa_cmd=0x1e8 isa_ctl=0x3ee isa_irq=11
	until_true 20 has_disks 2
	for disk in $(disks); do
		begin_load "/dev/$disk"
	done
	sleep_and_wake
	same "$(since_mark | grep -c 'Synchronizing SCSI cache')" 2 "flushed disks"
	sleep_and_wake
	end_load
	unload
}

run_tests
