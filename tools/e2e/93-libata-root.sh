#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian boots from a disk on a PIIX3 after the installation of our modules: libata keeps
# the controller.
# vm: --timeout 900 --root installed --qemu-arg -device --qemu-arg ide-hd,drive=root,bus=ide.0,unit=0
# kernels: 6.12
# stage: installed
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/installed.sh"
. "$(dirname "${BASH_SOURCE[0]}")/root.sh"

test_libata_keeps_the_root_file_system() {
	booted_from /dev/sda
	same "$(driver_of 0000:00:01.1)" ata_piix "driver of the controller"
	[ ! -d /sys/module/pioscsi ]
}

run_tests
