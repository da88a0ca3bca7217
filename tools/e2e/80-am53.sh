#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# AM53C974: the scan finds all devices, data is correct in both directions, and a byte
# costs as few register accesses as the chip allows.
# vm: --disk d0=64M --disk d1=16M --disk d6=16M --disk cd=8M --qemu-arg -device --qemu-arg am53c974,id=scsi0 --qemu-arg -device --qemu-arg scsi-hd,drive=d0,bus=scsi0.0,scsi-id=0 --qemu-arg -device --qemu-arg scsi-hd,drive=d1,bus=scsi0.0,scsi-id=3,lun=0 --monitor --qemu-arg -device --qemu-arg scsi-cd,drive=cd,bus=scsi0.0,scsi-id=6
# kernels: 6.12 6.12-rt 6.1 6.12-debug 6.12-kcsan 6.1-i386 6.12-ppc64el 6.12-arm64
# stage: chips
# qemu: backports
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"

# A second LUN is plugged in after boot, because the BIOS would hang on it.
test_scan_finds_all_devices() {
	monitor device_add scsi-hd,drive=d6,bus=scsi0.0,scsi-id=3,lun=2
	fresh_am53
	lsscsi -g
	same "$(lsscsi -b | grep -c "^\[$(first_host):")" 4 devices
	same "$(blockdev --getsize64 "/dev/$(lun 0)")" $((64 << 20)) "bytes of ID 0"
	same "$(blockdev --getsize64 "/dev/$(lun 3 2)")" $((16 << 20)) "bytes of LUN 2"
	same "$(blockdev --getss "/dev/$(lun 6)")" 2048 "block length of the CD-ROM"
}

test_data_of_all_lengths_is_correct() {
	local disk n
	disk=/dev/$(lun 0)
	dd if=/dev/urandom of=/tmp/data bs=1M count=4 status=none
	dd if=/tmp/data of="$disk" bs=1M oflag=direct status=none
	for n in 1 2 8 63 128 256 2048; do
		dd if="$disk" bs=$((n * 512)) count=$((2048 / n)) iflag=direct status=none |
			cmp -n $((2048 / n * n * 512)) - /tmp/data
	done
	blockdev --flushbufs "$disk"
	cmp -n $((4 << 20)) "$disk" /tmp/data
}

test_scattered_buffer_is_filled() {
	local disk
	disk=/dev/$(lun 0)
	fio --name=vec --filename="$disk" --direct=1 --ioengine=libaio --iodepth=4 \
		--rw=randwrite --bsrange=512-96k --size=4M --mem_align=512 \
		--iomem_align=512 --verify=crc32c --do_verify=1 --verify_fatal=1
}

# accesses_of COMMAND...: prints the register accesses during the command.
accesses_of() {
	local before
	before=$(stat accesses)
	"$@"
	echo $(($(stat accesses) - before))
}

# at_most_per_byte TENTHS ACCESSES WHAT: fails if a byte of 64 KiB costs more.
at_most_per_byte() {
	local per_byte
	per_byte=$(awk -v n="$2" 'BEGIN { printf "%.3f", n / 65536 }')
	echo "# $3 of 64 KiB: $2 register accesses, $per_byte a byte"
	awk -v n="$2" -v most="$1" 'BEGIN { exit !(n > 65536 && n <= most * 65536) }'
}

test_accesses_per_byte_stay_below_limit() {
	local disk
	disk=/dev/$(lun 0)
	at_most_per_byte 4.1 "$(accesses_of dd if="$disk" of=/dev/null bs=64k count=1 \
		iflag=direct status=none)" reading
	at_most_per_byte 1.3 "$(accesses_of dd if=/tmp/data of="$disk" bs=64k count=1 \
		oflag=direct status=none)" writing
}

test_load_causes_no_error() {
	cat /sys/kernel/debug/pioscsi/host*/stats
	same "$(stat faults)" 0 faults
	same "$(stat lost)" 0 "lost interrupts"
	same "$(stat overrun_bytes)" 0 "surplus bytes"
	unload
}

# Without ACPI, as on 6.12-debug, the line is shared. Then a reset before the port
# handles the interrupt must not raise one, or the kernel disables the line.
line_is_shared() { dmesg | tail -n 60 | grep 'interrupt .* may be shared with'; }

# QEMU's function has the bit, so the log must not say that it has none.
test_mask_0_does_not_report_a_missing_bit() {
	mark
	fresh_am53 mask=0
	since_mark | grep 'mask=0: not using the interrupt disable bit'
	refuses grep 'no working interrupt disable bit' <(since_mark)
}

test_line_of_its_own_is_the_mask() {
	fresh_am53 mask=0
	line_is_shared || dmesg | tail -n 60 | grep 'masking it by disabling interrupt'
	verify_fio "/dev/$(lun 0)" --size=512k --io_size=512k --bsrange=4k-64k
	same "$(stat faults)" 0 faults
	line_is_shared || [ "$(stat deferred)" -gt 0 ]
	fresh_am53 mask=0 mask_line=0
	same "$(cat "/sys/block/$(lun 0)/queue/max_hw_sectors_kb")" 128 "KiB in one command"
	unload
}

# sg_of ID: prints the generic device of that target.
sg_of() { echo "/dev/$(basename "/sys/block/$(lun "$1")"/device/scsi_generic/*)"; }

test_invalid_parameter_is_refused() {
	load_port
	refuses load_am53 host_id=8
	refuses load_am53 settle_ms=-2
	same "$(dmesg | tail -n 20 | grep -c 'invalid \(host_id=8\|settle_ms=-2\): must be 0 to')" 2 "messages"
}

test_short_cdb_is_padded() {
	fresh_am53
	modprobe sg
	sg_raw "$(sg_of 0)" 28 00 00 00 00 00
	same "$(stat faults)" 0 faults
}

# QEMU 10 requests a 17th byte of a CDB of this group. Nine counted resets would take the
# host out of service.
test_endless_cdbs_leave_the_host_in_service() {
	local i
	for ((i = 0; i < 10; i++)); do
		refuses sg_raw "$(sg_of 0)" c0 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
	done
	grep -x 'in_service 1' /sys/kernel/debug/pioscsi/host*/state
}

# The target requests two blocks, and the command has one.
test_write_overrun_makes_up_no_data() {
	local disk
	disk=/dev/$(lun 0)
	head -c 1024 /dev/zero | tr '\0' '\252' >/tmp/aa
	dd if=/tmp/aa of="$disk" bs=512 seek=100 oflag=direct status=none
	head -c 512 /dev/zero >/tmp/one
	refuses sg_raw -s 512 -i /tmp/one "$(sg_of 0)" 2a 00 00 00 00 64 00 00 02 00
	dd if="$disk" bs=512 skip=101 count=1 iflag=direct status=none | cmp -n 512 - /tmp/aa
	same "$(stat overrun_bytes)" 0 "overrun bytes"
	unload
}

run_tests
