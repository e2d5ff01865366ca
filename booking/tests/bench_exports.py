"""How fast requests are exported, and what that costs a worker: part of `make bench`, asserted by nobody.

The same requests as the rest of the bench; memory is what the process grows by while the file is read piece
by piece, as a browser does.
"""

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

FORMATS = ("csv", "xlsx")
GOALS = {
    "csv": "(<= 12 s CPU, +16 MiB at 100,000)",
    "xlsx": "(<= 40 s CPU, +64 MiB at 100,000)",
}


@dataclass(frozen=True)
class Run:
    """Seconds, bytes, MiB."""

    rows: int
    size: int
    wall: float
    cpu: float
    first: float
    growth: float


def resident() -> float:
    """MiB that the process holds now; where the system does not tell, the most that it ever held."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  (no file, a figure)
            return int(file.read().split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def export(root: bytes, file_format: str, columns: Any = None) -> Run:
    """Everything that there is, with the columns that are ticked by themselves."""
    from booking.desk.export.columns import TICKED
    from booking.desk.export.csv_file import csv_stream
    from booking.desk.export.table import ExportTable
    from booking.desk.export.workbook import workbook_stream
    from booking.models import Submission
    from booking.vault.sealing import OpenKeys

    table = ExportTable(Submission.objects.all(), OpenKeys(root), columns or TICKED)
    writer = {"csv": csv_stream, "xlsx": workbook_stream}[file_format]
    before, wall, cpu = resident(), time.perf_counter(), time.process_time()
    size, first, peak = 0, 0.0, before
    pieces: Iterator[bytes] = writer(table)
    for piece in pieces:
        first = first or time.perf_counter() - wall
        size += len(piece)
        peak = max(peak, resident())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    opened = table.tally.rows - table.tally.damaged
    return Run(opened, size, wall, cpu, first, peak - before)


def exporting(show: Any, root: bytes, count: int) -> None:
    """Both formats of that many requests."""
    for file_format in FORMATS:
        run = export(root, file_format)
        assert run.rows == count, "some requests did not open"
        show(
            f"{run.rows:,} rows to {file_format.upper()}, {run.size / 1e6:.1f} MB, {connection.vendor}",
            f"{run.wall:.1f} s, CPU {run.cpu:.1f} s, {run.rows / run.wall:,.0f} rows/s",
            f"first byte {run.first * 1000:.0f} ms, +{run.growth:.1f} MiB {GOALS[file_format]}",
        )
