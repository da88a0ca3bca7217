#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Installed modules take no device from a stock driver until the administrator says so.
# The recipes of Documentation/install.rst give a device to pioscsi and back.
# vm: --timeout 900 --disk d0=16M --disk d1=16M --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=ide.0,unit=0,serial=PIIX0 --qemu-arg -device --qemu-arg am53c974,id=scsi0 --qemu-arg -device --qemu-arg scsi-hd,drive=d1,bus=scsi0.0,scsi-id=0
# kernels: 6.12
# stage: installed
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"
. "$(dirname "${BASH_SOURCE[0]}")/installed.sh"

release=$(uname -r)
ide=0000:00:01.1
scsi=$(dirname "$(grep -lx 0x2020 /sys/bus/pci/devices/*/device)")
scsi=${scsi##*/}
header=$(dirname "${BASH_SOURCE[0]}")/../../include/pioscsi/version.h
recipe=/etc/modprobe.d/pioscsi.conf

# boot: loads the modules of each device by its alias, as udev does at boot.
boot() {
	local d
	modprobe -a sd_mod
	hush_bios
	for d in $ide "$scsi"; do
		modprobe -q -a -b "$(cat "/sys/bus/pci/devices/$d/modalias")" || true
	done
}

forget_drivers() {
	local m
	for m in pioscsi_ata pioscsi_am53c974 pioscsi ata_piix ata_generic am53c974; do
		modprobe -q -r $m || true
	done
}

test_installed_modules_have_their_version() {
	local version m
	install_modules
	version=$(sed -n 's/^#define PIOSCSI_VERSION "\(.*\)"/\1/p' "$header")
	for m in pioscsi pioscsi_ata; do
		same "$(modinfo -F version $m)" "${version:?}" "version of $m"
	done
	same "$(modinfo -F filename pioscsi_ata)" \
		"/lib/modules/$release/updates/dkms/pioscsi_ata.ko" "the module"
}

test_stock_drivers_get_their_devices_after_installation() {
	forget_drivers
	boot
	same "$(driver_of $ide)" ata_piix "driver of the IDE controller"
	same "$(driver_of "$scsi")" am53c974 "driver of the SCSI adapter"
	[ ! -d /sys/module/pioscsi ]
}

test_softdep_gives_devices_to_pioscsi() {
	forget_drivers
	{
		echo "softdep ata_piix pre: pioscsi_ata"
		echo "softdep am53c974 pre: pioscsi_am53c974"
	} >$recipe
	boot
	same "$(driver_of $ide)" pioscsi_ata "driver of the IDE controller"
	same "$(driver_of "$scsi")" pioscsi_am53c974 "driver of the SCSI adapter"
	until_true 20 has_disk
}

# So install.rst names module_blacklist= as the rescue (94-rescue-root.sh).
test_blacklist_does_not_undo_the_softdep() {
	forget_drivers
	printf 'blacklist %s\n' pioscsi_ata pioscsi_am53c974 >>$recipe
	boot
	same "$(driver_of $ide)" pioscsi_ata "driver of the IDE controller"
	same "$(driver_of "$scsi")" pioscsi_am53c974 "driver of the SCSI adapter"
}

test_without_the_softdep_stock_drivers_get_their_devices_again() {
	rm $recipe
	forget_drivers
	boot
	same "$(driver_of $ide)" ata_piix "driver of the IDE controller"
	same "$(driver_of "$scsi")" am53c974 "driver of the SCSI adapter"
}

test_driver_override_moves_one_device_there_and_back() {
	cd /sys/bus/pci/devices/$ide
	modprobe pioscsi_ata
	same "$(driver_of $ide)" ata_piix "driver while both are loaded"
	echo pioscsi_ata >driver_override
	echo $ide >driver/unbind
	echo $ide >/sys/bus/pci/drivers_probe
	same "$(driver_of $ide)" pioscsi_ata "driver after the override"
	echo >driver_override
	echo $ide >driver/unbind
	echo $ide >/sys/bus/pci/drivers/ata_piix/bind
	same "$(driver_of $ide)" ata_piix "driver without the override"
	cd /
	forget_drivers
}

run_tests
