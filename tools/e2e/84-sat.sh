#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An ATA disk as a SCSI disk: sg3_utils, sdparm, hdparm and smartctl work, and print
# the same as with libata for the same disk.
# vm: --disk d0=200G --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=ide.0,unit=0,serial=SN00042,wwn=0x5000c50000000001,rotation_rate=5400 --timeout 400
# kernels: 6.12 6.12-debug 6.12-kcsan
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"

PATH+=:/usr/sbin:/sbin
sectors=$((200 << 21))
disk=/dev/sda
work=/tmp/sat
mkdir -p $work

sg() {
	echo "/dev/$(basename /sys/class/scsi_disk/*/device/scsi_generic/*)"
}

has_disk() {
	[ -b $disk ] && [ -e "$(sg)" ]
}

use_ours() {
	modprobe -a scsi_mod sd_mod sg
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
	# Word 59 differs, because multiple mode was set after the VPD page was read.
	cmp -l $work/16 $work/vpd | awk '$1 != 119 && $1 != 120 { bad = 1 } END { exit bad }'
}

test_smartctl_reads_smart_data() {
	says 'PASSED' smartctl -H $disk
	says 'Serial Number: *SN00042' smartctl -d sat,12 -i $disk
	says 'No Errors Logged' smartctl -l error $disk
	says 'has begun|successful' smartctl -t short $disk
}

test_hdparm_reads_identify_data() {
	says 'Model Number: *QEMU HARDDISK' hdparm -I $disk
	says 'drive state is: *active' hdparm -C $disk
	hdparm -y $disk
	says 'succeeded' hdparm --read-sector 7 $disk
	hdparm -F $disk
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

# The number of blocks exceeds the count of one ATA command.
test_verify_of_many_blocks_is_split() {
	sg_verify --16 --lba=0 --count=65536 $disk
	sg_verify --16 --lba=$(((1 << 28) - 9)) --count=131073 $disk
	sg_verify --lba=0 --count=256 $disk
}

test_rejected_commands_report_sense() {
	sense 'block address out of range' 28 00 19 00 00 00 00 00 01 00
	sense 'block address out of range' 28 00 18 ff ff ff 00 00 02 00
	sense 'block address out of range' \
		88 00 ff ff ff ff ff ff ff ff 00 00 00 01 00 00
	sense 'Invalid command operation code' 41 00 00 00 00 00 00 00 01 00
	sense 'Invalid field in cdb' 28 20 00 00 00 00 00 00 01 00
	sense 'Invalid field in cdb' 28 08 00 00 00 00 00 00 01 00
	# DMA protocol.
	sense 'Invalid field in cdb' 85 0c 0e 00 00 00 01 00 00 00 00 00 00 40 c8 00
	# A command that the device does not have.
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
}

run_tests
