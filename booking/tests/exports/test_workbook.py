"""The workbook: SpreadsheetML that this project writes itself, as a stream."""

import io
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest

from booking.desk.export import workbook
from booking.desk.export.workbook import CELL_CHARACTERS, column_letters, fitting, xml_text
from booking.models import Submission
from booking.tests.exported import csv_rows, file_of, sheet_of, xlsx_rows
from booking.tests.factories import answer, core_answers, sealed_request, store
from clinic_site.tests.fixtures import TestVault

from .expected import MESSAGE, OTHER, Export

pytestmark = pytest.mark.once

SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(content: bytes) -> str:
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.read(SHEET).decode()


def test_every_answer_is_text_and_nothing_a_formula_or_a_link(
    export: Export, two_hundred: list[tuple[Submission, str, str]]
) -> None:
    content = file_of(export("xlsx"))
    rows = list(sheet_of(content).iter_rows())
    cells = [cell for row in rows for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "d"}
    texts = [cell for cell in cells if cell.data_type == "s"]
    assert {cell.number_format for cell in texts} == {"@"}
    assert {cell.quotePrefix for cell in texts} == {True}
    assert {cell.hyperlink for cell in cells} == {None}
    # Days alone are numbers: when it was received, and the day that the form made of what was chosen.
    days = {cell.column for cell in cells if cell.data_type == "d"}
    assert {rows[0][column - 1].value for column in days} == {"Received", "Preferred day"}
    xml = sheet_xml(content)
    assert [tag for tag in ("<f>", "<f ", "<hyperlink", "<dde", 't="str"') if tag in xml] == []
    with ZipFile(io.BytesIO(content)) as archive:
        assert set(archive.namelist()) == {
            "[Content_Types].xml",
            "_rels/.rels",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            SHEET,
        }


def test_it_has_widths_a_filter_a_header_that_stays_and_days_that_are_days(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    moments = [datetime(2026, 10, 6, 4, 30, tzinfo=UTC), datetime(2026, 1, 6, 4, 30, tzinfo=UTC)]
    store(sealed_request(site.book, site.location, received_at=moment) for moment in moments)
    columns = ["received", "answer.name", "answer.preferred_day"]
    sheet = sheet_of(file_of(export("xlsx", columns=columns)))
    assert [cell.value for cell in sheet[1]] == [
        *("Reference", "Received", "Your name", "Preferred day", "Remark")
    ]
    assert [cell.font.bold for cell in sheet[1]] == [True] * 5
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:E3")
    widths = {letter: sheet.column_dimensions[letter].width for letter in "ABCDE"}
    assert widths == {"A": 12, "B": 17, "C": 24, "D": 16, "E": 40}
    assert [row[1].value for row in sheet.iter_rows(min_row=2, max_row=3)] == [
        datetime(2026, 10, 5, 23, 30),  # noqa: DTZ001  (as the sheet shows it)
        datetime(2026, 1, 5, 22, 30),  # noqa: DTZ001
    ]
    assert sheet["D2"].value.date() == date(2026, 10, 12)
    assert (sheet["B2"].number_format, sheet["D2"].number_format) == (
        "yyyy\\-mm\\-dd\\ hh:mm",
        "yyyy\\-mm\\-dd",
    )


@pytest.mark.parametrize(
    ("stored", "cell"),
    [
        ("2026-02-30", "2026-02-30"),
        ("2026-10-12; =1+1", "2026-10-12; =1+1"),
        ("soon", "soon"),
        ("1899-12-31", "1899-12-31"),
        ("1900-03-01", "1900-03-01"),
        ("٢٠٢٦-10-12", "2026-10-12"),
    ],
)
def test_a_forged_day_breaks_nothing(
    export: Export, site: SimpleNamespace, vault: TestVault, stored: str, cell: str
) -> None:
    forged = core_answers(answer("other_day", stored, "Day", "date"), preferred_day=stored)
    store([sealed_request(site.book, site.location, forged)])
    for rows in (csv_rows(export("csv")), xlsx_rows(export("xlsx"))):
        told = dict(zip(rows[0], rows[1], strict=True))
        assert told["Preferred day"].lstrip("'") in {cell, stored}
        assert rows[1][OTHER] in {f"Day: {cell}", f"Day: {stored}"}


@pytest.mark.parametrize(
    ("text", "xml"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("]]> <f>1+1</f>", "]]&gt; &lt;f&gt;1+1&lt;/f&gt;"),
        ("_x0041_", "_x005F_x0041_"),
        ("_x0041", "_x0041"),
        ("a\x00b\x1fc\ufffed\ud800e", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("one\ntwo\tthree\rfour", "one\ntwo\tthree_x000D_four"),
        ("=1+1", "=1+1"),
        ("naïve 🧠", "naïve 🧠"),
    ],
)
def test_text_becomes_xml_that_means_the_same(text: str, xml: str) -> None:
    assert xml_text(text) == xml


@pytest.mark.parametrize("letter", ["x", "é", "🧠"])
def test_a_text_longer_than_a_cell_says_where_it_was_cut(letter: str) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    whole = letter * (CELL_CHARACTERS // units)
    assert fitting(whole) == whole
    cut = fitting(whole + letter * 10)
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_CHARACTERS
    told = f"{len(whole) * units + 10 * units}"
    assert cut.endswith(f" […] Cut here: a cell holds 32,767 characters, and this text has {told}.")
    assert cut.startswith(letter * 10_000)


def test_a_huge_answer_is_whole_in_csv_and_marked_in_the_workbook(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    huge = "word " * 20_000
    store([sealed_request(site.book, site.location, core_answers(message=huge))])
    assert csv_rows(export("csv"))[1][MESSAGE] == huge
    cell = xlsx_rows(export("xlsx"))[1][MESSAGE]
    assert len(cell) == CELL_CHARACTERS
    assert cell.endswith("a cell holds 32,767 characters, and this text has 100000.")


def test_columns_are_lettered_as_in_every_spreadsheet() -> None:
    assert [column_letters(number) for number in (0, 25, 26, 51, 52, 701, 702, 16_383)] == [
        *("A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD")
    ]


def test_more_than_a_sheet_holds_is_refused_before_anything_is_opened(
    export: Export,
    site: SimpleNamespace,
    vault: TestVault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("booking.desk.export.files.MOST_REQUESTS", 2)
    store(sealed_request(site.book, site.location) for _ in range(3))
    response = export("xlsx")
    assert response.context["form"].errors["format"] == [
        "A sheet of Excel holds 1,048,574 requests, and these are 3. Choose CSV."
    ]
    assert len(csv_rows(export("csv"))) == 5


def test_a_sheet_that_grows_too_long_breaks_off_and_is_no_file(
    export: Export,
    site: SimpleNamespace,
    vault: TestVault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 4)
    store(sealed_request(site.book, site.location) for _ in range(2))
    assert len(xlsx_rows(export("xlsx"))) == 4
    store([sealed_request(site.book, site.location)])
    with pytest.raises(workbook.TooManyRows):
        file_of(export("xlsx"))


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_no_temporary_file_is_written(
    export: Export,
    two_hundred: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file_format: str,
) -> None:
    """The folder for them does not exist: whoever wanted one would fail."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError):
        tempfile.mkstemp()
    content = file_of(export(file_format))
    found = content.count(b"\r\n") if file_format == "csv" else sheet_xml(content).count("<row ")
    assert found == 202
