#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: scsiport.sh SHIFT
# The disk of the scenario ata under the sample of a ScsiPort miniport, under pioscsi_ata
# in a thread, and under libata. Measures the hold time of the hard IRQ handler, the delay
# of a bystander, and the throughput.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/ata.sh"
shift_=$1
. "$here/../disks.sh"
warm_up

for way in dma pio; do
	load_libata $way
	reads_and_writes 1 0.5
	unload_libata
done
load_ours thread
reads_and_writes 1 0.5
load_miniport
reads_and_writes 1 0.5
cat /sys/kernel/debug/pioscsi_scsiport/*/verifier
