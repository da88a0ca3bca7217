# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian's kernels, to run in a guest and to build against, and the kernel's
# source.  They are only unpacked into the cache, never installed here.
# Source it after lib.sh.
#
# A kernel directory holds boot/vmlinuz-VERSION and lib/modules/VERSION; a
# self-built kernel of the same shape can be used wherever a name can.
#
# Where $apt is set, it is a function to be called with a command of apt: one that
# knows other packages than this machine does.

: "${cache:?}" "${tools:?}"
. "$tools/debug/kernel.sh"
. "$tools/foreign.sh"

kernel_package() {
	case $1 in
	6.1)		echo linux-image-amd64 ;;
	6.1-rt)		echo linux-image-rt-amd64 ;;
	6.12)		echo linux-image-6.12-amd64 ;;
	6.12-rt)	echo linux-image-6.12-rt-amd64 ;;
	6.12-ppc64el)	echo linux-image-powerpc64le-64k ;;
	*)		die "unknown kernel '$1' (see tools/vm --help)" ;;
	esac
}

# The release that the metapackage of kernel $1 stands for, e.g. 6.1.0-56-amd64.
newest_release() {
	local meta release
	meta=$(kernel_package "$1")
	release=$(${apt:-} apt-cache depends "$meta" 2>/dev/null |
		sed -n 's/^ *Depends: linux-image-//p' | head -n 1)
	case $release in
	"${1%%-*}".*)	echo "$release" ;;
	*)		return 1 ;;
	esac
}

# apt_alone DIR TOOL ARG...: a TOOL of apt, but with nothing of this machine's: the
# sources are those in DIR, and so are the lists.
apt_alone() {
	local dir=$1 tool=$2
	shift 2
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	"$tool" -o Dir::Etc::sourcelist="$dir/sources.list" \
		-o Dir::Etc::sourceparts=- -o Dir::State::lists="$dir/lists" \
		-o Dir::Cache="$dir" -o APT::Sandbox::User=root "$@"
}

# debian_source SUITE [ARCHITECTURE]: a line of such sources; the suite may be
# "", this release, or "-backports".
debian_source() {
	local release
	release=$(. /etc/os-release && echo "$VERSION_CODENAME")
	printf 'deb [signed-by=%s%s] http://deb.debian.org/debian %s main\n' \
		/usr/share/keyrings/debian-archive-keyring.gpg "${2:+ arch=$2}" "$release$1"
}

# download_packages DIR NAME...: fetches the packages and unpacks them in DIR.
download_packages() {
	(
		cd "$1" || exit 1
		${apt:-} apt-get -qq -o APT::Sandbox::User=root download "${@:2}" \
			>"$(apt_log)" 2>&1 || exit 1
		for deb in ./*.deb; do
			dpkg -x "$deb" . && rm -f "$deb" || exit 1
		done
	)
}

# The image, the headers, and those that the headers are useless without.
# They are not installed: the headers of 6.12 would install the image, too.  What
# is in kbuild runs here, whatever the kernel runs on.
packages_of_kernel() {
	echo "linux-image-$1"
	echo "linux-headers-$1"
	${apt:-} apt-cache depends "linux-headers-$1" |
		sed -nE "s/^ *Depends: (linux-headers-.*-common.*)/\1/p
			s/^ *Depends: (linux-kbuild-.*)/\1:$(dpkg --print-architecture)/p"
}

# Headers find their common part by its absolute path.
unpack_kernel() {
	local packages
	say "fetching Debian's kernel $1"
	mapfile -t packages < <(packages_of_kernel "$1")
	download_packages "$2" "${packages[@]}" || return 1
	[ -d "$2/lib/modules/$1" ] || mv "$2/usr/lib/modules" "$2/lib/" || return 1
	sed -i "s|include /usr/src/|include $cache/kernels/$1/usr/src/|" \
		"$2/usr/src/linux-headers-$1/Makefile" || return 1
	[ -e "$2/boot/vmlinuz-$1" ] || ln -s "vmlinux-$1" "$2/boot/vmlinuz-$1" || return 1
	depmod -b "$2" "$1"
}

kernel_release() {
	local v
	v=$(cd "$1/lib/modules" 2>/dev/null && echo *)
	[ -e "$1/boot/vmlinuz-$v" ] || die "$1 is no kernel directory"
	echo "$v"
}

# number_at FILE OFFSET SIZE: a number in it.
number_at() {
	od -A n -t "u$3" -j $(($2)) -N "$3" "$1" | tr -d ' '
}

# unpack_bzimage BZIMAGE CONFIG: what is packed in it.  But for gzip, its length
# is behind it.
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

# kernel_image DIR RELEASE: prints which file QEMU should start.  A third of the
# time that a boot takes is the kernel unpacking itself: that is done once.
kernel_image() {
	local packed=$1/boot/vmlinuz-$2 config=$1/boot/config-$2 image=$1/boot/vmlinux-$2
	if [ ! -e "$image" ]; then
		if grep -qs '^CONFIG_PVH=y' "$config" && [ -w "$1/boot" ] &&
				unpack_bzimage "$packed" "$config" >"$image.$$"; then
			mv "$image.$$" "$image"
		else
			rm -f "$image.$$"
			image=$packed
		fi
	fi
	echo "$image"
}

# kernel_dir NAME|DIR: prints the directory of a kernel that is already there.
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

# The lists of packages, wherever they are taken from.
update_lists() {
	if [ -n "${apt:-}" ]; then
		"$apt" apt-get -qq update >"$(apt_log)" 2>&1 ||
			die "no package lists; see $(apt_log)"
	else
		apt_update
	fi
}

fetch_newest() {
	local release dir
	on_debian || die "kernel $1 comes from Debian ($(kernel_package "$1"))"
	release=$(newest_release "$1") || { update_lists; release=$(newest_release "$1"); } ||
		die "this Debian has no $(kernel_package "$1") of version $1"
	dir=$cache/kernels/$release
	if ! (kernel_headers "$dir") >/dev/null 2>&1; then
		rm -rf "$dir"
		atomically "$dir" unpack_kernel "$release" || return 1
	fi
	ln -sfn "$release" "$cache/kernels/$1"
}

fetch_kernel() {
	if (kernel_headers "$1") >/dev/null 2>&1; then
		return 0
	fi
	kernel_package "$1" >/dev/null
	mkdir -p "$cache/kernels"
	fetch_newest "$1" && return
	update_lists
	fetch_newest "$1" || die "cannot fetch kernel $1; see $(apt_log)"
}

# need_kernel NAME...: image and headers, in the cache.
need_kernel() {
	local k
	for k in "$@"; do
		if is_built "$k"; then
			need_built "$k"
		elif is_foreign "$k"; then
			need_foreign "$k"
		else
			locked apt fetch_kernel "$k"
		fi
	done
}

unpack_source() {
	local name=linux-source-$1 tar
	tar=/usr/src/$name.tar.xz
	if [ ! -e "$tar" ]; then
		say "fetching $name"
		mkdir "$2/deb"
		download_packages "$2/deb" "$name" || return 1
		tar=$2/deb/usr/src/$name.tar.xz
	fi
	say "unpacking $tar"
	tar -xf "$tar" -C "$2" --strip-components=1 && rm -rf "$2/deb"
}

fetch_source() {
	[ ! -d "$cache/src/linux-$1" ] || return 0
	atomically "$cache/src/linux-$1" unpack_source "$1" && return
	apt_update
	atomically "$cache/src/linux-$1" unpack_source "$1" ||
		die "cannot get linux-source-$1; see $(apt_log)"
}

# need_source VERSION: the kernel's source, in $cache/src/linux-VERSION.
need_source() {
	locked apt fetch_source "$1"
}
