# SPDX-License-Identifier: GPL-2.0-only
"""Keep the CPUs of this machine out of their idle states during a measurement.

A thread of QEMU answers for a disk. It sleeps until the guest sends a command. An idle
CPU runs it later than a busy one, most of all if this machine is a virtual one. Until
then the guest polls, and the instructions of its polls count. tools/bench/run and
tools/bench/profile import this file. As a program, it keeps the CPUs awake until its
standard input ends.
"""

import contextlib
import os
import subprocess
import sys

# Ends by itself if its parent is killed.
SPIN = "while kill -0 $PPID 2>/dev/null; do :; done"


@contextlib.contextmanager
def awake():
    """Run a loop for each CPU. SCHED_IDLE leaves the CPU to every other task."""
    loops = [subprocess.Popen(["chrt", "--idle", "0", "bash", "-c", SPIN])
             for _ in range(os.cpu_count())]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


if __name__ == "__main__":
    with awake():
        sys.stdin.read()
