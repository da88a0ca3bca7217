# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions for every script in tools/: paths, messages and packages. Source it.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
tools=$top/tools

# The tools look for words in the output of apt and of compilers, so these must not
# translate them. LC_ALL is not enough: kbuild does not pass it on.
export LC_ALL=C.UTF-8 LANG=C.UTF-8
unset LANGUAGE LC_MESSAGES

say() { printf '# %s\n' "$*" >&2; }
die() { printf '# error: %s\n' "$*" >&2; exit 1; }

# Big files are kept here, never in the checkout. XDG_CACHE_HOME is ignored if it is
# relative, as its specification says. Tools that this one runs get the absolute path.
cache=${XDG_CACHE_HOME:-}
[[ $cache = /* ]] || cache=$HOME/.cache
cache=$(realpath -m "${PIOSCSI_CACHE:-$cache/pioscsi}")
export PIOSCSI_CACHE=$cache

# The kernel's make takes no such path.
[[ $top$cache != *[[:blank:]:]* ]] ||
	die "the path of this tree ($top) and of the cache ($cache, PIOSCSI_CACHE)" \
		"must have no blank and no colon"

# atomically DIR COMMAND...: makes DIR by running COMMAND with a temporary
# directory as its last argument. A run that fails or is interrupted leaves neither of
# them. Deletes temporary directories of killed runs, for any DIR beside this one, after a
# day. It is a subshell, so that its trap does not replace the caller's.
atomically() (
	dir=$1 tmp=''
	shift
	mkdir -p "$(dirname "$dir")"
	find "$(dirname "$dir")" -maxdepth 1 -name '*.tmp.??????' -mmin +1440 |
		while read -r tmp; do
			delete_tree "$tmp"
		done || true
	trap 'delete_tree "$tmp"' EXIT
	tmp=$(mktemp -d "$dir.tmp.XXXXXX") || exit 1
	chmod 755 "$tmp"
	"$@" "$tmp" || exit 1
	# Another run may have made the same DIR first: keep that one.
	mv -T "$tmp" "$dir" 2>/dev/null || true
	[ -d "$dir" ]
)

# delete_tree DIR: deletes it, also if root owns a part, as after debootstrap.
delete_tree() {
	[ -z "$1" ] || rm -rf "$1" 2>/dev/null || as_root rm -rf "$1"
}

# strictly COMMAND...: sets $status to the status of COMMAND, which may be a function and
# ends at its first command that fails. In a condition, such as "if COMMAND", bash goes
# on after a command that fails, also inside functions.
strictly() {
	set +e
	(set -e; "$@")
	# shellcheck disable=SC2034 # for the caller
	status=$?
	set -e
}

# locked NAME COMMAND...: runs COMMAND alone among all checkouts that share the cache.
# tools/check shows the output of a stage at its end. So it keeps its own stderr as the
# file descriptor PIOSCSI_STDERR, for the message that this stage waits.
locked() (
	mkdir -p "$cache"
	exec 9>"$cache/$1.lock"
	if ! flock -n 9; then
		say "waiting for another run, which holds $cache/$1.lock" \
			2>&"${PIOSCSI_STDERR:-2}" || true
		flock 9
	fi
	shift
	# Close the lock's file, so that background processes do not keep the lock.
	"$@" 9>&-
)

# own_directory NAME: makes a directory in the cache for the files of this process, and
# sets $run to it. Deletes directories of killed processes, whose lock is free. Programs
# of this process inherit the lock.
own_directory() {
	local lock
	mkdir -p "$cache/run"
	for lock in "$cache"/run/*/lock; do
		(flock -n 8 && rm -rf "${lock%/lock}") 2>/dev/null 8<"$lock" || true
	done
	run=$(mktemp -d "$cache/run/$1.XXXXXX")
	# It gets the name "lock" when it is held.
	exec 8>"$run/new"
	flock 8
	mv "$run/new" "$run/lock"
}

# Prints the files of this tree, which may be a checkout or an unpacked archive, without
# the products of a build.
tree_files() {
	local list f
	list=$(cd "$top" && git ls-files -co --exclude-standard 2>/dev/null | sort -u) || list=
	[ -n "$list" ] || list=$(archive_files)
	while read -r f; do
		[ ! -e "$top/$f" ] || echo "$f"
	done <<<"$list"
}

# The patterns of .gitignore are names, or names of directories with a slash.
archive_files() (
	cd "$top"
	skip=()
	while read -r pattern; do
		case $pattern in
		*/)	skip+=(-not -path "*/${pattern}*") ;;
		?*)	skip+=(-not -name "$pattern") ;;
		esac
	done <.gitignore
	find . -not -type d -not -path './.git/*' "${skip[@]}" | sed 's|^\./||' | sort
)

# supported KIND: prints the lines of that kind in tools/supported, without the kind.
supported() {
	awk -v kind="$1" '$1 == kind { $1 = ""; sub(/^ /, ""); print }' "$tools/supported"
}

# packages_of GROUP...: prints the packages of these groups in tools/packages.
packages_of() {
	packages_with_contents "$@" | cut -d '#' -f 1 | tr -d ' '
}

# packages_with_contents GROUP...: the same, each followed by # and its contents.
packages_with_contents() {
	awk -F '#' -v want=" $* " '!/^#/ && NF {
		n = split($1, field, " ")
		for (i = 2; i <= n; i++)
			if (index(want, " " field[i] " ")) {
				print field[1] " #" $2
				next
			}
	}' "$tools/packages"
}

# need GROUP...: installs the missing packages of these groups in tools/packages.
need() {
	distro_install "$@"
}

# The functions that differ between distributions.
distribution=$(. /etc/os-release && echo "$ID")
if [ -e "$tools/distro/$distribution.sh" ]; then
	# shellcheck source=/dev/null
	. "$tools/distro/$distribution.sh"
else
	. "$tools/distro/other.sh"
fi
