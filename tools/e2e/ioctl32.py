#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Call ioctl() as a 32-bit program on x86-64 does.

usage: ioctl32.py DEVICE REQUEST SIZE

The argument is a buffer of SIZE bytes, all FFh. Prints it in hexadecimal after the call.
No 32-bit library is needed: a 64-bit process may use the 32-bit system calls (int 80h).
"""
import ctypes
import mmap
import os
import sys

MAP_32BIT = 0x40
# push rbx; mov eax, 54 (ioctl); mov ebx, edi; mov ecx, esi; int 80h; pop rbx; ret
CODE = bytes.fromhex("53 b836000000 89fb 89f1 cd80 5b c3")
BUFFER = 2048


def main():
    """Calls the ioctl once."""
    device = os.open(sys.argv[1], os.O_RDWR)
    request, size = int(sys.argv[2], 0), int(sys.argv[3])
    page = mmap.mmap(-1, mmap.PAGESIZE,
                     flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_32BIT,
                     prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page[:len(CODE)] = CODE
    page[BUFFER:BUFFER + size] = b"\xff" * size
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint)(address)
    ret = call(device, request, address + BUFFER)
    if ret < 0:
        sys.exit(f"{sys.argv[1]}: ioctl {request:#x}: {os.strerror(-ret)}")
    print(page[BUFFER:BUFFER + size].hex())


main()
