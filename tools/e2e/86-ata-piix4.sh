#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ATA on a PIIX4: a disk with a root file system and a CD-ROM on one channel. Errors of
# the medium, and a controller that libata has first.
# vm: --disk root=256M --timeout 500 --smp 2 --qemu-arg -machine --qemu-arg q35 --qemu-arg -device --qemu-arg piix4-ide,id=piix4 --qemu-arg -device --qemu-arg ide-hd,drive=root,bus=piix4.0,unit=0,serial=ROOT --qemu-arg -drive --qemu-arg if=none,id=cd,format=raw,readonly=on,file=/usr/share/seabios/bios-256k.bin --qemu-arg -device --qemu-arg ide-cd,drive=cd,bus=piix4.0,unit=1 --qemu-arg -drive --qemu-arg if=none,id=bad,driver=blkdebug,image.driver=null-co,image.size=3T,image.read-zeroes=on,inject-error.0.event=none,inject-error.0.iotype=read,inject-error.0.sector=1000,inject-error.1.event=none,inject-error.1.iotype=write,inject-error.1.sector=2000,inject-error.2.event=none,inject-error.2.iotype=read,inject-error.2.sector=4294968000,inject-error.3.event=none,inject-error.3.iotype=flush,inject-error.3.once=on,inject-error.4.event=none,inject-error.4.iotype=flush,inject-error.4.once=on --qemu-arg -device --qemu-arg ide-hd,drive=bad,bus=piix4.1,unit=0,serial=BAD,rerror=report,werror=report
# kernels: 6.12 6.12-debug 6.12-kcsan
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"

mnt=/mnt/root

sizes() { cat /sys/block/sd*/size | sort -n; }

# The first driver keeps the device. The other driver touches neither the device nor
# its ports, even if parameters name them.
test_controller_of_libata_is_left_alone() {
	modprobe -a sd_mod sr_mod ata_piix
	until_true 20 test -b /dev/sdb
	sizes >/tmp/libata
	load_port
	mark
	load_ata isa_cmd=0x1f0 isa_irq=14
	same "$(hosts)" "" "hosts of ours"
	logged 'another driver has the ports 0x1f0-0x1f7'
	unload_one pioscsi_ata
	load_ata
	same "$(hosts)" "" "hosts of ours"
}

# controller: prints its directory in sysfs.
controller() {
	dirname "$(grep -lx 0x8086 /sys/bus/pci/devices/*/vendor |
		xargs dirname | xargs -I{} grep -lx 0x7111 {}/device)"
}

# Both modules stay loaded.
test_controller_moves_from_libata_to_us() {
	local pci
	pci=$(controller)
	echo pioscsi_ata >"$pci/driver_override"
	echo "${pci##*/}" >"$pci/driver/unbind"
	echo "${pci##*/}" >/sys/bus/pci/drivers_probe
	until_true 20 has_disks 3
	sizes | cmp - /tmp/libata
	unload
	rmmod ata_piix
	echo >"$pci/driver_override"
}

test_driver_override_binds_the_controller() {
	local pci
	pci=$(controller)
	echo pioscsi_ata >"$pci/driver_override"
	modprobe ata_piix
	fresh_ata
	until_true 20 has_disks 3
	[ -e "$pci/driver/module/drivers/pci:pioscsi_ata" ]
	[ -b "$(device ROOT)" ]
}

# Copies a shell, some programs, and their libraries to the disk.
make_root() {
	local dir
	mkdir -p $mnt
	mkfs.ext4 -q "$(device ROOT)"
	mount "$(device ROOT)" $mnt
	mkdir -p $mnt/usr/bin $mnt/proc $mnt/dev $mnt/tmp $mnt/usr/share
	cp -a /usr/bin/{bash,dash,sh,ls,cat,mkdir,sort,sha256sum,find,xargs,tar,gzip} \
		$mnt/usr/bin/
	for dir in bin lib lib64; do
		ln -s usr/$dir $mnt/$dir
	done
	ldd /usr/bin/{bash,ls,sort,sha256sum,find,tar} |
		grep -o '/[^ )]*' | sort -u | grep '^/lib' | while read -r lib; do
		mkdir -p "$mnt/$(dirname "/usr$lib")"
		cp -L "$lib" "$mnt/usr$lib"
	done
}

test_programs_run_from_the_disk() {
	make_root
	cp -r /usr/include/linux/netfilter $mnt/tmp/src
	echo 3 >/proc/sys/vm/drop_caches
	# shellcheck disable=SC2016 # for the shell inside
	chroot $mnt /usr/bin/bash -c '
		cd /tmp && tar czf src.tar.gz src && mkdir out && tar xzf src.tar.gz -C out &&
		(cd src && find . -type f | sort | xargs sha256sum) >a &&
		(cd out/src && find . -type f | sort | xargs sha256sum) >b &&
		[ "$(cat a)" = "$(cat b)" ] && [ -s a ]'
	umount $mnt
	e2fsck -f -n "$(device ROOT)"
}

# A read starts the disk again; the file system itself may do so first. Some kernels
# refuse to open a mounted disk for writing, so the case uses its sg node.
test_stopped_disk_serves_mounted_file_system() {
	mount "$(device ROOT)" $mnt
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sg_start --stop "$(generic "$(device ROOT)")"
	(cd $mnt/tmp/src && find . -type f | sort | xargs sha256sum) | cmp - $mnt/tmp/a
	sg_turs "$(device ROOT)"
	umount $mnt
}

test_cdrom_beside_the_disk_reads_correctly() {
	local reads
	dd if="$(device ROOT)" of=/dev/null bs=64k count=256 iflag=direct status=none &
	reads=$!
	dd if=/dev/sr0 bs=2048 count=128 iflag=direct status=none |
		cmp - /usr/share/seabios/bios-256k.bin
	wait $reads
}

# The command of the disk is started again after the reset.
test_cdrom_reset_beside_load_loses_no_data() {
	local disk host
	disk=$(device ROOT)
	host=$(host_of "$disk")
	begin_load "$disk"
	for _ in 1 2 3; do
		sg_reset -d /dev/sr0
		until_true 60 has_completed $(($(stat completed "$host") + 20)) "$host"
	done
	end_load
	dd if=/dev/sr0 bs=2048 count=4 iflag=direct status=none |
		cmp -n 8192 - /usr/share/seabios/bios-256k.bin
}

# The error names the sector, its neighbours can be read, and the channel is not reset.
test_medium_error_names_the_sector() {
	local disk host
	disk=$(device BAD)
	host=$(host_of "$disk")
	mark
	refuses dd if="$disk" bs=512 skip=1000 count=1 iflag=direct of=/dev/null status=none
	refuses dd if=/dev/zero of="$disk" bs=512 seek=2000 count=1 oflag=direct status=none
	dd if="$disk" bs=512 skip=900 count=100 iflag=direct of=/dev/null status=none
	dd if="$disk" bs=512 skip=1001 count=100 iflag=direct of=/dev/null status=none
	dd if=/dev/zero of="$disk" bs=512 seek=1001 count=100 oflag=direct status=none
	logged 'sector 1000 op 0x0:(READ)'
	logged 'sector 2000 op 0x1:(WRITE)'
	# Beyond 2 TiB the sector number needs more than 32 bits.
	same "$(blockdev --getsize64 "$disk")" $((3 << 40)) bytes
	mark
	refuses dd if="$disk" bs=512 skip=4294968000 count=1 iflag=direct of=/dev/null status=none
	logged 'sector 4294968000 op 0x0:(READ)'
	dd if="$disk" bs=512 skip=704 count=1 iflag=direct of=/dev/null status=none
	dd if="$disk" bs=512 skip=$(((3 << 31) - 1)) count=1 iflag=direct of=/dev/null status=none
	same "$(stat faults "$host")" 0 faults
	same "$(stat aborts "$host")" 0 aborts
}

# The emulated disk fails the flush that START STOP UNIT sends. The error of that command
# reaches no file system, so the next fsync() has to fail without a flush of its own.
test_failed_flush_of_a_stop_fails_the_next_fsync() {
	local disk
	disk=$(device BAD)
	dd if=/dev/zero of="$disk" bs=512 seek=3000 count=1 oflag=direct status=none
	refuses sg_start --stop "$(generic "$disk")"
	mark
	refuses dd if=/dev/zero of="$disk" bs=512 seek=3000 count=1 oflag=direct conv=fsync \
		status=none
	logged 'Add. Sense: Write error'
}

# The emulated disk fails one more flush after a write, and succeeds with the next one. A
# real disk has dropped the sector then, so the error must reach the program.
test_failed_flush_is_reported_once() {
	local disk
	disk=$(device BAD)
	mark
	refuses dd if=/dev/zero of="$disk" bs=512 seek=3000 count=1 oflag=direct conv=fsync \
		status=none
	dd if=/dev/zero of="$disk" bs=512 seek=3000 count=1 oflag=direct conv=fsync \
		status=none
	same "$(stat faults "$(host_of "$disk")")" 0 faults
}

# on_cpu1 IRQ: prints the number of interrupts on CPU 1.
on_cpu1() { awk -v irq="$1:" '$1 == irq { print $3 }' /proc/interrupts; }

comes_to_cpu1() { [ "$(on_cpu1 "$1")" -gt "$2" ]; }

# The interrupt of the primary channel, in compatibility mode.
test_interrupt_follows_cpu_offline() {
	local disk host
	[ -e /sys/devices/system/cpu/cpu1 ] || skip "one CPU only"
	disk=$(device ROOT)
	host=$(host_of "$disk")
	echo 2 >/proc/irq/14/smp_affinity
	begin_load "$disk"
	until_true 10 comes_to_cpu1 14 "$(on_cpu1 14)"
	echo 0 >/sys/devices/system/cpu/cpu1/online
	until_true 60 has_completed $(($(stat completed "$host") + 100)) "$host"
	echo 1 >/sys/devices/system/cpu/cpu1/online
	end_load
	none_lost "$host"
}

test_removal_under_load_removes_the_disk() {
	removed_under_load "$(device ROOT)" pci \
		"$(basename /sys/bus/pci/drivers/pioscsi_ata/0000:*)"
	until_true 20 has_disks 3
	verify_fio "$(device ROOT)" --size=1M --io_size=1M
}

test_unload_succeeds() {
	unload
}

run_tests
