"""Exporting requests: CSV as a stream, XLSX in memory, one column for every question ever asked."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from clinic_site.clinic_time import in_clinic_time

from ..choices import CORE_FIELDS, Status
from ..public.form.forms import BookingForm
from ..submissions.models import Question, Submission
from ..submissions.reading import Reading, read
from ..submissions.remarks import remarks, with_corrections
from ..submissions.words import as_text

# A spreadsheet takes a cell that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # the wide ones count too
CHUNK = 500


@dataclass
class Tally:
    """How much was exported so far."""

    rows: int = 0
    damaged: int = 0


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet runs it: an apostrophe before what could be a formula.

    Phone numbers are stored as (972) 555-0134 and stay as they are; those of other countries begin with +.
    """
    if text[:1] in ("\t", "\r", "\n") or text.lstrip().startswith(FORMULA_STARTS):
        return f"'{text}"
    return text


class ExportTable:
    """The columns of an export and its rows, opened one by one.

    Columns, statuses and remarks are in the default language, whoever exports and whatever language a
    request was written in: files of different people and days have one set of columns.
    """

    def __init__(self, submissions: QuerySet[Submission], vault: Any) -> None:
        self.tally = Tally()
        self._submissions = submissions
        self._vault = vault
        with translation.override(settings.LANGUAGE_CODE):
            self._words()

    def _words(self) -> None:
        """Translated once: get_status_display() for every row is a sixth of an export."""
        self._labels = {key: str(BookingForm.base_fields[key].label) for key in CORE_FIELDS}
        self._statuses = {value: str(label) for value, label in Status.choices}
        self._labels.update(Question.objects.values_list("key", "label"))
        self._damaged = _("This request is damaged and cannot be opened.")
        clear = [
            _("Reference"),
            _("Received"),
            _("Requested location"),
            _("Status"),
            _("Assigned to"),
        ]
        self.header = [*clear, *self._labels.values(), _("Other answers"), _("Remark")]

    def rows(self) -> Iterator[list[str]]:
        """One row a request, every cell text. A damaged request says so and breaks nothing."""
        rows = with_corrections(self._submissions).select_related("location", "assignee")
        for submission in rows.iterator(chunk_size=CHUNK):
            reading = read(submission, self._vault)
            with translation.override(
                settings.LANGUAGE_CODE
            ):  # not around the yield: it would leak
                row = self._row(submission, reading)
            yield row

    def _row(self, submission: Submission, reading: Reading) -> list[str]:
        self.tally.rows += 1
        self.tally.damaged += reading.is_damaged
        received = in_clinic_time(submission.received_at)
        answers = {item["key"]: item for item in reading.answers}
        others = [item for key, item in answers.items() if key not in self._labels]
        return [
            submission.reference,
            received.strftime("%Y-%m-%d %H:%M"),
            submission.location.name,
            self._statuses[submission.status],
            str(submission.assignee or ""),
            *(as_text(answers[key]["answer"]) if key in answers else "" for key in self._labels),
            "\n".join(f"{as_text(item['label'])}: {as_text(item['answer'])}" for item in others),
            "; ".join([*remarks(submission), *([self._damaged] if reading.is_damaged else [])]),
        ]

    def closing_line(self) -> str:
        """Says that the file is whole: a stream that broke off does not end with it."""
        with translation.override(settings.LANGUAGE_CODE):
            return _("Complete: %(rows)d requests, %(damaged)d of them damaged.") % {
                "rows": self.tally.rows,
                "damaged": self.tally.damaged,
            }


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def csv_stream(table: ExportTable) -> Iterator[bytes]:
    """The CSV file in pieces: UTF-8 with a byte order mark, CRLF, and a closing line."""
    writer = csv.writer(_Echo())
    yield b"\xef\xbb\xbf"
    yield _line(writer, table.header)
    for row in table.rows():
        yield _line(writer, row)
    yield _line(writer, [table.closing_line()])


def _line(writer: Any, row: list[str]) -> bytes:
    line: str = writer.writerow([safe_cell(cell) for cell in row])
    return line.encode()


def xlsx_bytes(table: ExportTable) -> bytes:
    """The workbook. Every cell is written as text, never as a formula, a link or a number."""
    output = io.BytesIO()
    # in_memory: without it the worksheet goes through a temporary file, readable on the disk.
    with Workbook(output, {"in_memory": True}) as workbook:
        worksheet = workbook.add_worksheet("Requests")
        bold = workbook.add_format({"bold": True})
        for column, text in enumerate(table.header):
            worksheet.write_string(0, column, text, bold)
        for number, row in enumerate(table.rows(), start=1):
            for column, text in enumerate(row):
                worksheet.write_string(number, column, text)
        worksheet.freeze_panes(1, 1)
    return output.getvalue()
