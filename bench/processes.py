"""What processes used: CPU seconds and memory, read from /proc."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for child in Path("/proc").glob(f"{pid}/task/*/children"):
        for one in child.read_text().split():
            found += family(int(one))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and all below it, those that ended included."""
    ticks = 0
    for one in family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        ticks += int(fields[11]) + int(fields[12])
        if one == pid:
            ticks += int(fields[13]) + int(fields[14])
    return ticks / _TICK


def memory_mb(pid: int) -> float:
    """Proportional memory of one process in MB: shared pages count for their share only."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
