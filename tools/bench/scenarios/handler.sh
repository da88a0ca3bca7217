#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: handler.sh SHIFT
# Loads for tools/bench/handler.py, which counts the instructions of the hard IRQ
# handler. Nothing in the guest observes the handler, and there is no bystander. The
# symbols of each driver go to $VM_OUT, because modules reuse addresses.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/ata.sh"
shift_=$1
. "$here/../disks.sh"
phase=1 # tools/vm-init has set the host's name once

# counted RW: sets the host's name to begin and to end a phase.
counted() {
	fio --name=load --filename="$disk" --direct=1 --ioengine=psync --bs=64k --rw="$1" \
		--size=100% --time_based --runtime=1h --output=/dev/null &
	until_running "$disk"
	hostname guest
	phase=$((phase + 1))
	sleep 1
	hostname guest
	echo "@phase $phase shift=$shift_ driver=$driver mode=$mode rw=$1"
	phase=$((phase + 1))
	kill -TERM $!
	wait $! || true
}

both() {
	counted read
	counted write
	cp /proc/kallsyms "$VM_OUT/symbols.$driver.$mode"
}

for way in dma pio; do
	load_libata $way
	both
	unload_libata
done
for way in thread bh inline; do
	load_ours $way
	both
done
