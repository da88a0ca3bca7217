# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For end-to-end tests that run from a Debian on one of our disks (tools/vm run --root).
# Source it after ktap.sh.

: "${scratch:?}"

# The output goes to memory, because the disk becomes read-only in a test.
mount -t tmpfs tmpfs "$scratch"

# booted_from DISK: systemd has booted from DISK without a failed unit.
booted_from() {
	same "$(findmnt -n -o SOURCE /)" "$1" "root"
	same "$(cat /proc/1/comm)" systemd "the first program"
	systemctl --failed --no-legend
	same "$(systemctl --failed --no-legend | wc -l)" 0 "failed units"
}

# Reads all files of some packages and compares them with their checksums. A message of
# dpkg counts as a changed file, because it may have verified nothing.
check_packages() {
	local package packages=(bash dash dpkg sed grep mawk)
	for package in "${packages[@]}"; do
		[ -s "/var/lib/dpkg/info/$package.md5sums" ] || fail "no checksums of $package"
	done
	dpkg -V "${packages[@]}" >/tmp/changed 2>&1 || true
	same "$(grep -vc ' c /' /tmp/changed)" 0 "changed files: $(cat /tmp/changed)"
}

write_and_compare() {
	cp -r /usr/lib/systemd/system /tmp/copy
	sync
	echo 3 >/proc/sys/vm/drop_caches
	diff -r /usr/lib/systemd/system /tmp/copy
	rm -r /tmp/copy
}

read_only() { grep -q '^/dev/[^ ]* / ext4 ro' /proc/mounts; }

# check_root DISK: makes the root file system read-only, and checks it.
check_root() {
	echo u >/proc/sysrq-trigger
	until_true 20 read_only
	e2fsck -f -n "$1"
}
