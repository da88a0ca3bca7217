# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Another QEMU than this machine's: the newest one in the backports of its release.
# It is only unpacked into the cache, never installed. Source it after lib.sh.

: "${cache:?}"

fetch_qemu() {
	[ ! -d "$cache/qemu-backports" ] || return 0
	if ! distro_has_newer_qemu; then
		say "no newer QEMU for this release; the installed one runs all tests"
		return
	fi
	atomically "$cache/qemu-backports" distro_unpack_qemu && return
	update_lists "$(own_release)-backports" "$(distro_architecture)"
	atomically "$cache/qemu-backports" distro_unpack_qemu ||
		die "cannot get QEMU from backports; see $(apt_log)"
}

# qemu_or_installed NAME: prints NAME, or "installed" if this release has no QEMU in its
# backports.
qemu_or_installed() {
	if [ "$1" != backports ] || [ -d "$cache/qemu-backports" ]; then
		echo "$1"
	else
		echo installed
	fi
}

# use_qemu NAME|DIR: sets qemu_binary, and qemu_firmware to the options that
# tell it where its own files are. This machine's firmware replaces missing files.
# shellcheck disable=SC2034
use_qemu() {
	local dir=$1
	qemu_binary=qemu-system-x86_64 qemu_firmware=()
	case $1 in
	installed)	return ;;
	backports)	dir=$cache/qemu-backports ;;
	esac
	qemu_binary=$dir/usr/bin/qemu-system-x86_64
	[ -x "$qemu_binary" ] || die "no QEMU in $dir; run: tools/vm fetch qemu-backports"
	qemu_firmware=(-L "$dir/usr/share/qemu" -L "$dir/usr/share/seabios"
		-L "$dir/usr/lib/ipxe/qemu" -L /usr/share/seabios -L /usr/lib/ipxe/qemu)
	export QEMU_MODULE_DIR=$dir/usr/lib/x86_64-linux-gnu/qemu
}
