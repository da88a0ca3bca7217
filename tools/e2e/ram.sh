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

consoles=/sys/bus/virtio/drivers/virtio_console

# QEMU opens its ends of the console's ports later than the nodes appear.
bind_console() {
	echo "$console" >$consoles/bind
	until [ -c /dev/vport0p1 ]; do
		sleep 0.1
	done
	sleep 1
}

unbind_console() { echo "$console" >$consoles/unbind; }

# with_console COMMAND...: for a command that needs QEMU's monitor, which is a port of the
# console device. With a bound console suspend would hang, so it is unbound in any case.
with_console() {
	local rc=0
	bind_console
	("$@") || rc=$?
	unbind_console
	return $rc
}

# Runs the test in memory. The console device does not resume either, so it is unbound
# during the test, and the output is copied afterwards.
in_ram() {
	local rc=0
	console=$(basename $consoles/virtio[0-9]*)
	export console
	exec >/output 2>&1
	unbind_console
	cd /
	bash "/tests/$1" || rc=$?
	bind_console
	cat /output >/dev/vport0p1
	bash /quit $rc
}
