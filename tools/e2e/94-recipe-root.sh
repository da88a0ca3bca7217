#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ATA: Debian boots from a disk on a PIIX3 and works. Our modules are installed beside
# libata's, and a softdep gives the controller to pioscsi_ata.
# vm: --timeout 900 --root installed,ata_piix=pioscsi_ata --qemu-arg -device --qemu-arg ide-hd,drive=root,bus=ide.0,unit=0
# kernels: 6.12
# stage: installed
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"
. "$(dirname "${BASH_SOURCE[0]}")/installed.sh"
. "$(dirname "${BASH_SOURCE[0]}")/root.sh"

test_root_file_system_is_on_ata() {
	booted_from "$(first_disk)"
	same "$(driver_of 0000:00:01.1)" pioscsi_ata "driver of the controller"
}
test_packaged_files_have_their_checksums() { check_packages; }
test_written_files_read_back() { write_and_compare; }

test_channel_reports_no_error() {
	local counter host
	host=$(host_of "$(first_disk)")
	for counter in faults lost aborts host_resets; do
		same "$(stat $counter "$host")" 0 $counter
	done
	[ "$(stat bytes_in "$host")" -gt 10000000 ]
}

test_fsck_finds_no_error() { check_root "$(first_disk)"; }

run_tests
