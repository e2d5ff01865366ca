"""What stands in the cells, and what a spreadsheet may not do with it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from booking.models import Submission
from booking.tests.exported import csv_rows, xlsx_rows
from booking.tests.factories import (
    LocationFactory,
    answer,
    core_answers,
    sealed_request,
    store,
)
from clinic_site.tests.fixtures import TestVault

from .expected import (
    CLEAR,
    CORE_LABELS,
    FORMULAS,
    HARMLESS,
    MESSAGE,
    NOW,
    OTHER,
    Export,
    core_row,
    expected_row,
)

pytestmark = pytest.mark.once


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
    rows = xlsx_rows(export("xlsx"))
    assert rows[0] == [*CLEAR, *CORE_LABELS, "Other answers", "Remark"]
    assert rows[1:-1] == [
        expected_row(submission, core_row(shown(name), shown(message)))
        for submission, name, message in two_hundred
    ]
    assert rows[-1] == ["Complete: 200 requests, 0 of them damaged."]


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
    assert [row[MESSAGE] for row in xlsx_rows(export("xlsx"))[1:-1]] == HARMLESS


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
    assert [row[1] for row in xlsx_rows(export("xlsx"))[1:-1]] == expected


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
