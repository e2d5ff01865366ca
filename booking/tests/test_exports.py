"""What an export holds, cell by cell, and what a spreadsheet may not do with it."""

import csv
import io
import re
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from booking.models import BookingFormField, Submission
from booking.tests.factories import (
    LocationFactory,
    add_question,
    answer,
    core_answers,
    damage,
    sealed_request,
    store,
)
from clinic_site.tests.fixtures import PASSPHRASES, TestVault

URL = "/admin/booking/submission/export/"
NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)
CORE_LABELS = [
    "Your name",
    "How should we reach you?",
    "Phone number",
    "E-mail address",
    "You may leave a voicemail",
    "A good time to call",
    "If somebody else answers",
    "An interpreter, or another language",
    "For whom is the appointment?",
    "The patient's name",
    "How old is your child?",
    "Has the patient been here before?",
    "What kind of visit?",
    "Location",
    "In person or by video?",
    "When would you like to come?",
    "Days that suit you",
    "Parts of the day that suit you",
    "Preferred day",
    "Preferred time of day",
    "Another day that suits you",
    "Time of that other day",
    "What would you like us to know?",
    "I agree that the clinic stores this request, encrypted, and contacts me about it",
]
CLEAR = ["Reference", "Received", "Requested location", "Status", "Assigned to"]
MESSAGE = len(CLEAR) + CORE_LABELS.index("What would you like us to know?")
OTHER = len(CLEAR) + len(CORE_LABELS)
# Each of them is run by one spreadsheet or another when it stands at the head of a cell.
FORMULAS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("https://evil.example","Open")',
    '=DDE("cmd";"/C calc";"a")',
    "=IMPORTXML(CONCAT(A1))",
    "+1+1",
    "+19725550134",
    "-2+3",
    "-",
    "@SUM(1,2)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1,2)",
]
HARMLESS = [
    "1 + 1 = 2",
    "a@b",
    "'quoted",
    '"; =2"',
    "first\nsecond",
    "_x0041_",
    "(972) 555-0134",
    "",
]

Export = Callable[..., Any]


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def export(sign_in: Callable[..., Client], vault: TestVault) -> Export:
    """export(format, **fields) posts the export form as the booking administrator."""
    client = sign_in("booking_administrator")
    passphrase = PASSPHRASES["booking_administrator"]

    def post(file_format: str = "csv", **fields: Any) -> Any:
        return client.post(URL, {"format": file_format, "passphrase": passphrase, **fields})

    return post


def csv_rows(response: Any) -> list[list[str]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_cells(response: Any) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(response.content)).active.iter_rows()]


def xlsx_rows(response: Any) -> list[list[str]]:
    """The texts as Excel shows them: control characters stand in the file as _x000D_."""

    def shown(text: str | None) -> str:
        return re.sub("_x(00[01][0-9A-F])_", lambda code: chr(int(code[1], 16)), text or "")

    return [[shown(cell.value) for cell in row] for row in xlsx_cells(response)]


def expected_row(submission: Submission, answers: list[str], *, other: str = "") -> list[str]:
    received = submission.received_at - timedelta(hours=5)  # summer at the clinic
    clear = [submission.reference, received.strftime("%Y-%m-%d %H:%M"), "Allen", "New", ""]
    return [*clear, *answers, other, ""]


def core_row(name: str, message: str) -> list[str]:
    return [
        *(name, "Phone call", "(972) 555-0134", "robin@example.com", "Yes", "", "", ""),
        *("For myself", "", "", "", "", "Allen", "", "On a certain day", "", ""),
        *("2026-10-12", "Any time", "", "", message, "Yes"),
    ]


@pytest.fixture
def two_hundred(site: SimpleNamespace, vault: TestVault) -> list[tuple[Submission, str, str]]:
    """200 requests, newest first, with what was typed as name and message."""
    typed = [
        (FORMULAS[i % 20], f"{i}: {HARMLESS[i % 8]}") if i % 2 else (f"Name {i}", FORMULAS[i // 10])
        for i in range(200)
    ]
    requests = store(
        sealed_request(
            site.book,
            site.location,
            core_answers(name=name, message=message),
            received_at=NOW - timedelta(minutes=7 * i),
        )
        for i, (name, message) in enumerate(typed)
    )
    return [(row, *cells) for row, cells in zip(requests, typed, strict=True)]


def test_two_hundred_requests_come_back_from_csv_with_every_formula_disarmed(
    export: Export, two_hundred: list[tuple[Submission, str, str]]
) -> None:
    rows = csv_rows(export("csv"))
    assert rows[0] == [*CLEAR, *CORE_LABELS, "Other answers", "Remark"]
    assert rows[1:-1] == [
        expected_row(submission, core_row(disarmed(name), disarmed(message)))
        for submission, name, message in two_hundred
    ]
    assert rows[-1] == ["Complete: 200 requests, 0 of them damaged."]
    assert {name for _, name, _ in two_hundred} >= set(FORMULAS[1::2])
    assert {message for _, _, message in two_hundred} >= set(FORMULAS)


def shown(text: str) -> str:
    """A line break is one character, whatever it was stored as."""
    return text.replace("\r", "\n")


def disarmed(text: str) -> str:
    return f"'{shown(text)}" if text in FORMULAS else text


def test_two_hundred_requests_come_back_from_xlsx_as_they_were_typed(
    export: Export, two_hundred: list[tuple[Submission, str, str]]
) -> None:
    response = export("xlsx")
    assert response["Content-Type"] == (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    rows = xlsx_rows(response)
    assert rows[0] == [*CLEAR, *CORE_LABELS, "Other answers", "Remark"]
    assert rows[1:] == [
        expected_row(submission, core_row(shown(name), shown(message)))
        for submission, name, message in two_hundred
    ]


def test_every_cell_of_a_workbook_is_text_and_none_a_formula_or_a_link(
    export: Export, two_hundred: list[tuple[Submission, str, str]]
) -> None:
    response = export("xlsx")
    cells = [cell for row in xlsx_cells(response) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    with ZipFile(io.BytesIO(response.content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert [tag for tag in ("<f>", "<f ", "<hyperlink", "<dde") if tag in sheet] == []


def test_what_is_no_formula_stays_as_it_was_typed(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    store(
        sealed_request(
            site.book,
            site.location,
            core_answers(message=text),
            received_at=NOW - timedelta(minutes=minutes),
        )
        for minutes, text in enumerate(HARMLESS)
    )
    assert [row[MESSAGE] for row in csv_rows(export("csv"))[1:-1]] == HARMLESS
    assert [row[MESSAGE] for row in xlsx_rows(export("xlsx"))[1:]] == HARMLESS


@pytest.mark.parametrize(
    ("stored", "cell"),
    [
        ("a\x00b\x07c\x1bd\x0be\x7ff\ufffeg", "abcdefg"),
        ("\u202eexe.gpj", "exe.gpj"),
        ("\u2067Robin\u2069 \u200bSample", "Robin Sample"),
        ("علی\u200cرضا", "علی\u200cرضا"),
    ],
)
def test_what_does_not_show_or_would_reorder_a_line_reaches_neither_file(
    export: Export, site: SimpleNamespace, vault: TestVault, stored: str, cell: str
) -> None:
    other = answer("gone", stored, label=f"{stored}?")
    answers = core_answers(other, name=stored, message="whole")
    store([sealed_request(site.book, site.location, answers)])
    rows = [csv_rows(export("csv"))[1], xlsx_rows(export("xlsx"))[1]]
    assert [(row[5], row[MESSAGE], row[OTHER]) for row in rows] == [
        (cell, "whole", f"{cell}?: {cell}")
    ] * 2


def test_a_formula_behind_what_does_not_show_is_disarmed_too(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    store([sealed_request(site.book, site.location, core_answers(name="\u200b=1+1"))])
    assert csv_rows(export("csv"))[1][5] == "'=1+1"


def test_times_are_the_clinics_in_summer_and_in_winter(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    moments = [datetime(2026, 10, 6, 4, 30, tzinfo=UTC), datetime(2026, 1, 6, 4, 30, tzinfo=UTC)]
    store(sealed_request(site.book, site.location, received_at=moment) for moment in moments)
    expected = ["2026-10-05 23:30", "2026-01-05 22:30"]
    assert [row[1] for row in csv_rows(export("csv"))[1:-1]] == expected
    assert [row[1] for row in xlsx_rows(export("xlsx"))[1:]] == expected


def test_clear_columns_show_status_location_and_assignee(
    export: Export, site: SimpleNamespace, vault: TestVault, users: dict[str, Any]
) -> None:
    users["booking_reviewer"].username = "+reviewer"
    users["booking_reviewer"].save()
    plano = LocationFactory(name="Plano")
    columns = {"status": "scheduled", "assignee": users["booking_reviewer"]}
    store([sealed_request(site.book, plano, reference="AAAAAAAA", **columns)])
    assert csv_rows(export("csv"))[1][:5] == [
        *("AAAAAAAA", "2026-10-07 12:00", "Plano", "Scheduled", "'+reviewer")
    ]


# Columns


def test_every_question_ever_asked_has_a_column_and_a_removed_one_keeps_it(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    gone = add_question(site.book, "Insurance")
    asked = add_question(site.book, "Days", "checkboxes", choices="Mon\nTue")
    answers = core_answers(
        answer(gone, "Acme", "Insurance"),
        answer(asked, ["Mon", "Tue"], "Days", "choices"),
        answer("mystery", "x", "What else?"),
        answer("riddle", False, "Really?", "yes_no"),
    )
    BookingFormField.objects.filter(clean_name=gone).delete()
    plain = NOW - timedelta(minutes=1)
    store(
        [
            sealed_request(site.book, site.location, answers),
            sealed_request(site.book, site.location, received_at=plain),
        ]
    )
    for rows in (csv_rows(export("csv")), xlsx_rows(export("xlsx"))):
        assert rows[0] == [*CLEAR, *CORE_LABELS, "Insurance", "Days", "Other answers", "Remark"]
        assert rows[1][-4:] == ["Acme", "Mon; Tue", "What else?: x\nReally?: No", ""]
        assert rows[2][-4:] == ["", "", "", ""]


def test_a_renamed_question_keeps_one_column(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    key = add_question(site.book, "Insurance")
    before = core_answers(answer(key, "Acme", "Insurance"))
    question = BookingFormField.objects.get()
    question.label = "Your insurance"
    question.save()
    store([sealed_request(site.book, site.location, before)])
    header, row, _ = csv_rows(export("csv"))
    assert header[OTHER:] == ["Your insurance", "Other answers", "Remark"]
    assert row[OTHER:] == ["Acme", "", ""]


def test_a_label_that_is_a_formula_is_disarmed_in_the_header(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    add_question(site.book, "=1+1")
    assert csv_rows(export("csv"))[0][OTHER] == "'=1+1"
    assert xlsx_rows(export("xlsx"))[0][OTHER] == "=1+1"


# Damage


def test_a_damaged_request_says_so_and_the_others_are_whole(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    requests = store(
        sealed_request(site.book, site.location, received_at=NOW - timedelta(minutes=i))
        for i in range(3)
    )
    damage(requests[1])
    remark = "This request is damaged and cannot be opened."
    whole = core_row("Robin Sample", "I would like to talk.")
    empty = [*[""] * (len(CORE_LABELS) + 1), remark]
    expected = [
        expected_row(requests[0], whole),
        [*expected_row(requests[1], [])[:5], *empty],
        expected_row(requests[2], whole),
    ]
    rows = csv_rows(export("csv"))
    assert rows[1:-1] == expected
    assert rows[-1] == ["Complete: 3 requests, 1 of them damaged."]
    assert xlsx_rows(export("xlsx"))[1:] == expected


def test_a_blob_that_is_none_breaks_nothing(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    blobs = [b"", b"CBX1", b"\x00" * 2000, b"CBX9" + b"\x00" * 1200]
    store(sealed_request(site.book, site.location, sealed=blob) for blob in blobs)
    assert csv_rows(export("csv"))[-1] == ["Complete: 4 requests, 4 of them damaged."]


def test_a_blob_of_another_request_is_damage(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    one, other = store(sealed_request(site.book, site.location) for _ in range(2))
    Submission.objects.filter(pk=one.pk).update(sealed=other.sealed)
    assert csv_rows(export("csv"))[-1] == ["Complete: 2 requests, 1 of them damaged."]


def test_an_export_of_nothing_is_complete_too(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    assert csv_rows(export("csv"))[1:] == [["Complete: 0 requests, 0 of them damaged."]]
    assert xlsx_rows(export("xlsx"))[1:] == []


# Filters


@pytest.fixture
def filtered(site: SimpleNamespace, vault: TestVault) -> dict[str, Any]:
    """Four requests around the 5th of October at the clinic; the second one at Plano, closed."""
    plano = LocationFactory(name="Plano")
    moments = {
        "AAAAAAAA": datetime(2026, 10, 5, 4, 59, tzinfo=UTC),
        "CCCCCCCC": datetime(2026, 10, 5, 5, 0, tzinfo=UTC),
        "DDDDDDDD": datetime(2026, 10, 6, 4, 59, tzinfo=UTC),
        "EEEEEEEE": datetime(2026, 10, 6, 5, 0, tzinfo=UTC),
    }
    store(
        sealed_request(
            site.book,
            plano if reference == "CCCCCCCC" else site.location,
            reference=reference,
            received_at=moment,
            status="closed" if reference == "CCCCCCCC" else "new",
        )
        for reference, moment in moments.items()
    )
    return {"plano": plano.pk, "allen": site.location.pk}


@pytest.mark.parametrize(
    ("fields", "references"),
    [
        ({}, "AECD"),
        ({"status": "closed"}, "C"),
        ({"status": "new"}, "AED"),
        ({"status": "spam"}, ""),
        ({"location": "plano"}, "C"),
        ({"location": "allen", "status": "closed"}, ""),
        ({"since": "2026-10-05"}, "ECD"),
        ({"until": "2026-10-05"}, "ACD"),
        ({"since": "2026-10-05", "until": "2026-10-05"}, "CD"),
        ({"since": "2026-10-05", "until": "2026-10-05", "location": "allen"}, "D"),
    ],
)
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_filters_choose_what_is_exported(
    export: Export,
    filtered: dict[str, Any],
    fields: dict[str, str],
    references: str,
    file_format: str,
) -> None:
    fields = {key: filtered.get(value, value) for key, value in fields.items()}
    response = export(file_format, **fields)
    rows = csv_rows(response)[1:-1] if file_format == "csv" else xlsx_rows(response)[1:]
    assert {row[0] for row in rows} == {letter * 8 for letter in references}
    assert ModelLogEntry.objects.get(action="booking.export").data == {
        "rows": len(references),
        "format": file_format,
    }


def test_the_form_starts_with_what_the_list_was_filtered_by(
    sign_in: Callable[..., Client], filtered: dict[str, Any]
) -> None:
    query = {
        "show": "open",
        "status": "new",
        "location": str(filtered["plano"]),
        "since": "2026-10-01",
        "until": "2026-10-07",
    }
    client = sign_in("booking_administrator")
    listed = client.get("/admin/booking/submission/", {**query, "p": "1"})
    link = BeautifulSoup(listed.content, "html.parser").select_one("a[href*='/export/']")["href"]
    form = client.get(link).context["filters"]
    assert {name: form[name].value() for name in query} == query


def test_a_filter_that_is_none_leaves_the_form_usable(
    sign_in: Callable[..., Client], vault: TestVault
) -> None:
    client = sign_in("booking_administrator")
    queries = [
        "status=x",
        "location=x",
        "since=x",
        "until=x",
        "until=0001-01-01",
        "until=9999-12-31",
        "passphrase=from-the-address",
    ]
    pages = {query: client.get(f"{URL}?{query}") for query in queries}
    assert {query: page.status_code for query, page in pages.items()} == dict.fromkeys(queries, 200)
    assert "from-the-address" not in pages[queries[-1]].context["form"].as_p()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"file_format": "pdf"},
            {"format": "Select a valid choice. pdf is not one of the available choices."},
        ),
        (
            {"status": "lost"},
            {"status": "Select a valid choice. lost is not one of the available choices."},
        ),
        (
            {"location": "0"},
            {"location": "Select a valid choice. That choice is not one of the available choices."},
        ),
        ({"since": "soon"}, {"since": "Enter a valid date."}),
        (
            {"since": "2026-10-06", "until": "2026-10-05"},
            {"until": "Choose a day on or after “Received from”."},
        ),
        ({"passphrase": ""}, {"passphrase": "Enter your passphrase."}),
        (
            {"passphrase": "plank otter seven velvet maple drum"},
            {"passphrase": "This passphrase does not open the vault. Check it and try again."},
        ),
    ],
    ids=str,
)
def test_a_refused_export_says_why_and_sends_no_file(
    export: Export, filtered: dict[str, Any], fields: dict[str, str], expected: dict[str, str]
) -> None:
    response = export(**fields)
    errors = {**response.context["filters"].errors, **response.context["form"].errors}
    assert {name: " ".join(found) for name, found in errors.items()} == expected
    for message in expected.values():
        assert message in response.text
    assert response.status_code == 200
    assert "Content-Disposition" not in response
    assert "velvet" not in response.text
    assert ModelLogEntry.objects.filter(action="booking.export").count() == 0


def test_a_removed_grant_exports_nothing(
    export: Export, filtered: dict[str, Any], users: dict[str, Any]
) -> None:
    users["booking_administrator"].vault_reviewer.grant.delete()
    response = export()
    assert "Content-Disposition" not in response
    assert ModelLogEntry.objects.filter(action="booking.export").count() == 0


# The file itself


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_file_is_named_by_clinic_time_and_kept_by_nobody(
    export: Export, site: SimpleNamespace, file_format: str
) -> None:
    response = export(file_format)
    assert response["Content-Disposition"] == (
        f'attachment; filename="requests-2026-10-07-1200.{file_format}"'
    )
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_log_says_how_many_and_nothing_else(
    export: Export, two_hundred: list[Any], users: dict[str, Any], file_format: str
) -> None:
    export(file_format)
    entry = ModelLogEntry.objects.get(action="booking.export")
    assert entry.data == {"rows": 200, "format": file_format}
    assert (entry.user, entry.label) == (users["booking_administrator"], "Vault")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_number_of_queries_is_the_same_for_one_request_and_for_many(
    export: Export, site: SimpleNamespace, vault: TestVault, file_format: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            response = export(file_format)
            b"".join(response) if response.streaming else response.content
        return len(captured)

    store([sealed_request(site.book, site.location)])
    one = queries()
    store(sealed_request(site.book, site.location) for _ in range(600))
    assert queries() == one


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
    response = export(file_format)
    rows = csv_rows(response)[1:-1] if file_format == "csv" else xlsx_rows_in_memory(response)
    assert len(rows) == 200


def xlsx_rows_in_memory(response: Any) -> list[Any]:
    with ZipFile(io.BytesIO(response.content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode().split("<row ")[2:]
