# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debug kernels, built from Debian's source: 6.12-NAME has the options of base.config
# and NAME.config and no others. Source it after kernels.sh.

: "${cache:?}" "${tools:?}"

# is_built KERNEL: succeeds if KERNEL is a debug kernel.
is_built() {
	[ "${1%-*}" = 6.12 ] && [ -e "$tools/debug/${1#*-}.config" ]
}

debug_config() {
	cat "$tools/debug/base.config" "$tools/debug/${1#*-}.config"
}

# A line "# make: NAME=VALUE" of a configuration is an argument for make.
debug_make_arguments() {
	debug_config "$1" | sed -n 's/^# make: *//p'
}

# Prints a hash of all inputs of the kernel: options, source and compiler.
debug_key() {
	{
		debug_config "$1" | grep CONFIG_
		debug_make_arguments "$1"
		sed -n '2,5p' "$cache/src/linux-6.12/Makefile"
		gcc --version
	} | sha256sum | cut -c 1-8
}

# Copies Debian's source without this tree, which the unit tests have copied into it.
debug_source() {
	local source=$cache/src/linux-6.12
	rsync -a --link-dest="$source" --exclude=/drivers/scsi/pioscsi \
		--exclude=/include/pioscsi "$source/" "$1/" &&
		sed -i /pioscsi/d "$1/drivers/scsi/Kconfig" "$1/drivers/scsi/Makefile"
}

# Fails if an option is missing in the result. The kernel's configuration silently
# drops options that are unknown or that lack a dependency.
check_config() {
	local missing
	missing=$(grep '^CONFIG_' "$1" | grep -vxFf "$2") || return 0
	say "these options are missing in the configuration: ${missing//$'\n'/ }"
	return 1
}

# configure BUILD KERNEL KEY
configure() {
	debug_config "$2" >"$1/wanted"
	echo "CONFIG_LOCALVERSION=\"-${2#*-}-$3\"" >>"$1/wanted"
	make -s -C "$1/source" O="$1" KCONFIG_ALLCONFIG="$1/wanted" allnoconfig &&
		check_config "$1/wanted" "$1/.config"
}

# install_built BUILD DIR: installs the kernel in the layout of Debian's kernels.
install_built() {
	local release headers
	release=$(make -s -C "$1" kernelrelease) || return 1
	headers=$2/usr/src/linux-headers-$release
	mkdir -p "$2/boot" "$headers" &&
		cp "$1/arch/x86/boot/bzImage" "$2/boot/vmlinuz-$release" &&
		cp "$1/.config" "$2/boot/config-$release" &&
		cp "$1/System.map" "$2/boot/System.map-$release" &&
		make -s -C "$1" INSTALL_MOD_PATH="$2" modules_install &&
		make -s -C "$1" run-command KBUILD_RUN_COMMAND="$1/source/scripts/package/install-extmod-build $headers" &&
		rm -f "$2/lib/modules/$release/build"
}

# make_kernel BUILD KERNEL KEY DIR: builds, or continues an interrupted build.
make_kernel() {
	local args
	if [ ! -e "$1/.config" ]; then
		rm -rf "$1"
		mkdir -p "$1/source"
		debug_source "$1/source" && configure "$1" "$2" "$3" ||
			{ rm -f "$1/.config"; return 1; }
	fi
	mapfile -t args < <(debug_make_arguments "$2")
	nice make -C "$1" -j"$(nproc)" ${args[@]+"${args[@]}"} bzImage modules &&
		install_built "$1" "$4"
}

# build_kernel KERNEL: builds the kernel unless the cache has it.
build_kernel() {
	local key dir build log=$cache/kernel-$1.log
	key=$(debug_key "$1")
	dir=$cache/kernels/$1-$key
	build=$cache/build/$1-$key
	if [ ! -d "$dir" ]; then
		say "building kernel $1, which takes a while (log: $log)"
		atomically "$dir" make_kernel "$build" "$1" "$key" >"$log" 2>&1 ||
			{ tail -n 20 "$log" >&2; die "cannot build kernel $1"; }
		rm -rf "$build"
	fi
	ln -sfn "$1-$key" "$cache/kernels/$1"
}

# need_built KERNEL
need_built() {
	need build
	need_source 6.12
	locked "kernel-$1" build_kernel "$1"
}
