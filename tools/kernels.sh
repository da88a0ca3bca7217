# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian's kernels, to run in a guest and to build against, and the kernel's source.
# They are only unpacked into the cache, never installed here. Source it after
# lib.sh.
#
# A kernel directory holds boot/vmlinuz-VERSION and lib/modules/VERSION; a
# self-built kernel of the same shape can be used wherever a name can.

: "${cache:?}" "${tools:?}"
. "$tools/debug/kernel.sh"
. "$tools/cross.sh"

# kernel_line NAME: suite, architecture and package of that kernel, those of this
# machine's release if the list has several.
kernel_line() {
	supported kernel | awk -v name="$1" -v own="$(own_release)" '
		$1 == name && (!line || $2 == own) { line = $2 " " $3 " " $4 }
		END { if (line) print line; else exit 1 }' ||
		die "unknown kernel '$1'; $tools/supported lists those that there are"
}

kernel_release() {
	local v
	v=$(cd "$1/lib/modules" 2>/dev/null && echo *)
	[ -e "$1/boot/vmlinuz-$v" ] || die "$1 is no kernel directory"
	echo "$v"
}

# number_at FILE OFFSET SIZE: prints the number at this offset.
number_at() {
	od -A n -t "u$3" -j $(($2)) -N "$3" "$1" | tr -d ' '
}

# unpack_bzimage BZIMAGE CONFIG: prints the kernel that is packed in it. All formats
# but gzip append the length.
unpack_bzimage() {
	local skip length unpack=(gzip -dc)
	skip=$((($(number_at "$1" 0x1f1 1) + 1) * 512 + $(number_at "$1" 0x248 4)))
	length=$(number_at "$1" 0x24c 4)
	case $(grep -o '^CONFIG_KERNEL_[A-Z0-9]*=y' "$2") in
	*_XZ=y)		unpack=(xz -dc); length=$((length - 4)) ;;
	*_ZSTD=y)	unpack=(zstd -dc); length=$((length - 4)) ;;
	esac
	dd if="$1" iflag=skip_bytes,count_bytes bs=1M skip="$skip" count="$length" \
		status=none | "${unpack[@]}"
}

# make_image BZIMAGE CONFIG IMAGE: unpacks the kernel. An interrupted run leaves no file.
make_image() (
	new=$3.$BASHPID
	trap 'rm -f "$new"' EXIT
	unpack_bzimage "$1" "$2" >"$new" && mv "$new" "$3"
)

# kernel_image DIR RELEASE: prints the name of the file that QEMU starts. The kernel
# unpacks itself in a third of the time of a boot, so the file is unpacked once here.
kernel_image() {
	local packed=$1/boot/vmlinuz-$2 config=$1/boot/config-$2 image=$1/boot/vmlinux-$2
	if [ ! -e "$image" ]; then
		grep -qs '^CONFIG_PVH=y' "$config" && [ -w "$1/boot" ] &&
			make_image "$packed" "$config" "$image" || image=$packed
	fi
	echo "$image"
}

# kernel_dir NAME|DIR: prints the directory of a kernel that is in the cache.
kernel_dir() {
	case $1 in
	*/*)	readlink -e "$1" || die "no kernel directory $1" ;;
	*)	readlink -e "$cache/kernels/$1" ||
			die "kernel $1 is not in $cache; run: tools/vm fetch $1" ;;
	esac
}

# kernel_headers NAME|DIR: the directory to give to kbuild as KDIR.
kernel_headers() {
	local dir release
	dir=$(kernel_dir "$1") && release=$(kernel_release "$dir") || return 1
	readlink -e "$dir/usr/src/linux-headers-$release" ||
		readlink -e "$dir/lib/modules/$release/build"
}

# has_headers NAME|DIR: the headers are there. Their Makefile includes another one by
# its absolute path, which must be in this cache. It is not after the cache was moved.
has_headers() {
	local headers path
	headers=$(kernel_headers "$1" 2>/dev/null) || return 1
	path=$(sed -n 's|^include \(/.*\)|\1|p' "$headers/Makefile")
	[ -z "$path" ] || [[ $path = "$cache"/* && -e $path ]]
}

# fetch_newest NAME SUITE ARCHITECTURE PACKAGE
fetch_newest() {
	local release dir
	release=$(distro_newest_kernel "$@") || return 1
	dir=$cache/kernels/$release
	if ! has_headers "$dir"; then
		rm -rf "$dir"
		atomically "$dir" distro_unpack_kernel "$2" "$3" "$release" || return 1
	fi
	ln -sfn "$release" "$cache/kernels/$1"
}

fetch_kernel() {
	local line
	if has_headers "$1"; then
		return 0
	fi
	line=$(kernel_line "$1") || exit 1
	mkdir -p "$cache/kernels"
	# shellcheck disable=SC2086 # several words
	fetch_newest "$1" $line && return
	# shellcheck disable=SC2086 # several words
	update_lists $line || say "no new package lists; see $(apt_log)"
	# shellcheck disable=SC2086 # several words
	fetch_newest "$1" $line ||
		die "cannot fetch kernel $1 ($line); see $(apt_log)"
}

# need_kernel NAME...: fetches image and headers into the cache, and the programs for
# building modules.
need_kernel() {
	local k
	for k in "$@"; do
		if is_built "$k"; then
			need_built "$k"
		else
			locked apt fetch_kernel "$k"
			need_other "$(origin "$cache/kernels/$k")"
		fi
	done
}

# Prints the suite that has the kernel's source of that version.
source_suite() {
	local newest
	newest=$(supported linux | awk '{ print $NF }')
	if [ "$1" = "$newest" ]; then
		kernel_line newest | cut -d ' ' -f 1
	else
		own_release
	fi
}

unpack_source() {
	local tar=/usr/src/linux-source-$1.tar.xz
	if [ -e "$tar" ]; then
		say "unpacking $tar"
		tar -xf "$tar" -C "$2" --strip-components=1
	else
		distro_unpack_source "$(source_suite "$1")" "$1" "$2"
	fi
}

fetch_source() {
	[ ! -d "$cache/src/linux-$1" ] || return 0
	atomically "$cache/src/linux-$1" unpack_source "$1" && return
	update_lists "$(source_suite "$1")" "$(distro_architecture)"
	atomically "$cache/src/linux-$1" unpack_source "$1" ||
		die "cannot get linux-source-$1; see $(apt_log)"
}

# need_source VERSION: fetches the kernel's source into $cache/src/linux-VERSION.
need_source() {
	locked apt fetch_source "$1"
}
