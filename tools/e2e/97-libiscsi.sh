#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The test suite of libiscsi (iscsi-test-cu) on simulated disks, and on an ATA disk by
# our driver and by libata. It sends CDBs through SG_IO and checks data, sense and pages.
# vm: --timeout 900 --disk d0=16M --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=ide.0,unit=0,serial=SN00042,wwn=0x5000c50000000001
# kernels: 6.12
# stage: suites
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/sim.sh"

# A disk of 16 MiB: in larger ones the suite reads more than /dev/sg can transfer.
# The suite expects at most 1,048,576 blocks in an UNMAP command. SBC has no such limit.
known_sim="Inquiry.BlockLimits"
# These tests of a removable disk with 8 blocks in a physical block contradict SBC-4:
# - UnmapSingle asks for the status of block N + 1 and expects that of block N + 8.
# - NoMediaSBC sets SYNC_NV, which is obsolete and thus an invalid field.
# - Eject expects that PREVENT refuses a load. PREVENT refuses an eject only (4.4).
# - NoLoej expects that a stopped unit is ready.
# - PwrCnd expects that each POWER CONDITION is supported.
# - InvalidDataOutSize expects the target to know the length of the buffer, as with iSCSI.
known_removable="GetLBAStatus.UnmapSingle
$known_sim
NoMedia.NoMediaSBC
PreventAllow.Eject
StartStopUnit.NoLoej
StartStopUnit.PwrCnd
WriteSame10.InvalidDataOutSize
WriteSame16.InvalidDataOutSize"
# These two follow NoMediaSBC and Eject. The first one gets the unit attention condition
# of a load, and Eject leaves PREVENT set. No result of them is checked.
after_load="OrWrite.Simple|StartStopUnit.Simple"
# The translation rejects VERIFY with BYTCHK (Documentation/ata.rst).
known_ata=$(printf '%s\n' Verify{10,12,16}.{BeyondEol,Flags,Mismatch,Simple,ZeroBlocks})
skips=$(dirname "${BASH_SOURCE[0]}")/libiscsi.skips
logs=$(mktemp -d)

disk() { lsscsi -g | awk '$2 == "disk" { print $NF; exit }'; }
has_sg() { [ -e "$(disk)" ]; }

# suite NAME [TESTS MINIMUM]: runs the suite, or some of its tests, on the only disk. At
# least that many tests have to run. The names of the failed tests are then in
# $logs/NAME, one a line.
suite() {
	local log=$logs/$1.log tests=${2:-ALL} minimum=${3:-200} total ran
	modprobe -a sd_mod sg
	until_true 20 has_sg
	iscsi-test-cu --dataloss --normal --test="$tests" "$(disk)" >"$log" 2>&1 || true
	sed -n 's/.*Suite \([^,]*\), Test \(.*\) had failures:.*/\1.\2/p' "$log" |
		sort >"$logs/$1"
	read -r total ran < <(awk '$1 == "tests" { print $2, $3 }' "$log") || true
	echo "# ${ran:-0} of ${total:-0} tests, $(grep -c . "$logs/$1" || true) failed," \
		"$(grep -c SKIPPED "$log" || true) skip a part"
	[ "${ran:-0}" -ge "$minimum" ] && [ "$ran" = "$total" ] ||
		{ cat "$log"; fail "the suite ran ${ran:-0} of ${total:-0} tests"; }
}

# libiscsi_version: prints two numbers, as 1.19, or nothing. The program does not tell it.
libiscsi_version() {
	dpkg-query -W -f '${Version}' libiscsi-bin 2>/dev/null | grep -oE '^[0-9]+\.[0-9]+' || true
}

# same_skips NAME: the suite skipped a part for the known reasons, each as often as known.
# A feature that a disk does not report any more is skipped, too. Each version of libiscsi
# has its own messages.
same_skips() {
	local version
	version=$(libiscsi_version)
	grep -q "^$1-$version " "$skips" ||
		{ echo "# no list of skips for libiscsi ${version:-of unknown version}"; return; }
	sed -nE "s/^$1(-$version)? //p" "$skips" | sort >"$logs/$1.known"
	grep -o 'SKIPPED\] .*' "$logs/$1.log" | cut -c 10- | sort | uniq -c |
		awk '{ $1 = $1; print }' | sort |
		diff -U 0 --label "known skips" --label "this run" "$logs/$1.known" -
}

test_simulator_passes_the_suite() {
	fresh_sim dev_size_mb=16 bus_ns=0
	suite sim
	unload_one pioscsi_sim
	same "$(<"$logs"/sim)" "$known_sim" "failed tests"
	same_skips sim
}

# skips_no NAME REASON: no test was skipped with a message that matches REASON.
skips_no() {
	if grep -E "SKIPPED\].*($2)" "$logs/$1.log"; then
		fail "the suite skipped a feature of this disk"
	fi
}

test_removable_disk_passes_the_suite() {
	fresh_sim dev_size_mb=16 bus_ns=0 removable=1 physblk_exp=3
	suite removable
	unload_one pioscsi_sim
	same "$(grep -vxE "$after_load" "$logs/removable")" "$known_removable" "failed tests"
	skips_no removable "not removable|LBPPB"
}

test_read_only_disk_passes_the_read_only_tests() {
	fresh_sim dev_size_mb=16 bus_ns=0 wp=1
	suite read_only SCSI.ReadOnly 1
	unload_one pioscsi_sim
	same "$(<"$logs"/read_only)" "" "failed tests"
	skips_no read_only "not write-protected"
}

test_ata_disk_passes_the_suite() {
	insmod "$VM_MODULES/pioscsi_ata.ko"
	suite ata
	unload_one pioscsi_ata
	same "$(<"$logs"/ata)" "$known_ata" "failed tests"
	same_skips ata
}

test_libata_fails_more_tests() {
	modprobe ata_piix
	suite libata
	[ "$(wc -l <"$logs"/libata)" -gt "$(wc -l <"$logs"/ata)" ]
}

run_tests
