"""A workbook as a stream: SpreadsheetML (ECMA-376, part 1) written row by row into a zip that nobody keeps.

Every text is an inline string in a cell formatted as text: no formula, no link, no number comes out of an
answer, not even where somebody edits the cell. Days and moments are numbers with a format, as spreadsheets
have them. What is not part of XML is shown as U+FFFD, and a text that no cell can hold says where it was cut.
"""

import re
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from .cells import Cell
from .columns import Column
from .table import ExportTable
from .workbook_parts import CONTENT_TYPES, RELATIONS, STYLES, WORKBOOK, WORKBOOK_RELATIONS

# What Excel takes; the header and the closing line are rows too.
SHEET_ROWS, CELL_CHARACTERS = 1_048_576, 32_767
MOST_REQUESTS = SHEET_ROWS - 2
PIECE_CHARACTERS = 64 * 1024
# The quickest: it writes a few per cent more than the one by default in a third of the time.
COMPRESSION = 1
# Formats, by their place in STYLES.
TEXT, HEADER, MOMENT, DAY = 1, 2, 3, 4

# Day 0 of the calendar in which 1900 was a leap year; before March of it every program counts differently.
_EPOCH, _FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)
_SECONDS = 86_400
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# _x0041_ would be shown as A (22.9.2.19 ST_Xstring): its own underscore is written so.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class TooManyRows(Exception):
    """A sheet has no room for them."""


class _Sink:
    """A file that cannot go back, and holds what was written until it is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """All of it is in memory."""

    def close(self) -> None:
        """Nobody has opened anything."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def workbook_stream(table: ExportTable) -> Iterator[bytes]:
    """The file in pieces. Its last row is the table's closing line. Raises TooManyRows."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        for name, text in _parts():
            archive.writestr(_entry(name), text)
        yield sink.take()
        # Zip64: how long the sheet gets is known at its end.
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            for piece in _gathered(_sheet(table)):
                sheet.write(piece.encode())
                if ready := sink.take():
                    yield ready
    yield sink.take()


def _parts() -> Iterator[tuple[str, str]]:
    yield "[Content_Types].xml", CONTENT_TYPES
    yield "_rels/.rels", RELATIONS
    yield "xl/workbook.xml", WORKBOOK
    yield "xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS
    yield "xl/styles.xml", STYLES


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, time.localtime()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry._compresslevel = COMPRESSION  # type: ignore[attr-defined]  # noqa: SLF001  (public since Python 3.13)
    return entry


def _gathered(texts: Iterator[str]) -> Iterator[str]:
    """The same in larger pieces: packing each row by itself takes longer than making it."""
    held: list[str] = []
    length = 0
    for text in texts:
        held.append(text)
        length += len(text)
        if length >= PIECE_CHARACTERS:
            yield "".join(held)
            held.clear()
            length = 0
    yield "".join(held)


def _sheet(table: ExportTable) -> Iterator[str]:
    letters = [column_letters(number) for number in range(len(table.columns))]
    yield _SHEET_HEAD
    yield from _widths(table.columns)
    yield "</cols><sheetData>"
    yield _row(1, letters, table.header, HEADER)
    number = 1
    for row in table.rows():
        number += 1
        if number >= SHEET_ROWS:
            raise TooManyRows
        yield _row(number, letters, row)
    yield _row(number + 1, letters, [table.closing_line()])
    yield f'</sheetData><autoFilter ref="A1:{letters[-1]}{number}"/></worksheet>'


def _widths(columns: Sequence[Column]) -> Iterator[str]:
    for number, column in enumerate(columns, start=1):
        yield f'<col min="{number}" max="{number}" width="{column.width}" customWidth="1"/>'


def column_letters(number: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    letters, number = "", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _row(number: int, letters: list[str], cells: Sequence[Cell], style: int = TEXT) -> str:
    written = [
        _cell(f"{letter}{number}", cell, style)
        for letter, cell in zip(letters, cells, strict=False)
        if cell != ""
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


def _cell(place: str, cell: Cell, style: int) -> str:
    if isinstance(cell, str):
        text = xml_text(fitting(cell))
        return (
            f'<c r="{place}" s="{style}" t="inlineStr">'
            f'<is><t xml:space="preserve">{text}</t></is></c>'
        )
    day = cell.date() if isinstance(cell, datetime) else cell
    if day < _FIRST_DAY:
        return _cell(place, cell.isoformat(), style)
    if isinstance(cell, datetime):
        return f'<c r="{place}" s="{MOMENT}"><v>{_moment(cell)!r}</v></c>'
    return f'<c r="{place}" s="{DAY}"><v>{(day - _EPOCH).days}</v></c>'


def _moment(moment: datetime) -> float:
    """Days since the epoch by the clock that is shown, to the second."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return (moment.date() - _EPOCH).days + seconds / _SECONDS


def xml_text(text: str) -> str:
    """The text as it stands in a `t` element."""
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_", text)
    if not text.isprintable():
        text = _NOT_XML.sub("\ufffd", text).replace("\r", "_x000D_")
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def fitting(text: str) -> str:
    """The text, or as much of it as a cell holds, counted in UTF-16, with a word about the rest."""
    if len(text) <= CELL_CHARACTERS // 2:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    length = len(units) // 2
    if length <= CELL_CHARACTERS:
        return text
    said = _("Cut here: a cell holds 32,767 characters, and this text has %(length)d.")
    mark = f" […] {said % {'length': length}}"
    kept = units[: 2 * (CELL_CHARACTERS - len(mark))]
    return kept.decode("utf-16-le", "ignore") + mark


_SHEET_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>'
    "</sheetView></sheetViews><cols>"
)
