#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Suspend and resume of ATA under load on a PIIX3 and an ISA port. Caches are flushed,
# no data is lost, and no error handling is needed. The AM53C974 with a CD-ROM resets
# its bus. The sample miniport is stopped and restarted.
# vm: --monitor --timeout 300 --disk d0=64M --disk d1=64M --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=ide.0,unit=0 --qemu-arg -device --qemu-arg isa-ide,id=old,iobase=0x1e8,iobase2=0x3ee,irq=5 --qemu-arg -device --qemu-arg ide-hd,drive=d1,bus=old.0,unit=0 --qemu-arg -drive --qemu-arg if=none,id=cd,format=raw,readonly=on,file=/usr/bin/qemu-system-x86_64 --qemu-arg -device --qemu-arg am53c974,id=scsi0 --qemu-arg -device --qemu-arg scsi-cd,drive=cd,bus=scsi0.0,scsi-id=0
# kernels: 6.12
# stage: boots
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"
. "$(dirname "${BASH_SOURCE[0]}")/miniport.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ram.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sleep.sh"

medium=/usr/bin/qemu-system-x86_64
if [ ! -e /in-ram ]; then
	modprobe -a sd_mod sr_mod
	mkdir -p $ram
	for block in 0 3000; do
		dd if=$medium of=$ram/block.$block bs=2k count=1 skip=$block status=none
	done
fi
run_from_ram fio pkill cmp

tracing=/sys/kernel/tracing

# QEMU's disks reject the standby command, so calls of the function that sends it count.
watch_standby() {
	echo 'p:ata_standby pioscsi_ata:pioata_standby' >$tracing/kprobe_events
	echo 1 >$tracing/events/kprobes/ata_standby/enable
}

unwatch_standby() {
	echo 0 >$tracing/events/kprobes/ata_standby/enable
	echo >$tracing/kprobe_events
}

standbys() { grep -c 'ata_standby: ' $tracing/trace; }

# sleep_flushes N DRIVE...: suspends and resumes, which flushes the cache of each drive N
# times. The message of sd alone proves no flush: sd writes it before it sends the command.
sleep_flushes() {
	local before after expected='' times=$1 n
	shift
	before=$(with_console flushes "$@")
	same "$(wc -l <<<"$before")" $# "drives with a number of flushes"
	sleep_and_wake
	after=$(with_console flushes "$@")
	for n in $before; do
		expected+="$((n + times)) "
	done
	same "${after//$'\n'/ } " "$expected" "flushes of $*"
}

test_two_buses_suspend_and_resume() {
	local disk
	load_port
	load_ata isa_cmd=0x1e8 isa_ctl=0x3ee isa_irq=5
	until_true 20 has_disks 2
	watch_standby
	for disk in $(disks); do
		begin_load "/dev/$disk"
	done
	# One by sd, and one by pioata_standby().
	sleep_flushes 2 d0 d1
	same "$(standbys)" "$(hosts | wc -l)" "channels that stand by"
	sleep_and_wake
	same "$(standbys)" $((2 * $(hosts | wc -l))) "channels that stand by, again"
	end_load
	unwatch_standby
	unload
}

# The power supply may have started the disk. Otherwise sd would not stop it again.
test_disk_stopped_at_runtime_is_started_after_sleep() {
	local power
	load_port
	load_ata
	until_true 20 has_disk
	power=/sys/block/$(first disks)/device/power
	echo 0 >"$power/autosuspend_delay_ms"
	echo auto >"$power/control"
	until_true 10 grep -x suspended "$power/runtime_status"
	echo 600000 >"$power/autosuspend_delay_ms"
	sleep_and_wake
	until_true 10 grep -x active "$power/runtime_status"
	unload
}

# The drive reports the reset, which programs that have it open do not see as a change
# of the medium. Read-ahead may fail, because the kernel does not retry it.
test_medium_survives_suspend() {
	local done=$tracing/events/scsi/scsi_dispatch_cmd_done/enable
	. "$(dirname "${BASH_SOURCE[0]}")/am53.sh"
	load_port
	hush_bios
	load_am53
	until_true 20 has_disk
	exec 3<"$(first_disk)"
	dd bs=2k count=1 iflag=direct status=none <&3 | cmp - /block.0
	echo 1 >$done
	sleep_and_wake
	# From the block after the first one, which "dd" has read.
	dd bs=2k count=1 skip=2999 iflag=direct status=none <&3 | cmp - /block.3000
	echo 0 >$done
	exec 3<&-
	grep 'asc=0x29' $tracing/trace
	unload
}

# ScsiStopAdapter and ScsiRestartAdapter of the sample miniport, and then the reset.
test_miniport_suspends_and_resumes() {
	local verifier=/sys/kernel/debug/pioscsi_scsiport
	hosts() { hosts_of pioscsi_atapio; }
	load_port
	insmod "$VM_MODULES/pioscsi_scsiport.ko"
	insmod "$VM_MODULES/pioscsi_atapio.ko" ids=8086:7010
	until_true 20 has_disk
	begin_load "/dev/$(first disks)"
	sleep_flushes 1 d0
	sleep_and_wake
	end_load
	cat $verifier/*/verifier
	grep -qE '^HwScsiAdapterControl calls ([4-9]|[1-9][0-9]+)\b' $verifier/*/verifier
	no_rule_is_broken
	unload_one pioscsi_atapio
	unload_one pioscsi_scsiport
	unload_one pioscsi
}

run_tests
