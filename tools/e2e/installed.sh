# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For end-to-end tests in which our modules are installed beside the stock drivers.

# install_modules: adds the modules where DKMS puts them.
install_modules() {
	local release dir
	release=$(uname -r)
	dir=/lib/modules/$release
	mkdir /tmp/modules
	mount -t tmpfs modules /tmp/modules
	mkdir -p /tmp/modules/work /tmp/modules/upper/updates/dkms
	cp "$VM_MODULES"/*.ko /tmp/modules/upper/updates/dkms/
	mount -t overlay -o "lowerdir=$dir,upperdir=/tmp/modules/upper,workdir=/tmp/modules/work" \
		overlay "$dir"
	depmod "$release"
}

# driver_of ADDRESS: prints the driver of a PCI function.
driver_of() { basename "$(readlink -f "/sys/bus/pci/devices/$1/driver")"; }
