#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974 on the line of a network adapter whose driver is loaded later. The line is not
# taken, although the kernel has not routed the interrupt of that adapter yet. The model
# dc390 has an EEPROM, which takes the driver up to a second.
# vm: --disk d0=16M --qemu-arg -machine --qemu-arg q35 --qemu-arg -device --qemu-arg dc390,id=scsi0,addr=4 --qemu-arg -device --qemu-arg scsi-hd,drive=d0,bus=scsi0.0,scsi-id=0 --qemu-arg -device --qemu-arg e1000,addr=8
# kernels: 6.12
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

test_line_of_an_adapter_without_driver_is_shared() {
	fresh_am53 mask=0
	dmesg | grep 'interrupt .* may be shared with 0000:00:08.0'
}

test_driver_loaded_later_gets_the_line() {
	local net
	modprobe e1000
	net=$(basename /sys/bus/pci/drivers/e1000/*/net/*)
	ip link set "$net" up
	interrupts | grep "$net"
}

test_data_on_the_shared_line_is_correct() {
	verify_fio "/dev/$(lun 0)" --size=512k --io_size=512k --bsrange=4k-64k
	same "$(stat faults)" 0 faults
	unload
}

# poke REGISTER VALUE: writes a register of the chip.
poke() {
	local base
	read -r base _ </sys/bus/pci/devices/0000:00:04.0/resource
	printf '%b' "\\x$2" |
		dd of=/dev/port bs=1 seek=$((base + 4 * 0x$1)) conv=notrunc status=none
}

# Firmware or a crashed kernel may leave an interrupt pending. The kernel enables it when
# it enables the function.
test_pending_interrupt_is_cleared_before_the_eeprom_is_read() {
	hush_bios
	# CTRL1: report a reset of the bus. CMD: reset the bus.
	poke 8 07
	poke 3 03
	mark
	fresh_am53 mask=0
	[[ $(since_mark) != *"nobody cared"* ]] || fail "the kernel has disabled the line"
	unload
}

run_tests
