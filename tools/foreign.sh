# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian for another architecture, ppc64el, to build for and to run in a guest:
# there QEMU has chips that it lacks on x86.  Its kernel is kept as the others
# are; its programs, which this machine's cannot stand in for, are packages that
# are unpacked into the cache.  Source it after kernels.sh.

: "${cache:?}"

foreign_arch=ppc64el
foreign_lists=$cache/$foreign_arch-lists

# What the tests need there, and of what that depends on, what it does not.
foreign_programs="bash busybox-static coreutils dash diffutils e2fsprogs findutils
	fio grep hostname iproute2 kmod lsscsi mawk mount procps sed sg3-utils
	util-linux"
foreign_without='python|libpython|perl|libperl|debconf|dpkg|adduser|passwd|media-types'

# is_foreign KERNEL|RELEASE
is_foreign() { [[ $1 == *-ppc64el || $1 == *-powerpc64le* ]]; }

apt_foreign() {
	apt_alone "$foreign_lists" "$1" -o Dir::State::status=/dev/null \
		-o APT::Architecture=$foreign_arch -o APT::Architectures::=$foreign_arch \
		-o APT::Architectures::="$(dpkg --print-architecture)" "${@:2}"
}

# kbuild's own programs are this machine's.
foreign_sources() {
	debian_source "" $foreign_arch
	debian_source -backports "$foreign_arch,$(dpkg --print-architecture)"
}

# The directory of its programs; other ones are another directory.
foreign_root() {
	local key
	key=$(echo "$foreign_programs $foreign_without" | cksum)
	echo "$cache/$foreign_arch-root-${key%% *}"
}

# All of them and what they depend on, by name.
foreign_packages() {
	# shellcheck disable=SC2086 # several words
	apt_foreign apt-get -qq --print-uris --no-install-recommends install \
		$foreign_programs | sed 's/^[^ ]* \([^_]*\)_.*/\1/' |
		grep -vE "^($foreign_without)"
}

unpack_foreign_root() {
	local packages
	say "fetching programs for $foreign_arch"
	mapfile -t packages < <(foreign_packages)
	[ ${#packages[@]} -gt 0 ] && download_packages "$1" "${packages[@]}" &&
		ln -sf mawk "$1/usr/bin/awk"
}

fetch_foreign() {
	local root
	# shellcheck disable=SC2034 # for tools/kernels.sh
	local apt=apt_foreign
	root=$(foreign_root)
	on_debian || die "kernel $1 comes from Debian"
	mkdir -p "$foreign_lists"
	foreign_sources >"$foreign_lists/sources.list"
	fetch_kernel "$1"
	[ -d "$root" ] && return
	rm -rf "$cache/$foreign_arch-root-"*
	atomically "$root" unpack_foreign_root && return
	update_lists
	atomically "$root" unpack_foreign_root ||
		die "cannot get programs for $foreign_arch; see $(apt_log)"
}

# need_foreign KERNEL: that, what it can be built for with, and programs.
need_foreign() {
	need foreign
	locked apt fetch_foreign "$1"
}

# use_foreign_machine: what tools/vm makes its command line of.  The firmware is
# the least that there is: it takes a tenth of the time of the usual one.
# shellcheck disable=SC2034,SC2054 # for tools/vm; QEMU has commas in its arguments
use_foreign_machine() {
	root_tree=$(foreign_root)
	[ -d "$root_tree" ] || die "no $root_tree; run: tools/vm fetch ${kernel:?}"
	[ -z "$root" ] || die "--root is for this machine's architecture only"
	qemu_binary=qemu-system-ppc64 qemu_firmware=() cpu=power9 accel=tcg
	machine=(-machine "pseries,x-vof=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off")
	# Without a variable, the NVRAM is not even empty.
	machine+=(-prom-env "auto-boot?=false")
	console=hvc0
}
