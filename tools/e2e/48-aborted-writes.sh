#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The simulator's long commands time out, or a reset ends them. When the abort or the
# reset is complete, such a command touches no block any more.
# vm: --smp 2 --timeout 300
# kernels: 6.12
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"
. "$(dirname "${BASH_SOURCE[0]}")/fault.sh"

sgio=$(dirname "${BASH_SOURCE[0]}")/sgio.py

# All commands are for the first 512 MiB.
blocks=1048576
last=$((blocks - 1))

# block_of BYTE FILE: writes a block of this byte to a file.
block_of() { head -c 512 /dev/zero | tr '\0' "\\$(printf %o "0x$1")" >"$2"; }

# A real-time priority lets sgio.py request the reset in time.

# write_same_55 TIMEOUT-MS [RESET]: WRITE SAME (16) of 55h to all blocks.
write_same_55() {
	block_of 55 /tmp/55
	chrt -f 50 "$sgio" "$(first_sg)" "$1" "$(printf '9300%016x%08x0000' 0 "$blocks")" \
		"$(od -An -v -tx1 /tmp/55 | tr -d ' \n')" "${@:2}"
}

# unmap_all TIMEOUT-MS [RESET]: UNMAP of all blocks.
unmap_all() {
	chrt -f 50 "$sgio" "$(first_sg)" "$1" 42000000000000001800 \
		"$(printf '00160010%08x%016x%08x%08x' 0 0 "$blocks" 0)" "${@:2}"
}

# run LBA: prints how many blocks from there on are all mapped, or all not mapped.
run() {
	sg_get_lba_status -l "$1" "$(first_sg)" |
		sed -n 's/.*blocks: *\([0-9]*\).*/\1/p' | head -n 1
}

# write_aa: writes AAh to the last block, which the ended command would reach last.
write_aa() {
	block_of aa /tmp/aa
	dd if=/tmp/aa of="$(first_disk)" bs=512 seek=$last oflag=direct status=none
}

last_block_is_aa() {
	dd if="$(first_disk)" bs=512 skip=$last count=1 iflag=direct status=none | cmp - /tmp/aa
}

# is_over BLOCKS: nothing on the medium changes for a second after the command has done
# BLOCKS.
is_over() {
	write_aa
	sleep 1
	same "$(run 0)" "$1" "blocks that the command has changed"
	last_block_is_aa
}

# slowed COMMAND [ARGUMENT...]: runs a command beside two tasks that leave a quarter of
# the CPUs to the simulated disk. Without them, most commands would be complete before
# their timeout or their reset: the block layer looks for timeouts about once a second.
slowed() {
	local task tasks=() rc=0
	for task in 1 2; do
		nice -n -5 timeout 60 sh -c 'while :; do :; done' >/dev/null &
		tasks[task]=$!
	done
	"$@" || rc=$?
	kill "${tasks[@]}" || true
	return $rc
}

# ends PREPARE COMMAND [ARGUMENT...]: prepares a new medium and sends the command until
# its timeout or its reset ends it. Sets result to what the command printed.
ends() {
	local prepare=$1 attempt before
	shift
	for attempt in {1..10}; do
		"$prepare"
		result=$(slowed "$@")
		# A reset has left a unit attention condition.
		sg_turs "$(first_sg)" 2>/dev/null || true
		before=$(run 0)
		echo "# attempt $attempt, $*: $result, $before of $blocks blocks done"
		[[ $result != "host 0x"[1-9a-f]* ]] || [ "$before" -ge "$last" ] || break
	done
	[[ $result == "host 0x"[1-9a-f]* ]] || fail "the command was not ended"
	[ "$before" -lt "$last" ] || fail "the command was complete in all attempts"
	is_over "$before"
}

empty_medium() { fresh_sim dev_size_mb=1024; }

# Three quarters of the blocks hold data.
full_medium() {
	fresh_sim dev_size_mb=1024 mem_mb=512
	block_of 55 /tmp/55
	sg_write_same --16 -l 0 -n 800000 -t 60 --in=/tmp/55 -x 512 "$(first_sg)"
}

test_write_same_that_timed_out_writes_no_more() {
	local result
	ends empty_medium write_same_55 20
	same "$result" "host 0x3 status 0x0 sense " "result of WRITE SAME"
}

test_lun_reset_ends_write_same() { ends empty_medium write_same_55 60000 device; }
test_target_reset_ends_write_same() { ends empty_medium write_same_55 60000 target; }
test_bus_reset_ends_write_same() { ends empty_medium write_same_55 60000 bus; }
test_chip_reset_ends_write_same() { ends empty_medium write_same_55 60000 host; }

# UNMAP is too fast for a timeout.
test_lun_reset_ends_unmap() {
	ends full_medium unmap_all 60000 device
	unload
}

run_tests
