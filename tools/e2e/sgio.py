#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Send a CDB to a device by SG_IO.

usage: sgio.py DEVICE TIMEOUT-MS CDB [DATA [RESET]]

CDB is in hexadecimal. DATA, also in hexadecimal, is the data out. Without it the
command has no data. RESET is "device", "target", "bus" or "host": such a reset is
requested when the command has changed block 2048. The host status, the SAM status and
the sense data are printed.
"""

import ctypes
import fcntl
import mmap
import os
import sys
import threading
from typing import NamedTuple

SG_IO = 0x2285
SG_FLAG_DIRECT_IO = 1
SG_INFO_DIRECT_IO = 2
NONE, OUT, IN = -1, -2, -3
SG_SCSI_RESET = 0x2284
RESETS = {"device": 1, "bus": 2, "host": 3, "target": 4}
NO_ESCALATE = 0x100


class Header(ctypes.Structure):
    """struct sg_io_hdr."""
    _fields_ = [
        ("interface_id", ctypes.c_int), ("direction", ctypes.c_int),
        ("cmd_len", ctypes.c_ubyte), ("mx_sb_len", ctypes.c_ubyte),
        ("iovec_count", ctypes.c_ushort), ("dxfer_len", ctypes.c_uint),
        ("dxferp", ctypes.c_void_p), ("cmdp", ctypes.c_void_p),
        ("sbp", ctypes.c_void_p), ("timeout", ctypes.c_uint),
        ("flags", ctypes.c_uint), ("pack_id", ctypes.c_int),
        ("usr_ptr", ctypes.c_void_p), ("status", ctypes.c_ubyte),
        ("masked_status", ctypes.c_ubyte), ("msg_status", ctypes.c_ubyte),
        ("sb_len_wr", ctypes.c_ubyte), ("host_status", ctypes.c_ushort),
        ("driver_status", ctypes.c_ushort), ("resid", ctypes.c_int),
        ("duration", ctypes.c_uint), ("info", ctypes.c_uint)]


class Answer(NamedTuple):
    """The result of a CDB."""
    host: int
    driver: int
    status: int
    sense: bytes
    resid: int
    data: bytes
    direct: bool

    def __str__(self):
        return (f"host {self.host:#x} driver {self.driver:#x} status "
                f"{self.status:#x} sense {self.sense.hex()} resid {self.resid} "
                f"data {self.data[:16].hex()}")


def send(node, cdb, direction, buffer, timeout=20000):
    """Sends one CDB, if possible by direct I/O, and returns its result."""
    with mmap.mmap(-1, max(len(buffer), 1)) as data:
        data.write(buffer)
        sense = ctypes.create_string_buffer(64)
        raw_cdb = ctypes.create_string_buffer(bytes(cdb), len(cdb))
        hdr = Header(ord("S"), direction, len(cdb), 64, 0, len(buffer),
                     ctypes.addressof(ctypes.c_char.from_buffer(data)),
                     ctypes.addressof(raw_cdb), ctypes.addressof(sense), timeout,
                     SG_FLAG_DIRECT_IO)
        fcntl.ioctl(node, SG_IO, hdr)
        return Answer(hdr.host_status, hdr.driver_status, hdr.status,
                      sense.raw[:hdr.sb_len_wr], hdr.resid, data[:len(buffer)],
                      bool(hdr.info & SG_INFO_DIRECT_IO))


def read_block(node):
    """Returns the contents of block 2048."""
    return send(node, bytes.fromhex("28000000080000000100"), IN, bytes(512)).data


def reset(name, kind, before):
    """Requests a reset when block 2048 has changed, but no wider reset."""
    node = os.open(name, os.O_RDWR)
    while read_block(node) == before:
        pass
    fcntl.ioctl(node, SG_SCSI_RESET,
                (RESETS[kind] | NO_ESCALATE).to_bytes(4, sys.byteorder))
    os.close(node)


def main():
    name, timeout, cdb, *rest = sys.argv[1:]
    data = bytes.fromhex(rest[0]) if rest else b""
    node = os.open(name, os.O_RDWR)
    if len(rest) > 1:
        thread = threading.Thread(target=reset,
                                  args=(name, rest[1], read_block(node)))
        thread.start()
    answer = send(node, bytes.fromhex(cdb), OUT if data else NONE, data,
                  int(timeout))
    if len(rest) > 1:
        thread.join()
    print(f"host {answer.host:#x} status {answer.status:#x} "
          f"sense {answer.sense.hex()}")


if __name__ == "__main__":
    main()
