#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974: what a bystander feels of its PIO. As 65-bystander.sh, but each byte
# takes four real port accesses.
# vm: --icount 0 --timeout 600 --qemu-arg -device --qemu-arg am53c974,id=scsi0 --qemu-arg -drive --qemu-arg if=none,id=d0,driver=null-co,read-zeroes=on,size=1G --qemu-arg -device --qemu-arg scsi-hd,drive=d0,bus=scsi0.0,scsi-id=0
# stage: bars
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

bench=$(dirname "${BASH_SOURCE[0]}")/../bench

# beside POLICY FIO-OPTION...: the bench's line of NAME=VALUE, kept in $line.
beside() {
	line=$(POLICY=$1 "$bench/beside.sh" 1 $am53 "$(first_disk)" "${@:2}")
	echo "# $*: $line"
}

# at_most LIMIT NAME: of that line
at_most() {
	local value
	value=$(tr ' ' '\n' <<<"$line" | sed -n "s/^$2=//p")
	[ "$value" -le "$1" ] || fail "$2 is $value, more than $1"
}

test_disk() {
	fresh_am53
}

test_fifo_bystander_of_reads() {
	beside fifo --rw=read
	at_most 55 wait_p999
}

test_ordinary_bystander_of_reads() {
	beside other --rw=read
	at_most 200 wait_p99
}

test_ordinary_bystander_of_writes() {
	beside other --rw=write
	at_most 200 wait_p99
}

run_tests
