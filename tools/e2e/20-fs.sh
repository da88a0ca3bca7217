#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A file system with a tree of real files.
# vm: --timeout 400
# kernels: 6.12 6.12-rt 6.1 6.12-debug 6.12-kcsan newest 6.12-trixie 6.1-i386 6.12-armhf 6.12-arm64 6.12-s390x
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

tree=$VM_HOST/usr/include/linux
mnt=/mnt/pioscsi

sums() {
	(cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}

test_mkfs_succeeds() {
	fresh_sim dev_size_mb=128
	mkfs.ext4 -q "$(first_disk)"
}

test_copied_tree_has_same_checksums() {
	mkdir -p $mnt
	mount "$(first_disk)" $mnt
	sums $tree >/tmp/sums
	cp -r $tree $mnt/tree
	sync
	[ "$(wc -l </tmp/sums)" -gt 100 ]
	# The copy is read from the disk.
	echo 3 >/proc/sys/vm/drop_caches
	sums $mnt/tree >/tmp/sums.copy
	cmp /tmp/sums /tmp/sums.copy
}

test_fsck_finds_no_error() {
	umount $mnt
	e2fsck -f -n "$(first_disk)"
}

test_load_loses_no_interrupt() {
	none_lost
}

test_remounted_tree_has_same_checksums() {
	mount -o ro "$(first_disk)" $mnt
	sums $mnt/tree >/tmp/sums.again
	cmp /tmp/sums /tmp/sums.again
	umount $mnt
}

test_trimmed_file_system_has_no_error() {
	mount "$(first_disk)" $mnt
	rm -r $mnt/tree
	fstrim -v $mnt
	umount $mnt
	e2fsck -f -n "$(first_disk)"
}

test_sectors_of_4k_hold_file_system() {
	fresh_sim dev_size_mb=64 sector_size=4096
	mkfs.ext4 -q "$(first_disk)"
	mount "$(first_disk)" $mnt
	cp -r $tree/can $tree/netfilter $mnt/
	umount $mnt
	e2fsck -f -n "$(first_disk)"
	mount "$(first_disk)" $mnt
	diff -r $tree/netfilter $mnt/netfilter
	umount $mnt
	unload
}

run_tests
