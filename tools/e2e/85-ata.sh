#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ATA disks and CD-ROMs on a PIIX3 in compatibility mode, and on an ISA port.
# vm: --disk d0=64M --disk d1=64M --disk d2=64M --monitor --timeout 600 --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=ide.0,unit=0,serial=PIIX0 --qemu-arg -device --qemu-arg ide-hd,drive=d1,bus=ide.0,unit=1,serial=PIIX1 --qemu-arg -drive --qemu-arg if=none,id=cd,format=raw,readonly=on,file=/usr/bin/qemu-system-x86_64 --qemu-arg -device --qemu-arg ide-cd,drive=cd,bus=ide.1,unit=0 --qemu-arg -device --qemu-arg isa-ide,id=old,iobase=0x1e8,iobase2=0x3ee,irq=5 --qemu-arg -device --qemu-arg ide-hd,drive=d2,bus=old.0,unit=0,serial=ISA0,physical_block_size=4096 --qemu-arg -drive --qemu-arg if=none,id=cd2,format=raw,readonly=on,file=/usr/share/seabios/bios-256k.bin --qemu-arg -device --qemu-arg ide-cd,drive=cd2,bus=old.0,unit=1
# kernels: 6.12 6.12-rt 6.12-debug 6.12-kcsan newest 6.12-trixie 6.1-i386
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"

tree=$VM_HOST/usr/include/linux/netfilter
isa="isa_cmd=0x1e8 isa_ctl=0x3ee isa_irq=5"
medium=$VM_HOST/usr/bin/qemu-system-x86_64
firmware=$VM_HOST/usr/share/seabios/bios-256k.bin

# cdrom BUS: prints the node of the CD-ROM on BUS, which is isa or piix3.
cdrom() {
	local isa sr
	isa=$(host_of "$(device ISA0)")
	for sr in /sys/block/sr*; do
		if [ "$(host_of "$sr")" = "$isa" ]; then
			[ "$1" != isa ] || echo "/dev/${sr##*/}"
		else
			[ "$1" = isa ] || echo "/dev/${sr##*/}"
		fi
	done
}

test_scan_finds_all_devices() {
	# shellcheck disable=SC2086
	fresh_ata $isa
	lsscsi
	interrupts
	same "$(disks | grep -c '^sd')" 3 disks
	same "$(disks | grep -c '^sr')" 2 CD-ROMs
	same "$(cat "/sys/block/$(basename "$(device ISA0)")/queue/physical_block_size")" \
		4096 "physical block size"
}

test_tree_on_piix3_keeps_checksums() { copies_a_tree "$(device PIIX0)"; }

test_tree_on_device_1_keeps_checksums() { copies_a_tree "$(device PIIX1)"; }

test_tree_on_isa_keeps_checksums() { copies_a_tree "$(device ISA0)"; }

# Both devices of a channel have a load at the same time.
test_loads_on_both_devices_verify() {
	local a b
	verify_fio "$(device PIIX0)" --size=4M --io_size=4M >/tmp/a &
	a=$!
	verify_fio "$(device PIIX1)" --size=4M --io_size=4M >/tmp/b &
	b=$!
	wait $a
	wait $b
}

# sectors_read DISK: prints the number of sectors read so far.
sectors_read() { awk '{ print $3 }' "/sys/block/${1##*/}/stat"; }

# have_read SECTORS DISK...: whether the disks have read that many more sectors than
# $before, all together.
have_read() {
	local disk sum=$((-before)) sectors=$1
	shift
	for disk in "$@"; do
		sum=$((sum + $(sectors_read "$disk")))
	done
	[ $sum -ge "$sectors" ]
}

# The devices take turns. Counts from the moment at which both loads run, for 16 MiB. The
# disks have no I/O scheduler, because mq-deadline of Linux 7.3 gives one disk up to twice
# as many commands for some seconds.
test_devices_of_a_channel_share_fairly() {
	local a b disk load before=0 from_a from_b
	a=$(device PIIX0) b=$(device PIIX1)
	for disk in "$a" "$b"; do
		echo none >"/sys/block/${disk##*/}/queue/scheduler"
	done
	from_a=$(sectors_read "$a") from_b=$(sectors_read "$b")
	fio --direct=1 --ioengine=libaio --iodepth=8 --rw=randread --bs=16k --time_based \
		--runtime=1h --output=/dev/null --name=a --filename="$a" \
		--name=b --filename="$b" &
	load=$!
	until_true 60 have_read $((from_a + 2048)) "$a"
	until_true 60 have_read $((from_b + 2048)) "$b"
	from_a=$(sectors_read "$a") from_b=$(sectors_read "$b")
	before=$((from_a + from_b))
	until_true 120 have_read 32768 "$a" "$b"
	a=$(($(sectors_read "$a") - from_a)) b=$(($(sectors_read "$b") - from_b))
	kill $load
	wait $load || true
	echo "# $a and $b sectors"
	[ $a -gt 0 ] && [ $b -gt 0 ] && [ $((2 * a)) -le $((3 * b)) ] &&
		[ $((2 * b)) -le $((3 * a)) ]
}

test_load_on_isa_verifies() { verify_fio "$(device ISA0)" --size=4M --io_size=4M; }

test_cdrom_on_piix3_reads_correctly() {
	local blocks cd
	cd=$(cdrom piix3)
	grep -q 'Can read DVD:[[:space:]]*1' /proc/sys/dev/cdrom/info
	blocks=$(($(blockdev --getsize64 "$cd") / 2048))
	[ $blocks -gt 1000 ]
	dd if="$cd" bs=64k count=64 iflag=direct status=none | cmp -n $((4 << 20)) - $medium
	dd if="$cd" bs=2048 skip=$((blocks - 3)) count=2 iflag=direct status=none |
		cmp - <(dd if=$medium bs=2048 skip=$((blocks - 3)) count=2 status=none)
}

test_cdrom_on_isa_reads_correctly() {
	dd if="$(cdrom isa)" bs=2048 count=128 iflag=direct status=none | cmp - $firmware
}

# Sense data comes with the command. Data has even lengths, because QEMU's devices
# never end a transfer of an odd length.
test_atapi_reports_sense_and_all_lengths() {
	local cd n
	cd=$(cdrom piix3)
	refuses sg_raw -r 64 "$cd" 28 00 7f ff ff ff 00 00 01 00 2>/tmp/sense
	grep -qi 'block address out of range' /tmp/sense
	sg_raw -r 36 -o /tmp/inquiry "$cd" 12 00 00 00 24 00
	for n in 2 6 30 34; do
		sg_raw -r $n -o /tmp/some "$cd" 12 00 00 00 "$(printf %02x $n)" 00
		same "$(wc -c </tmp/some)" $n bytes
		cmp -n $n /tmp/some /tmp/inquiry
	done
}

test_medium_change_is_reported() {
	local cd
	cd=$(cdrom piix3)
	monitor eject -f cd
	until_true 10 fails sg_turs "$cd"
	# QEMU opens the file, by its path on the host.
	monitor change cd "${firmware#"$VM_HOST"}" raw read-only
	sg_turs -n 3 "$cd" || true
	dd if="$cd" bs=2048 count=128 status=none | cmp - $firmware
}

test_loads_lose_no_interrupt() { nothing_was_lost; }

test_resets_under_load_lose_no_data() {
	local cd
	cd=$(cdrom piix3)
	survives_resets "$(device PIIX0)"
	sg_reset -d "$cd"
	dd if="$cd" bs=2048 count=4 status=none | cmp -n 8192 - $firmware
}

# Hot plug: a scan finds a deleted device again.
test_rescan_finds_removed_device() {
	local disk host
	disk=$(device PIIX1)
	host=$(host_of "$disk")
	echo 1 >"/sys/block/${disk##*/}/device/delete"
	until_true 10 has_disks 4
	echo '- - -' >"/sys/class/scsi_host/host$host/scan"
	until_true 10 has_disks 5
	dd if="$(device PIIX1)" of=/dev/null bs=64k count=4 iflag=direct status=none
}

test_ports_in_use_are_refused() {
	mark
	load_again
	logged 'another driver has the ports 0x1e8-0x1ef'
}

# The same ports are given twice, and the second channel is refused.
load_again() {
	unload
	load_port
	load_ata isa_cmd=0x1e8,0x1e8 isa_ctl=0x3ee,0x3ee isa_irq=5,5
	until_true 20 has_disk
}

# accesses: prints the register accesses of a read of 4 MiB.
accesses() {
	local before disk host
	disk=$(device PIIX0)
	host=$(host_of "$disk")
	before=$(stat accesses "$host")
	dd if="$disk" of=/dev/null bs=64k count=64 iflag=direct status=none
	echo $(($(stat accesses "$host") - before))
}

# 16 bits take twice as many accesses as 32 bits, the default of a PIIX3.
test_data_width_16_doubles_accesses() {
	local narrow wide
	wide=$(accesses)
	fresh_ata data_width=16
	until_true 20 has_disks 3
	narrow=$(accesses)
	echo "# $wide accesses with 32 bits, $narrow with 16"
	[ "$wide" -gt $((1 << 20)) ]
	[ $((2 * narrow)) -gt $((3 * wide)) ]
	copies_a_tree "$(device PIIX0)"
}

# A file system that was written by cylinder, head and sector is read by LBA.
test_quirk_no_lba_addresses_the_same_sectors() {
	local disk mnt=/mnt/pioscsi
	mark
	fresh_ata 'quirks=QEMU?HARDDISK=no_lba+max_sec_128'
	until_true 20 has_disks 3
	disk=$(device PIIX0)
	# 130 cylinders of 16 heads with 63 sectors
	same "$(cat "/sys/block/${disk##*/}/size")" 131040 sectors
	same "$(cat "/sys/block/${disk##*/}/queue/max_hw_sectors_kb")" 64 "KiB of a command"
	copies_a_tree "$disk"
	fresh_ata
	until_true 20 has_disks 3
	disk=$(device PIIX0)
	same "$(cat "/sys/block/${disk##*/}/size")" 131072 sectors
	mount -o ro "$disk" $mnt
	sums $mnt/tree | cmp - /tmp/sums
	umount $mnt
	nothing_was_lost
}

# lights LED: whether the LED is on.
lights() { [ "$(cat "$1/brightness")" = 1 ]; }

# The LEDs are those of the keyboard.
test_disk_led_blinks_for_its_direction() {
	local disk leds=(/sys/class/leds/*::scrolllock) led load
	led=${leds[0]}
	[ -e "$led" ] || skip "no LED of a keyboard on this machine"
	grep -q disk-read "$led/trigger" || skip "no disk trigger in this kernel"
	disk=$(device PIIX0)
	for load in read write; do
		echo "disk-$load" >"$led/trigger"
		refuses lights "$led"
		fio --name=led --filename="$disk" --direct=1 --ioengine=psync --bs=64k \
			--rw=$load --time_based --runtime=1h --output=/dev/null &
		until_true 20 lights "$led"
		kill -TERM $!
		wait $! || true
		echo none >"$led/trigger"
	done
}

test_invalid_parameter_is_refused() {
	local p
	unload_one pioscsi_ata
	# shellcheck disable=SC2086
	for p in quirks=A=no_such data_width=12 pio_mode=7 pio_mode=-2 isa_cmd=0 \
		"isa_cmd=0xfff9 isa_ctl=0x3ee" isa_cmd=0xfdfa \
		"isa_ctl=0x10000 isa_cmd=0x1e8" "isa_ctl=0x3ee,0x36e isa_cmd=0x1e8" \
		"isa_shift=4 isa_cmd=0x1e8" "isa_width=32 isa_cmd=0x1e8" \
		"isa_irq=16 isa_cmd=0x1e8" \
		"isa_irq=-1 isa_cmd=0x1e8" isa_irq=5 isa_no_iordy=1 \
		isa_swap_data=1; do
		refused pioscsi_ata $p
	done
	same "$(hosts)" "" hosts
}

# A PIIX3 supports modes 0 to 4, and only the firmware knows the timing of ISA.
test_pio_mode_0_is_set_in_each_device() {
	mark
	# shellcheck disable=SC2086
	fresh_ata $isa pio_mode=0
	until_true 20 has_disks 5
	same "$(since_mark | grep -c 'device [01] uses PIO mode 0$')" 5 "devices in mode 0"
}

# isa_irq=0: the channel has no interrupt.
test_channel_without_interrupt_is_polled() {
	mark
	fresh_ata isa_cmd=0x1e8 isa_ctl=0x3ee
	until_true 20 has_disks 5
	since_mark | grep 'pioscsi_ata.0: no interrupt; polling the channel'
	verify_fio "$(device ISA0)" --size=1M --io_size=1M
}

# The parameter names another interrupt than the device uses. The watchdog finds each
# lost interrupt, and the channel is not reset.
test_wrong_interrupt_number_is_survived() {
	local counter host
	unload
	mark
	fresh_ata isa_cmd=0x1e8 isa_ctl=0x3ee isa_irq=3
	until_true 60 has_disks 5
	host=$(host_of "$(device ISA0)")
	dd if="$(device ISA0)" bs=64k count=4 iflag=direct status=none |
		sha256sum >/tmp/late
	[ "$(stat lost "$host")" -gt 2 ]
	logged 'interrupt 3 has never come'
	for counter in faults aborts bus_resets host_resets; do
		same "$(stat $counter "$host")" 0 $counter
	done
	# shellcheck disable=SC2086
	fresh_ata $isa
	dd if="$(device ISA0)" bs=64k count=4 iflag=direct status=none |
		sha256sum | cmp - /tmp/late
}

# deciders COMMAND...: prints the tasks that decide meanwhile whether data fits their budget.
deciders() {
	local event=/sys/kernel/tracing/events/pioscsi/pioscsi_decide/enable
	echo >/sys/kernel/tracing/trace
	echo 1 >$event
	"$@"
	echo 0 >$event
	sed -n 's/^ *\(.*\)-[0-9]* .* pioscsi_decide:.*/\1/p' /sys/kernel/tracing/trace |
		sort -u
}

# The sender of a write asks the disk for its first request. On PREEMPT_RT another task
# might preempt it meanwhile, so an ordinary sender leaves the chip to the thread pioscsi/N.
# The sender is dd, or a worker of the block layer.
test_ordinary_sender_asks_no_disk_on_preempt_rt() {
	set -- dd if=/dev/zero of="$(device PIIX0)" bs=64k count=16 oflag=direct status=none
	deciders "$@" >/tmp/ordinary
	deciders chrt -f 10 "$@" >/tmp/real-time
	head /tmp/ordinary /tmp/real-time
	if [ -e /sys/kernel/realtime ]; then
		refuses grep -qxE 'dd|kworker/.*' /tmp/ordinary
		grep -qx dd /tmp/real-time
	else
		grep -qxE 'dd|kworker/.*' /tmp/ordinary
	fi
}

test_removal_under_load_removes_the_disk() {
	# shellcheck disable=SC2086
	fresh_ata $isa
	until_true 20 has_disks 5
	removed_under_load "$(device PIIX0)" pci 0000:00:01.1
	until_true 20 has_disks 5
	copies_a_tree "$(device PIIX0)"
	removed_under_load "$(device ISA0)" platform pioscsi_ata.0
	until_true 20 has_disks 5
	copies_a_tree "$(device ISA0)"
	unload
}

run_tests
