#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The target's commands through sg3_utils: supported commands and their data, and the
# sense data of rejected commands.
# kernels: 6.12 6.12-debug 6.12-kcsan
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

mib=16
blocks=$((mib << 11))

# says PATTERN COMMAND...: the command succeeds and prints a line that matches.
says() {
	local pattern=$1 output
	shift
	output=$("$@" 2>&1) || fail "$*: exit status $?: $output"
	grep -qiE -- "$pattern" <<<"$output" || fail "$*: no '$pattern' in: $output"
}

# sense PATTERN CDB-BYTE... [-- sg_raw-OPTION...]: the command ends with CHECK
# CONDITION and sense data that match.
sense() {
	local pattern=$1 cdb=() output
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		cdb+=("$1")
		shift
	done
	output=$(sg_raw --cmdset=1 "${@:2}" "$(first_sg)" "${cdb[@]}" 2>&1) &&
		fail "${cdb[*]} succeeded: $output"
	grep -q 'Check Condition' <<<"$output" || fail "${cdb[*]}: $output"
	grep -qiE "$pattern" <<<"$output" || fail "${cdb[*]}: no '$pattern': $output"
}

opcode='Invalid command operation code'
field='Invalid field in cdb'
range='Logical block address out of range'

test_test_unit_ready_succeeds() {
	fresh_sim dev_size_mb=$mib max_luns=3
	until_true 10 has_disks 3
	sg_turs -v "$(first_sg)"
}

test_inquiry_names_the_disk() {
	says 'PQual=0 .*PDT=0|Device_type=0' sg_inq "$(first_sg)"
	says 'Vendor identification: *[A-Za-z]' sg_inq "$(first_sg)"
	says 'Product revision level' sg_inq "$(first_sg)"
}

test_each_listed_vpd_page_exists() {
	local listed page
	listed=$(sg_vpd -p sv -r "$(first_sg)" | tail -c +5 | od -An -v -tx1 | xargs)
	same "$listed" "00 80 83 b0 b1 b2" "supported pages"
	for page in $listed; do
		sg_vpd -p "0x$page" "$(first_sg)"
		# The page has its own number and its real length.
		same "$(sg_vpd -p "0x$page" -r "$(first_sg)" | od -An -tx1 -j1 -N1 | xargs)" \
			"$page" "page code"
	done
}

test_unknown_vpd_page_is_rejected() {
	sense "$field" 12 01 c5 00 fc 00 -- -r 252
	sense "$field" 12 00 80 00 fc 00 -- -r 252
}

test_serial_number_of_each_unit_differs() {
	local d
	for d in $(disks); do
		sg_vpd -q -p sn "/dev/$d"
		sg_vpd -q -p di "/dev/$d" | xargs
	done >/tmp/ids
	cat /tmp/ids
	same "$(sort -u /tmp/ids | wc -l)" 6 "different identifications"
}

test_vpd_pages_report_block_limits_and_provisioning() {
	says 'Maximum unmap LBA count: *[1-9]' sg_vpd -p bl "$(first_sg)"
	says 'Unmap command supported \(LBPU\): 1' sg_vpd -p lbpv "$(first_sg)"
	says 'Non-rotating medium' sg_vpd -p bdc "$(first_sg)"
}

test_report_luns_lists_all_units() {
	says 'Lun list length = 24' sg_luns "$(first_sg)"
	same "$(sg_luns -q "$(first_sg)" | xargs)" \
		"0000000000000000 0001000000000000 0002000000000000" luns
}

test_read_capacity_reports_size() {
	says "Last LBA=$((blocks - 1)) .*Number of logical blocks=$blocks" \
		sg_readcap "$(first_sg)"
	says "Last LBA=$((blocks - 1)) " sg_readcap --16 "$(first_sg)"
	says 'lbpme=1' sg_readcap --16 "$(first_sg)"
}

test_mode_pages_are_reported() {
	sg_modes -a "$(first_sg)"
	sg_modes -a -6 "$(first_sg)"
	says 'Caching' sg_modes -p 8 "$(first_sg)"
	says 'Control' sg_modes -p 0xa "$(first_sg)"
	says 'changeable' sg_modes -c 1 -p 8 "$(first_sg)"
	sense "$field" 5a 00 31 00 00 00 00 00 fc 00 -- -r 252
}

test_supported_operation_codes_are_listed() {
	local op
	sg_opcodes "$(first_sg)" >/tmp/ops
	cat /tmp/ops
	for op in 'Test Unit Ready' 'Inquiry' 'Read\(6\)' 'Read\(10\)' 'Read\(12\)' \
		'Read\(16\)' 'Write\(6\)' 'Write\(10\)' 'Write\(12\)' 'Write\(16\)' \
		'Verify\(10\)' 'Verify\(16\)' 'Write same\(10\)' 'Write same\(16\)' \
		'Unmap' 'Report luns' 'Start stop unit' 'Request Sense' \
		'Synchronize cache\(10\)' 'Mode sense\(6\)' 'Mode select\(10\)' \
		'Get LBA status' 'Read capacity\(16\)' \
		'Report supported operation codes'; do
		grep -qiE "$op" /tmp/ops || fail "$op is not listed"
	done
}

test_written_data_reads_back_and_verifies() {
	local f=/tmp/pattern
	head -c 8192 /dev/urandom >$f
	sg_dd if=$f of="$(first_sg)" bs=512 count=16 seek=100 cdbsz=16
	for size in 6 10 12 16; do
		sg_dd if="$(first_sg)" of=/tmp/back bs=512 count=16 skip=100 cdbsz=$size
		cmp $f /tmp/back
	done
	sg_verify -l 100 -c 16 "$(first_sg)"
	sg_verify -l 100 -c 16 --ndo=8192 --in=$f "$(first_sg)"
	sg_verify -S -l 100 -c 16 --ndo=8192 --in=$f "$(first_sg)"
}

test_verify_with_other_data_miscompares() {
	local rc=0
	head -c 8192 /dev/zero >/tmp/zero
	sg_verify -l 100 -c 16 --ndo=8192 --in=/tmp/zero "$(first_sg)" || rc=$?
	same $rc 14 "exit status (miscompare)"
}

test_write_same_fills_blocks() {
	sg_write_same --10 -l 200 -n 64 --in=/tmp/pattern -x 512 "$(first_sg)"
	sg_write_same --16 -l 264 -n 64 --in=/tmp/pattern -x 512 "$(first_sg)"
	sg_dd if="$(first_sg)" of=/tmp/back bs=512 count=128 skip=200
	for _ in $(seq 128); do
		head -c 512 /tmp/pattern
	done | cmp - /tmp/back
}

# same_as FILE: the 16 blocks from block 100 on equal FILE.
same_as() {
	rm -f /tmp/back
	sg_dd if="$(first_sg)" of=/tmp/back bs=512 count=16 skip=100
	cmp "$1" /tmp/back
}

test_unmapped_blocks_are_deallocated() {
	says 'mapped' sg_get_lba_status -l 200 "$(first_sg)"
	sg_unmap --force -l 0 -n 2048 "$(first_sg)"
	says 'deallocated|provisioning_status=1' sg_get_lba_status -l 0 "$(first_sg)"
	same_as /tmp/zero
	sg_dd if=/tmp/pattern of="$(first_sg)" bs=512 count=16 seek=100
	same_as /tmp/pattern
	sg_write_same --16 --unmap -l 0 -n 2048 "$(first_sg)"
	same_as /tmp/zero
}

test_synchronize_start_and_stop_succeed() {
	sg_sync "$(first_sg)"
	sg_start --stop "$(first_sg)"
	sense 'Initializing command required|not ready' 28 00 00 00 00 00 00 00 01 00 -- -r 512
	sg_start --start "$(first_sg)"
	sg_turs "$(first_sg)"
}

test_unknown_operation_codes_are_rejected() {
	local op
	for op in 02 06 20 3e 5c 7f 83 9c ab c0 ff; do
		sense "$opcode" $op 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
	done
}

test_lba_out_of_range_is_rejected() {
	# One block beyond the end, far beyond, and an address that would wrap.
	sense "$range" 28 00 00 00 80 00 00 00 01 00 -- -r 512
	sense "$range" 28 00 00 00 7f ff 00 00 02 00 -- -r 1024
	sense "$range" 28 00 ff ff ff ff 00 00 01 00 -- -r 512
	sense "$range" 88 00 ff ff ff ff ff ff ff ff 00 00 00 01 00 00 -- -r 512
	sense "$range" 8f 00 ff ff ff ff ff ff ff ff 00 00 00 01 00 00
	sense "$range" 41 00 00 00 80 00 00 00 01 00 -- -s 512 -i /dev/zero
}

test_reserved_cdb_bits_are_rejected() {
	# Protection is not supported; the other bits are reserved.
	sense "$field" 28 20 00 00 00 00 00 00 01 00 -- -r 512
	sense "$field" 28 00 00 00 00 00 00 00 01 04 -- -r 512
	sense "$field" 12 02 00 00 24 00 -- -r 36
	sense "$field" 00 01 00 00 00 00
	sense "$field" 9e 1f 00 00 00 00 00 00 00 00 00 00 00 20 00 00 -- -r 32
}

test_absent_lun_has_no_disk() {
	same "$(disks | wc -l)" 3 disks
	[ ! -e "/sys/class/scsi_device/$(first_host):0:0:3" ]
}

test_data_shorter_or_longer_than_buffer_succeeds() {
	# Allocation length below and above the length of the data.
	sg_raw -r 4096 -b "$(first_sg)" 12 00 00 00 05 00 >/tmp/inq
	same "$(wc -c </tmp/inq)" 5 bytes
	sg_raw -r 4096 -b "$(first_sg)" 12 00 00 10 00 00 >/tmp/inq
	[ "$(wc -c </tmp/inq)" -ge 36 ] && [ "$(wc -c </tmp/inq)" -lt 4096 ]
}

test_disk_verifies_after_rejected_commands() {
	verify_fio "$(first_disk)" --size=4M --io_size=4M
	unload
}

run_tests
