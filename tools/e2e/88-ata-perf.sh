#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The same disk under libata by PIO, under libata by DMA, and under pioscsi_ata, on one
# CPU with a load by 64 KiB. A task beside our PIO waits no longer than beside DMA, and
# not much longer than beside null_blk, which does no I/O. Our throughput is at least
# that of libata's PIO. Time is the number of instructions.
# QEMU is slow for each word, so runs are short: the 99.9th percentile is the longest of
# 400 waits.
# vm: --icount 0 --timeout 600 --qemu-arg -drive --qemu-arg if=none,id=null,driver=null-co,read-zeroes=on,size=64M --qemu-arg -device --qemu-arg ide-hd,drive=null,bus=ide.0
# stage: perf
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"

disk=/dev/sda
work=/tmp/bars
mkdir -p $work

# sectors: prints the number of sectors read and written so far.
sectors() {
	local reads writes
	read -r _ _ reads _ _ _ writes _ <"/sys/block/${disk##*/}/stat"
	echo $((reads + writes))
}

has_moved() { [ "$(sectors)" -gt "$1" ]; }

# load RW: begins the load; $load is its process.
load() {
	fio --name=load --filename=$disk --direct=1 --ioengine=psync --bs=64k \
		--rw="$1" --size=100% --time_based --runtime=1h \
		--output=/dev/null &
	load=$!
	until_true 60 has_moved $(($(sectors) + 4096))
}

# percentiles FILE P...: prints percentiles of cyclictest's histogram, in us.
percentiles() {
	awk -v of="${*:2}" '
		/^[0-9]+[ \t]+[0-9]+/ { us[++m] = $1 + 0; n += count[m] = $2 }
		/^# Histogram Overflows:/ { n += $4 }
		END {
			k = split(of, p, " ")
			for (j = 1; j <= k; j++) {
				seen = 0
				for (i = 1; i <= m && (seen += count[i]) < n * p[j] / 100;)
					i++
				printf "%s%s", i <= m ? us[i] : "beyond", j < k ? " " : "\n"
			}
		}' "$1"
}

# bystander NAME LOOPS CYCLICTEST-OPTION...: measures its waits beside the load, kept as
# NAME.p99 and NAME.p999, and the load's throughput, kept as NAME.mib_s.
bystander() {
	local name=$work/$1 loops=$2 before from us moved
	shift 2
	before=$(sectors) from=${EPOCHREALTIME/./}
	cyclictest -q -m -t 1 -i 500 -l "$loops" -h 5000 "$@" >$work/histogram
	us=$((${EPOCHREALTIME/./} - from)) moved=$(($(sectors) - before))
	awk -v n=$moved -v us=$us 'BEGIN {
		printf "%.1f\n", n / 2048 * 1000000 / us }' >"$name.mib_s"
	percentiles $work/histogram 50 99 99.9 >"$name.percentiles"
	cut -d' ' -f2 "$name.percentiles" >"$name.p99"
	cut -d' ' -f3 "$name.percentiles" >"$name.p999"
	echo "# ${name##*/}: p50, p99, p99.9 $(cat "$name.percentiles") us," \
		"$(cat "$name.mib_s") MiB/s"
}

# beside DRIVER FIFO-LOOPS OTHER-LOOPS: measures bystanders beside reads and writes.
beside() {
	local rw
	for rw in read write; do
		load $rw
		bystander "$1.fifo.$rw" "$2" -p 90
		[ "$3" = 0 ] || bystander "$1.other.$rw" "$3" --policy=other
		kill $load
		wait $load || true
	done
}

# within DRIVER FACTOR OTHER KIND FIGURE: DRIVER has at most FACTOR times OTHER's figure.
within() {
	local rw a b
	for rw in read write; do
		a=$(cat "$work/$1.$4.$rw.$5")
		b=$(cat "$work/$3.$4.$rw.$5")
		awk -v a="$a" -v factor="$2" -v b="$b" \
			'BEGIN { exit !(a + 0 > 0 && b + 0 > 0 && a + 0 <= factor * b) }' ||
			fail "$5 beside ${rw}s: $1 $a, more than $2 times $3's $b"
	done
}

# libata dma|pio: loads libata. Its parameter is the kinds of device that may use DMA.
libata() {
	modprobe libata dma="$([ "$1" = dma ] && echo 7 || echo 0)"
	modprobe ata_piix
	until_true 60 test -b $disk
	libata_uses "$1"
}

no_libata() {
	modprobe -r ata_piix libata
	until_true 60 test ! -e $disk
}

test_null_blk_is_measured() {
	disk=/dev/nullb0
	modprobe null_blk nr_devices=1 gb=1 queue_mode=2 memory_backed=0 irqmode=0
	until_true 60 test -b $disk
	beside null 400 0
	rmmod null_blk
	disk=/dev/sda
}

test_libata_by_pio_is_measured() {
	modprobe sd_mod
	libata pio
	beside pio 100 0
	no_libata
}

test_libata_by_dma_is_measured() {
	libata dma
	beside dma 400 200
	no_libata
}

test_our_driver_is_measured() {
	fresh_ata
	beside ours 400 200
}

test_fifo_task_waits_less_than_beside_dma() { within ours 0.7 dma fifo p999; }
test_fifo_task_waits_at_most_150_percent_of_null_wait() { within ours 1.5 null fifo p999; }
test_ordinary_task_waits_as_beside_dma() { within ours 1.5 dma other p99; }
test_throughput_is_at_least_that_of_libata_pio() { within pio 1 ours fifo mib_s; }

# A long command wakes the thread once, not once for each of its eight blocks. On a busy
# machine QEMU's disk is late for some blocks, and the thread does not wait for those. So
# the least of ten ratios counts.
test_each_command_wakes_the_thread_once() {
	local completed deferred ratio least=1000
	load read
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		completed=$(stat completed) deferred=$(stat deferred)
		until_counted completed 50
		ratio=$((100 * ($(stat deferred) - deferred) / ($(stat completed) - completed)))
		echo "# $ratio deferrals for 100 commands"
		[ $ratio -ge $least ] || least=$ratio
	done
	kill $load
	wait $load || true
	[ $least -gt 0 ]
	[ $least -le 150 ]
}

# moved: prints the number of sectors that the load moves in half a second.
moved() {
	local before
	before=$(sectors)
	sleep 0.5
	echo $(($(sectors) - before))
}

# A thread that slept after each command would wait until the slice of the loop is over.
# The scheduler's choices differ, so this measures three times and uses the best.
test_busy_loop_of_nice_19_leaves_a_quarter_of_the_throughput() {
	local loop alone now beside=0
	load read
	alone=$(moved)
	nice -n 19 bash -c 'while :; do :; done' &
	loop=$!
	for _ in 1 2 3; do
		now=$(moved)
		echo "# sectors in half a second: $alone alone, $now beside the loop"
		[ "$now" -le $beside ] || beside=$now
	done
	kill $loop $load
	wait $loop || true
	wait $load || true
	[ $beside -ge $((alone / 4)) ]
}

run_tests
