#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ATA: a Debian is booted from a disk on a PIIX3, and works.
# vm: --timeout 900 --root pioscsi,pioscsi_ata --qemu-arg -device --qemu-arg ide-hd,drive=root,bus=ide.0,unit=0
# kernels: 6.12
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"

# There has to be a place for output when the disk is read-only.
mount -t tmpfs tmpfs $scratch

test_root_is_on_ata() {
	same "$(findmnt -n -o SOURCE /)" "$(first_disk)" "root"
	same "$(cat /proc/1/comm)" systemd "the first program"
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
}

test_channel_is_content() {
	local counter host
	host=$(host_of "$(first_disk)")
	for counter in faults lost aborts host_resets; do
		same "$(stat $counter "$host")" 0 $counter
	done
	[ "$(stat bytes_in "$host")" -gt 10000000 ]
}

read_only() { grep -q '^/dev/[^ ]* / ext4 ro' /proc/mounts; }

test_file_system_is_clean() {
	echo u >/proc/sysrq-trigger
	until_true 20 read_only
	e2fsck -f -n "$(first_disk)"
}

run_tests
