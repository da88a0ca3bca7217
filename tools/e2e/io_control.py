#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Send private requests to a ScsiPort miniport (SRB_IO_CONTROL).

usage: io_control.py DEVICE SECONDS

Asks the sample miniport for the data of IDENTIFY DEVICE, checks that bad requests are
refused, and prints the serial number and the model. Repeats the first request for SECONDS,
and prints the numbers of requests that succeeded and that a reset ended.
"""
import ctypes
import errno
import fcntl
import os
import struct
import sys
import time

IOCTL_SCSI_MINIPORT = 0x0004d008
IDENTIFY = 0x001b0501
OUT_PARAMS = 16
HEADER = struct.Struct("<I8sIIII")


def request(device, signature=b"SCSIDISK", code=IDENTIFY, length=OUT_PARAMS + 512,
            header=HEADER.size, fill=0):
    """Returns the number of the error, or 0, and the buffer."""
    buf = bytearray(HEADER.pack(header, signature, 10, code, 0xffffffff, length))
    buf += bytes([fill]) * min(length, 1 << 20)
    try:
        fcntl.ioctl(device, IOCTL_SCSI_MINIPORT, buf)
    except OSError as e:
        return e.errno, buf
    return 0, buf


def text(identity, word, words):
    """A string has its first character in the high byte of a word."""
    raw = identity[2 * word:2 * (word + words)]
    return bytes(b for i in range(0, len(raw), 2) for b in (raw[i + 1], raw[i])).decode().strip()


def expect(error, wanted, case):
    """Exits unless the error is the wanted one."""
    if error != wanted:
        sys.exit(f"{case}: error {error}, expected {wanted}")


def identify(device):
    """Prints what the device reports."""
    error, buf = request(device, length=OUT_PARAMS + 512 + 8, fill=0x77)
    expect(error, 0, "IDENTIFY")
    if HEADER.unpack_from(buf)[4] or buf[-8:] != b"\x77" * 8:
        sys.exit("invalid return code, or bytes beyond the answer were changed")
    identity = buf[HEADER.size + OUT_PARAMS:-8]
    print(text(identity, 10, 10), text(identity, 27, 20))


def refusals(device):
    """Sends requests that are not valid."""
    expect(request(device, signature=b"NOTKNOWN")[0], errno.EOPNOTSUPP, "signature")
    expect(request(device, code=1)[0], errno.EOPNOTSUPP, "code")
    expect(request(device, length=100)[0], errno.EOPNOTSUPP, "length 100")
    expect(request(device, header=27)[0], errno.EINVAL, "header of 27 bytes")
    expect(request(device, length=128 << 10)[0], errno.EINVAL, "128 KiB")
    expect(request(device, length=0xffffffff)[0], errno.EINVAL, "4 GiB")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ioctl(device, ctypes.c_ulong(IOCTL_SCSI_MINIPORT), ctypes.c_void_p(8))
    expect(ctypes.get_errno(), errno.EFAULT, "invalid pointer")
    if not os.fork():
        os.setuid(65534)
        os._exit(request(device)[0])
    expect(os.waitstatus_to_exitcode(os.wait()[1]), errno.EACCES, "without privilege")


def main():
    """Runs the requests."""
    device = os.open(sys.argv[1], os.O_RDWR)
    identify(device)
    refusals(device)
    end = time.monotonic() + float(sys.argv[2])
    count = {0: 0, errno.EIO: 0}
    while time.monotonic() < end:
        error = request(device)[0]
        if error not in count:
            sys.exit(f"error {error}")
        count[error] += 1
    print(count[0], count[errno.EIO])


main()
