"""One value for what was ticked in whatever language, and numbers that no spreadsheet reckons with."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from booking.choices import CORE_FIELDS, ContactBy, NoteKind, PreferredTime
from booking.desk.export.words import shared_words
from booking.models import SubmissionNote
from booking.submissions.sealed import NOTE_PURPOSE, SCHEMA
from booking.tests.exported import csv_rows, rows_of, xlsx_rows
from booking.tests.factories import answer, core_answers, sealed_note, sealed_request, store
from booking.vault import sealing
from clinic_site.tests.fixtures import TestVault

from .expected import NOW, Export

pytestmark = pytest.mark.once

BOTH = pytest.mark.parametrize("file_format", ["csv", "xlsx"])


def test_every_word_of_every_language_leads_to_that_of_the_default_one() -> None:
    assert shared_words("contact_by") == {
        "Phone call": "Phone call",
        "Text message": "Text message",
        "E-mail": "E-mail",
        "Llamada telefónica": "Phone call",
        "Mensaje de texto": "Text message",
        "Correo electrónico": "E-mail",
    }
    asked = {key for key in CORE_FIELDS if shared_words(key)}
    assert asked == {
        *("contact_by", "for_whom", "age_group", "been_before", "visit_by", "when", "weekdays"),
        *("parts", "preferred_time", "second_time"),
    }


@pytest.mark.parametrize("key", ["contact_by", "preferred_time", "been_before", "weekdays"])
def test_no_word_stands_for_two_answers(key: str) -> None:
    """As many values as codes: two codes that share a word would lose one."""
    codes = {"contact_by": len(ContactBy), "preferred_time": len(PreferredTime)}
    words = shared_words(key)
    assert len(set(words.values())) == codes.get(key, {"been_before": 2, "weekdays": 7}.get(key))
    assert all(words[value] == value for value in words.values())


@BOTH
def test_requests_of_both_languages_and_of_former_words_share_values(
    export: Export, site: SimpleNamespace, vault: TestVault, file_format: str
) -> None:
    typed: list[dict[str, Any]] = [
        {
            "contact_by": "Phone call",
            "weekdays": ["Monday"],
            "preferred_time": "Evening, after 5 p.m.",
        },
        {
            "contact_by": "Llamada telefónica",
            "weekdays": ["Lunes", "Viernes"],
            "preferred_time": "Al final del día, después de las 5 p.m.",
        },
        {"contact_by": "Phone call", "weekdays": [], "preferred_time": "Evening, after 5 pm"},
        {"contact_by": "=Phone call", "weekdays": ["Lunes", "=1"], "preferred_time": "Sometime"},
    ]
    store(
        sealed_request(
            site.book,
            site.location,
            core_answers(**each),
            received_at=NOW - timedelta(minutes=number),
        )
        for number, each in enumerate(typed)
    )
    columns = [f"answer.{key}" for key in ("contact_by", "weekdays", "preferred_time")]
    rows = rows_of(export(file_format, columns=columns))
    assert [row[1:4] for row in rows[1:4]] == [
        ["Phone call", "Monday", "Evening, after 5 p.m."],
        ["Phone call", "Monday; Friday", "Evening, after 5 p.m."],
        ["Phone call", "", "Evening, after 5 p.m."],
    ]
    unknown = "'=Phone call" if file_format == "csv" else "=Phone call"
    assert rows[4][1:4] == [unknown, "Monday; =1", "Sometime"]


@BOTH
@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("+52 55 1234 5678", "(+52) 55 1234 5678"),
        ("+44 20 7946 0018 ext. 3", "(+44) 20 7946 0018 ext. 3"),
        ("+52 (55) 1234", "(+52) (55) 1234"),
        ("(972) 555-0134", "(972) 555-0134"),
    ],
)
def test_numbers_from_abroad_begin_with_no_plus(
    export: Export, site: SimpleNamespace, vault: TestVault, typed: str, cell: str, file_format: str
) -> None:
    store([sealed_request(site.book, site.location, core_answers(phone=typed))])
    assert rows_of(export(file_format, columns=["answer.phone"]))[1][1] == cell


def test_what_only_looks_like_a_number_is_disarmed(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    for typed in ("+1+cmd|' /C calc'!A0", "+52=1", "+5255 1", "+ 1 2"):
        store([sealed_request(site.book, site.location, core_answers(phone=typed))])
        row = csv_rows(export("csv", columns=["answer.phone"]))[1]
        assert row[1] == f"'{typed}"
        site.book.submissions.all().delete()


# Notes


def note(request: Any, text: str, minutes: int, **columns: Any) -> SubmissionNote:
    made = sealed_note(request, text)
    sealed = sealing.seal(
        {"kind": NoteKind.CALL, "text": text},
        purpose=NOTE_PURPOSE,
        row=made.id,
        owner=request.id,
        schema=SCHEMA,
    )
    made.sealed, made.created_at = sealed.blob, timezone.now() + timedelta(minutes=minutes)
    for name, value in columns.items():
        setattr(made, name, value)
    made.save()
    return made


@BOTH
def test_notes_are_a_column_of_their_own(
    export: Export,
    site: SimpleNamespace,
    vault: TestVault,
    users: dict[str, Any],
    file_format: str,
) -> None:
    first, _second = store(
        sealed_request(site.book, site.location, received_at=NOW - timedelta(minutes=minutes))
        for minutes in (0, 1)
    )
    person = users["booking_reviewer"]
    person.first_name, person.last_name = "Ana", "Desk"
    person.save()
    note(first, "Called back.", 5, author=person)
    note(first, "=1+1", 1)
    damaged = note(first, "x", 9)
    SubmissionNote.objects.filter(pk=damaged.pk).update(sealed=b"x")
    rows = rows_of(export(file_format, columns=["notes"]))
    assert rows[0] == ["Reference", "Notes", "Remark"]
    assert rows[1][1].split("\n") == [
        "2026-10-07 12:01 A former colleague, Call: =1+1",
        "2026-10-07 12:05 Ana Desk, Call: Called back.",
        "2026-10-07 12:09 A former colleague: This note is damaged and cannot be opened.",
    ]
    assert rows[2][1] == ""
    assert "Notes" not in rows_of(export(file_format))[0]


def test_answers_that_no_column_is_known_for_follow_the_same_rules(
    export: Export, site: SimpleNamespace, vault: TestVault
) -> None:
    others = core_answers(
        answer("gone", "+52 55 1234 5678", "Second number", "phone"),
        answer("other", "=1+1", "=Why?"),
    )
    store([sealed_request(site.book, site.location, others)])
    told = "Second number: (+52) 55 1234 5678\n=Why?: =1+1"
    assert csv_rows(export("csv", columns=["others"]))[1][1] == told
    assert xlsx_rows(export("xlsx", columns=["others"]))[1][1] == told
