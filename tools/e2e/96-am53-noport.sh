#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974 on a kernel without port I/O: the driver names the reason and leaves the
# adapter alone.
# vm: --qemu-arg -device --qemu-arg am53c974
# kernels: 6.12-armhf
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

reason='pioscsi_am53c974 .*: this kernel has no port I/O for BAR 0'

test_probe_names_the_missing_port_io() {
	load_port
	load_am53
	same "$(hosts)" "" hosts
	same "$(dmesg | grep -c "$reason")" 1 "lines with the reason"
	same "$(dmesg | grep -c "probe.*failed with error")" 0 "lines with a number only"
}

test_driver_unloads_and_probes_again() {
	unload
	load_port
	load_am53
	same "$(dmesg | grep -c "$reason")" 2 "lines with the reason"
	unload
}

run_tests
