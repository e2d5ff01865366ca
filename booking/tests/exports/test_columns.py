"""Which columns a file has."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from booking.models import BookingFormField
from booking.tests.exported import csv_rows, xlsx_rows
from booking.tests.factories import (
    add_question,
    answer,
    core_answers,
    sealed_request,
    store,
)
from clinic_site.tests.fixtures import TestVault

from .expected import (
    CLEAR,
    CORE_LABELS,
    NOW,
    OTHER,
    Export,
)

pytestmark = pytest.mark.once


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
