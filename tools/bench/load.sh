# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scenarios that measure the same thing beside each driver while a disk is read by
# 64 KiB. Source it after disks.sh.

# Half of the limit of the simulator's bus, which takes 1 us for 16 bits.
sim_parameters="bus_ns=1000 latency_us=0 fifo_bytes=0" sim_rate=--rate=1m

# while_read COMMAND...: runs it while fio reads $disk.
while_read() {
	local load
	# shellcheck disable=SC2086 # no word or one
	fio --name=load --filename="$disk" --direct=1 --ioengine=psync --bs=64k --rw=read \
		--size=100% --time_based --runtime=1h --output=/dev/null $limit &
	load=$!
	until_running "$disk"
	"$@"
	kill -TERM $load
	wait $load || true
}

beside_sim() {
	local way
	# shellcheck disable=SC2086 # several words
	fresh_sim $sim_parameters
	limit=$sim_rate driver=pioscsi_sim disk=$(first_disk)
	for way in inline bh thread; do
		set_host defer $way
		mode=$way
		while_read "$@"
	done
}

beside_ata() {
	local way
	limit=''
	if ! quick; then
		load_libata dma
		while_read "$@"
		unload_libata
	fi
	load_libata pio
	while_read "$@"
	unload_libata
	for way in inline bh thread; do
		quick && [ $way != thread ] && continue
		load_ours $way
		while_read "$@"
	done
}

# beside_load sim|ata COMMAND...: runs it on the idle machine and beside each driver.
# COMMAND uses $driver and $mode.
beside_load() {
	# shellcheck disable=SC2034 # for COMMAND
	driver=none mode=idle
	warm_up
	"${@:2}"
	"beside_$1" "${@:2}"
}
