#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An ATA disk as a SCSI disk, and an ATAPI CD-ROM. sg3_utils, sdparm, hdparm,
# smartctl and udev work, and print the same as with libata.
# vm: --disk d0=200G --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=ide.0,unit=0,serial=SN00042,wwn=0x5000c50000000001,rotation_rate=5400 --qemu-arg -drive --qemu-arg if=none,id=cd,format=raw,readonly=on,file=/usr/share/seabios/bios-256k.bin --qemu-arg -device --qemu-arg ide-cd,drive=cd,bus=ide.1,unit=0 --timeout 400
# kernels: 6.12 6.12-debug 6.12-kcsan
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"

PATH+=:/usr/sbin:/sbin
sectors=$((200 << 21))
tree=$(dirname "${BASH_SOURCE[0]}")
disk=/dev/sda
cd=/dev/sr0
work=/tmp/sat
mkdir -p $work

sg() {
	echo "/dev/$(basename /sys/class/scsi_disk/*/device/scsi_generic/*)"
}

has_disk() {
	[ -b $disk ] && [ -b $cd ] && [ -e "$(sg)" ]
}

use_ours() {
	modprobe -a scsi_mod sd_mod sr_mod sg
	insmod "$VM_MODULES/pioscsi.ko"
	insmod "$VM_MODULES/pioscsi_ata.ko"
	until_true 10 has_disk
}

use_libata() {
	rmmod pioscsi_ata
	modprobe ata_piix
	until_true 10 has_disk
}

# says PATTERN COMMAND...: the command succeeds and prints a line that matches.
says() {
	local pattern=$1 output
	shift
	output=$("$@" 2>&1) || fail "$*: exit status $?: $output"
	grep -qiE -- "$pattern" <<<"$output" || fail "$*: no '$pattern' in: $output"
}

# sense PATTERN CDB-BYTE...: the command ends with CHECK CONDITION and sense data that
# match. The buffer has 512 bytes.
sense() {
	local pattern=$1 output
	shift
	output=$(sg_raw --cmdset=1 -r 512 "$(sg)" "$@" 2>&1) &&
		fail "$* succeeded: $output"
	grep -qiE "$pattern" <<<"$output" || fail "$*: no '$pattern': $output"
}

# mode NAME...: prints current values. sdparm fails because there are no saved values.
mode() {
	local name
	for name; do
		{ sdparm "--get=$name" $disk || true; } | awk -v name="$name" '$1 == name { print $1, $2 }'
	done
}

# Prints the answers of the tools without values that change with time and without the
# driver's name. Words 63 and 88 of IDENTIFY DEVICE have the DMA mode that libata uses.
ask() {
	mkdir -p "$1"
	sg_readcap $disk >"$1/readcap"
	sg_luns $disk >"$1/luns"
	sg_vpd -p sn $disk >"$1/serial"
	# libata reports the same designators in another order.
	sg_vpd -p di $disk | sort >"$1/designators"
	sg_vpd -p bdc $disk >"$1/characteristics"
	sg_modes -a $disk | grep -v '^ 00 .* 02 00' | sed 's/00 1e$/00 00/' >"$1/modes"
	mode WCE DRA AWRE GLTSD D_SENSE >"$1/sdparm"
	hdparm -W -C $disk >"$1/hdparm"
	hdparm -I $disk | grep -vE 'DMA: |^Integrity' >"$1/identify"
	hdparm --read-sector 3 $disk >"$1/sector"
	for how in sat,12 sat,16; do
		smartctl -d $how -a $disk | grep -v 'Local Time' >"$1/smart-$how"
	done
	lsblk -bdno SIZE,LOG-SEC,PHY-SEC,ROTA,RO,MODEL,SERIAL,WWN $disk >"$1/lsblk"
	hdparm -g -c $disk >"$1/geometry"
	hdparm -i $disk | grep -v 'DMA modes' >"$1/identity"
	smartctl -d ata -i -H $disk | grep -v 'Local Time' >"$1/smart-ata"
	sg_senddiag -t $disk >"$1/self-test"
	/lib/udev/ata_id --export $disk >"$1/ata_id"
	wrong_protocols >"$1/wrong-protocols"
	# Our sense data names the bit as well as the byte.
	{ sg_raw "$(sg)" 85 06 20 00 03 00 0c 00 00 00 00 00 00 40 ef 00 || true; } 2>&1 |
		sed 's/ bit 7$//' >"$1/set-mode"
	sg_inq $cd >"$1/cd-inquiry"
	hdparm -i $cd 2>/dev/null | grep -v 'DMA modes' >"$1/cd-identity"
	/lib/udev/ata_id --export $cd >"$1/cd-ata_id"
	sg_raw -r 8 $cd 12 00 00 00 24 00 >"$1/cd-overrun" 2>&1
}

# ATA PASS-THROUGH with a protocol that does not fit: a non-data IDENTIFY DEVICE,
# and CHECK POWER MODE with data.
wrong_protocols() {
	sg_raw "$(sg)" 85 06 20 00 00 00 01 00 00 00 00 00 00 40 ec 00 2>&1 || true
	sg_raw -r 512 "$(sg)" 85 08 0e 00 00 00 01 00 00 00 00 00 00 40 e5 00 2>&1 || true
}

# The operation codes that REPORT SUPPORTED OPERATION CODES reports one by one.
# libata reports no list of all.
opcodes() {
	local op
	for op in 00 03 08 0a 12 15 1a 1b 1d 25 28 2a 2f 35 55 5a 85 88 8a 8f 91 a0 a1 \
		a8 aa af; do
		! sg_opcodes -o 0x$op "$(sg)" | grep -q 'is supported' || echo $op
	done
}

test_disk_appears() {
	use_ours
	lsscsi -g
	same "$(blockdev --getsz $disk)" $sectors sectors
	believes 'write back'
	same "$(cat /sys/block/sda/queue/rotational)" 1 rotational
}

test_inquiry_and_vpd_identify_the_disk() {
	says 'Vendor identification: ATA' sg_inq $disk
	says 'Product identification: QEMU HARDDISK' sg_inq $disk
	says 'SN00042' sg_vpd -p sn $disk
	says '0x5000c50000000001' sg_vpd -p di $disk
	says '5400 rpm' sg_vpd -p bdc $disk
	says 'signature indicates PATA' sg_vpd -p ai $disk
	same "$(sg_vpd -p sv -r $disk | tail -c +5 | od -An -tx1 | xargs)" \
		"00 80 83 89 b0 b1" "supported pages"
}

# IDENTIFY data comes by ATA PASS-THROUGH (12) and (16) and in VPD page 89h.
test_identify_data_is_the_same_on_three_ways() {
	sg_sat_identify -r $disk >$work/16
	sg_sat_identify -r --len=12 $disk >$work/12
	sg_vpd -p ai -r $disk | tail -c +61 >$work/vpd
	same "$(wc -c <$work/16)" 512 bytes
	cmp $work/16 $work/12
	cmp $work/16 $work/vpd
}

test_smartctl_reads_smart_data() {
	says 'PASSED' smartctl -H $disk
	says 'Serial Number: *SN00042' smartctl -d sat,12 -i $disk
	says 'No Errors Logged' smartctl -l error $disk
	says 'has begun|successful' smartctl -t short $disk
}

# SECTOR COUNT of this command is no number of blocks: there is no data.
test_smartctl_by_ioctl_sets_autosave_without_a_reset() {
	local before
	before=$(dmesg | grep -c 'resetting the channel' || true)
	says 'Autosave Enabled' smartctl -d ata -S on $disk
	says 'Autosave Disabled' smartctl -d ata -S off $disk
	same "$(dmesg | grep -c 'resetting the channel' || true)" "$before"
}

test_hdparm_reads_identify_data() {
	says 'Model Number: *QEMU HARDDISK' hdparm -I $disk
	says 'drive state is: *active' hdparm -C $disk
	hdparm -y $disk
	says 'succeeded' hdparm --read-sector 7 $disk
	hdparm -F $disk
}

# accesses: prints the register accesses of the disk's channel so far.
accesses() {
	local host
	host=$(basename /sys/class/scsi_disk/*)
	awk '$1 == "accesses" { print $2 }' "/sys/kernel/debug/pioscsi/host${host%%:*}/stats"
}

# HDIO_GET_IDENTITY returns the data that the driver has. A command would wake the disk by a
# reset. hdparm -i sends IDENTIFY DEVICE as well.
test_identity_ioctl_does_not_wake_a_sleeping_disk() {
	local before
	hdparm -Y $disk
	before=$(accesses)
	says 'SN00042.*QEMU HARDDISK' python3 -c "
import fcntl
print(fcntl.ioctl(open('$disk'), 0x30d, bytes(512)))"
	same "$(accesses)" "$before" "register accesses"
	says 'succeeded' hdparm --read-sector 7 $disk
	[ "$(accesses)" -gt "$before" ]
}

# Old versions of hdparm wait for a flush by HDIO_DRIVE_CMD without an argument.
test_drive_cmd_without_argument_is_invalid() {
	says '^22$' python3 -c "
import fcntl
try:
    fcntl.ioctl(open('$disk'), 0x31f, 0)
except OSError as error:
    print(error.errno)"
}

# The model is "QEMU HARDDISK". A long of such a program has 4 bytes.
test_32_bit_program_gets_the_same_answers() {
	local node model
	model=$(echo -n 'QEMU HARDDISK' | od -An -tx1 | tr -d ' \n')
	for node in $disk "$(sg)"; do
		says "$model" python3 "$tree/ioctl32.py" "$node" 0x30d 512
		says '^0[01]000000ffffffff$' python3 "$tree/ioctl32.py" "$node" 0x309 8
	done
}

# believes VALUE: sd assumes this state of the write cache, and flushes accordingly.
believes() {
	[ "$(cat /sys/class/scsi_disk/*/cache_type)" = "$1" ]
}

# hdparm and sdparm see the same state of the cache.
test_write_cache_setting_agrees_in_all_tools() {
	hdparm -W0 $disk
	until_true 5 believes 'write through'
	same "$(mode WCE)" "WCE 0" "after hdparm -W0"
	hdparm -W1 $disk
	until_true 5 believes 'write back'
	same "$(mode WCE)" "WCE 1" "after hdparm -W1"
	sdparm --clear=WCE $disk || true
	until_true 5 believes 'write through'
	says 'write-caching = *0' hdparm -W $disk
	echo 'write back' | tee /sys/class/scsi_disk/*/cache_type
	says 'write-caching = *1' hdparm -W $disk
}

test_reads_with_all_cdb_lengths_agree() {
	local n
	head -c 98304 /dev/urandom >$work/data
	for n in 6 10 12 16; do
		sg_dd if=$work/data of="$(sg)" bs=512 count=192 seek=$((n * 1000)) \
			bpt=96 cdbsz=$n
	done
	for n in 6 10 12 16; do
		dd if=$disk bs=512 count=192 skip=$((n * 1000)) iflag=direct \
			status=none | cmp - $work/data
		sg_dd if="$(sg)" of=$work/back bs=512 count=192 skip=$((n * 1000)) \
			bpt=192 cdbsz=$n
		cmp $work/back $work/data
	done
	sg_sync $disk
	sg_sync --16 $disk
}

# Writes across the limit of 28-bit addresses, by a few sectors and by one command, and
# to the last sectors of the disk.
test_data_beyond_28_bit_lba_is_correct() {
	local end=$((1 << 28)) n
	head -c 16384 /dev/urandom >$work/data
	for n in 1 2 3 8 32; do
		dd if=$work/data of=$disk bs=$((n * 512)) count=$((32 / n)) \
			seek=$(((end - 16) * 512)) oflag=direct,seek_bytes status=none
		dd if=$disk bs=4096 count=4 skip=$(((end - 16) * 512)) \
			iflag=direct,skip_bytes status=none | cmp -n $((32 / n * n * 512)) - $work/data
	done
	sg_dd if=$work/data of="$(sg)" bs=512 count=32 seek=$((sectors - 32)) cdbsz=16
	dd if=$disk bs=512 skip=$((sectors - 32)) iflag=direct status=none | cmp - $work/data
	# The data did not go to the addresses cut to 28 bits.
	dd if=$disk bs=512 count=16 iflag=direct status=none | cmp -n 8192 - /dev/zero
}

# A longer VERIFY would keep the channel busy for hours.
test_verify_ends_at_the_maximum_transfer_length() {
	local queue=/sys/block/${disk#/dev/}/queue
	says 'Maximum transfer length: 65535 blocks' sg_vpd -p bl $disk
	sg_verify --16 --lba=$(((1 << 28) - 9)) --count=65535 --bpc=65535 $disk
	sg_verify --lba=0 --count=256 --bpc=256 $disk
	sense 'Invalid field in cdb' 8f 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00
	# Reads and writes of the block layer stay as long as they were.
	cmp $queue/max_sectors_kb $queue/max_hw_sectors_kb
}

test_supported_commands_are_listed() {
	sg_opcodes "$(sg)" | awk 'NF > 3 && length($1) == 2 { print $1 }' >$work/list
	opcodes >$work/ours-opcodes
	same "$(wc -l <$work/ours-opcodes)" 26 "commands without a service action"
	same "$(wc -l <$work/list)" 28 "listed commands"
	diff <(grep -v -e 9e -e a3 $work/list) $work/ours-opcodes
	says 'Usage data: 28 00 ff ff ff ff 00 ff ff 00' sg_opcodes -o 0x28 "$(sg)"
	says 'recommended timeout: 60' sg_opcodes -R -o 0x28 "$(sg)"
}

# QEMU's disk has no SMART self-test: sectors are verified.
test_self_test_passes() {
	says 'GOOD status' sg_senddiag -t $disk
	refuses sg_senddiag -s 1 $disk
}

test_dpo_and_fua_are_refused() {
	same "$(cat /sys/class/scsi_disk/*/FUA)" 0 "FUA"
	sense 'Invalid field in cdb' 28 08 00 00 00 00 00 00 01 00
	sense 'Invalid field in cdb' 28 10 00 00 00 00 00 00 01 00
}

test_malformed_pass_through_leaves_host_in_service() {
	local n
	for n in $(seq 12); do
		wrong_protocols >$work/wrong
	done
	grep -c 'Aborted Command' $work/wrong
	dd if=$disk of=/dev/null bs=64k count=4 iflag=direct status=none
	dmesg >$work/log
	grep -q 'device 0, command ech, non-data phase: DRQ without data (status 58h, error 00h' $work/log
	refuses grep -qE 'given up|out of service' $work/log
}

# The direction or the length of the buffer does not fit the CDB.
test_malformed_packets_leave_host_in_service() {
	local n
	head -c 2048 /dev/zero >$work/zeros
	for n in $(seq 12); do
		refuses sg_raw -s 36 -i $work/zeros $cd 12 00 00 00 24 00
		refuses sg_raw -s 2048 -i $work/zeros $cd 28 00 00 00 00 00 00 00 01 00
		refuses sg_raw -r 1024 $cd 28 00 00 00 00 00 00 00 01 00
		refuses sg_raw -r 512 $cd 28 00 00 00 00 00 00 00 30 00
	done >$work/malformed 2>&1
	dd if=$cd bs=2048 count=16 iflag=direct status=none | cmp -n 32768 - /usr/share/seabios/bios-256k.bin
	dmesg >$work/log
	refuses grep -qE 'out of service' $work/log
}

test_atapi_overrun_is_discarded() {
	sg_raw -r 36 -o $work/inquiry $cd 12 00 00 00 24 00
	sg_raw -r 8 -o $work/short $cd 12 00 00 00 24 00
	cmp -n 8 $work/inquiry $work/short
	# Sectors of a medium are not discarded: the command fails.
	refuses sg_raw -r 1024 $cd 28 00 00 00 00 00 00 00 01 00
	dd if=$cd bs=2048 count=16 iflag=direct status=none | cmp -n 32768 - /usr/share/seabios/bios-256k.bin
}

# smartctl of libata's CD-ROM fails: its IDENTIFY is that of a disk.
test_atapi_pass_through_reaches_the_device() {
	says 'Device Model: *QEMU DVD-ROM' smartctl -d sat,16 -i $cd
	says 'ID_ATA=1' /lib/udev/ata_id --export $cd
}

# BLANK has the operation code of ATA PASS-THROUGH (12). The kernel lets users send it who
# may not pass ATA commands through. The device gets it, and rejects it.
test_blank_of_an_ordinary_user_is_no_pass_through() {
	chgrp cdrom $cd
	chmod 660 $cd
	refuses setpriv --reuid=65534 --regid=cdrom --clear-groups \
		sg_raw -r 512 $cd a1 08 0e 00 01 00 00 00 00 a1 00 00 >$work/blank 2>&1
	cat $work/blank
	grep -q 'Illegal Request' $work/blank
}

test_path_ids_differ() {
	udevadm test-builtin path_id /sys/block/sda >$work/path-disk 2>/dev/null
	udevadm test-builtin path_id /sys/block/sr0 >$work/path-cd 2>/dev/null
	cat $work/path-*
	grep -q '^ID_PATH=pci-0000:00:01.1-scsi-0:0:0:0$' $work/path-disk
	grep -q '^ID_PATH=pci-0000:00:01.1-scsi-1:0:0:0$' $work/path-cd
}

led_is_on() { [ "$(cat "$1/brightness")" != 0 ]; }
led_is_off() { ! led_is_on "$1"; }

test_disk_led_shows_activity() {
	local led reader
	led=$(echo /sys/class/leds/*::scrolllock)
	[ -e "$led" ] || skip "no LED on this machine"
	grep -q disk-read "$led/trigger" || skip "no disk trigger in this kernel"
	echo disk-read >"$led/trigger"
	until_true 5 led_is_off "$led"
	while :; do
		dd if=$disk of=/dev/null bs=64k count=4 iflag=direct status=none
	done &
	reader=$!
	until_true 20 led_is_on "$led"
	kill $reader
	wait $reader || true
	until_true 5 led_is_off "$led"
	echo none >"$led/trigger"
}

test_rejected_commands_report_sense() {
	sense 'block address out of range' 28 00 19 00 00 00 00 00 01 00
	sense 'block address out of range' 28 00 18 ff ff ff 00 00 02 00
	sense 'block address out of range' \
		88 00 ff ff ff ff ff ff ff ff 00 00 00 01 00 00
	sense 'Invalid command operation code' 41 00 00 00 00 00 00 00 01 00
	sense 'Invalid field in cdb' 28 20 00 00 00 00 00 00 01 00
	# The protocol is DMA.
	sense 'Invalid field in cdb' 85 0c 0e 00 00 00 01 00 00 00 00 00 00 40 c8 00
	# The device does not support the command.
	sense 'Aborted Command' 85 06 20 00 00 00 00 00 00 00 00 00 00 00 ff 00
	blockdev --getsz $disk
}

# A read starts a stopped disk.
test_stopped_disk_starts_on_read() {
	sg_start --stop $disk
	refuses sg_turs $disk
	says 'initializing command required' sg_requests $disk
	sg_start --start $disk
	sg_turs $disk
	sg_start --stop $disk
	dd if=$disk of=/dev/null bs=512 count=8 iflag=direct status=none
	sg_turs $disk
	sg_start --pc=3 $disk
	dd if=$disk of=/dev/null bs=512 count=8 iflag=direct status=none
}

test_tools_answer_as_with_libata() {
	ask $work/ours
	use_libata
	ask $work/libata
	wc -l $work/ours/*
	diff -ru $work/libata $work/ours
	opcodes >$work/libata-opcodes
	# We have all commands of libata, and more.
	same "$(comm -23 $work/libata-opcodes $work/ours-opcodes | xargs)" "" "missing commands"
}

run_tests
