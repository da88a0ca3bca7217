#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ATA that no PC has. PCI controllers in native mode have both channels on the device's
# interrupt. Registers in memory are described by a device tree or by a board's code.
# The chip is a SiI 3112, with its registers in I/O ports and in memory. Pages have 64
# KiB.
# vm: --disk d0=64M --disk d1=64M --disk d2=64M --timeout 400 --qemu-arg -device --qemu-arg sii3112,id=a --qemu-arg -device --qemu-arg ide-hd,drive=d0,bus=a.0,serial=A0 --qemu-arg -device --qemu-arg ide-hd,drive=d1,bus=a.1,serial=A1 --qemu-arg -device --qemu-arg sii3112,id=b --qemu-arg -device --qemu-arg ide-hd,drive=d2,bus=b.0,serial=B0 --qemu-arg -drive --qemu-arg if=none,id=cd,format=raw,readonly=on,file=/usr/bin/qemu-system-ppc64 --qemu-arg -device --qemu-arg ide-cd,drive=cd,bus=b.1
# kernels: 6.12-ppc64el
# stage: chips
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/ata.sh"
. "$(dirname "${BASH_SOURCE[0]}")/installed.sh"
. "$(dirname "${BASH_SOURCE[0]}")/miniport.sh"

tree=$(dirname "${BASH_SOURCE[0]}")
medium=$VM_HOST/usr/bin/qemu-system-ppc64
driver=/sys/bus/pci/drivers/pioscsi_ata

# The directories of the controllers, sorted by address.
mapfile -t controllers < <(grep -lx 0x3112 /sys/bus/pci/devices/*/device | xargs -n 1 dirname)
a=${controllers[0]##*/} b=${controllers[1]##*/}

# The chip has the RAID class, so new_id has to bind it.
fresh_native() {
	unload
	modprobe -a sd_mod sr_mod sg
	load_port
	load_ata
	same "$(hosts)" "" "hosts before it was told"
	echo 1095 3112 >$driver/new_id
	until_true 20 has_disks 4
}

# verify_at_once DISK...: runs verified loads on all disks at the same time.
verify_at_once() {
	local disk jobs=()
	for disk in "$@"; do
		verify_fio "$disk" --size=2M --io_size=2M >"/tmp/${disk##*/}" &
		jobs+=($!)
	done
	for disk in "${jobs[@]}"; do
		wait "$disk"
	done
}

reads_the_medium() {
	dd if=/dev/sr0 bs=64k count=16 iflag=direct status=none | cmp -n $((1 << 20)) - "$medium"
}

cdrom_survives_a_reset() {
	sg_reset -d /dev/sr0
	reads_the_medium
}

# handlers IRQ: prints the number of our handlers on the line.
handlers() {
	interrupts | awk -v irq="$1:" '$1 == irq' | grep -o pioscsi_ata | wc -l
}

irq_of() { cat "/sys/bus/pci/devices/$1/irq"; }

test_both_channels_share_one_interrupt() {
	fresh_native
	lsscsi
	interrupts
	same "$(handlers "$(irq_of "$a")")" 2 "handlers on the first one's"
	same "$(handlers "$(irq_of "$b")")" 2 "handlers on the other one's"
	# Two for each channel, and the bus master registers of each controller.
	same "$(grep -c pioscsi_ata /proc/ioports)" 10 "blocks of ports"
}

test_tree_keeps_checksums() { copies_a_tree "$(device A0)"; }
test_loads_on_both_channels_verify() { verify_at_once "$(device A0)" "$(device A1)"; }
test_cdrom_reads_correctly() { reads_the_medium; }
test_loads_lose_no_interrupt() { nothing_was_lost; }
test_resets_under_load_lose_no_data() {
	survives_resets "$(device A0)"
	cdrom_survives_a_reset
}

test_removal_under_load_removes_the_disk() {
	removed_under_load "$(device A0)" pci "$a"
	until_true 20 has_disks 4
	verify_at_once "$(device A0)" "$(device A1)"
}

# Only ppc64el adds nodes to its device tree at run time.
needs_new_nodes() {
	[ "$(uname -m)" = ppc64le ] || skip "no new nodes in the device tree of $(uname -m)"
	[ -e /proc/ppc64/ofdt ]
}

# cells N...: prints numbers as cells of a device tree.
cells() {
	local n
	for n in "$@"; do
		n=$(printf %08x "$n")
		printf "\\x${n:0:2}\\x${n:2:2}\\x${n:4:2}\\x${n:6:2}"
	done
}

# property NAME CELL...: adds a property to the node.
property() {
	printf ' %s %d ' "$1" $((($# - 1) * 4))
	cells "${@:2}"
}

# block ADDRESS LENGTH: prints the cells of a register block for a property reg.
block() { echo $(($1 >> 32)) $(($1 & 0xffffffff)) 0 "$2"; }

# add_channel NAME COMMAND-BLOCK BYTES CONTROL-REGISTER SHIFT [polled]: adds a device tree
# node for registers of the second controller.
add_channel() {
	local memory phandle irq
	memory=$(sed -n '6s/ .*//p' "/sys/bus/pci/devices/$b/resource")
	phandle=$(od -A n -t x1 /proc/device-tree/interrupt-controller@*/phandle)
	irq=$(cat "/sys/kernel/irq/$(irq_of "$b")/hwirq")
	{
		printf 'add_node /%s compatible 12 ata-generic\0' "$1"
		# shellcheck disable=SC2046 # several words
		property reg $(block $((memory + $2)) "$3") $(block $((memory + $4)) 1)
		property reg-shift "$5"
		[ "${6:-}" = polled ] || property interrupts "$irq" 1
		property interrupt-parent $((16#${phandle// /}))
	} >/tmp/node
	cat /tmp/node >/proc/ppc64/ofdt
}

remove_channel() { printf 'remove_node /%s' "$1" >/proc/ppc64/ofdt; }

test_registers_in_memory_are_found() {
	needs_new_nodes
	echo "$b" >$driver/unbind
	echo 1 >"/sys/bus/pci/devices/$b/enable"
	add_channel ata0 0x80 8 0x8a 0
	add_channel ata1 0xc0 8 0xca 0
	until_true 20 has_disks 4
	lsscsi
	same "$(grep -c '\.ata[01]' /proc/iomem)" 4 "blocks of memory"
	same "$(handlers "$(irq_of "$b")")" 2 "handlers on the interrupt"
	same "$(grep -c pioscsi_ata /proc/ioports)" 5 "blocks of ports"
}

test_tree_by_memory_keeps_checksums() {
	needs_new_nodes
	copies_a_tree "$(device B0)"
}

test_cdrom_by_memory_reads_correctly() {
	local cdrom
	needs_new_nodes
	reads_the_medium &
	cdrom=$!
	verify_at_once "$(device B0)"
	wait $cdrom
}

test_loads_by_memory_lose_no_interrupt() {
	needs_new_nodes
	nothing_was_lost
}
test_resets_by_memory_lose_no_data() {
	needs_new_nodes
	survives_resets "$(device B0)"
	cdrom_survives_a_reset
}

test_removal_by_memory_removes_the_disk() {
	needs_new_nodes
	removed_under_load "$(device B0)" platform \
		"$(basename /sys/bus/platform/drivers/pioscsi_ata/*ata0)"
	until_true 20 has_disks 4
	verify_at_once "$(device B0)"
}

# The chip's registers have a stride of one, so a stride of two finds no device.
test_wrong_register_shift_finds_no_device() {
	needs_new_nodes
	remove_channel ata0
	remove_channel ata1
	until_true 10 has_disks 2
	add_channel ata0 0x80 16 0xca 1
	same "$(hosts | wc -l)" 3 hosts
	echo '- - -' >"/sys/class/scsi_host/host$(hosts | tail -n 1)/scan"
	has_disks 2
	remove_channel ata0
}

test_short_register_block_in_memory_is_used() {
	needs_new_nodes
	mark
	add_channel ata0 0x80 8 0xca 1
	since_mark | grep 'ata0: .* is too short for registers 2 bytes apart; using the memory'
	same "$(hosts | wc -l)" 3 hosts
	remove_channel ata0
}

test_wrong_reg_shift_is_reported() {
	needs_new_nodes
	mark
	add_channel ata0 0x80 8 0xca 25
	since_mark | grep 'invalid reg-shift 25: must be 0 to 24'
	remove_channel ata0
}

test_channel_without_interrupts_property_is_polled() {
	needs_new_nodes
	mark
	add_channel ata0 0x80 8 0x8a 0 polled
	until_true 20 has_disks 3
	since_mark | grep 'ata0: no interrupt; polling the channel'
	verify_at_once "$(device B0)"
	remove_channel ata0
	until_true 10 has_disks 2
}

# The recipe of install.rst for one device of the platform bus.
test_driver_override_binds_one_platform_device() {
	local name
	needs_new_nodes
	add_channel ata0 0x80 8 0x8a 0
	until_true 20 has_disks 3
	name=$(basename /sys/bus/platform/drivers/pioscsi_ata/*ata0)
	echo pioscsi_ata >"/sys/bus/platform/devices/$name/driver_override"
	echo "$name" >"/sys/bus/platform/devices/$name/driver/unbind"
	until_true 10 has_disks 2
	echo "$name" >/sys/bus/platform/drivers_probe
	until_true 20 has_disks 3
	echo >"/sys/bus/platform/devices/$name/driver_override"
	remove_channel ata0
	until_true 10 has_disks 2
}

# drivers: prints the drivers of both controllers.
drivers() { echo "$(driver_of "$a") $(driver_of "$b")"; }

# The alias of the controllers loads the stock driver, as udev does at boot.
boot() { modprobe -q -b "$(cat "/sys/bus/pci/devices/$a/modalias")"; }

# The recipes of install.rst for a controller that has a stock driver.
test_new_id_takes_no_controller_from_its_driver() {
	unload
	install_modules
	boot
	modprobe pioscsi_ata
	echo 1095 3112 >$driver/new_id
	same "$(drivers)" "sata_sil sata_sil" "drivers"
	echo 1095 3112 >$driver/remove_id
}

test_new_id_takes_controllers_without_a_driver() {
	echo "$a" >"/sys/bus/pci/devices/$a/driver/unbind"
	echo "$b" >"/sys/bus/pci/devices/$b/driver/unbind"
	echo 1095 3112 >$driver/new_id
	same "$(drivers)" "pioscsi_ata pioscsi_ata" "drivers"
	until_true 20 has_disks 4
}

test_driver_override_takes_one_controller_of_another_class() {
	unload
	modprobe -r sata_sil
	boot
	modprobe pioscsi_ata
	echo pioscsi_ata >"/sys/bus/pci/devices/$a/driver_override"
	echo "$a" >"/sys/bus/pci/devices/$a/driver/unbind"
	echo "$a" >/sys/bus/pci/drivers_probe
	same "$(drivers)" "pioscsi_ata sata_sil" "drivers"
	echo >"/sys/bus/pci/devices/$a/driver_override"
}

test_install_line_gives_the_controllers_to_pioscsi_at_boot() {
	unload
	modprobe -r sata_sil
	cat >/etc/modprobe.d/pioscsi.conf <<-'EOF'
		install sata_sil modprobe pioscsi_ata && \
			echo 1095 3112 >/sys/bus/pci/drivers/pioscsi_ata/new_id; \
			modprobe --ignore-install sata_sil
	EOF
	boot
	same "$(drivers)" "pioscsi_ata pioscsi_ata" "drivers"
	rm /etc/modprobe.d/pioscsi.conf
	unload
	modprobe -r sata_sil
}

# The sample of a ScsiPort miniport takes all channels: its HBAs share the lines.
test_miniports_on_one_line_verify() {
	local disk=() reset
	hosts() { hosts_of pioscsi_atapio; }
	unload
	load_port
	insmod "$VM_MODULES/pioscsi_scsiport.ko"
	insmod "$VM_MODULES/pioscsi_atapio.ko" ids=1095:3112
	until_true 20 has_disks 3
	same "$(grep "^ *$(irq_of "$a"):" /proc/interrupts | grep -o pioscsi_atapio | wc -l)" \
		2 "handlers of the miniport"
	mapfile -t disk < <(disks)
	verify_at_once "/dev/${disk[0]}" "/dev/${disk[1]}" "/dev/${disk[2]}"
	sg_reset -b "/dev/${disk[0]}" &
	reset=$!
	verify_at_once "/dev/${disk[0]}" "/dev/${disk[1]}"
	wait $reset
	cat /sys/kernel/debug/pioscsi_scsiport/*/verifier >/tmp/verifier
	sed 's/^/# /' /tmp/verifier | grep -E 'Interrupt |deferrals|caught|flushed'
	no_rule_is_broken
	refuses grep "nobody cared" <(dmesg)
	unload_one pioscsi_atapio
	unload_one pioscsi_scsiport
	unload_one pioscsi
}

run_tests
