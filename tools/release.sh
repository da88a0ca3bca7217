# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Root file systems of Debian's releases, in the cache, to run this project in as a
# newcomer would. Needs root. Source it after lib.sh.

: "${cache:?}" "${top:?}"

# The release of tools/supported that is not this machine's.
other_release() {
	supported release | awk -v own="$(own_release)" '$1 != own { print $1; exit }'
}

release_root() { echo "$cache/releases/$1"; }

fetch_release() {
	[ -d "$(release_root "$1")" ] || atomically "$(release_root "$1")" unpack_release "$1" ||
		die "cannot make a root of $1; see $(apt_log)"
}

unpack_release() { distro_unpack_release "$1" "$2" && distro_update_release "$2"; }

# need_release RELEASE
need_release() {
	need release
	locked "release-$1" fetch_release "$1"
}

# in_root DIR COMMAND...: runs it with DIR as its root, in a mount namespace of its
# own, with this machine's /dev, /proc and /sys. PIOSCSI_JOBS is passed on.
in_root() {
	local dir=$1
	shift
	as_root unshare --mount bash -c '
		dir=$1
		shift
		for d in dev proc sys; do
			mount --rbind "/$d" "$dir/$d" || exit 1
		done
		mount -t tmpfs -o mode=1777 tmpfs "$dir/tmp"
		exec chroot "$dir" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
			LC_ALL=C DEBIAN_FRONTEND=noninteractive TERM=dumb "$@"' \
		_ "$dir" ${PIOSCSI_JOBS:+"PIOSCSI_JOBS=$PIOSCSI_JOBS"} "$@"
}

# copy_checkout DIR [as_root]: copies the files of this checkout there.
copy_checkout() {
	local dir=$1
	shift
	"$@" mkdir -p "$dir"
	tree_files | "$@" rsync -a --delete --files-from=- "$top/" "$dir/"
}
