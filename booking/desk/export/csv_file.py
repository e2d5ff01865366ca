"""A table as CSV: UTF-8 with a byte order mark, CRLF after each row, and a closing line."""

import csv
from collections.abc import Iterator

from .cells import as_csv
from .table import ExportTable

# How much is gathered before it goes out: a piece a row costs more than the row.
PIECE_BYTES = 32 * 1024


class _Gathered:
    """A file that keeps what is written to it until it is taken."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self.length = 0

    def write(self, text: str) -> None:
        self._texts.append(text)
        self.length += len(text)

    def take(self) -> bytes:
        piece = "".join(self._texts).encode()
        self._texts.clear()
        self.length = 0
        return piece


def csv_stream(table: ExportTable) -> Iterator[bytes]:
    """The file in pieces. The header is there at once, before any row is read."""
    gathered = _Gathered()
    writer = csv.writer(gathered)
    gathered.write("\ufeff")
    writer.writerow([as_csv(label) for label in table.header])
    yield gathered.take()
    for row in table.rows():
        writer.writerow([as_csv(cell) for cell in row])
        if gathered.length >= PIECE_BYTES:
            yield gathered.take()
    writer.writerow([table.closing_line()])
    yield gathered.take()
