# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For end-to-end tests with a load: verified reads and writes in the background, until
# end_load. Source it after ktap.sh and sim.sh.

loads=() loaded=()

# begin_load [DISK]: the default is the first disk. fio 3.33 with libaio waits for events
# that it already has if a signal interrupts it, so the load uses io_uring.
begin_load() {
	local disk=${1:-$(first_disk)} host
	host=$(host_of "$disk")
	verify_fio "$disk" --size=4M --io_size=1G --time_based --runtime=600 \
		--verify_backlog=32 --ioengine=io_uring >"/tmp/load.${#loads[@]}" 2>&1 &
	loads+=($!) loaded+=("$host")
	until_true 60 has_completed 200 "$host"
}

# end_load [RESETS]: ends the loads, which must still run and complete commands. The number
# of resets of the host is 0 by default.
end_load() {
	local host before load
	for host in "${loaded[@]}"; do
		before=$(stat completed "$host")
		until_true 60 has_completed $((before + 100)) "$host"
		same "$(stat aborts "$host")" 0 aborts
		same "$(stat host_resets "$host")" "${1:-0}" "host resets"
	done
	for load in "${loads[@]}"; do
		kill -0 "$load"
	done
	pkill -KILL -x fio
	for load in "${loads[@]}"; do
		wait "$load" || true
	done
	refuses grep -iE 'verify: bad|error' /tmp/load.*
}
