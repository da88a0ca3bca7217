#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write and read a disk by requests in many segments, and compare the data.

usage: segments.py DISK

A request of 64 KiB has 16 pages, each of which is alone in its part of the memory.
"""
import mmap
import os
import sys

PAGE = mmap.PAGESIZE
PAGES = 65536 // PAGE


def pages():
    """Returns every second page of a new mapping, the last one first."""
    area = memoryview(mmap.mmap(-1, 2 * PAGES * PAGE))
    area[:] = b"\xff" * len(area)
    return [area[2 * i * PAGE:(2 * i + 1) * PAGE] for i in reversed(range(PAGES))]


def main():
    """Writes and reads 16 requests."""
    disk = os.open(sys.argv[1], os.O_RDWR | os.O_DIRECT)
    for n in range(16):
        offset = n * PAGES * PAGE
        out, back = pages(), pages()
        data = os.urandom(PAGES * PAGE)
        for i, page in enumerate(out):
            page[:] = data[i * PAGE:(i + 1) * PAGE]
        if os.pwritev(disk, out, offset) != len(data) or \
                os.preadv(disk, back, offset) != len(data):
            sys.exit(f"short transfer at {offset}")
        if b"".join(back) != data:
            sys.exit(f"other data at {offset}")


main()
