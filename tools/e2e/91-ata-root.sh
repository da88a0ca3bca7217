#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ATA: a Debian is booted from a disk on a PIIX3, and works.
# vm: --timeout 900 --root pioscsi,pioscsi_ata --qemu-arg -device --qemu-arg ide-hd,drive=root,bus=ide.0,unit=0
# kernels: 6.12
# stage: boots
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"
. "$(dirname "${BASH_SOURCE[0]}")/root.sh"

test_root_is_on_ata() { booted_from "$(first_disk)"; }
test_files_are_as_packaged() { check_packages; }
test_files_that_are_written() { write_and_compare; }

test_channel_is_content() {
	local counter host
	host=$(host_of "$(first_disk)")
	for counter in faults lost aborts host_resets; do
		same "$(stat $counter "$host")" 0 $counter
	done
	[ "$(stat bytes_in "$host")" -gt 10000000 ]
}

test_file_system_is_clean() { check_root "$(first_disk)"; }

run_tests
