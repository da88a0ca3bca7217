#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Send many CDBs to a target, or compare the results of two drivers.

usage: cdbs.py send SG-NODE BLOCK-LENGTH CDB-LENGTH FILE
       cdbs.py compare STOCK OURS

"send" sends good and malformed CDBs through SG_IO. It writes the result of each
to FILE: host and driver status, SAM status, sense data, residual and data.
"compare" prints the differences of two such files.

A CDB longer than CDB-LENGTH is sent in its shorter form if it has one. These are
not sent:
- CDBs that need more data than their buffer holds,
- CDBs with data in the other direction,
- CDBs of groups without a length, because QEMU would wait for the rest.
"""

import os
import pickle
import random
import sys

import sgio
from sgio import IN, NONE, OUT

GOOD, CHECK_CONDITION = 0, 2
ILLEGAL_REQUEST = 5


def buffer_of(cdb, length):
    """Returns the initial contents of the data buffer."""
    return random.Random(bytes(cdb)).randbytes(length)


def send(node, cdb, direction, buffer):
    """Sends one CDB by direct I/O and returns its result."""
    answer = sgio.send(node, cdb, direction, buffer)
    if buffer and not answer.direct:
        sys.exit(f"{bytes(cdb).hex()}: no direct I/O")
    return answer


def length_of(opcode):
    """Returns the length of a CDB, by its group."""
    return {0: 6, 1: 10, 2: 10, 4: 16, 5: 12}[opcode >> 5]


# Commands that never have data out.
READERS = {0x03, 0x12, 0x1a, 0x25, 0x28, 0x43, 0x46, 0x4a, 0x51, 0x52, 0x5a,
           0xa0, 0xa8, 0xbe}

# WRITE SAME, which always takes one block.
TAKERS = {0x41, 0x93}

# Commands with a service action in byte 1, and their lengths.
ACTIONS = {0x5e: 10, 0x83: 16, 0x84: 16, 0x8c: 16, 0x9b: 16, 0x9e: 16,
           0x9f: 16, 0xa3: 12, 0xa4: 12, 0xab: 12, 0xb7: 12}

# Commands of 16 bytes, and the same commands with 10 or 12 bytes.
SHORTER = {0x88: 0xa8, 0x8a: 0xaa, 0x8e: 0xae, 0x8f: 0xaf, 0x90: 0x34,
           0x93: 0x41}


def rw(opcode, lba, blocks, flags=0):
    """Returns a CDB with LBA and number of blocks, like READ and WRITE."""
    length = length_of(opcode)
    if length == 6:
        return [opcode, *lba.to_bytes(3, "big"), blocks & 255, 0]
    if length == 10:
        return [opcode, flags, *lba.to_bytes(4, "big"), 0,
                *blocks.to_bytes(2, "big"), 0]
    return [opcode, flags, *lba.to_bytes(length - 8, "big"),
            *blocks.to_bytes(4, "big"), 0, 0]


def shortened(cdb, most):
    """Returns the CDB with at most this length, or None."""
    if len(cdb) <= most:
        return cdb
    if cdb[0] not in SHORTER:
        return None
    return rw(SHORTER[cdb[0]], int.from_bytes(cdb[2:10], "big"),
              int.from_bytes(cdb[10:14], "big"), cdb[1])


def pages():
    """Yields commands that ask for properties of the target."""
    for page in range(256):
        yield [0x12, 1, page, 0, 252, 0], IN, 252
    for alloc in (0, 1, 4, 5, 36, 96, 255):
        room = -(-alloc // 4) * 4
        yield [0x12, 0, 0, 0, alloc, 0], IN if room else NONE, room
        yield [0x12, 0, 0, 0, alloc, 0], IN, 512
    for page in range(0x40):
        yield [0x4d, 0, 0x40 | page, 0, 0, 0, 0, 1, 0, 0], IN, 256
        yield [0x5a, 8, page, 0, 0, 0, 0, 1, 0, 0], IN, 256
        for control in (0, 1, 2, 3):
            yield [0x1a, 0, control << 6 | page, 0, 252, 0], IN, 252


def media(size):
    """Yields reads, writes and verifies, inside and outside the medium."""
    for lba, blocks in ((0, 1), (0, 8), (7, 63), (100, 62), (0xfffff, 1)):
        for opcode in (0x08, 0x28, 0x88, 0xa8, 0x0a, 0x2a, 0x8a, 0xaa, 0x2e,
                       0x8e, 0xae, 0x28):
            way = IN if opcode & 0x0f == 0x08 else OUT
            yield rw(opcode, lba, blocks), way, blocks * size
            yield rw(opcode, lba, blocks, 0xe0), way, blocks * size
            yield rw(opcode, lba, blocks), way, blocks * size + 512
        for opcode in (0x2f, 0x8f, 0xaf, 0x34, 0x90, 0x35, 0x91):
            yield rw(opcode, lba, blocks), NONE, 0
        for opcode in TAKERS:
            yield rw(opcode, lba, blocks), OUT, size
            yield rw(opcode, lba, blocks, 8), OUT, size
    for opcode in (0x28, 0x2a, 0x88, 0x8a):
        yield rw(opcode, 0, 0), NONE, 0


def odd(size):
    """Yields commands with parameter lists, service actions and control bytes."""
    yield [0x03, 0, 0, 0, 18, 0], IN, 20
    yield [0x1b, 0, 0, 0, 1, 0], NONE, 0
    for opcode in (0x39, 0x3a, 0x3b, 0x3f, 0x42, 0x4c, 0x54, 0x55, 0x5f):
        yield [opcode, 0x10, 0, 0, 0, 0, 0, 0, 24, 0], OUT, 24
    for opcode in (0x07, 0x15, 0x18, 0x1d):
        yield [opcode, 0x10, 0, 0, 12, 0], OUT, 12
    yield [0x04, 0x10, 0, 0, 0, 0], OUT, 12 if size == 2048 else 4
    yield [0x15, 0xff, 0, 0, 252, 0], OUT, 252
    for control in (1, 2, 4, 0xc0, 0xff):
        yield [0, 0, 0, 0, 0, control], NONE, 0
        yield [0x12, 0, 0, 0, 36, control], IN, 36
        yield [0x28, 0, 0, 0, 0, 0, 0, 0, 1, control], IN, size
    for opcode, length in ACTIONS.items():
        for action in range(32):
            cdb = [opcode, action] + [0] * (length - 2)
            cdb[13 if length == 16 else 8] = 64
            yield cdb, IN, 64


def battery(size):
    """Yields all commands as (CDB, direction, length of the buffer)."""
    yield from pages()
    yield from media(size)
    yield from odd(size)
    for opcode in range(256):
        if opcode >> 5 in (3, 6, 7):
            continue
        zeros = [opcode] + [0] * (length_of(opcode) - 1)
        yield (zeros, OUT, size) if opcode in TAKERS else (zeros, IN, 512)
        if opcode in READERS:
            yield [opcode] + [0xff] * (length_of(opcode) - 1), IN, 65536
    for lba in range(0, 240, 60):
        yield rw(0x28, lba, 60), IN, 60 * size


def taken(cdb, length, size):
    """Returns the bytes that a CDB moves without an error, if the CDB shows it."""
    if cdb[0] & 0x1f not in (0x08, 0x0a, 0x0e):
        return length
    if len(cdb) == 6:
        blocks = cdb[4] or 256
    elif len(cdb) == 10:
        blocks = int.from_bytes(cdb[7:9], "big")
    else:
        blocks = int.from_bytes(cdb[len(cdb) - 6:-2], "big")
    return blocks * size


def send_all(name, size, most, file):
    """Sends all commands and writes pairs of command and result."""
    node = os.open(name, os.O_RDWR)
    kept = []
    for cdb, direction, length in battery(size):
        if taken(cdb, length, size) > length:
            continue
        form = shortened(cdb, most)
        kept.append(((cdb, direction, length, taken(cdb, length, size)),
                     form and send(node, form, direction,
                                   buffer_of(cdb, length))))
    with open(file, "wb") as out:
        pickle.dump(kept, out)


def is_answer(ours):
    """Tells whether a target has answered, with GOOD or with ILLEGAL REQUEST."""
    return ours.host == 0 and (
        ours.status == GOOD or ours.status == CHECK_CONDITION and
        ours.sense[2:3] == bytes([ILLEGAL_REQUEST]))


def differs(wanted, stock, ours):
    """Returns the name of the first field that differs, or an empty string.

    The stock driver gets CDBs of at most 12 bytes, so for longer ones this only
    checks that the target has answered ours. The stock driver never sets the
    residual. The unchanged rest of the buffer shows how much data came in. For
    data out, a command with GOOD must have moved all, and others all or nothing.
    """
    cdb, direction, length, want = wanted
    if stock is None:
        return "" if is_answer(ours) else "answer"
    for field in ("host", "driver", "status", "sense"):
        if getattr(stock, field) != getattr(ours, field):
            return field
    if stock.resid not in (0, ours.resid):
        return "resid"
    moved = length - ours.resid
    if direction == IN:
        rest = buffer_of(cdb, length)[moved:]
        if stock.data != ours.data[:moved] + rest:
            return "data or resid"
        if any(ours.data[moved:]):
            return "rest of the buffer"
    elif moved != want and (moved or ours.status == GOOD):
        return "resid"
    return ""


def compare(stock_file, our_file):
    """Prints the differences and tells whether there are any."""
    with open(stock_file, "rb") as one, open(our_file, "rb") as other:
        pairs = list(zip(pickle.load(one), pickle.load(other), strict=True))
    differing = good = too_long = 0
    for (wanted, stock), (_, ours) in pairs:
        what = differs(wanted, stock, ours)
        good += ours.status == GOOD
        too_long += stock is None
        if what:
            differing += 1
            print(f"{bytes(wanted[0]).hex()} {wanted[1:]}: {what}\n"
                  f"  stock {stock}\n  ours  {ours}")
    print(f"# {len(pairs)} CDBs, {good} of them good, {too_long} too long for "
          f"the stock driver; {differing} differ")
    return differing > 0


if sys.argv[1] == "send":
    send_all(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
else:
    sys.exit(compare(*sys.argv[2:]))
