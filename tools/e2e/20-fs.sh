#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A real file system with a real tree of files.
# vm: --timeout 400
# kernels: 6.12 6.12-rt 6.1 6.12-debug 6.12-kcsan
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

tree=/usr/include/linux
mnt=/mnt/pioscsi

sums() {
	(cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}

test_mkfs() {
	fresh_sim dev_size_mb=128
	mkfs.ext4 -q "$(first_disk)"
}

test_copy_a_tree() {
	mkdir -p $mnt
	mount "$(first_disk)" $mnt
	sums $tree >/tmp/sums
	cp -r $tree $mnt/tree
	sync
	[ "$(wc -l </tmp/sums)" -gt 100 ]
}

test_fsck_finds_nothing() {
	umount $mnt
	e2fsck -f -n "$(first_disk)"
}

test_no_interrupt_was_lost() {
	none_lost
}

test_tree_is_the_same_after_mounting_again() {
	mount -o ro "$(first_disk)" $mnt
	sums $mnt/tree >/tmp/sums.again
	cmp /tmp/sums /tmp/sums.again
	umount $mnt
}

test_discard_gives_the_space_back() {
	mount "$(first_disk)" $mnt
	rm -r $mnt/tree
	fstrim -v $mnt
	umount $mnt
	e2fsck -f -n "$(first_disk)"
}

test_four_kib_sectors() {
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
