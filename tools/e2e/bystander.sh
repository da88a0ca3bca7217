# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For end-to-end tests of the delay of a task beside the first disk. Source it after
# ktap.sh and after the file that finds our disks.

bench=$(dirname "${BASH_SOURCE[0]}")/../bench

# beside POLICY FIO-OPTION...: sets $line to the benchmark's line of NAME=VALUE. The
# 99 % of an ordinary task need fewer samples than the 99.9 % of a FIFO task.
beside() {
	local irq seconds=1
	[ "$1" = fifo ] || seconds=0.5
	irq=$(get_host proc_name)
	line=$(POLICY=$1 "$bench/beside.sh" $seconds "$irq" "$(first_disk)" "${@:2}")
	echo "# $*: $line"
}

# at_most LIMIT NAME: fails if the value in $line is larger.
at_most() {
	local value
	value=$(tr ' ' '\n' <<<"$line" | sed -n "s/^$2=//p")
	[ "$value" -le "$1" ] || fail "$2 is $value, more than $1"
}
