"""A file of an export: what is in it, how it is written and what it is called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from clinic_site.clinic_time import in_clinic_time

from ...submissions.models import Submission
from ...vault.sealing import OpenKeys
from .csv_file import csv_stream
from .record import ExportRecord
from .table import ExportTable
from .workbook import MOST_REQUESTS, workbook_stream

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
_WRITERS = {"csv": csv_stream, "xlsx": workbook_stream}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to have, and why; `chosen` are the filters, by name, as they were set."""

    file_format: str
    columns: Sequence[str]
    reason: str
    details: str
    chosen: dict[str, str]

    def about(self, rows: int) -> dict[str, Any]:
        """As the log tells it."""
        return {
            "rows": rows,
            "format": self.file_format,
            "columns": list(self.columns),
            "filter": self.chosen,
            "reason": self.reason,
            "details": self.details,
        }

    @property
    def file_name(self) -> str:
        stamp = in_clinic_time(timezone.now()).strftime("%Y-%m-%d-%H%M")
        return f"requests-{stamp}.{self.file_format}"

    def pieces(
        self, rows: QuerySet[Submission], keys: OpenKeys, record: ExportRecord
    ) -> Iterator[bytes]:
        """The file, read and logged as it is taken."""
        table = ExportTable(rows, keys, self.columns, before_batch=record.batch)
        return record.watched(_WRITERS[self.file_format](table), table)


def has_room(file_format: str, rows: int) -> bool:
    """Whether a file of that format can hold so many requests."""
    return file_format != "xlsx" or rows <= MOST_REQUESTS
