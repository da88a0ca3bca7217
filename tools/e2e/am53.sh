# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions like those of sim.sh for the end-to-end tests of QEMU's AM53C974. Source it
# after ktap.sh.

. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

am53=pioscsi_am53c974

hosts() { hosts_of $am53; }

interrupts() {
	grep -w $am53 /proc/interrupts
}

unload() {
	unload_one $am53
	unload_one am53c974
	unload_one pioscsi
}

# QEMU's targets need no time to settle after a reset.
load_am53() { insmod "$VM_MODULES/$am53.ko" settle_ms=250 "$@"; }

# The BIOS leaves its last interrupt pending, and the line may be shared with an
# adapter that has a driver already.
hush_bios() {
	local d
	for d in /sys/bus/pci/devices/*; do
		[ "$(<"$d/vendor") $(<"$d/device")" = "0x1022 0x2020" ] || continue
		[ -e "$d/driver" ] || printf '\3\4' |
			dd of="$d/config" bs=2 seek=2 conv=notrunc status=none
	done
}

# fresh_am53 [PARAMETER...]: reloads the driver, and the port with its defaults.
fresh_am53() {
	unload
	modprobe -a sd_mod sr_mod
	load_port
	hush_bios
	load_am53 "$@"
	until_true 10 has_disk
	udevadm settle 2>/dev/null || true
}

# lun ID [LUN]: prints the name in /dev of the unit.
lun() {
	basename "$(echo "/sys/class/scsi_device/$(first_host):0:$1:${2:-0}"/device/block/*)"
}
