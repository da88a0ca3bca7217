#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: tools/kunit.sh [--coverage] [GLOB]
#        VERSION=7.3 tools/kunit.sh [GLOB]    on the source of another kernel
# Runs the unit tests (the suites that GLOB matches) in a user mode kernel with
# KASAN and lockdep. The kernel is built from Debian's source, into which this tree is copied
# as drivers/scsi/pioscsi. Prints KTAP. Fails if a test fails, if the kernel dies,
# or if the kernel reports a problem. With --coverage the driver's code counts the lines
# that it executes, with gcov (tools/coverage).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$tools/kernels.sh"

version=${VERSION:-6.12}
tree=$cache/src/linux-$version
build=$cache/kunit-$version
driver=$tree/drivers/scsi/pioscsi
coverage=()
if [ "${1:-}" = --coverage ]; then
	shift
	plain=$build build=$cache/kunit-coverage
	coverage=(--make_options=PIOSCSI_COVERAGE=y)
fi
log=$build/pioscsi.log

# The kunit.py of older kernels enables PCI over virtio, which warns without a device ID.
quiet_pci() {
	! grep -q '^CONFIG_UML_PCI_OVER_VIRTIO=y' \
		"$tree/tools/testing/kunit/configs/arch_uml.config" ||
		echo "--kconfig_add CONFIG_UML_PCI_OVER_VIRTIO_DEVICE_ID=1234"
}

# add_line FILE PATTERN LINE: inserts LINE before the first line that matches
# PATTERN, unless FILE has it already.
add_line() {
	grep -qF "$3" "$1" || sed -i "0,/$2/s||$3\n&|" "$1"
}

# shellcheck disable=SC2016 # the dollars are make's
hook_coverage() {
	[ ${#coverage[@]} -gt 0 ] || return 0
	# The kernel's CONFIG_GCOV would count the whole kernel. Our own variable counts
	# the driver only, so that all other objects of the plain build can be used.
	add_line "$tree/arch/um/Makefile" '^export CFLAGS_vmlinux :=' \
		'LINK-$(PIOSCSI_COVERAGE) += -Lgcov --coverage'
	echo 'subdir-ccflags-$(PIOSCSI_COVERAGE) += --coverage' >>"$driver/Makefile"
	if [ ! -d "$build" ] && [ -d "$plain" ]; then
		cp -a "$plain" "$build"
		rm -rf "$build/drivers/scsi/pioscsi"
	fi
	# The counters are written by destructors with a priority, which the kernel's
	# linker script leaves out.
	sed -i 's|^\(\s*\)\*(\.fini_array)$|\1*(.fini_array.*) *(.fini_array)|' \
		"$tree/arch/um/include/asm/common.lds.S"
	# A function of libgcov has the name of one of the kernel's.
	mkdir -p "$build/gcov"
	objcopy --redefine-sym mangle_path=gcov_mangle_path \
		"$(gcc -print-file-name=libgcov.a)" "$build/gcov/libgcov.a"
}

# The log gets all output of the build and of the kernel; stdout gets the KTAP.
# shellcheck disable=SC2046 # quiet_pci prints two words
run() {
	(cd "$tree" && python3 tools/testing/kunit/kunit.py run \
		--kunitconfig=drivers/scsi/pioscsi/kunit --build_dir="$build" \
		$(quiet_pci) ${coverage[@]+"${coverage[@]}"} --jobs="$(nproc)" \
		--timeout=600 --raw_output=all "$@" \
		</dev/null 2>&1) | tee "$log" | ktap_only
}

# Prints KTAP from the kernel's "KTAP version" on, without other messages.
ktap_only() {
	sed -un '/^KTAP version/,$ {
		/^ *\(KTAP version\|ok \|not ok \|1\.\.\|#\)/p
	}'
}

show() {
	say "$1 (all of it is in $log):"
	sed "s|$tree/||g; s/^/#   /" >&2
}

# make does not rebuild a file that only had a warning. Delete the objects, so that
# the next run shows the warning again.
check_warnings() {
	local found
	found=$(grep -E '(drivers/scsi|include)/pioscsi/[^ ]*: warning:' "$log") || return 0
	show "the compiler warned" <<<"$found"
	rm -rf "$build/drivers/scsi/pioscsi"
	return 1
}

# Prints the names of the suites in the sources.
suites() {
	sed -n '/^static struct kunit_suite /,/^}/s/^\t\.name = "\(.*\)",$/\1/p' \
		"$top"/kunit/*_kunit.c
}

# Each suite of the sources has run. kunit/Makefile may not build a file. suites() must
# find the names of all suites.
check_suites() {
	local missing names number
	names=$(suites | wc -l)
	number=$(cat "$top"/kunit/*_kunit.c | grep -c '^static struct kunit_suite ')
	[ "$names" = "$number" ] ||
		{ say "found the names of $names of the $number suites"; return 1; }
	missing=$(suites | grep -vxFf <(sed -n 's/^    # Subtest: //p' "$log")) || return 0
	show "these suites did not run" <<<"$missing"
	return 1
}

main() {
	local found rc=0
	# Not in a condition: a failed copy must end this run, or it tests an old driver.
	"$tools/copy-to" "$tree"
	hook_coverage
	mkdir -p "$build"
	run "$@" || rc=1
	if ! grep -q '^KTAP version' "$log"; then
		found=$(grep -E 'error|warning|Error|fatal' "$log" | grep -v 'make\[') ||
			found=$(tail -n 15 "$log")
		show "no tests ran" < <(head -n 20 <<<"$found")
		return 1
	fi
	check_warnings || rc=1
	[ $# -gt 0 ] || check_suites || rc=1
	# The suites of the verifier break the rules on purpose.
	if ! found=$("$tools/vm-scan" "$log" 'miniport breaks a rule'); then
		show "the kernel reported" <<<"$found"
		rc=1
	fi
	return $rc
}

need kunit
need_source $version
locked "kunit-$version" main "$@" | "$tools/ktap" --summary
