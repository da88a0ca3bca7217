# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the end-to-end tests, which run inside a guest. A test sources this, defines
# functions named test_*, and ends with run_tests. Each function is one case. Cases run
# in the order of the file, in a subshell with errexit: the first command that fails,
# fails the case. The output of a failed case is shown, and lines that begin with "# "
# of all cases. A case calls skip REASON if it cannot run here.
#
# A comment "# vm: OPTIONS" in a test gives tools/vm run more options. A comment
# "# kernels: K..." names the kernels of the test; the default is those with the word
# "all" in tools/supported, and the debug kernels.
# A comment "# allow: REGEX" names reports of the kernel that the test causes on purpose.

. "$(dirname "${BASH_SOURCE[0]}")/kernel.sh"

cases=()
scratch=/tmp/e2e
mkdir -p $scratch
rm -f $scratch/skip

skip() {
	echo "$*" >$scratch/skip
	exit 0
}

fail() {
	echo "$*"
	exit 1
}

# refuses COMMAND...: the command must fail ("! COMMAND" does not trip errexit).
refuses() {
	if "$@"; then
		fail "should have failed: $*"
	fi
}

# fails COMMAND...: the command fails. For until_true.
fails() { ! "$@"; }

# same A B WHAT: fails with the name WHAT unless A equals B.
same() {
	[ "$1" = "$2" ] || fail "$3: '$1', expected '$2'"
}

# until_true SECONDS COMMAND...: repeats the command until it succeeds.
until_true() {
	local tries=$(($1 * 10))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "never came true: $*"
		sleep 0.1
	done
}

# at_length N: prints N, or a third of it on a second or third kernel. On a slow kernel,
# and on a kernel that runs only some tests, it is a tenth.
at_length() {
	if kernel_is_slow || [ -n "${VM_BRIEF:-}" ]; then
		echo $((($1 + 9) / 10))
	elif kernel_is_another; then
		echo $((($1 + 2) / 3))
	else
		echo "$1"
	fi
}

one_case() {
	set -eEuo pipefail
	# A function whose output is used ends at its first failed command too.
	shopt -s inherit_errexit
	trap 'echo "line $LINENO: $BASH_COMMAND: exit status $?" >&2' ERR
	"$1"
}

report() {
	local verdict=$1 n=$2 name=$3
	name=${name#test_}
	name=${name//_/ }
	if [ -e $scratch/skip ]; then
		name+=" # SKIP $(<$scratch/skip)"
		rm $scratch/skip
	fi
	[ ! -s $scratch/output ] || grep '^# ' $scratch/output
	echo "$verdict $n $name"
	if [ "$verdict" != ok ]; then
		# A load of the failed case would disturb the next cases.
		pkill -KILL -x fio
		tail -n 40 $scratch/output | sed 's/^#* */# /'
	fi
}

# A function with an odd name would never run.
check_cases() {
	local odd
	[ ${#cases[@]} -gt 0 ] || { echo "Bail out! no cases"; exit 1; }
	odd=$(declare -F | awk -v cases="${cases[*]}" '
		BEGIN { split(cases, c, " "); for (i in c) known[c[i]] }
		$3 ~ /^test_/ && !($3 in known) { print $3 }')
	[ -z "$odd" ] || { echo "Bail out! never run: ${odd//$'\n'/ }"; exit 1; }
}

run_tests() {
	local n=0 failed=0 rc
	# Cases of the file that calls this function, which may be sourced by the
	# test, then those of the test itself.
	mapfile -t cases < <(sed -sn 's/^\(test_[a-z0-9_]*\)().*/\1/p' \
		"${BASH_SOURCE[1]}" "$0" | awk '!seen[$0]++')
	check_cases
	echo "KTAP version 1"
	echo "1..${#cases[@]}"
	set +e
	for case in "${cases[@]}"; do
		n=$((n + 1))
		echo "case $n: $case" >/dev/kmsg
		(one_case "$case") >$scratch/output 2>&1 </dev/null
		rc=$?
		if [ $rc = 0 ]; then
			report ok $n "$case"
		else
			failed=$((failed + 1))
			report "not ok" $n "$case"
		fi
	done
	[ $failed = 0 ]
	exit
}
