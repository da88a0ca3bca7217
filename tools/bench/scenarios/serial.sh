#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: serial.sh sim|ata
# Bytes that the stock 8250 driver receives from QEMU's second 16550A while a disk is
# read. They come at the line's speed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../guest.sh"
what=$1
# shellcheck disable=SC1090 # one of two
. "$here/../../e2e/$what.sh"

tty=/dev/ttyS1
load=

# received: prints the number of bytes that the driver has received.
received() { sed -n 's/^1: .* rx:\([0-9]*\).*/\1/p' /proc/tty/driver/serial; }
all_sent() { [ "$(cat $line/sent)" = "$bytes" ]; }

# line BAUD FIFO NAME=VALUE...: sends bytes for a quarter of a second, prints a row.
line() {
	local baud=$1 fifo=$2 bytes=$(($1 / 40)) before got
	local line=/sys/module/serial_line/parameters
	shift 2
	before=$(received)
	insmod "$VM_MODULES/serial_line.ko" baud="$baud" fifo="$fifo" count=$bytes
	until_true 60 all_sent
	sleep 0.1
	got=$(($(received) - before))
	rmmod serial_line
	row "$@" baud="$baud" fifo="$fifo" sent="$bytes" received=$got \
		bytes_s=$((got * baud / 10 / bytes)) \
		arrived="$(awk -v a=$got -v b=$bytes 'BEGIN { printf "%.4f", a / b }')"
}

# Opens the tty for each speed, because opening it enables its FIFO.
lines() {
	local each reader
	for each in $speeds; do
		cat $tty >/dev/null &
		reader=$!
		stty -F $tty raw -echo -crtscts clocal "${each%:*}"
		line "${each%:*}" "${each#*:}" "$@"
		kill $reader
		wait $reader || true
	done
}

reads() { awk '{ print $1 }' "/sys/block/${1##*/}/stat"; }

# Loading fio's files from this machine takes an unknown time of the guest. The load
# has begun when the disk has been read.
# shellcheck disable=SC2086 # no word or one
begin_load() {
	local before
	before=$(reads "$1")
	fio --name=load --filename="$1" --direct=1 --ioengine=psync --bs=64k --rw=read \
		--size=100% --time_based --runtime=1h --output=/dev/null $limit &
	load=$!
	until [ "$(reads "$1")" -gt $((before + 4)) ]; do
		sleep 0.1
	done
}

end_load() {
	kill -TERM $load
	wait $load || true
}

# beside_load DISK NAME=VALUE...
beside_load() {
	begin_load "$1"
	shift
	lines "$@"
	end_load
}

# libata DMA MODE
libata() {
	modprobe libata dma="$1"
	modprobe -a ata_piix sd_mod
	until_true 30 test -b /dev/sda
	beside_load /dev/sda shift=4 driver=libata mode="$2"
	rmmod ata_piix
	rmmod libata
}

of_sim() {
	local defer
	lines shift=2 driver=none mode=idle
	fresh_sim bus_ns=1000 latency_us=0 fifo_bytes=0
	for defer in inline bh thread; do
		set_host defer $defer
		beside_load "$(first_disk)" shift=2 driver=pioscsi_sim mode=$defer
	done
}

of_ata() {
	if ! quick; then
		lines shift=4 driver=none mode=idle
		libata 1 dma
	fi
	libata 0 pio
	fresh_ata
	beside_load "$(first_disk)" shift=4 driver=pioscsi_ata mode=thread
}

case $what in
sim)	speeds="115200:1 9600:0" limit=--rate=1m ;; # half of the bus' limit
ata)	speeds="115200:1 115200:0 57600:0" limit='' ;;
esac
! quick || speeds="115200:0 57600:0"
"of_$what"
