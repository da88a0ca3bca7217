# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Everything that the tools know about Debian: how packages are installed, and
# where kernels, QEMU and programs of other releases and architectures come from.
# For another distribution write a file of the same functions (distro_*) and name
# it after the ID in /etc/os-release. tools/lib.sh sources this file.
#
# Suites are Debian's: "trixie", "trixie-backports". The address of the package
# archive is that of this machine's own apt configuration.

: "${cache:?}" "${tools:?}"

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

own_release() { (. /etc/os-release && echo "$VERSION_CODENAME"); }

distro_architecture() { dpkg --print-architecture; }

apt_log() {
	mkdir -p "$cache"
	echo "$cache/apt.log"
}

# -- Packages that are installed

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

apt_quiet() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
		-o DPkg::Lock::Timeout=600 -o APT::Sandbox::User=root "$@"
}

# The lists may be missing (a container) or old (a package has been replaced).
# Update them once.
apt_update() {
	[ -z "${apt_updated:-}" ] || return 0
	say "apt-get update"
	apt_quiet update >&2
	apt_updated=1
}

may_install() {
	[ "$(id -u)" = 0 ] || command -v sudo >/dev/null
}

# Releases of Debian name some packages differently: of "A|B", take the first
# package that this release has. apt-cache succeeds without output for a name that
# other packages provide.
choose_package() {
	local p
	for p in ${1//|/ }; do
		if installed "$p" || [ -n "$(apt-cache show "$p" 2>/dev/null)" ]; then
			echo "$p"
			return
		fi
	done
	echo "${1%%|*}"
}

missing_packages() {
	local p
	for p in "$@"; do
		p=$(choose_package "$p")
		installed "$p" || echo "$p"
	done
}

install_packages() {
	local missing
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing with apt: ${missing[*]}"
	may_install ||
		die "neither root nor sudo; run: apt-get install ${missing[*]}"
	apt_install "${missing[@]}" && return
	apt_update
	mapfile -t missing < <(missing_packages "$@")
	apt_install "${missing[@]}" || die "cannot install ${missing[*]}"
}

apt_install() {
	apt_quiet install -y --no-install-recommends "$@" \
		</dev/null >"$(apt_log)" 2>&1 ||
		{ tail -n 5 "$(apt_log)" >&2; return 1; }
}

# distro_install GROUP...: the packages of these groups (tools/packages). Stages that begin
# together do not wait for each other if nothing is missing.
distro_install() {
	local list
	mapfile -t list < <(packages_of "$@")
	[ -z "$(missing_packages "${list[@]}")" ] ||
		locked apt install_packages "${list[@]}"
}

# -- Package lists of other releases and architectures

# archive LABEL: the address of Debian's archive with that label (Debian or
# Debian-Security) in this machine's apt configuration.
archive() {
	apt-get indextargets --format '$(LABEL) $(CODENAME) $(REPO_URI)' |
		awk -v label="$1" -v own="$(own_release)" '
			$1 == label && index($2, own) == 1 { print $3; exit }'
}

# apt_for SUITE ARCHITECTURE TOOL ARG...: runs a TOOL of apt that knows that suite
# only, with lists in the cache. This machine's own lists are used for its own
# release.
apt_for() {
	local dir=$cache/lists/$1-$2 suite=$1 arch=$2 own
	shift 2
	own=$(dpkg --print-architecture)
	if [ "$suite $arch" = "$(own_release) $own" ]; then
		"$@"
		return
	fi
	"$1" -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir" \
		-o Dir::State::status=/dev/null -o APT::Sandbox::User=root \
		-o APT::Architecture="$arch" -o APT::Architectures::="$arch" \
		-o Acquire::Retries=3 "${@:2}"
}

# update_lists SUITE ARCHITECTURE: fetches the lists that apt_for needs.
update_lists() {
	local dir=$cache/lists/$1-$2 uri
	if [ "$1 $2" = "$(own_release) $(dpkg --print-architecture)" ]; then
		apt_update
		return
	fi
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	uri=$(archive Debian)
	[ -n "$uri" ] || { apt_update; uri=$(archive Debian); }
	[ -n "$uri" ] || die "apt knows no archive of Debian for $(own_release)"
	echo "deb [signed-by=$keyring arch=$2] $uri $1 main" >"$dir/sources.list"
	apt_for "$1" "$2" apt-get -qq update >"$(apt_log)" 2>&1
}

# need_lists SUITE ARCHITECTURE: fetches them if there are none.
need_lists() {
	[ "$1 $2" = "$(own_release) $(dpkg --print-architecture)" ] ||
		ls "$cache/lists/$1-$2/lists/"*Packages* >/dev/null 2>&1 ||
		update_lists "$1" "$2"
}

# Packages of a release with a merged /usr and of one without unpack to the same
# places.
merge_usr() {
	local d
	for d in bin sbin lib lib64; do
		mkdir -p "$1/usr/$d"
		ln -s "usr/$d" "$1/$d"
	done
}

# download_packages DIR SUITE ARCHITECTURE NAME...: fetches the packages and
# unpacks them in DIR.
download_packages() {
	(
		mkdir "$1/deb" && cd "$1/deb" || exit 1
		apt_for "$2" "$3" apt-get -qq -o APT::Sandbox::User=root download "${@:4}" \
			>"$(apt_log)" 2>&1 || exit 1
		for deb in ./*.deb; do
			dpkg-deb --fsys-tarfile "$deb" |
				tar -x -C .. --keep-directory-symlink || exit 1
		done
	) && rm -r "$1/deb"
}

# packages_with_dependencies SUITE ARCHITECTURE NAME...: their names. apt leaves out
# packages that it has already downloaded, so it gets an empty directory for them.
packages_with_dependencies() {
	mkdir -p "$cache/lists/no-archives/partial"
	apt_for "$1" "$2" apt-get -qq -o Dir::State::status=/dev/null --print-uris \
		-o Dir::Cache::archives="$cache/lists/no-archives" \
		--no-install-recommends install "${@:3}" |
		sed 's/^[^ ]* \([^_]*\)_.*/\1/'
}

# -- Kernels

# The release that the metapackage of a kernel stands for, e.g. 6.1.0-56-amd64.
distro_newest_kernel() {
	local name=$1 suite=$2 arch=$3 meta=$4 release
	need_lists "$suite" "$arch" || return 1
	release=$(apt_for "$suite" "$arch" apt-cache depends "$meta" 2>/dev/null |
		sed -n 's/^ *Depends: linux-image-//p' | head -n 1)
	case $release in
	"${name%%-*}".*)	echo "$release" ;;
	?*)			[ "$name" = newest ] && echo "$release" ;;
	*)			return 1 ;;
	esac
}

# kernel_dependencies SUITE ARCHITECTURE PACKAGE: those of its dependencies that
# belong to the kernel.
kernel_dependencies() {
	apt_for "$1" "$2" apt-cache depends "$3" |
		awk '$1 == "Depends:" && $2 ~ /^linux-.*[0-9]\.[0-9]/ && $2 !~ /unsigned/ {
			sub(/:.*/, "", $2); print $2 }'
}

# The packages of a kernel of that release but kbuild: the image, since 7.2 in
# several packages, and the headers. They are not installed: that would install
# the image as well.
packages_of_kernel() {
	local suite=$1 arch=$2 release=$3 p
	for p in "linux-image-$release" "linux-headers-$release"; do
		echo "$p"
		kernel_dependencies "$suite" "$arch" "$p"
	done | grep -v '^linux-kbuild-' | sort -u
}

# Programs of kbuild run on this machine, whatever the kernel is for. A release
# has them with the same version for all architectures.
unpack_kbuild() {
	local suite=$1 arch=$2 release=$3 dir=$4 own kbuild
	own=$(dpkg --print-architecture)
	need_lists "$suite" "$own" || return 1
	kbuild=$(kernel_dependencies "$suite" "$arch" "linux-headers-$release" |
		grep '^linux-kbuild-') || return 1
	download_packages "$dir" "$suite" "$own" "$kbuild"
}

# From 7.2 on the image, its configuration and its symbols are beside the modules.
link_boot_files() {
	local modules=../lib/modules/$2 f
	mkdir -p "$1/boot"
	for f in vmlinuz config System.map; do
		[ ! -e "$1/lib/modules/$2/$f" ] || ln -sf "$modules/$f" "$1/boot/$f-$2"
	done
	[ -e "$1/boot/vmlinuz-$2" ] || ln -s "vmlinux-$2" "$1/boot/vmlinuz-$2"
}

# The Makefile of 7.3 refuses sparse unless this script says that sparse works, and
# Debian's packages lack the script.
add_checker_script() {
	local script
	for script in "$1"/usr/lib/linux-kbuild-*/scripts; do
		script+=/checker-valid.sh
		[ ! -e "$script" ] || continue
		printf '#!/bin/sh\n"$@" - </dev/null >/dev/null 2>&1 && echo 1\n' >"$script"
		chmod +x "$script"
	done
}

# distro_unpack_kernel SUITE ARCHITECTURE RELEASE DIR. The headers name their
# common part, and the newest their own place, by absolute paths.
distro_unpack_kernel() {
	local suite=$1 arch=$2 release=$3 dir=$4 packages
	say "fetching Debian's kernel $release"
	merge_usr "$dir"
	mapfile -t packages < <(packages_of_kernel "$suite" "$arch" "$release")
	download_packages "$dir" "$suite" "$arch" "${packages[@]}" &&
		unpack_kbuild "$suite" "$arch" "$release" "$dir" || return 1
	sed -i "s|/usr/src/|$cache/kernels/$release/usr/src/|" \
		"$dir/usr/src/linux-headers-$release/Makefile" || return 1
	add_checker_script "$dir"
	link_boot_files "$dir" "$release" && depmod -b "$dir" "$release" || return 1
	echo "${suite%-backports} $arch" >"$dir/origin"
}

# distro_unpack_source SUITE VERSION DIR: the kernel's source, as the package has
# it.
distro_unpack_source() {
	local suite=$1 name=linux-source-$2 dir=$3 own
	own=$(dpkg --print-architecture)
	say "fetching $name"
	mkdir "$dir/deb-source"
	need_lists "$suite" "$own" &&
		download_packages "$dir/deb-source" "$suite" "$own" "$name" || return 1
	tar -xf "$dir/deb-source/usr/src/$name.tar.xz" -C "$dir" --strip-components=1 &&
		rm -r "$dir/deb-source"
}

# -- Trees of programs

# distro_unpack_tree SUITE ARCHITECTURE DIR WITHOUT NAME...: these packages and
# what they depend on, but for those whose names match WITHOUT.
distro_unpack_tree() {
	local suite=$1 arch=$2 dir=$3 without=$4 packages
	shift 4
	merge_usr "$dir"
	need_lists "$suite" "$arch" || return 1
	mapfile -t packages < <(packages_with_dependencies "$suite" "$arch" "$@" |
		grep -vE "^($without)")
	[ ${#packages[@]} -gt 0 ] &&
		download_packages "$dir" "$suite" "$arch" "${packages[@]}" || return 1
	[ ! -e "$dir/usr/bin/mawk" ] || ln -sf mawk "$dir/usr/bin/awk"
	[ -e "$dir/usr/bin/sh" ] || ln -s dash "$dir/usr/bin/sh"
	printf '%s\n' "${packages[@]}" >"$dir/packages"
}

# backports_of_qemu: prints the packages of QEMU for x86 and its firmware that the
# backports of this release have. Firmware is missing there if that of the release is
# new enough.
backports_of_qemu() {
	local suite own p
	own=$(dpkg --print-architecture)
	suite=$(own_release)-backports
	for p in qemu-system-x86 qemu-system-common qemu-system-data seabios ipxe-qemu; do
		[ -z "$(apt_for "$suite" "$own" apt-cache show "$p" 2>/dev/null)" ] ||
			echo "$p"
	done
}

# distro_has_newer_qemu: fails if the backports of this release have no QEMU.
distro_has_newer_qemu() {
	need_lists "$(own_release)-backports" "$(dpkg --print-architecture)" || return 0
	[[ $'\n'$(backports_of_qemu) == *$'\n'qemu-system-x86* ]]
}

# distro_unpack_qemu DIR: the newest QEMU for x86 that this release has.
distro_unpack_qemu() {
	local suite own packages
	own=$(dpkg --print-architecture)
	suite=$(own_release)-backports
	need_lists "$suite" "$own" || return 1
	say "fetching QEMU from $suite"
	mapfile -t packages < <(backports_of_qemu)
	download_packages "$1" "$suite" "$own" "${packages[@]}" ||
		{ say "$suite has no QEMU of its own"; return 1; }
}

# -- A root of another release

# proxy_for http|https: prints the proxy of apt's configuration or of the environment.
# apt takes that of http for https, too, and DIRECT for none.
proxy_for() {
	local proxy='' name=$1_proxy
	eval "$(apt-config shell proxy Acquire::http::Proxy proxy "Acquire::$1::Proxy")"
	proxy=${proxy:-${!name:-}}
	[ "$proxy" = DIRECT ] || echo "$proxy"
}

# distro_unpack_release RELEASE DIR: a root file system of that release, with make
# and sudo, whose apt is configured as this machine's.
distro_unpack_release() {
	local security
	say "fetching a root of $1"
	[ -n "$(archive Debian)" ] || apt_update
	# debootstrap does not read apt's configuration, and sudo drops the environment.
	as_root env http_proxy="$(proxy_for http)" https_proxy="$(proxy_for https)" \
		debootstrap --variant=minbase --include=make,sudo,ca-certificates "$1" \
		"$2" "$(archive Debian)" >"$(apt_log)" 2>&1 || return 1
	security=$(archive Debian-Security)
	[ -z "$security" ] || echo "deb $security $1-security main" |
		as_root tee -a "$2/etc/apt/sources.list" >/dev/null
	apt-config dump | grep '^Acquire::' | as_root tee "$2/etc/apt/apt.conf.d/00host" \
		>/dev/null
	as_root cp -L /etc/resolv.conf /etc/hosts "$2/etc/"
}

# The lists of the release are fetched in its root.
distro_update_release() { in_root "$1" apt-get -qq update; }

# -- The small root file system of tools/vm-root

# distro_root_packages NAME...: the essential packages of this machine, those
# named, and what they depend on. Only the first of alternatives, if it is
# installed.
distro_root_packages() {
	dpkg-query -W -f '${Package}\t${db:Status-Status}\t${Essential}\t${Pre-Depends}, ${Depends}\n' |
		awk -F '\t' -v also="$*" '
		$2 != "installed" { next }
		{ depends[$1] = $4 }
		$3 == "yes" { also = also " " $1 }
		function visit(p,   words, n, i, name) {
			if (p in seen || !(p in depends))
				return
			seen[p] = 1
			print p
			n = split(depends[p], words, / *, */)
			for (i = 1; i <= n; i++) {
				name = words[i]
				sub(/[ :(|].*/, "", name)
				visit(name)
			}
		}
		END {
			n = split(also, first, " ")
			for (k = 1; k <= n; k++)
				visit(first[k])
		}'
}

# distro_copy_files TREE PACKAGE...: the files of the packages, and dpkg's records
# of them.
distro_copy_files() {
	local tree=$1 info=/var/lib/dpkg/info
	shift
	{
		dpkg-query -L "$@" | sed -n 's,^/\(bin\|sbin\|lib\|lib64\)/,/usr/\1/,; s,^/,./,p'
		find "$info" -type f -printf '%f\n' | awk -v info=".$info" -v list="$*" '
			BEGIN {
				for (n = split(list, names, " "); n; n--)
					want[names[n]]
			}
			{
				name = $0
				sub(/\.[^.]*$/, "", name)
				sub(/:.*/, "", name)
			}
			name in want { print info "/" $0 }'
	} | grep -v '^\./\(bin\|sbin\|lib\|lib64\|\.\)\?$' | sort -u >"$tree.files"
	tar -C / --no-recursion --ignore-failed-read -cf - -T "$tree.files" 2>/dev/null |
		tar -C "$tree" --no-same-owner -xf -
	dpkg-query -s "$@" >"$tree/var/lib/dpkg/status"
}
