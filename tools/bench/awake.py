# SPDX-License-Identifier: GPL-2.0-only
"""Keep the CPUs of this machine out of their idle states during a measurement.

A disk of QEMU answers from a thread that sleeps meanwhile. On a virtual machine an idle
CPU needs some 10 us to run it. The guest counts the instructions of its polls during that
time. tools/bench/run and tools/bench/profile import this file.
"""

import contextlib
import os
import subprocess

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
