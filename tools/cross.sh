# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Kernels of another architecture or release of Debian than this machine's. A guest
# of another architecture needs programs, and a newer kernel a newer compiler: trees
# of packages that are unpacked into the cache. Source it after lib.sh and
# kernels.sh.

: "${cache:?}" "${tools:?}" "${top:?}"

# Programs that the tests need in a guest, and dependencies that they do not need.
guest_programs="bash busybox-static coreutils dash diffutils e2fsprogs findutils
	fio grep hostname iproute2 kmod lsscsi mawk mount procps sed sg3-utils
	util-linux"
guest_without='python|libpython|perl|libperl|debconf|dpkg|adduser|passwd|media-types'

# Programs that build modules.
build_programs="bash binutils coreutils dash diffutils findutils gcc grep kmod libelf-dev
	make mawk pahole perl-base rsync sed sparse util-linux xz-utils"
build_without='debconf|dpkg|adduser|passwd|media-types'

# architecture_field ARCHITECTURE N: a field of its line in tools/supported.
architecture_field() {
	supported architecture | awk -v a="$1" -v n="$2" '$1 == a { print $n }'
}

# tree_dir NAME PROGRAM...: a tree of other programs is another directory.
tree_dir() {
	local key
	key=$(echo "${@:2}" | cksum)
	echo "$cache/trees/$1-${key%% *}"
}

guest_tree() {
	# shellcheck disable=SC2086 # several words
	tree_dir "guest-$1-$2" $guest_programs $guest_without
}

build_tree() {
	# shellcheck disable=SC2086 # several words
	tree_dir "build-$1" $build_programs $build_without
}

# fetch_tree DIR SUITE ARCHITECTURE WITHOUT PROGRAM...
fetch_tree() {
	local dir=$1 suite=$2 arch=$3
	shift 3
	[ ! -d "$dir" ] || { touch "$dir"; return; }
	say "fetching programs of $suite for $arch"
	# Another checkout may use a tree of other programs. Its last use is its time.
	mkdir -p "$cache/trees"
	find "$cache/trees" -maxdepth 1 -name "$(basename "${dir%-*}")-*" -mmin +1440 \
		-exec rm -rf {} +
	atomically "$dir" unpack_tree "$suite" "$arch" "$@" && return
	update_lists "$suite" "$arch"
	atomically "$dir" unpack_tree "$suite" "$arch" "$@" ||
		die "cannot get programs of $suite for $arch; see $(apt_log)"
}

# unpack_tree SUITE ARCHITECTURE WITHOUT PROGRAM... DIR
unpack_tree() {
	distro_unpack_tree "$1" "$2" "${@: -1}" "${@:3:$# - 3}"
}

# The cross compiler is added to the tree of the release.
add_compiler() {
	local dir=$1 suite=$2 arch=$3 own packages
	own=$(distro_architecture)
	[ ! -e "$dir/compiler-$arch" ] || return 0
	say "fetching the compiler of $suite for $arch"
	mapfile -t packages < <(packages_with_dependencies "$suite" "$own" \
		"gcc-$(architecture_field "$arch" 2)" |
		grep -vE "^($build_without)" | grep -vxFf "$dir/packages")
	rm -rf "$dir/deb"
	download_packages "$dir" "$suite" "$own" "${packages[@]}" ||
		die "cannot get the compiler for $arch; see $(apt_log)"
	touch "$dir/compiler-$arch"
}

# origin DIR: the release of Debian and the architecture of a kernel. A kernel that
# was built here has those of this machine.
origin() {
	cat "$1/origin" 2>/dev/null || echo "$(own_release) $(distro_architecture)"
}

is_other_architecture() { [ "${1#* }" != "$(distro_architecture)" ]; }
is_other_kernel() { [ "$1" != "$(own_release) $(distro_architecture)" ]; }

fetch_other() {
	local release=${1% *} arch=${1#* } dir own
	own=$(distro_architecture)
	dir=$(build_tree "$release")
	# shellcheck disable=SC2086 # several words
	fetch_tree "$dir" "$release" "$own" "$build_without" $build_programs
	[ "$arch" = "$own" ] || {
		add_compiler "$dir" "$release" "$arch"
		# shellcheck disable=SC2086 # several words
		fetch_tree "$(guest_tree "$release" "$arch")" "$release" "$arch" \
			"$guest_without" $guest_programs
	}
}

# need_other ORIGIN: fetches the programs for building for such a kernel and running it.
need_other() {
	! is_other_kernel "$1" || locked apt fetch_other "$1"
	! is_other_architecture "$1" || need cross
}

# in_tree DIR COMMAND...: runs it with DIR as its root. The cache, this checkout,
# /dev, /proc and /tmp are those of this machine. Another user than root gets a
# user namespace for it.
in_tree() {
	local dir=$1 as=()
	shift
	[ "$(id -u)" = 0 ] || as=(--map-root-user)
	mkdir -p "$dir/dev" "$dir/proc" "$dir/tmp" "$dir$cache" "$dir$top"
	unshare "${as[@]}" --mount bash -c '
		dir=$1 cwd=$2
		for d in /dev /proc /tmp "$3" "$4"; do
			mount --rbind "$d" "$dir$d" || exit 1
		done
		exec chroot "$dir" /usr/bin/env -i PATH=/usr/sbin:/usr/bin HOME=/root \
			LC_ALL=C bash -c "cd \"\$1\" && shift && exec \"\$@\"" _ "$cwd" "${@:5}"' \
		_ "$dir" "$PWD" "$cache" "$top" "$@"
}

# build_for ORIGIN COMMAND...: runs the command where compilers for such a kernel are.
build_for() {
	local origin=$1
	shift
	if is_other_kernel "$origin"; then
		in_tree "$(build_tree "${origin% *}")" "$@"
	else
		"$@"
	fi
}

# use_machine ARCHITECTURE RELEASE: sets the variables from which tools/vm makes its
# command line. For ppc64el it selects the smallest firmware, which takes a tenth of
# the time of the usual one.
# shellcheck disable=SC2034,SC2054 # for tools/vm; QEMU has commas in its arguments
use_machine() {
	root_tree=$(guest_tree "$2" "$1")
	[ -d "$root_tree" ] || die "no $root_tree; run: tools/vm fetch ${kernel:?}"
	[ -z "$root" ] || die "--root is for this machine's architecture only"
	qemu_binary=$(architecture_field "$1" 3)
	qemu_firmware=() accel=tcg
	# The guest never runs with KVM, so it needs more time.
	[ "$slowdown" != 1 ] || slowdown=3 limit=$((limit * slowdown))
	case $1 in
	ppc64el)
		cpu=power9 console=hvc0
		machine=(-machine "pseries,x-vof=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off")
		# Without any variable the NVRAM has no valid content.
		machine+=(-prom-env "auto-boot?=false")
		;;
	i386)
		cpu=qemu32,+rdrand
		# More memory than the kernel maps all the time (HIGHMEM).
		[ "$mem" != 768 ] || mem=1536
		;;
	armhf)
		cpu=cortex-a15 console=ttyAMA0
		# Without LPAE, PCI has to be below 4 GiB.
		machine=(-machine "virt,highmem=off")
		;;
	arm64)
		cpu=cortex-a57 console=ttyAMA0
		machine=(-machine virt)
		;;
	s390x)
		cpu=qemu console=ttysclp0 bus=ccw
		machine=(-machine s390-ccw-virtio)
		;;
	*)
		die "no machine for $1" ;;
	esac
}
