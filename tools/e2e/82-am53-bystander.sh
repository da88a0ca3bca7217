#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974: delay of a task beside its PIO. Each byte takes four real port accesses.
# vm: --icount 0 --timeout 600 --qemu-arg -device --qemu-arg am53c974,id=scsi0 --qemu-arg -drive --qemu-arg if=none,id=d0,driver=null-co,read-zeroes=on,size=1G --qemu-arg -device --qemu-arg scsi-hd,drive=d0,bus=scsi0.0,scsi-id=0
# stage: perf
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

fresh_disk() { fresh_am53; }

. "$(dirname "${BASH_SOURCE[0]}")/bystander.sh"
