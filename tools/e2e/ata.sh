# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the end-to-end tests of ATA: as sim.sh, which it makes use of, but for
# ATA channels. Source it after ktap.sh. The controllers are QEMU's.

. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

hosts() {
	{ grep -lx pioscsi_ata /sys/class/scsi_host/host*/proc_name 2>/dev/null || true; } |
		sed 's|.*/host\([0-9]*\)/.*|\1|' | sort -n
}

interrupts() {
	grep -w pioscsi_ata /proc/interrupts
}

unload() {
	unload_one pioscsi_ata
	unload_one pioscsi
}

load_ata() { insmod "$VM_MODULES/pioscsi_ata.ko" "$@"; }

# fresh_ata [PARAMETER...]: the driver anew, the port with its defaults.
fresh_ata() {
	unload
	modprobe -a sd_mod sr_mod sg
	load_port
	load_ata "$@"
	until_true 20 has_disk
}

# device SERIAL: the disk with that serial number, as /dev/NAME.
device() {
	local d
	for d in $(disks); do
		case $(sg_vpd -p sn "/dev/$d") in
		*" $1"*)	echo "/dev/$d"; return ;;
		esac
	done
	fail "no disk $1"
}

# host_of DISK
host_of() {
	basename "$(readlink -f "/sys/block/${1##*/}/device")" | cut -d: -f1
}
