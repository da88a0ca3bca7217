#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tools/piostat: its figures equal those of debugfs, and its errors name the reason.
# kernels: 6.12 6.12-debug 6.12-kcsan
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

piostat=$(dirname "${BASH_SOURCE[0]}")/../piostat

# value_of HOST NAME: prints a value from one line of JSON on standard input.
value_of() {
	python3 -c "import json, sys
hosts = {row['host']: row for row in json.loads(sys.stdin.readline())['hosts']}
value = hosts[sys.argv[1]]
for name in sys.argv[2].split('.'):
    value = value[name]
print(value)" "$1" "$2"
}

# complains TEXT COMMAND...: the command fails and prints TEXT.
complains() {
	local text=$1
	shift
	refuses "$@" 2>$scratch/complaint
	cat $scratch/complaint
	grep -q "$text" $scratch/complaint
}

test_missing_module_is_named() {
	unload
	complains "not loaded" "$piostat" -1
}

test_missing_debugfs_is_named() {
	umount /sys/kernel/debug
	complains "not mounted" "$piostat" -1
	mount -t debugfs debugfs /sys/kernel/debug
}

test_missing_permission_is_named() {
	fresh_sim num_hosts=2 bus_ns=1000 fifo_bytes=0
	complains "root" setpriv --reuid=65534 --clear-groups "$piostat" -1
}

test_unknown_host_is_named() {
	complains "no host99" "$piostat" --host host99 -1
}

test_once_prints_counts_of_debugfs() {
	local host
	host=host$(first_host)
	dd if="$(first_disk)" of=/dev/null bs=64k count=20 iflag=direct status=none
	"$piostat" -1
	"$piostat" -1 --json >$scratch/json
	same "$(value_of "$host" irqs <$scratch/json)" "$(stat irqs)" interrupts
	same "$(value_of "$host" deferred <$scratch/json)" "$(stat deferred)" "times deferred"
	same "$(value_of "$host" completed <$scratch/json)" "$(stat completed)" commands
	same "$(value_of "$host" owner <$scratch/json)" "$(owner)" owner
	same "$(value_of "$host" mib <$scratch/json)" \
		"$(python3 -c "print($(($(stat bytes_in) + $(stat bytes_out))) / 2**20)")" MiB
}

# 64 KiB take 32.8 ms on this bus, and the HBA is masked for all of that time.
test_percentiles_are_bucket_bounds() {
	local host longest
	! kernel_watches || skip "its times may be longer than what is told apart"
	host=host$(first_host)
	longest=$(value_of "$host" masked.max_us <$scratch/json)
	awk -v us="$longest" -v ns="$(stat masked_max_ns)" \
		'BEGIN { exit !(us >= 32768 && us >= ns / 1000 && us <= ns / 500) }'
	awk -v us="$(value_of "$host" hold.max_us <$scratch/json)" -v ns="$(stat hold_max_ns)" \
		'BEGIN { exit !(us >= ns / 1000 && us <= ns / 500) }'
}

# is_waiting PID: piostat has read the first counts and sleeps until the interval ends.
is_waiting() { grep -q nanosleep "/proc/$1/wchan"; }

test_interval_counts_new_events_only() {
	local host
	host=host$(first_host)
	"$piostat" --json --host "$host" 3 2 >$scratch/json &
	until_true 60 is_waiting $!
	dd if="$(first_disk)" of=/dev/null bs=64k count=8 iflag=direct status=none
	wait $!
	cat $scratch/json
	same "$(wc -l <$scratch/json)" 2 lines
	same "$(grep -o '"mib": [0-9.]*' $scratch/json |
		awk '{ n += $2 } END { print n }')" 0.5 "MiB in both intervals"
}

test_each_host_has_a_line() {
	"$piostat" 0.1 2 | tee $scratch/table
	same "$(grep -c '^host[0-9]' $scratch/table)" 4 lines
}

test_unload_ends_piostat_with_the_reason() {
	"$piostat" 2 2>$scratch/error &
	until_true 60 is_waiting $!
	unload
	refuses wait $!
	cat $scratch/error
	same "$(wc -l <$scratch/error)" 1 "lines of error"
	grep -q 'the module pioscsi is not loaded' $scratch/error
}

run_tests
