"""Which requests are exported, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import ModelLogEntry

from booking.tests.exported import EXPORT_URL, rows_of
from booking.tests.factories import (
    LocationFactory,
    sealed_request,
    store,
)
from clinic_site.tests.fixtures import TestVault

from .expected import (
    Export,
)

pytestmark = pytest.mark.once


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
    assert {row[0] for row in rows_of(response)[1:-1]} == {letter * 8 for letter in references}
    logged = ModelLogEntry.objects.get(action="booking.export").data
    assert (logged["rows"], logged["format"]) == (len(references), file_format)
    assert logged["filter"] == {"show": "all"} | {key: str(value) for key, value in fields.items()}


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
    pages = {query: client.get(f"{EXPORT_URL}?{query}") for query in queries}
    assert {query: page.status_code for query, page in pages.items()} == dict.fromkeys(queries, 200)
    assert "from-the-address" not in pages[queries[-1]].context["form"].as_p()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"format": "pdf"},
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
        (
            {"columns": ["sealed"]},
            {"columns": "Select a valid choice. sealed is not one of the available choices."},
        ),
        ({"reason": ""}, {"reason": "Choose what the file is needed for."}),
        (
            {"reason": "other", "details": " \u200b"},
            {"details": "Say in a few words what the file is needed for."},
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


def test_a_wrong_passphrase_keeps_what_was_chosen(export: Export, vault: TestVault) -> None:
    chosen = {
        "format": "xlsx",
        "columns": ["status", "answer.phone"],
        "reason": "other",
        "details": "For the insurer",
        "since": "2026-10-05",
    }
    page = BeautifulSoup(export(**chosen, passphrase="wrong").content, "html.parser")
    form = page.select_one("form[data-export]")
    ticked = [box["value"] for box in form.select("[name=columns][checked]")]
    assert ticked == chosen["columns"]
    assert form.select_one("[name=format][checked]")["value"] == "xlsx"
    assert form.select_one("[name=reason] [selected]")["value"] == "other"
    assert form.select_one("[name=details]")["value"] == "For the insurer"
    assert form.select_one("[name=since]")["value"] == "2026-10-05"
    assert form.select_one("[name=passphrase]").get("value") is None


def test_the_fewest_columns_are_ticked_and_the_log_is_warned_of(
    sign_in: Callable[..., Client], site: SimpleNamespace, vault: TestVault
) -> None:
    page = BeautifulSoup(sign_in("booking_administrator").get(EXPORT_URL).content, "html.parser")
    assert [box["value"] for box in page.select("[name=columns][checked]")] == [
        *("received", "location", "status", "answer.name", "answer.contact_by"),
        *("answer.phone", "answer.email"),
    ]
    assert len(page.select("[name=columns]")) == 30
    assert "Write no name, no phone number" in page.select_one("form[data-export]").text
