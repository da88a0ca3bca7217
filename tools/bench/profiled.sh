#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: profiled.sh JOB SECTION SECONDS pioscsi_sim|pioscsi_ata DEFER
# For tools/bench/profile: runs one job on the simulator at full speed, or on an ATA
# disk. Writes the kernel's symbols and the number of commands to $VM_OUT.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/guest.sh"
# shellcheck disable=SC1090 # one of two
. "$here/../e2e/${4#pioscsi_}.sh"

case $4 in
pioscsi_sim)
	fresh_sim bus_ns=0 latency_us=0 fifo_bytes=0
	dd if=/dev/urandom of="$(first_disk)" bs=1M count=64 oflag=direct status=none
	;;
pioscsi_ata)
	fresh_ata
	;;
esac
set_host defer "$5"
DISK=$(first_disk) SECS=$3 fio --section="$2" "$here/$1.fio" >/dev/null
stat completed >"$VM_OUT/completed"
cp /proc/kallsyms "$VM_OUT/"
