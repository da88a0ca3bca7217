# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions like those of sim.sh for the end-to-end tests of ATA on QEMU's controllers.
# Source it after ktap.sh.

. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/load.sh"

hosts() { hosts_of pioscsi_ata; }

interrupts() {
	grep -w pioscsi_ata /proc/interrupts
}

unload() {
	unload_one pioscsi_ata
	unload_one pioscsi
}

load_ata() { insmod "$VM_MODULES/pioscsi_ata.ko" "$@"; }

# fresh_ata [PARAMETER...]: reloads the driver, and the port with its defaults.
fresh_ata() {
	unload
	modprobe -a sd_mod sr_mod sg
	load_port
	load_ata "$@"
	until_true 20 has_disk
}

# libata_uses dma|pio: libata moves the data of its disks that way. Its parameter has no
# effect if the module was loaded before.
libata_uses() {
	local dir mode count=0
	for dir in /sys/class/ata_device/*; do
		[ "$(<"$dir/class")" = ata ] || continue
		mode=$(<"$dir/xfer_mode")
		case $1/$mode in
		pio/XFER_PIO_* | dma/XFER_UDMA_* | dma/XFER_MW_DMA_*)	count=$((count + 1)) ;;
		*)	fail "${dir##*/} uses $mode, not $1" ;;
		esac
	done
	[ $count -gt 0 ] || fail "libata has no disk"
}

# device SERIAL: prints /dev/NAME of the disk with this serial number.
device() {
	local d
	for d in $(disks); do
		case $(sg_vpd -p sn "/dev/$d") in
		*" $1"*)	echo "/dev/$d"; return ;;
		esac
	done
	fail "no disk $1"
}

# removed_under_load DISK BUS DEVICE: unbinds the driver from DEVICE while DISK has
# commands, which removes DISK, and binds it again.
removed_under_load() {
	local driver=/sys/bus/$2/drivers/pioscsi_ata host load
	host=$(host_of "$1")
	fio --name=load --filename="$1" --direct=1 --ioengine=libaio --iodepth=8 \
		--rw=randrw --bs=16k --time_based --runtime=1h >/tmp/fio 2>&1 &
	load=$!
	until_true 60 has_completed 200 "$host"
	echo "$3" >"$driver/unbind"
	refuses wait $load
	refuses test -b "$1"
	echo "$3" >"$driver/bind"
}

sums() {
	(cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}

# copies_a_tree DISK: copies $tree to DISK, checks the file system, and compares.
copies_a_tree() {
	local disk=$1 from=${tree:?} mnt=/mnt/pioscsi
	mkfs.ext4 -q "$disk"
	mkdir -p $mnt
	mount "$disk" $mnt
	cp -r "$from" $mnt/tree
	umount $mnt
	e2fsck -f -n "$disk"
	mount -o ro "$disk" $mnt
	sums "$from" >/tmp/sums
	sums $mnt/tree | cmp - /tmp/sums
	umount $mnt
}

# survives_resets DISK: resets of each kind, while DISK has commands. It had none before.
survives_resets() {
	local disk=$1 host how
	host=$(host_of "$disk")
	begin_load "$disk"
	for how in -d -t -b -H; do
		sg_reset $how "$disk"
		until_true 60 has_completed $(($(stat completed "$host") + 20)) "$host"
	done
	end_load 1
}

nothing_was_lost() {
	local h counter
	for h in $(hosts); do
		for counter in lost faults aborts host_resets; do
			same "$(stat $counter "$h")" 0 "$counter of host$h"
		done
	done
}
