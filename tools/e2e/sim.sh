# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the end-to-end tests: functions for the driver and the simulated HBA's disks.
# Source it after ktap.sh.

. "$(dirname "${BASH_SOURCE[0]}")/kernel.sh"

# load_port [PARAMETER...], load_sim [PARAMETER...]: on a slow kernel the code around a
# transfer takes longer than a usual step, so steps are longer. A debug kernel is as slow
# as a bus, so the bus costs no time.
load_port() {
	! kernel_is_slow || set -- step_us=1000 "$@"
	insmod "$VM_MODULES/pioscsi.ko" "$@"
}

load_sim() {
	! kernel_watches || set -- bus_ns=0 "$@"
	insmod "$VM_MODULES/pioscsi_sim.ko" "$@"
}

unload() {
	unload_one pioscsi_sim
	unload_one pioscsi
}

# A killed program may not have closed its disk or its io_uring yet, so retry.
unload_one() {
	[ ! -d "/sys/module/$1" ] || until_true 10 rmmod "$1"
}

# fresh_sim [PARAMETER...]: reloads the simulator, and the port with its defaults.
fresh_sim() {
	unload
	load_port
	load_sim "$@"
	until_true 10 has_disk
}

# Functions that are called often start no program, which takes a thirtieth of a second
# in a guest.

# hosts_of DRIVER: prints the numbers of its hosts.
hosts_of() {
	local dir name found=()
	for dir in /sys/class/scsi_host/host*; do
		name=
		read -r name <"$dir/proc_name" || true
		[ "$name" != "$1" ] || found+=("${dir##*host}")
	done 2>/dev/null
	if [ ${#found[@]} -gt 1 ]; then
		printf '%s\n' "${found[@]}" | sort -n
	else
		printf '%s' "${found[@]/%/$'\n'}"
	fi
}

# Prints the numbers of our hosts.
hosts() { hosts_of pioscsi_sim; }

# Prints the names of our hosts' disks.
disks() {
	local h d
	for h in $(hosts); do
		for d in /sys/class/scsi_device/"$h":*/device/block/*; do
			[ ! -e "$d" ] || echo "${d##*/}"
		done
	done
}

has_disk() { [ -n "$(disks)" ]; }
has_disks() { [ "$(disks | wc -l)" = "$1" ]; }

# first COMMAND...: prints the first line of the command's output.
first() {
	local all
	all=$("$@")
	echo "${all%%$'\n'*}"
}

first_host() { first hosts; }
first_disk() { echo "/dev/$(first disks)"; }

# generic DISK: prints its SCSI generic node, which may appear after the disk.
generic() {
	local node=/sys/block/${1#/dev/}/device/scsi_generic
	until_true 10 test -d "$node"
	node=/dev/$(ls "$node")
	until_true 10 test -c "$node"
	echo "$node"
}

first_sg() { generic "$(first_disk)"; }

# stat NAME [HOST]: prints a counter.
stat() {
	local stats=/sys/kernel/debug/pioscsi/host${2:-$(first_host)}/stats
	[[ $'\n'$(<"$stats") =~ $'\n'$1\ ([0-9]+) ]] || return 1
	echo "${BASH_REMATCH[1]}"
}

# none_lost [HOST]: no interrupt was lost. A virtual CPU that the machine stops for half
# a second looks like a lost interrupt, so one fewer than the CPUs is allowed.
none_lost() {
	local cpus=(/sys/devices/system/cpu/cpu[0-9]*)
	[ "$(stat lost "$@")" -lt ${#cpus[@]} ] || fail "$(stat lost "$@") lost interrupts"
}

# has_completed N HOST: the host has completed more than N commands.
has_completed() { [ "$(stat completed "$2")" -gt "$1" ]; }

# has_counted NAME N [HOST]: the counter is at least N.
has_counted() { [ "$(stat "$1" "${@:3}")" -ge "$2" ]; }

# until_counted NAME N [HOST]: waits until the counter has grown by N.
until_counted() { until_true 60 has_counted "$1" $(($(stat "$1" "${@:3}") + $2)) "${@:3}"; }

# host_of DISK: prints the number of its host.
host_of() {
	local device
	device=$(echo "/sys/block/${1##*/}/device/scsi_device/"*)
	device=${device##*/}
	echo "${device%%:*}"
}

# set_host ATTRIBUTE VALUE: sets an attribute of the first host.
set_host() {
	echo "$2" >"/sys/class/scsi_host/host$(first_host)/$1"
}

get_host() {
	echo "$(<"/sys/class/scsi_host/host$(first_host)/$1")"
}

# Prints the owner of the first host's chip.
owner() {
	awk '$1 == "owner" { print $2 }' "/sys/kernel/debug/pioscsi/host$(first_host)/state"
}

# host_is OWNER: the owner of the first host's chip.
host_is() { [ "$(owner)" = "$1" ]; }

# Prints our lines of /proc/interrupts.
interrupts() {
	grep -w pioscsi_sim /proc/interrupts
}

# Prints the number of our handlers. On s390x /proc/interrupts names only the first
# handler of a line.
handlers() {
	cat /sys/kernel/irq/*/actions | tr ',' '\n' | grep -cx pioscsi_sim
}

interrupt_count() {
	interrupts | awk '{
		for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++)
			n += $i
	} END { print n + 0 }'
}

# since_mark prints the kernel's log since the last mark.
mark() {
	marker="mark $RANDOM$RANDOM"
	echo "$marker" >/dev/kmsg
}

since_mark() {
	dmesg | sed "1,/$marker/d"
}

# logged PATTERN: the kernel's log since the last mark has such a line. In a pipe to
# grep -q, dmesg dies of SIGPIPE, which pipefail takes for a failure.
logged() {
	local log
	log=$(since_mark)
	grep -q "$1" <<<"$log" || fail "not logged: $1"$'\n'"$log"
}

# verify_fio DISK FIO-OPTION...: writes and reads at random, and verifies.
verify_fio() {
	local disk=$1 size
	size=$(at_length 12)M
	shift
	fio --name=verify --filename="$disk" --direct=1 --ioengine=libaio \
		--iodepth=16 --rw=randrw --bsrange=4k-128k --size="$size" --io_size="$size" \
		--verify=crc32c --verify_fatal=1 --do_verify=1 --random_generator=tausworthe64 \
		--output-format=terse "$@"
}

# monitor COMMAND...: sends a command to QEMU's monitor; takes a second.
monitor() {
	exec 8<>"$VM_MONITOR"
	echo "$*" >&8
	timeout 1 cat <&8 || true
	exec 8<&-
}

# flush_counts MARK DRIVE...: prints each drive's number of flushes from the monitor's
# output after the line MARK. Fails if the answer for a drive is not there or incomplete.
flush_counts() {
	local answers drive count
	answers=$(sed "0,/^$1\r*$/d")
	for drive in "${@:2}"; do
		count=$(sed -n "s/^$drive: .*flush_operations=\([0-9]*\) .*/\1/p" <<<"$answers" |
			tail -n 1)
		[ -n "$count" ] || return 1
		echo "$count"
	done
}

# flushes DRIVE...: prints how often each of QEMU's drives has flushed its cache. The test
# has --monitor. On a busy machine an answer may arrive after monitor() has returned, and
# the next call reads it. So a new number, which "print" repeats, precedes the answer.
flushes() {
	local said='' counts mark=${EPOCHREALTIME//[!0-9]/} n=0
	until counts=$(flush_counts "$mark" "$@" <<<"$said"); do
		[ $((n += 1)) -le 10 ] || fail "no answer of QEMU's monitor for $*" >&2
		said+=$(monitor "print /d $mark"$'\n'"info blockstats")
	done
	echo "$counts"
}

# refused MODULE NAME=VALUE [PARAMETER...]: loading fails with one log line that names the parameter.
refused() {
	local lines
	mark
	refuses insmod "$VM_MODULES/$1.ko" "${@:2}"
	lines=$(since_mark | grep " $1: ") || fail "$2: nothing in the log"
	same "$(wc -l <<<"$lines")" 1 "lines in the log for $2"
	grep -q "${2%%=*}" <<<"$lines" || fail "$2: the log says: $lines"
}
