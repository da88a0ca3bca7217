#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian boots from a disk on a PIIX3 by libata, although a softdep gives the controller
# to pioscsi_ata. module_blacklist= on the kernel's command line keeps that module out.
# vm: --timeout 900 --root installed,ata_piix=pioscsi_ata --append module_blacklist=pioscsi_ata,pioscsi_am53c974 --qemu-arg -device --qemu-arg ide-hd,drive=root,bus=ide.0,unit=0
# kernels: 6.12
# stage: installed
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/installed.sh"
. "$(dirname "${BASH_SOURCE[0]}")/root.sh"

test_module_blacklist_leaves_the_root_disk_to_libata() {
	booted_from /dev/sda
	same "$(driver_of 0000:00:01.1)" ata_piix "driver of the controller"
	[ ! -d /sys/module/pioscsi_ata ]
}

# As the boot scripts of initramfs-tools load the modules of their list.
test_module_blacklist_refuses_a_module_that_is_named() {
	[ -d /sys/module/pioscsi ] || insmod "$VM_MODULES/pioscsi.ko"
	refuses insmod "$VM_MODULES/pioscsi_ata.ko"
	refuses insmod "$VM_MODULES/pioscsi_am53c974.ko"
	[ ! -d /sys/module/pioscsi_ata ]
}

run_tests
