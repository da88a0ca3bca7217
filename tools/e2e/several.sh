#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: several.sh TEST...
# Runs several tests in one guest, one after the other. Each has the timeout of a guest
# of its own. A kernel report fails the test that runs at that moment.
set -uo pipefail
scan=$(dirname "${BASH_SOURCE[0]}")/../vm-scan

# log_since LINE: prints the kernel's log after LINE.
log_since() {
	dmesg | sed "1,/$1/d"
}

# limit TEST: prints its timeout in seconds; 0 (no timeout) in a guest with --icount,
# whose seconds are not real.
limit() {
	local seconds
	seconds=$(sed -n 's/^# vm:.*--timeout \([0-9]*\).*/\1/p' "$1")
	echo $((${seconds:-300} * VM_SLOWDOWN))
}

# busy: prints the time that the guest's CPUs were not idle, in seconds. /proc/stat counts
# 100 ticks a second on all tested architectures. Not all guests have getconf.
busy() {
	local user nice system irq softirq
	read -r _ user nice system _ _ irq softirq _ </proc/stat
	echo $(((user + nice + system + irq + softirq) / 100))
}

number=0 failed=0
echo "KTAP version 1"
echo "1..$#"
for t in "$@"; do
	t=$VM_HOST$t
	number=$((number + 1))
	begun=$SECONDS busy=$(busy)
	verdict=ok
	echo "test $number: $t" >/dev/kmsg
	timeout --kill-after=10 "$(limit "$t")" "$t" 2>&1 |
		tee /tmp/several | sed -u 's/^/    /' || verdict="not ok"
	grep -q '^1\.\.[1-9]' /tmp/several || verdict="not ok"
	allow=$(sed -n 's/^# allow: *//p' "$t")
	if ! reports=$("$scan" <(log_since "test $number:") "$allow"); then
		verdict="not ok"
		sed 's/^/    # /' <<<"$reports"
	fi
	[ "$verdict" = ok ] || failed=1
	echo "    # $((SECONDS - begun)) s, $(($(busy) - busy)) s of CPU"
	echo "$verdict $number $(basename "$t" .sh)"
done
exit $failed
