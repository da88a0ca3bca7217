#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974: Debian boots from a disk behind it and works.
# vm: --timeout 900 --root pioscsi,pioscsi_am53c974 --qemu-arg -device --qemu-arg am53c974,id=scsi0 --qemu-arg -device --qemu-arg scsi-hd,drive=root,bus=scsi0.0,scsi-id=2
# kernels: 6.12
# stage: boots
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"
. "$(dirname "${BASH_SOURCE[0]}")/root.sh"

test_root_file_system_is_behind_the_adapter() {
	booted_from "/dev/$(lun 2)"
	echo "# $(dpkg --version | head -n 1)"
	echo "# $(dpkg-query -W | wc -l) packages, $(df -h --output=used / | tail -n 1 | xargs) in use"
}

test_packaged_files_have_their_checksums() { check_packages; }
test_written_files_read_back() { write_and_compare; }

test_adapter_reports_no_error() {
	cat /sys/kernel/debug/pioscsi/host*/stats
	same "$(stat faults)" 0 faults
	same "$(stat lost)" 0 "lost interrupts"
	[ "$(stat bytes_in)" -gt 10000000 ]
}

test_fsck_finds_no_error() { check_root "/dev/$(lun 2)"; }

run_tests
