# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For end-to-end tests of what a bystander feels of the first disk.  Source it
# after ktap.sh and what finds our disks.

bench=$(dirname "${BASH_SOURCE[0]}")/../bench

# beside POLICY FIO-OPTION...: the bench's line of NAME=VALUE, kept in $line.  99 %
# of an ordinary task's waits are known sooner than 99.9 % of a FIFO one's.
beside() {
	local irq seconds=1
	[ "$1" = fifo ] || seconds=0.5
	irq=$(get_host proc_name)
	line=$(POLICY=$1 "$bench/beside.sh" $seconds "$irq" "$(first_disk)" "${@:2}")
	echo "# $*: $line"
}

# at_most LIMIT NAME: of that line
at_most() {
	local value
	value=$(tr ' ' '\n' <<<"$line" | sed -n "s/^$2=//p")
	[ "$value" -le "$1" ] || fail "$2 is $value, more than $1"
}
