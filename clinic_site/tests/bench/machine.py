"""What this machine is, and what processes on it use."""

import os
import platform
from pathlib import Path

PROC = Path("/proc")


def describe() -> str:
    """Cores, model, Python and system in one line."""
    return f"{os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}, {platform.system()}"


def _processor() -> str:
    try:
        lines = (PROC / "cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def family(pid: int) -> list[int]:
    """The process and the children it has now; the process alone where /proc does not tell."""
    try:
        children = (PROC / f"{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(int(child) for child in children)]


def cpu_seconds(pid: int) -> float | None:
    """Time that the process and its children have spent so far; None where /proc does not tell."""
    try:
        return sum(_cpu_seconds(each) for each in family(pid))
    except OSError:
        return None


def _cpu_seconds(pid: int) -> float:
    # The name, in brackets, may hold blanks: what counts comes after it.
    fields = (PROC / f"{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_megabytes(pid: int) -> float | None:
    """Proportional set size of the process and its children; None where /proc does not tell."""
    try:
        return sum(_pss_kilobytes(each) for each in family(pid)) / 1024
    except OSError:
        return None


def _pss_kilobytes(pid: int) -> int:
    lines = (PROC / f"{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
