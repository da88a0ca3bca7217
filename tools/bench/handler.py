# SPDX-License-Identifier: GPL-2.0-only
"""Count the instructions of a driver's hard IRQ handler with a plugin of QEMU.

hold.c is the plugin, and scenarios/handler.sh runs in the guest. tools/bench/run
imports this file.
"""

import bisect
import collections
import subprocess
import tempfile

CALLER = "__handle_irq_event_percpu"
PHASE = "__x64_sys_sethostname"
DRIVERS = ("libata", "pioscsi")
# Arguments of tools/vm for the same addresses in each boot.
FIXED = ("--append", "nokaslr")


def read_symbols(path):
    """Returns the sorted (address, name, module) of kallsyms; no module is ""."""
    rows = []
    for line in path.read_text(encoding="ascii").splitlines():
        address, kind, name, *module = line.split()
        if kind in "tTwW":
            rows.append((int(address, 16), name, module[0].strip("[]") if module else ""))
    return sorted(rows)


def build_plugin(bench, out):
    plugin = out / "hold.so"
    subprocess.run(["gcc", "-O2", "-Wall", "-shared", "-fPIC", "-o", plugin,
                    bench / "hold.c"], check=True)
    return plugin


def addresses(vm, bench, kernel):
    """Boots the kernel and returns the plugin's arguments with its addresses."""
    with tempfile.TemporaryDirectory() as work:
        subprocess.run([vm, "run", "--kernel", kernel, *FIXED, "--icount", "0",
                        "--out", work, "--", bench / "scenarios/symbols.sh"], check=True)
        symbols = read_symbols(bench.__class__(work, "symbols"))
    at = {name: i for i, (_, name, module) in enumerate(symbols) if not module}
    begin = symbols[at[CALLER]][0]
    end = next(row[0] for row in symbols[at[CALLER]:] if row[0] > begin)
    return f"caller={begin:x},end={end:x},phase={symbols[at[PHASE]][0]:x}"


class NoCalls(Exception):
    """The plugin saw no call of the driver's handler."""


def percentile(counts, share):
    wanted, seen = share * sum(counts.values()), 0
    for insns in sorted(counts):
        seen += counts[insns]
        if seen >= wanted:
            return insns
    raise NoCalls


def figures(counts, shift):
    """Returns the columns of a row: instructions, and us at 2^shift ns each."""
    row = {"irqs": sum(counts.values())}
    for name, share in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999), ("max", 1)):
        insns = percentile(counts, share)
        row["insns_" + name] = insns
        row["us_" + name] = round(insns * 2**shift / 1000, 1)
    return row


def rows(phases, out, shift):
    """Returns the rows of the phases: a number and its dictionary of names."""
    found = []
    lines = [line.split() for line in (out / "blocks").read_text().splitlines()]
    for phase, names in phases:
        symbols = read_symbols(out / f"symbols.{names['driver']}.{names['mode']}")
        starts = [row[0] for row in symbols]
        counts = collections.Counter()
        for number, handler, insns, times in lines:
            at = bisect.bisect_right(starts, int(handler, 16)) - 1
            if int(number) == phase and symbols[at][2] in DRIVERS:
                counts[int(insns)] += int(times)
        if not counts:
            raise NoCalls("no call of the handler: " + " ".join(
                f"{name}={value}" for name, value in names.items()))
        found.append({**names, **figures(counts, shift)})
    return found
