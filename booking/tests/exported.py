"""Asking for an export, and reading the file back as a person sees it."""

import csv
import io
import re
from datetime import datetime
from typing import Any

from openpyxl import load_workbook

from booking.desk.export.columns import column_choices

EXPORT_URL = "/admin/booking/submission/export/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_fields(passphrase: str, file_format: str = "csv", **changes: Any) -> dict[str, Any]:
    """What a browser posts: every column but the notes, all requests."""
    fields = {
        "format": file_format,
        "columns": [code for code, _label in column_choices() if code != "notes"],
        "reason": "figures",
        "passphrase": passphrase,
    }
    return fields | changes


def file_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def csv_rows(response: Any) -> list[list[str]]:
    """Header, requests, closing line."""
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    content = file_of(response)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet_of(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


def xlsx_rows(response: Any) -> list[list[str]]:
    """The same, as Excel shows it: moments and days by their formats, control characters as themselves."""
    assert response["Content-Type"] == XLSX
    rows = [[as_shown(cell) for cell in row] for row in sheet_of(file_of(response)).iter_rows()]
    return [*rows[:-1], [cell for cell in rows[-1] if cell]]


def as_shown(cell: Any) -> str:
    if isinstance(cell.value, datetime):
        has_time = cell.number_format.endswith("hh:mm")
        return cell.value.strftime("%Y-%m-%d %H:%M" if has_time else "%Y-%m-%d")
    unescaped = re.sub("_x(00[01][0-9A-F])_", lambda code: chr(int(code[1], 16)), cell.value or "")
    return unescaped.replace("_x005F_", "_")


def rows_of(response: Any) -> list[list[str]]:
    """Of whichever format."""
    return xlsx_rows(response) if response["Content-Type"] == XLSX else csv_rows(response)
