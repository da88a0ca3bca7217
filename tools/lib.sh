# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions for every script in tools/: paths, messages and packages. Source it.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
tools=$top/tools

# Big files are kept here, never in the checkout.
cache=${PIOSCSI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pioscsi}

say() { printf '# %s\n' "$*" >&2; }
die() { printf '# error: %s\n' "$*" >&2; exit 1; }

# atomically DIR COMMAND...: makes DIR by running COMMAND with a temporary
# directory as its last argument. An interrupted run leaves no incomplete DIR.
atomically() {
	local dir=$1 tmp
	shift
	mkdir -p "$(dirname "$dir")"
	tmp=$(mktemp -d "$dir.tmp.XXXXXX")
	chmod 755 "$tmp"
	if ! "$@" "$tmp"; then
		rm -rf "$tmp"
		return 1
	fi
	# Another run may have made the same DIR first: keep that one.
	mv -T "$tmp" "$dir" 2>/dev/null || rm -rf "$tmp"
	[ -d "$dir" ]
}

# locked NAME COMMAND...: runs COMMAND alone among all checkouts that share the cache.
locked() (
	mkdir -p "$cache"
	exec 9>"$cache/$1.lock"
	if ! flock -n 9; then
		say "waiting for another run, which holds $cache/$1.lock"
		flock 9
	fi
	shift
	# Close the lock's file, so that background processes do not keep the lock.
	"$@" 9>&-
)

on_debian() {
	command -v apt-get >/dev/null && command -v dpkg-query >/dev/null &&
		grep -qx 'ID=debian' /etc/os-release
}

# packages_of GROUP...: prints the packages of these groups in tools/packages.
packages_of() {
	awk -v want=" $* " '!/^#/ && NF {
		for (i = 2; i <= NF; i++)
			if (index(want, " " $i " ")) { print $1; next }
	}' "$tools/packages"
}

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

# The lists may be missing (in a container) or old (a package is gone). Update them
# once in a run.
apt_update() {
	[ -z "${apt_updated:-}" ] || return 0
	say "apt-get update"
	apt_quiet update >&2
	apt_updated=1
}

may_install() {
	[ "$(id -u)" = 0 ] || command -v sudo >/dev/null
}

# install_packages NAME...: installs the missing ones and prints their names.
install_packages() {
	local p missing=()
	if ! on_debian; then
		say "this is not Debian; these packages are needed (Debian's names):"
		say "$*"
		die "install them by hand, or use a Debian machine"
	fi
	for p in "$@"; do
		installed "$p" || missing+=("$p")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing with apt: ${missing[*]}"
	may_install ||
		die "neither root nor sudo; run: apt-get install ${missing[*]}"
	apt_install "${missing[@]}" && return
	apt_update
	apt_install "${missing[@]}" || die "cannot install ${missing[*]}"
}

apt_install() {
	apt_quiet install -y --no-install-recommends "$@" \
		</dev/null >"$(apt_log)" 2>&1 ||
		{ tail -n 5 "$(apt_log)" >&2; return 1; }
}

apt_log() {
	mkdir -p "$cache"
	echo "$cache/apt.log"
}

# need GROUP...: installs the missing packages of these groups in tools/packages.
need() {
	local list
	mapfile -t list < <(packages_of "$@")
	locked apt install_packages "${list[@]}"
}
