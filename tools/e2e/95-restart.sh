#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A restart by kexec, which resets no device: the first kernel's drivers write to
# disks of an AM53C974 and on IDE until it ends. The second kernel finds the
# caches flushed, the chip masked, and the data there. A reboot calls the same
# functions of the drivers.
# vm: --monitor --timeout 400 --disk d0=64M --disk d1=64M --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=ide.0,unit=0 --qemu-arg -device --qemu-arg am53c974,id=scsi0 --qemu-arg -device --qemu-arg scsi-hd,drive=d1,bus=scsi0.0,scsi-id=2
# kernels: 6.12
# stage: boots
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

hosts() {
	hosts_of pioscsi_ata
	hosts_of $am53
}

load_drivers() {
	modprobe -a sd_mod
	load_port
	hush_bios
	load_am53
	insmod "$VM_MODULES/pioscsi_ata.ko"
	until_true 20 has_disks 2
}

# pattern DISK: bytes that no other disk of ours has.
pattern() {
	(yes "${1#/dev/}" || true) 2>/dev/null | head -c 1048576
}

# kexec_now: does not return if it works. The guest has no kexec program.
kexec_now() {
	local tree
	tree=$(. /run/vm/job; echo "$VM_TREE")
	python3 - "$tree/boot/vmlinuz-$VM_KERNEL" "$(dirname "$VM_DISKS")/initramfs.cpio" <<-'END'
		import ctypes, os, sys
		SYS_kexec_file_load, RB_KEXEC = 320, 0x45584543
		libc = ctypes.CDLL(None, use_errno=True)
		cmdline = open('/proc/cmdline').read().strip().encode() + b' restarted\0'
		kernel, initrd = (os.open(f, os.O_RDONLY) for f in sys.argv[1:])
		if libc.syscall(SYS_kexec_file_load, kernel, initrd, len(cmdline), cmdline, 0):
		    sys.exit('kexec_file_load: ' + os.strerror(ctypes.get_errno()))
		libc.reboot(RB_KEXEC)
		sys.exit('kexec: ' + os.strerror(ctypes.get_errno()))
	END
}

# Written to the disks' caches, not flushed; then a load that does not end. Files in
# $VM_OUT outlast the kernel.
first_kernel() {
	local d
	load_drivers
	for d in $(disks); do
		pattern "$d" | dd of="/dev/$d" bs=64k oflag=direct iflag=fullblock status=none
		dd if=/dev/zero of="/dev/$d" bs=64k seek=16 count=1000 oflag=direct status=none &
		until_counted completed 20 "$(host_of "$d")"
	done
	flushes d0 d1 >"$VM_OUT/flushes"
	kexec_now
}

if ! grep -qw restarted /proc/cmdline; then
	trap 'echo "Bail out! no second kernel"' EXIT
	first_kernel
	exit 1
fi

# PCI_COMMAND_INTX_DISABLE, before any driver of ours is loaded.
test_adapter_is_masked() {
	local d nr=0
	for d in /sys/bus/pci/devices/*; do
		[ "$(<"$d/vendor") $(<"$d/device")" = "0x1022 0x2020" ] || continue
		nr=1
		[ $(($(od -An -tu2 -j4 -N2 "$d/config") & 0x400)) != 0 ] || fail "$d interrupts"
	done
	same $nr 1 adapters
}

# The message alone proves no flush: sd writes it before it sends the command.
test_caches_were_flushed() {
	local before after log
	mapfile -t before <"$VM_OUT/flushes"
	mapfile -t after < <(flushes d0 d1)
	same "${#before[@]}" 2 "drives with a number of flushes"
	same "${after[*]}" "$((before[0] + 1)) $((before[1] + 1))" "flushes of both drives"
	log=$(dirname "$VM_DISKS")/log
	same "$(grep -c 'Synchronizing SCSI cache' "$log")" 2 "flushed disks"
	refuses grep -i 'synchronize cache.*failed' "$log"
}

test_data_is_there() {
	local d
	load_drivers
	for d in $(disks); do
		pattern "$d" | cmp -n 1048576 - "/dev/$d"
		dd if=/dev/urandom of="/dev/$d" bs=64k count=16 oflag=direct status=none
	done
	for d in $(hosts); do
		same "$(stat aborts "$d")" 0 aborts
		same "$(stat faults "$d")" 0 faults
	done
}

run_tests
