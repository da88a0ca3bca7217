#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The part of tools/soak that runs in the guest. Verified loads run on two simulated
# HBAs, which share an interrupt line, and on an ATA disk. Meanwhile a sequence of
# random actions disturbs them. SOAK_SEED determines the sequence, and SOAK_SECONDS
# its length. One line a minute goes to SOAK_LINES.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ram.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sleep.sh"

# The root file system does not survive suspend.
[ -e /in-ram ] || modprobe -a sd_mod sg
run_from_ram fio pkill sg_reset cp touch mv tee cut readlink

state=/tmp/soak
units=(sim0 sim1 ata)
declare -A attach=(
	[sim0]="platform pioscsi_sim pioscsi_sim.0"
	[sim1]="platform pioscsi_sim pioscsi_sim.1"
	[ata]="pci pioscsi_ata ${SOAK_ATA:?}"
)
actions=0 faults=0 resets=0

line() { echo "$*" >"$SOAK_LINES"; }

# choose WORD...: one of the words.
choose() {
	local words=("$@")
	chosen=${words[RANDOM % $#]}
}

# host_of_unit UNIT: the host whose path has the device's name.
host_of_unit() {
	local name=${attach[$1]##* } host path
	for host in /sys/class/scsi_host/host*; do
		path=$(readlink "$host")
		case $path in
		*/"$name"/*)	echo "${host##*host}"; return ;;
		esac
	done
	return 1
}

disk_of_unit() {
	local host block
	host=$(host_of_unit "$1") || return 1
	for block in /sys/class/scsi_device/"$host":*/device/block/sd*; do
		[ -b "/dev/${block##*/}" ] || continue
		echo "/dev/${block##*/}"
		return
	done
	return 1
}

has_disk_of_unit() { disk_of_unit "$1" >/dev/null; }

# A command is retried until it succeeds. A command that a fault has stopped times
# out early.
ready_disk() {
	local disk=$1 dir
	dir=/sys/block/${disk##*/}/device
	[ -d "$dir/scsi_disk" ] || return
	echo -1 | tee "$dir"/scsi_disk/*/max_retries >/dev/null
	case $2 in
	sim*)	echo 5 | tee "$dir/timeout" "$dir/eh_timeout" >/dev/null ;;
	esac
}

# verified_round DISK N: writes and reads at random, and verifies. Each sector holds
# the number of the round and its offset. A lost write is found, even if the round
# before wrote to the same place.
verified_round() {
	fio --name=soak --filename="$1" --direct=1 --ioengine=io_uring --iodepth=16 \
		--rw=randrw --bsrange=512-64k --blockalign=512 --size=4M --io_size=4M \
		--randseed=$((SOAK_SEED + $2)) --verify=pattern --verify_interval=512 \
		--verify_pattern="$(printf '0x%08x%%o' "$2")" --verify_fatal=1 --do_verify=1 \
		--allow_file_create=0 --output-format=terse
}

# may_fail UNIT: a round may fail while its disk goes away, but not with wrong data.
may_fail() {
	! grep -q 'verify: ' "$state/fio.$1" || return 1
	[ -e "$state/doomed.$1" ] || grep -q 'No such file' "$state/fio.$1"
}

# runner UNIT: rounds of verified I/O until the end. A round may fail while the
# file doomed.UNIT exists.
runner() {
	local unit=$1 n=0 disk
	while [ ! -e $state/stop ]; do
		if [ -e "$state/hold.$unit" ] || ! disk=$(disk_of_unit "$unit"); then
			: >"$state/held.$unit"
			sleep 0.2
			continue
		fi
		rm -f "$state/held.$unit"
		n=$((n + 1))
		if verified_round "$disk" $n >"$state/fio.$unit" 2>&1; then
			echo $n >"$state/rounds.$unit"
		elif ! may_fail "$unit"; then
			cat "$state/fio.$unit" >>$state/failures
		fi
	done
}

hold() {
	rm -f "$state/held.$1"
	: >"$state/hold.$1"
}

release() {
	until_true 60 has_disk_of_unit "$1"
	until_true 60 ready_disk "$(disk_of_unit "$1")" "$1"
	rm -f "$state/hold.$1" "$state/doomed.$1"
}

# rebind UNIT: takes the device from the driver and gives it back.
rebind() {
	local bus driver device
	read -r bus driver device <<<"${attach[$1]}"
	echo "$device" >"/sys/bus/$bus/drivers/$driver/unbind"
	until_true 120 test -e "$state/held.$1"
	echo "$device" >"/sys/bus/$bus/drivers/$driver/bind"
	release "$1"
}

act_unbind_idle() {
	hold "$1"
	until_true 120 test -e "$state/held.$1"
	rebind "$1"
}

act_unbind_busy() {
	: >"$state/doomed.$1"
	hold "$1"
	rebind "$1"
}

act_delete_disk() {
	local host disk
	host=$(host_of_unit "$1")
	disk=$(disk_of_unit "$1")
	: >"$state/doomed.$1"
	hold "$1"
	echo 1 >"/sys/block/${disk##*/}/device/delete"
	until_true 120 test -e "$state/held.$1"
	echo "- - -" >"/sys/class/scsi_host/host$host/scan"
	release "$1"
}

act_rescan() {
	echo "- - -" >"/sys/class/scsi_host/host$(host_of_unit "$1")/scan"
}

act_reset() {
	local disk
	disk=$(disk_of_unit "$1")
	choose -d -t -b -H
	! timeout 120 sg_reset -N "$chosen" "$disk" || resets=$((resets + 1))
}

act_defer() {
	choose thread bh inline
	echo "$chosen" >"/sys/class/scsi_host/host$(host_of_unit "$1")/defer"
}

act_budget() {
	choose 0 5 20 50 200 1000
	echo "$chosen" >"/sys/class/scsi_host/host$(host_of_unit "$1")/hardirq_budget_us"
}

act_cpu() {
	local cpu=/sys/devices/system/cpu/cpu1/online
	echo 0 >$cpu
	sleep 0.5
	echo 1 >$cpu
}

act_suspend() { sleep_and_wake >/dev/null; }

# Only simulated chips have faults.
act_fault() {
	local before unit=$1
	[ "$unit" != ata ] || unit=sim$((RANDOM % 2))
	chip=/sys/kernel/debug/pioscsi_sim/chip${unit#sim}
	before=$(injected)
	choose "double_irq probability=200" "late_irq us=50 probability=50" \
		"spurious_irq probability=200" "storm length=150 interval=100" \
		"delay us=300 probability=100" "full us=200 interval=20" \
		"short_data probability=60" "queue_full interval=20" "busy interval=25" \
		"long_data probability=50" "parity probability=12" "check probability=12" \
		"wrong_phase interval=50" "bus_reset interval=50" \
		"lost_irq interval=100 times=4" "hang interval=200 times=1" \
		"stuck interval=200 times=1" "dead us=20000 interval=100 times=1"
	echo "soak: ${chip##*/}: $chosen" >/dev/kmsg
	# shellcheck disable=SC2086 # several words
	fault_set $chosen
	sleep 2
	disarm
	faults=$((faults + $(injected) - before))
}

report() {
	local unit rounds='' host counts=''
	for unit in "${units[@]}"; do
		rounds+=" $unit $(cat "$state/rounds.$unit" 2>/dev/null || echo 0)"
		host=$(host_of_unit "$unit") || continue
		counts+="; $unit: lost $(stat lost "$host"), storms $(stat storms "$host"),"
		counts+=" faults $(stat faults "$host"), aborts $(stat aborts "$host")"
	done
	line "$((SECONDS / 60)) min: $actions actions, $faults faults, $resets resets," \
		"rounds$rounds$counts"
}

begin() {
	local unit
	mkdir -p $state
	load_port
	insmod "$VM_MODULES/pioscsi_sim.ko" num_hosts=2 num_lines=1 bus_ns=50
	insmod "$VM_MODULES/pioscsi_ata.ko"
	for unit in "${units[@]}"; do
		release "$unit"
		runner "$unit" &
		runners+=($!)
	done
}

finish() {
	local unit n
	: >$state/stop
	wait "${runners[@]}"
	report
	[ ! -s $state/failures ] || fail "a load failed: $(cat $state/failures)"
	[ $faults -gt 0 ] || fail "no fault was injected"
	[ $resets -gt 0 ] || fail "no reset succeeded"
	for unit in "${units[@]}"; do
		n=$(cat "$state/rounds.$unit")
		[ "$n" -gt 0 ] || fail "no round on $unit"
		same "$(cat /sys/block/"$(disk_of_unit "$unit" | cut -d/ -f3)"/device/state)" \
			running "state of the disk of $unit"
	done
	unload_one pioscsi_ata
	unload
}

# Each action, with its unit, is one line of the kernel's log.
disturb() {
	local action unit minute=0
	# The random actions of a short run may have no reset.
	act_reset sim0
	while [ "$SECONDS" -lt "$SOAK_SECONDS" ]; do
		choose "${units[@]}"
		unit=$chosen
		choose fault fault fault reset defer budget cpu suspend unbind_idle \
			unbind_busy delete_disk rescan
		action=$chosen
		actions=$((actions + 1))
		echo "soak: action $actions: $action $unit" >/dev/kmsg
		"act_$action" "$unit"
		[ ! -s $state/failures ] || break
		if [ $((SECONDS / 60)) -gt $minute ]; then
			minute=$((SECONDS / 60))
			report
		fi
	done
}

runners=()
RANDOM=$SOAK_SEED
SECONDS=0
begin
disturb
finish
line "done: no error in $actions actions"
