# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Another QEMU than this machine's: the newest one in Debian's backports. It is
# only unpacked into the cache, never installed, and its package lists are the
# cache's own.  Source it after lib.sh and kernels.sh.

: "${cache:?}"

qemu_lists=$cache/qemu-lists

apt_with_backports() { apt_alone "$qemu_lists" "$@"; }

# What QEMU for x86 consists of, at the newest version that there is.
qemu_packages() {
	local p
	for p in qemu-system-x86 qemu-system-common qemu-system-data seabios ipxe-qemu; do
		echo "$p=$(apt_with_backports apt-cache madison "$p" |
			awk 'NR == 1 { print $3 }')"
	done
}

unpack_qemu() {
	local packages
	# shellcheck disable=SC2034 # for tools/kernels.sh
	local apt=apt_with_backports
	mapfile -t packages < <(qemu_packages)
	say "fetching ${packages[0]}"
	download_packages "$1" "${packages[@]}"
}

fetch_qemu() {
	[ ! -d "$cache/qemu-backports" ] || return 0
	on_debian || die "qemu-backports comes from Debian"
	mkdir -p "$qemu_lists"
	{ debian_source ""; debian_source -backports; } >"$qemu_lists/sources.list"
	apt_with_backports apt-get -qq update >"$(apt_log)" 2>&1 ||
		die "no package lists; see $(apt_log)"
	atomically "$cache/qemu-backports" unpack_qemu ||
		die "cannot get QEMU from backports; see $(apt_log)"
}

# use_qemu NAME|DIR: sets qemu_binary, and qemu_firmware to the options that
# tell it where its own files are.
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
		-L "$dir/usr/lib/ipxe/qemu")
	export QEMU_MODULE_DIR=$dir/usr/lib/x86_64-linux-gnu/qemu
}
