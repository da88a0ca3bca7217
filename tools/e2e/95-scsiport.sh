#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The sample miniports on a PIIX3: DriverEntry, deferrals, a file system, flushes, resets, private
# requests, removal under load, and bus-master DMA.
# vm: --monitor --disk d0=64M --disk d1=64M --smp 2 --timeout 400 --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=ide.0,unit=0,serial=MINI0 --qemu-arg -device --qemu-arg ide-hd,drive=d1,bus=ide.1,unit=0,serial=MINI1
# kernels: 6.12 6.12-rt 6.12-debug 6.12-kcsan
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/load.sh"
. "$(dirname "${BASH_SOURCE[0]}")/miniport.sh"

tree=$(dirname "${BASH_SOURCE[0]}")
isa="io=0x1f0,0x3f6 irq=14"

driver=pioscsi_atapio

hosts() { hosts_of "$driver"; }

unload() {
	no_rule_is_broken
	unload_one pioscsi_atadma
	unload_one pioscsi_atapio
	unload_one pioscsi_scsiport
	unload_one pioscsi
}

# fresh [PARAMETER...]: reloads the miniport, and the port with its defaults.
fresh() {
	unload
	modprobe -a sd_mod sg
	load_port
	insmod "$VM_MODULES/pioscsi_scsiport.ko"
	insmod "$VM_MODULES/$driver.ko" "$@"
	until_true 20 has_disk
}

# verifier NAME: prints a sum over all HBAs.
verifier() {
	cat /sys/kernel/debug/pioscsi_scsiport/*/verifier |
		awk -v name="$1" '$1 == name { sum += $2 } END { print sum + 0 }'
}

# calls ROUTINE: prints the number of its calls.
calls() {
	cat /sys/kernel/debug/pioscsi_scsiport/*/verifier |
		awk -v name="$1" '$1 == name { sum += $3 } END { print sum + 0 }'
}

test_wrong_parameter_fails_to_load() {
	local p
	unload
	load_port
	insmod "$VM_MODULES/pioscsi_scsiport.ko"
	for p in io=0 io=0xfff9 io=0x10000 io_len=8; do
		refused pioscsi_atapio $p
	done
	for p in io_len=0 io_len=257 io_len=8,1; do
		refused pioscsi_atapio $p io=0x1f0
	done
	refused pioscsi_atapio io=0xff01 io_len=256
	refused pioscsi_atapio ids=8086-7010
	refused pioscsi_atapio ids=1:1,2:2,3:3,4:4,5:5
	same "$(hosts | wc -l)" 0 hosts
}

# binds_no_ports: loads the miniport with ports of another driver, and unloads it.
binds_no_ports() {
	# shellcheck disable=SC2086
	insmod "$VM_MODULES/pioscsi_atapio.ko" $isa
	same "$(hosts | wc -l)" 0 hosts
	unload_one pioscsi_atapio
}

test_ports_of_another_driver_stay_in_proc_ioports() {
	unload
	modprobe ata_piix
	load_port
	insmod "$VM_MODULES/pioscsi_scsiport.ko"
	cat /proc/ioports >/tmp/ioports
	grep -w ata_piix /tmp/ioports
	binds_no_ports
	binds_no_ports
	diff /tmp/ioports /proc/ioports
	rmmod ata_piix
}

# Without io= the ports and the interrupt are the miniport's own.
test_probe_binds_the_miniport_at_its_own_ports() {
	fresh probe=1
	same "$(disks | wc -l)" 1 disks
	same "$(calls HwScsiFindAdapter)" 1 "calls of HwScsiFindAdapter"
	grep -w pioscsi_atapio /proc/ioports
	grep -w pioscsi_atapio /proc/interrupts
}

test_isa_parameters_bind_the_miniport() {
	# shellcheck disable=SC2086
	fresh $isa
	lsscsi
	same "$(disks | wc -l)" 1 disks
	same "$(calls HwScsiFindAdapter)" 1 "calls of HwScsiFindAdapter"
	grep -w pioscsi_atapio /proc/interrupts
}

# fsync_flushes DISK: the disk is d0.
fsync_flushes() {
	local before
	same "$(cat /sys/class/scsi_disk/*/cache_type)" "write back" "cache type"
	before=$(flushes d0)
	dd if=/dev/zero of="$1" bs=4k count=1 oflag=direct conv=fsync,notrunc status=none
	same "$(flushes d0)" $((before + 1)) flushes
}

# The monitor answers each command one call too late, and the first call reads the answer
# of a call before. The test has a monitor of its own.
test_late_answers_of_the_monitor_do_not_spoil_the_count() {
	local late=$scratch/late
	monitor() {
		cat $late
		{
			printf '(qemu) %s\r\n' "$1"
			sed -n 's,^print /d ,,p' <<<"$1" | sed 's/$/\r/'
			printf 'd%d: rd_bytes=0 flush_operations=%d wr_total_time_ns=0\r\n' 0 8 1 9
		} >$late
	}
	printf 'd%d: rd_bytes=0 flush_operations=7 wr_total_time_ns=0\r\n' 0 1 >$late
	same "$(flushes d0 d1)" $'8\n9' flushes
	monitor() { printf 'd0: rd_bytes=0 flush_oper'; }
	count() (flushes d0)
	refuses count
}

test_write_cache_is_flushed_by_fsync() {
	fsync_flushes "/dev/$(first disks)"
}

test_file_system_keeps_a_tree() {
	local disk from=/usr/include/linux/netfilter mnt=/mnt/pioscsi
	disk=/dev/$(first disks)
	mkfs.ext4 -q "$disk"
	mkdir -p $mnt
	mount "$disk" $mnt
	cp -r $from $mnt/tree
	umount $mnt
	e2fsck -f -n "$disk"
	mount -o ro "$disk" $mnt
	diff -r $from $mnt/tree
	umount $mnt
}

test_fio_verifies_data() {
	verify_fio "/dev/$(first disks)" --size=4M --io_size=4M
}

# segments_verify DISK: requests with many segments keep their data. The largest number
# of segments comes from the midlayer's trace event.
segments_verify() {
	local trace=/sys/kernel/tracing most
	mountpoint -q $trace || mount -t tracefs tracefs $trace
	echo >$trace/trace
	echo 1 >$trace/events/scsi/scsi_dispatch_cmd_start/enable
	python3 "$tree/segments.py" "$1"
	echo 0 >$trace/events/scsi/scsi_dispatch_cmd_start/enable
	most=$(sed -n 's/.*data_sgl=\([0-9]*\) .*/\1/p' $trace/trace | sort -n | tail -n 1)
	echo "# up to $most segments"
	[ "$most" -ge 8 ]
}

test_requests_in_segments_keep_their_data() {
	segments_verify "/dev/$(first disks)"
}

# line_interrupts: prints the interrupts on the line of the miniport.
line_interrupts() {
	awk '/pioscsi_atapio/ {
		for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++)
			n += $i
	} END { print n + 0 }' /proc/interrupts
}

# A write begins a deferral without an interrupt, so the case counts reads.
test_every_interrupt_is_deferred() {
	local deferrals interrupts
	deferrals=$(verifier deferrals) interrupts=$(line_interrupts)
	dd if="/dev/$(first disks)" of=/dev/null bs=64k count=100 iflag=direct status=none
	deferrals=$(($(verifier deferrals) - deferrals))
	interrupts=$(($(line_interrupts) - interrupts))
	echo "# 100 reads: $interrupts interrupts, $deferrals deferrals"
	[ $interrupts -ge 100 ]
	[ $interrupts -le $((deferrals + 2)) ] || fail "interrupts without a deferral"
}

test_every_deferral_calls_both_callbacks() {
	local deferrals
	deferrals=$(verifier deferrals)
	[ "$deferrals" -ge 500 ]
	same "$(calls HwScsiEnableInterruptsCallback)" "$deferrals" callbacks
	same "$(calls HwScsiDisableInterruptsCallback)" "$deferrals" "ends of deferrals"
}

test_reset_during_deferrals_loses_no_data() {
	local disk host
	disk=/dev/$(first disks)
	host=$(first hosts)
	begin_load "$disk"
	for _ in 1 2 3; do
		sg_reset -b "$disk"
		until_true 60 has_completed $(($(stat completed "$host") + 20)) "$host"
	done
	end_load
	[ "$(calls HwScsiResetBus)" -ge 3 ]
}

test_reset_runs_a_pending_callback() {
	local disk host n=0
	disk=/dev/$(first disks)
	host=$(first hosts)
	begin_load "$disk"
	until [ "$(verifier flushed)" -ge 2 ]; do
		[ $((n += 1)) -le 300 ] || fail "no two resets of 300 found a callback"
		sg_reset -b "$disk"
		until_true 60 has_completed $(($(stat completed "$host") + 5)) "$host"
	done
	echo "# $n resets, $(verifier flushed) with a callback pending"
	end_load
}

test_private_request_reaches_the_device() {
	local disk node
	disk=/dev/$(first disks)
	for node in "$disk" "$(generic "$disk")"; do
		python3 "$tree/io_control.py" "$node" 0 | tee /tmp/identity
		same "$(head -n 1 /tmp/identity)" "MINI0 QEMU HARDDISK" "$node"
	done
}

test_private_requests_survive_resets() {
	local disk ended
	disk=/dev/$(first disks)
	begin_load "$disk"
	python3 "$tree/io_control.py" "$disk" 3 >/tmp/identity &
	for _ in 1 2 3; do
		sg_reset -b "$disk"
	done
	wait $!
	end_load
	ended=$(tail -n 1 /tmp/identity)
	echo "# private requests that succeeded, and that a reset ended: $ended"
	[ "${ended% *}" -ge 20 ]
}

test_pci_binds_both_channels() {
	fresh ids=8086:7010
	until_true 20 has_disks 2
	same "$(calls HwScsiFindAdapter)" 2 "calls of HwScsiFindAdapter"
	verify_fio "/dev/$(disks | tail -n 1)" --size=1M --io_size=1M
}

test_removal_under_load_removes_the_disk() {
	local dir=/sys/bus/pci/drivers/$driver disk load pci requests
	disk=/dev/$(first disks)
	pci=$(basename "$dir"/0000:*)
	fio --name=load --filename="$disk" --direct=1 --ioengine=libaio --iodepth=8 \
		--rw=randrw --bs=16k --time_based --runtime=1h >/tmp/fio 2>&1 &
	load=$!
	python3 "$tree/io_control.py" "$disk" 3600 &
	requests=$!
	until_true 60 has_completed 200 "$(first hosts)"
	no_rule_is_broken
	echo "$pci" >"$dir/unbind"
	refuses wait $load
	refuses wait $requests
	refuses test -b "$disk"
	echo "$pci" >"$dir/bind"
	until_true 20 has_disks 2
}

test_bus_master_verifies_data() {
	driver=pioscsi_atadma
	fresh ids=8086:7010
	fsync_flushes "/dev/$(disks)"
	verify_fio "/dev/$(disks)" --size=8M --io_size=8M
	segments_verify "/dev/$(disks)"
	same "$(verifier deferrals)" 0 deferrals
	[ "$(calls HwScsiInterrupt)" -ge 100 ]
}

test_unload_succeeds() {
	unload
}

run_tests
