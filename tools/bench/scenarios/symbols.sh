#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Writes the kernel's symbols to $VM_OUT. Without KASLR they are the same after each
# boot.
cp /proc/kallsyms "$VM_OUT/symbols"
