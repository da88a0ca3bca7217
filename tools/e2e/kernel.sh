# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the kernel is like that a guest runs.  Source it.

# One that watches what a driver does: its times are no verdict.  One that does it
# at length.  And one of several on which a test runs, but not the one on which it
# does so in full.
kernel_watches() { [[ $VM_KERNEL == *-@(debug|kcsan)-* ]]; }
kernel_is_slow() { [[ $VM_KERNEL == *-debug-* ]]; }
kernel_is_another() { [[ $VM_KERNEL == 6.1.* || $VM_KERNEL == *-rt-* ]]; }
