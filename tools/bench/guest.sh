# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the scenarios of the benchmark, which run inside a guest. Lines that begin with
# "@" are for tools/bench/run: "@row NAME=VALUE..." is a result; "@series NAME
# VALUE..." and "@histogram NAME US:COUNT..." are data of a picture.

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=/tmp/bench
mkdir -p $scratch

fail() { echo "$*" >&2; exit 1; }

# until_true SECONDS COMMAND...
until_true() {
	local tries=$(($1 * 10))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "never came true: $*"
		sleep 0.1
	done
}

# row NAME=VALUE...: an empty word or value is a failed measurement.
row() {
	local word
	for word in "$@"; do
		[ -n "$word" ] && [[ "$word " != *"= "* ]] || fail "no figures: $*"
	done
	echo "@row $*"
}

quick() { [ -n "${BENCH_QUICK:-}" ]; }

# beside NAME=VALUE... -- ARGUMENT-OF-beside.sh...: prints a row.
beside() {
	local names=() figures
	while [ "$1" != -- ]; do
		names+=("$1")
		shift
	done
	shift
	figures=$("$bench/beside.sh" "$@")
	row "${names[@]}" "$figures"
}

# draw NAME: prints the series and the histogram that beside.sh has kept.
draw() {
	echo "@series $1 $(tr '\n' ' ' <$scratch/waits)"
	[ ! -s $scratch/holds ] ||
		echo "@histogram $1 $(tr ' \n' ': ' <$scratch/holds)"
	rm -f $scratch/waits $scratch/holds
}

# fio_row NAME=VALUE... -- FIO-ARGUMENT...: prints a row with fio's figures.
fio_row() {
	local names=() figures
	while [ "$1" != -- ]; do
		names+=("$1")
		shift
	done
	shift
	fio --output-format=json --output=$scratch/fio "$@"
	figures=$(python3 "$bench/fio-figures" $scratch/fio)
	row "${names[@]}" "$figures"
}
