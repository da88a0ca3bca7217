#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: floor.sh SHIFT
# Delay of a bystander beside null_blk, scsi_debug, DMA and pioscsi_ata, without trace
# events. The scenario ata measures the hold time meanwhile, and its trace events delay a
# bystander beside drivers with an interrupt.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
. "$here/../../e2e/ata.sh"
shift_=$1
. "$here/../disks.sh"

loads() {
	irq=none
	reads_and_writes 3 0.4
}

warm_up
load_ours thread
loads
unload
load_null
loads
unload_null
# As long as PIO of 64 KiB takes on a CPU of this speed.
load_timed $((40000 << shift_))
loads
unload_null
load_debug $((40000 << shift_))
loads
unload_debug
load_libata dma
loads
