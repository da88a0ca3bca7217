# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Properties of the guest's kernel. Source it.

# kernel_watches: a debug kernel, whose times mean nothing.
# kernel_is_slow: the slower of the debug kernels.
# kernel_is_another: a second or third kernel, where tests run for a shorter time.
kernel_watches() { [[ $VM_KERNEL == *-@(debug|kcsan)-* ]]; }
kernel_is_slow() { [[ $VM_KERNEL == *-debug-* ]]; }
kernel_is_another() { [[ $VM_KERNEL == 6.1.* || $VM_KERNEL == *-rt-* ]]; }
