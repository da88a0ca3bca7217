# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the end-to-end tests: the driver and the simulated HBA's disks.  Source
# it after ktap.sh.

. "$(dirname "${BASH_SOURCE[0]}")/kernel.sh"

# load_port [PARAMETER...], load_sim [PARAMETER...]: a slow kernel takes longer
# than a step of the usual length for the way to the bytes alone, and one that
# watches is as slow as a bus.
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

# Who was at a disk and was killed may not have closed it yet, nor its io_uring.
unload_one() {
	[ ! -d "/sys/module/$1" ] || until_true 10 rmmod "$1"
}

# fresh_sim [PARAMETER...]: the simulator anew, the port with its defaults.
fresh_sim() {
	unload
	load_port
	load_sim "$@"
	until_true 10 has_disk
}

# What is called often does without programs: in a guest each costs a thirtieth of
# a second.

# hosts_of DRIVER: their numbers.
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

# The numbers of our hosts.
hosts() { hosts_of pioscsi_sim; }

# The disks of our hosts, by name.
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

# first COMMAND...: the first line of what it prints.
first() {
	local all
	all=$("$@")
	echo "${all%%$'\n'*}"
}

first_host() { first hosts; }
first_disk() { echo "/dev/$(first disks)"; }

# generic DISK: its SCSI generic node, which may come after the disk's.
generic() {
	local node=/sys/block/${1#/dev/}/device/scsi_generic
	until_true 10 test -d "$node"
	node=/dev/$(ls "$node")
	until_true 10 test -c "$node"
	echo "$node"
}

first_sg() { generic "$(first_disk)"; }

# stat NAME [HOST]: a counter.
stat() {
	local stats=/sys/kernel/debug/pioscsi/host${2:-$(first_host)}/stats
	[[ $'\n'$(<"$stats") =~ $'\n'$1\ ([0-9]+) ]] || return 1
	echo "${BASH_REMATCH[1]}"
}

# none_lost [HOST]: the chip has not waited for an interrupt in vain. A virtual CPU
# that the machine does not run for half a second looks as if it had.
none_lost() {
	local cpus=(/sys/devices/system/cpu/cpu[0-9]*)
	[ "$(stat lost "$@")" -lt ${#cpus[@]} ] || fail "$(stat lost "$@") lost interrupts"
}

# has_completed N HOST: more commands than that
has_completed() { [ "$(stat completed "$2")" -gt "$1" ]; }

# host_of DISK: its number.  No program but the shell is needed.
host_of() {
	local device
	device=$(echo "/sys/block/${1##*/}/device/scsi_device/"*)
	device=${device##*/}
	echo "${device%%:*}"
}

# set_host ATTRIBUTE VALUE
set_host() {
	echo "$2" >"/sys/class/scsi_host/host$(first_host)/$1"
}

get_host() {
	echo "$(<"/sys/class/scsi_host/host$(first_host)/$1")"
}

# The lines of /proc/interrupts that are ours.
interrupts() {
	grep -w pioscsi_sim /proc/interrupts
}

interrupt_count() {
	interrupts | awk '{
		for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++)
			n += $i
	} END { print n + 0 }'
}

# mark, since_mark: what the kernel has logged meanwhile.
mark() {
	marker="mark $RANDOM$RANDOM"
	echo "$marker" >/dev/kmsg
}

since_mark() {
	dmesg | sed "1,/$marker/d"
}

# verify_fio DISK NAME=VALUE...: writes and reads at random, and verifies.
verify_fio() {
	local disk=$1 size
	size=$(at_length 12)M
	shift
	fio --name=verify --filename="$disk" --direct=1 --ioengine=libaio \
		--iodepth=16 --rw=randrw --bsrange=4k-128k --size="$size" --io_size="$size" \
		--verify=crc32c --verify_fatal=1 --do_verify=1 --random_generator=tausworthe64 \
		--output-format=terse "$@"
}

# monitor COMMAND...: a command for QEMU's monitor, which takes a second.
monitor() {
	exec 8<>"$VM_MONITOR"
	echo "$*" >&8
	timeout 1 cat <&8 || true
	exec 8<&-
}
