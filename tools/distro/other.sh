# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For distributions without a file of their own here: programs are looked for, not
# installed, and kernels are not fetched (--kernel takes a directory). See
# debian.sh for the functions to write.

: "${cache:?}" "${tools:?}"

distro_architecture() {
	case $(uname -m) in
	x86_64)		echo amd64 ;;
	aarch64)	echo arm64 ;;
	*)		uname -m ;;
	esac
}

# distro_install GROUP...: says which programs are missing, by their contents.
distro_install() {
	local package contents missing=() unknown=()
	while IFS='#' read -r package contents; do
		contents=${contents# }
		if [[ $contents == *' '* ]]; then
			unknown+=("$contents (Debian: ${package% })")
		elif ! PATH=$PATH:/usr/sbin:/sbin command -v "$contents" >/dev/null; then
			missing+=("program $contents (Debian: ${package% })")
		fi
	done < <(packages_with_contents "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	say "this distribution is not Debian; these programs are missing:"
	printf '#   %s\n' "${missing[@]}" >&2
	[ ${#unknown[@]} = 0 ] || {
		say "also needed, and not looked for:"
		printf '#   %s\n' "${unknown[@]}" >&2
	}
	die "install what is missing, or write tools/distro/${distribution:?}.sh"
}

not_debian() {
	die "$1 comes from Debian's archive, which this machine's apt does not know"
}

distro_newest_kernel() { not_debian "kernel $1"; }
distro_unpack_kernel() { not_debian "kernel $3"; }
distro_unpack_source() { not_debian "linux-source-$2"; }
distro_unpack_tree() { not_debian "a tree of programs for $2"; }
distro_has_newer_qemu() { false; }
distro_unpack_qemu() { not_debian "another QEMU"; }
distro_unpack_release() { not_debian "a root of $1"; }
distro_root_packages() { not_debian "a root file system (--root)"; }
distro_copy_files() { not_debian "a root file system (--root)"; }
update_lists() { :; }
own_release() { echo none; }
apt_log() { echo "$cache/apt.log"; }
