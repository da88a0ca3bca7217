#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Fault rules of the simulator hit one logical unit: a file system lives beside
# it. The simulator's memory limit, interrupt lines and register costs.
# vm: --smp 2 --timeout 600
# kernels: 6.12 6.12-debug
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"

tree=/usr/include/linux
mnt=/mnt/pioscsi

# rule WORD...: adds a fault rule, or removes one.
rule() { echo "$*" >"$chip/rules"; }

# rule_hits ID: prints how many faults the rule has caused.
rule_hits() { sed -n "s/^$1: .* hits=\([0-9]*\).*/\1/p" "$chip/rules"; }

# disk_of LUN: prints the disk.
disk_of() {
	local d
	d=$(echo /sys/class/scsi_device/"$(first_host)":0:0:"$1"/device/block/*)
	echo "/dev/${d##*/}"
}

sums() {
	(cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}

test_neighbour_of_faulty_lun_keeps_file_system() {
	local id
	fresh_sim max_luns=2 dev_size_mb=128
	until_true 10 has_disks 2
	for id in $(disks); do
		echo 2 | tee "/sys/block/$id/device/"{,eh_}timeout >/dev/null
	done
	mkfs.ext4 -q "$(disk_of 0)"
	mkdir -p $mnt
	mount "$(disk_of 0)" $mnt
	mark
	rule lun=1 timeout interval=40 times=2
	rule lun=1 sense=b/00/00 probability=10
	rule lun=1 status=busy probability=10
	rule lun=1 status=task_set_full interval=15
	rule lun=1 short=512 interval=9
	rule lun=1 lost_irq interval=50 times=2
	rule lun=1 double_irq interval=7
	rule lun=1 opcode=2a late_irq=2000 interval=11
	cp -r $tree $mnt/tree &
	verify_fio "$(disk_of 1)" --size=4M --io_size=4M
	wait $!
	cat $chip/rules
	for id in 1 2 3 4 5 7 8; do
		[ "$(rule_hits $id)" -gt 0 ] || fail "rule $id caused no fault"
	done
	rule clear
	sync
	umount $mnt
	refuses grep -E "I/O error, dev $(basename "$(disk_of 0)")|EXT4-fs error" \
		<<<"$(since_mark)"
	mount "$(disk_of 0)" $mnt
	sums $tree >/tmp/sums
	sums $mnt/tree | cmp - /tmp/sums
	umount $mnt
	e2fsck -f -n "$(disk_of 0)"
}

# read_blocks FIRST COUNT: reads them from LUN 1.
read_blocks() {
	dd if="$(disk_of 1)" of=/dev/null bs=512 skip="$1" count="$2" iflag=direct status=none
}

test_medium_error_reports_first_bad_block_until_write_heals_block() {
	local output
	rule lun=1 lba=1000-1007 medium
	read_blocks 992 8
	refuses read_blocks 1000 8
	output=$(sg_raw -r 8192 "$(generic "$(disk_of 1)")" 28 00 00 00 03 e4 00 00 10 00 2>&1) &&
		fail "no error: $output"
	grep -q 'Medium Error' <<<"$output" || fail "$output"
	grep -qi 'Info.*0x3e8\|00 00 03 e8' <<<"$output" || fail "$output"
	dd if=/dev/zero of="$(disk_of 1)" bs=512 seek=1000 count=4 oflag=direct status=none
	read_blocks 1000 4
	refuses read_blocks 1004 4
	grep -q 'bad=4' $chip/rules
	sg_write_same --16 -l 1004 -n 4 "$(generic "$(disk_of 1)")"
	read_blocks 1000 8
	rule clear
}

test_reservation_conflict_fails_io() {
	rule lun=1 opcode=28 status=reservation_conflict times=1
	refuses read_blocks 0 8
	read_blocks 0 8
	rule clear
}

test_failed_abort_is_escalated() {
	local aborts resets
	aborts=$(stat aborts) resets=$(stat lun_resets)
	rule lun=1 timeout times=1
	rule lun=1 fail_abort times=1
	read_blocks 0 8
	[ "$(stat aborts)" -gt "$aborts" ] || fail "no abort"
	[ "$(stat lun_resets)" -gt "$resets" ] || fail "no reset of the LUN"
	rule clear
}

test_wrong_rule_is_refused_with_its_column() {
	mark
	refuses rule lun=1 timeout colour=red 2>/dev/null
	logged 'fault rule refused, column 15:'
	same "$(<$chip/rules)" "" rules
}

test_chip_check_condition_has_information() {
	local output
	fault_set check sense_key=0x3 asc=0x11 ascq=0 interval=1 times=1
	output=$(sg_raw -r 512 "$(generic "$(disk_of 1)")" 28 00 00 00 01 23 00 00 01 00 2>&1) &&
		fail "the command succeeded, an error was expected"
	grep -qi 'Info.*0x123\|00 00 01 23' <<<"$output" || fail "$output"
}

test_fault_parameter_out_of_range_is_refused() {
	local p
	for p in check/sense_key=0x10 check/asc=0x111 check/ascq=256 delay/us=4294967296 \
		storm/length=4294967297; do
		refuses bash -c "echo ${p#*=} >$chip/${p%=*}" 2>/dev/null
	done
	same "$(<$chip/check/asc)" 0x11 asc
	same "$(<$chip/delay/us)" 10000 "delay of a command"
}

test_write_with_too_little_data_leaves_next_block() {
	local lost
	lost=$(stat lost)
	head -c 1024 /dev/urandom >/tmp/before
	head -c 512 /dev/urandom >/tmp/short
	sg_dd if=/tmp/before of="$(first_sg)" bs=512 count=2
	# The CDB writes two blocks, and the data has one.
	refuses sg_raw -s 512 -i /tmp/short "$(first_sg)" 2a 00 00 00 00 00 00 00 02 00 2>/dev/null
	same "$(stat lost)" "$lost" "lost interrupts"
	sg_dd if="$(first_sg)" of=/tmp/after bs=512 count=2
	tail -c 512 /tmp/before | cmp - <(tail -c 512 /tmp/after)
}

test_self_test_passes() {
	sg_senddiag --test "$(first_sg)"
}

test_write_beyond_memory_limit_returns_enospc() {
	local output
	fresh_sim mem_mb=8 dev_size_mb=64
	output=$(dd if=/dev/urandom of="$(first_disk)" bs=256k count=64 oflag=direct 2>&1) &&
		fail "a write of 16 MiB succeeded with mem_mb=8"
	grep -q 'No space left' <<<"$output" || fail "$output"
	dd if="$(first_disk)" of=/dev/null bs=256k count=64 iflag=direct status=none
	blkdiscard "$(first_disk)"
	# Blocks that were not written before need the memory of the discarded ones.
	dd if=/dev/urandom of="$(first_disk)" bs=1M seek=32 count=4 oflag=direct status=none
	verify_fio "$(first_disk)" --size=2M --io_size=2M
}

test_fake_rw_needs_no_memory() {
	fresh_sim mem_mb=1 fake_rw=1 dev_size_mb=4096
	dd if=/dev/urandom of="$(first_disk)" bs=1M count=16 oflag=direct status=none
	dd if="$(first_disk)" bs=1M count=1 iflag=direct status=none | cmp -n 1048576 - /dev/zero
}

scan() { echo - - - >"/sys/class/scsi_host/host$(first_host)/scan"; }

test_luns_come_and_go() {
	local disk
	fresh_sim dev_size_mb=8
	echo 0 3 16 >$chip/add_lun
	same "$(xargs <$chip/luns)" "0 0 16384 0 3 32768" "logical units"
	mark
	sg_turs "$(first_sg)" || true
	scan
	until_true 10 has_disks 2
	disk=$(disk_of 3)
	same "$(<"/sys/block/${disk##*/}/size")" 32768 "capacity of LUN 3"
	verify_fio "$disk" --size=1M --io_size=1M
	echo 0 3 32 >$chip/resize_lun
	dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none
	echo 1 >"/sys/block/${disk##*/}/device/rescan"
	same "$(<"/sys/block/${disk##*/}/size")" 65536 "new capacity of LUN 3"
	echo 0 3 >$chip/remove_lun
	refuses dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none
	echo 1 >"/sys/block/${disk##*/}/device/delete"
	until_true 10 has_disks 1
	dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct status=none
	logged 'LUN assignments on this target have changed'
	logged 'apacity data has changed'
}

test_wrong_text_of_lun_command_is_refused() {
	mark
	refuses bash -c "echo 0 4294967296 >$chip/remove_lun" 2>/dev/null
	refuses bash -c "echo 0 0 now >$chip/remove_lun" 2>/dev/null
	logged 'remove_lun refused: this needs TARGET LUN, in decimal: "0 0 now"'
	same "$(xargs <$chip/luns)" "0 0 16384" "logical units"
}

test_hosts_come_and_go() {
	echo 1 >${chip%/*}/add_host
	until_true 10 has_disks 2
	same "$(hosts | wc -l)" 2 hosts
	verify_fio "/dev/$(disks | tail -n 1)" --size=1M --io_size=1M
	echo 1 >${chip%/*}/remove_host
	same "$(hosts | wc -l)" 1 hosts
	refuses bash -c "echo 1 >${chip%/*}/remove_host" 2>/dev/null
	verify_fio "$(first_disk)" --size=1M --io_size=1M
}

test_geometry_reaches_block_layer() {
	local q
	fresh_sim physblk_exp=3 lowest_aligned=7 wp=1 removable=1 unmap_granularity=128
	q=/sys/block/$(disks)
	same "$(<"$q/queue/physical_block_size")" 4096 "physical block size"
	same "$(<"$q/alignment_offset")" 3584 "alignment offset"
	same "$(<"$q/ro")" 1 ro
	same "$(<"$q/removable")" 1 removable
	same "$(<"$q/queue/discard_granularity")" 65536 "discard granularity"
	fresh_sim lbpu=0 lbpws=0
	same "$(<"/sys/block/$(disks)/queue/discard_max_bytes")" 0 "discard limit"
}

test_removable_medium_is_ejected_and_loaded() {
	local sg
	fresh_sim removable=1
	sg=$(first_sg)
	verify_fio "$(first_disk)" --size=1M --io_size=1M
	sg_start --eject "$sg"
	refuses sg_turs "$sg"
	refuses dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct status=none
	sg_start --load "$sg"
	until_true 10 sg_turs "$sg"
	dd if="$(first_disk)" of=/dev/null bs=4k count=1 iflag=direct status=none
	# A disk that is open is locked.
	exec 7<"$(first_disk)"
	refuses sg_start --eject "$sg"
	exec 7<&-
	sg_start --eject "$sg"
}

# Prints the number of our first interrupt.
irq_number() { first interrupts | sed 's/^ *\([0-9]*\):.*/\1/'; }

# irq_of_cpu N: prints the interrupts of our line on this CPU.
irq_of_cpu() { interrupts | awk -v cpu="$1" '{ print $(2 + cpu) }'; }

test_interrupt_follows_its_affinity() {
	local irq cpu before own
	[ -e /sys/devices/system/cpu/cpu1 ] || skip "one CPU only"
	# The chip usually has no owner when it interrupts. An owner needs no interrupt.
	fresh_sim latency_us=5000
	irq=$(irq_number)
	for cpu in 0 1; do
		echo $((1 << cpu)) >"/proc/irq/$irq/smp_affinity"
		same "$(<"/proc/irq/$irq/effective_affinity")" $((1 << cpu)) "effective affinity"
		before=$(irq_of_cpu $((1 - cpu))) own=$(irq_of_cpu $cpu)
		taskset $((2 >> cpu)) dd if="$(first_disk)" of=/dev/null bs=4k count=50 iflag=direct status=none
		same "$(irq_of_cpu $((1 - cpu)))" "$before" "interrupts on the other CPU"
		[ $(($(irq_of_cpu $cpu) - own)) -ge 25 ] || fail "$(interrupts)"
	done
	echo 3 >"/proc/irq/$irq/smp_affinity"
	none_lost
}

test_edge_triggered_line_loses_no_interrupt() {
	fresh_sim line=edge num_hosts=2
	verify_fio "$(first_disk)" --size=4M --io_size=4M
	same "$(<"/sys/kernel/irq/$(irq_number)/type")" edge "type of the interrupt"
	none_lost
	set_host defer inline
	verify_fio "$(first_disk)" --size=2M --io_size=2M
	none_lost
	unload
	load_port
	mark
	refuses load_sim line=edge num_hosts=2 num_lines=1 2>/dev/null
	refuses load_sim line=both 2>/dev/null
	refuses load_sim mem_mb=4000000 2>/dev/null
	same "$(since_mark | grep -c 'pioscsi_sim: ')" 3 "lines in the log"
}

test_slow_registers_only_cost_time() {
	fresh_sim reg_ns=2000
	verify_fio "$(first_disk)" --size=1M --io_size=1M
	none_lost
	unload
}

run_tests
