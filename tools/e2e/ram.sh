# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For end-to-end tests that run without the root file system. Suspend is such a test,
# because the transport of the root file system does not resume. Source it after ktap.sh
# and sim.sh.

ram=/dev/shm/ram

# copy_program NAME...: copies programs and their libraries to memory.
copy_program() {
	local name path
	for name in "$@"; do
		path=$(command -v "$name")
		cp --parents -L "$path" $ram
		ldd "$path" 2>/dev/null | grep -o '/[^ ]*' | while read -r lib; do
			[ -e "$ram$lib" ] || cp --parents -L "$lib" $ram
		done
	done
}

# run_from_ram PROGRAM...: restarts this test in memory, with these programs and those
# that each test needs. Ends the guest afterwards.
run_from_ram() {
	if [ -e /in-ram ]; then
		return
	fi
	mkdir -p $ram/{proc,sys,dev,tmp,usr/bin,usr/sbin,usr/lib,usr/lib64}
	ln -s usr/bin usr/sbin usr/lib usr/lib64 $ram/
	copy_program bash cat awk sed grep sleep dd rm mkdir ls basename dirname wc sort tail \
		insmod rmmod dmesg timeout "$@"
	cp -r "$VM_MODULES" $ram/modules
	cp -r "$(dirname "$0")" $ram/tests
	cp /run/vm/quit $ram/
	: >$ram/in-ram
	mount --bind /proc $ram/proc
	mount --rbind /sys $ram/sys
	mount --bind /dev $ram/dev
	VM_MODULES=/modules exec chroot $ram /usr/bin/bash -c \
		". /tests/ram.sh; in_ram $(basename "$0")"
}

# Runs the test in memory. The console device does not resume either, so it is unbound
# during the test, and the output is copied afterwards.
in_ram() {
	local driver=/sys/bus/virtio/drivers/virtio_console device rc=0
	device=$(basename $driver/virtio[0-9]*)
	exec >/output 2>&1
	echo "$device" >$driver/unbind
	cd /
	bash "/tests/$1" || rc=$?
	echo "$device" >$driver/bind
	until [ -c /dev/vport0p1 ]; do
		sleep 0.1
	done
	# QEMU opens its end of the console later than the node appears.
	sleep 1
	cat /output >/dev/vport0p1
	bash /quit $rc
}
