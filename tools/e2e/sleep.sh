# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For end-to-end tests that put the devices to sleep beneath a load, which runs
# from memory meanwhile.  Source it after ktap.sh, sim.sh and ram.sh.

loads=() loaded=()

# begin_load [DISK]: if not told, the first one.  Freezing interrupts system
# calls, after which fio 3.33 waits with libaio for events that it already has.
begin_load() {
	local disk=${1:-$(first_disk)} host
	host=$(host_of "$disk")
	verify_fio "$disk" --size=4M --io_size=1G --time_based --runtime=600 \
		--verify_backlog=32 --ioengine=io_uring >"/tmp/load.${#loads[@]}" 2>&1 &
	loads+=($!) loaded+=("$host")
	until_true 10 has_completed 200 "$host"
}

# They must have lived, and gone on: more is done than before.
end_load() {
	local host before load
	for host in "${loaded[@]}"; do
		before=$(stat completed "$host")
		until_true 10 has_completed $((before + 100)) "$host"
		same "$(stat aborts "$host")" 0 aborts
		same "$(stat host_resets "$host")" 0 "host resets"
	done
	kill -0 "${loads[@]}"
	pkill -KILL -x fio
	for load in "${loads[@]}"; do
		wait "$load" || true
	done
	refuses grep -iE 'verify: bad|error' /tmp/load.*
	# What is left of its io_uring closes the disk a moment later.
	until_true 10 is_unused "$(cat "/sys/class/scsi_host/host${loaded[0]}/proc_name")"
}

# is_unused MODULE
is_unused() { [ "$(cat "/sys/module/$1/refcnt")" = 0 ]; }

sleep_and_wake() {
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
	echo devices >/sys/power/pm_test
	mark
	echo freeze >/sys/power/state
	since_mark | grep 'Waiting for 1 second'
}
