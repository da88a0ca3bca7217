# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the kernel is like that a guest runs.  Source it.

# One that watches what a driver does: its times are no verdict.  And one that
# does it at length.
kernel_watches() { [[ $VM_KERNEL == *-@(debug|kcsan)-* ]]; }
kernel_is_slow() { [[ $VM_KERNEL == *-debug-* ]]; }
