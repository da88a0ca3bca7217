#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974: a Debian is booted from a disk behind it, and works.
# vm: --timeout 900 --root pioscsi,pioscsi_am53c974 --qemu-arg -device --qemu-arg am53c974,id=scsi0 --qemu-arg -device --qemu-arg scsi-hd,drive=root,bus=scsi0.0,scsi-id=2
# kernels: 6.12
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

# There has to be a place for output when the disk is read-only.
mount -t tmpfs tmpfs $scratch

test_root_is_behind_the_adapter() {
	same "$(findmnt -n -o SOURCE /)" "/dev/$(lun 2)" "root"
	same "$(cat /proc/1/comm)" systemd "the first program"
	echo "# $(dpkg --version | head -n 1)"
	echo "# $(dpkg-query -W | wc -l) packages, $(df -h --output=used / | tail -n 1 | xargs) in use"
}

test_systemd_has_no_complaint() {
	systemctl --failed --no-legend
	same "$(systemctl --failed --no-legend | wc -l)" 0 "failed units"
}

# Each of their files is read, and compared with its checksum.
test_files_are_as_packaged() {
	dpkg -V bash dash dpkg sed grep mawk >/tmp/changed || true
	same "$(grep -vc ' c /' /tmp/changed)" 0 "changed files: $(cat /tmp/changed)"
}

test_files_that_are_written() {
	cp -r /usr/lib/systemd/system /tmp/copy
	sync
	echo 3 >/proc/sys/vm/drop_caches
	diff -r /usr/lib/systemd/system /tmp/copy
	rm -r /tmp/copy
}

test_adapter_is_content() {
	cat /sys/kernel/debug/pioscsi/host*/stats
	same "$(stat faults)" 0 faults
	same "$(stat lost)" 0 "lost interrupts"
	[ "$(stat bytes_in)" -gt 10000000 ]
}

read_only() { grep -q '^/dev/[^ ]* / ext4 ro' /proc/mounts; }

test_file_system_is_clean() {
	echo u >/proc/sysrq-trigger
	until_true 20 read_only
	e2fsck -f -n "/dev/$(lun 2)"
}

run_tests
