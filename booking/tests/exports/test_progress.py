"""How far an export is, for whoever began it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from booking.desk.export import batches
from booking.tests.exported import EXPORT_URL, export_fields
from booking.tests.factories import damage, sealed_request, store
from clinic_site.tests.fixtures import PASSPHRASES, TestVault

ROLE = "booking_administrator"


@pytest.fixture
def begun(
    sign_in: Callable[..., Client],
    site: SimpleNamespace,
    vault: TestVault,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Client, Any]:
    """An export of three requests, logged one by one, of which nothing was fetched yet."""
    monkeypatch.setattr(batches, "BATCH", 1)
    monkeypatch.setattr("booking.desk.export.csv_file.PIECE_BYTES", 1)
    store(sealed_request(site.book, site.location) for _ in range(3))
    client = sign_in(ROLE)
    return client, client.post(EXPORT_URL, export_fields(PASSPHRASES[ROLE]))


def test_it_counts_up_to_the_end(begun: tuple[Client, Any]) -> None:
    client, response = begun
    address = response["X-Export"]
    told = [client.get(address).json() for _piece in response.streaming_content]
    told.append(client.get(address).json())
    assert [each["text"] for each in told] == [
        *(f"{rows} of 3 requests" for rows in (0, 1, 2, 3, 3)),
        "3 requests went out.",
    ]
    assert told[-1] == {"rows": 3, "total": 3, "over": True, "text": "3 requests went out."}
    assert client.get(address)["Cache-Control"].endswith("private")


def test_one_that_was_stopped_says_so(begun: tuple[Client, Any]) -> None:
    client, response = begun
    stream = iter(response.streaming_content)
    next(stream), next(stream)
    for close in response._resource_closers:
        close()
    assert client.get(response["X-Export"]).json() == {
        "rows": 1,
        "total": 3,
        "over": True,
        "text": "The export was stopped after 1 of 3 requests. No file was kept.",
    }


def test_damaged_requests_are_told(begun: tuple[Client, Any], site: SimpleNamespace) -> None:
    client, response = begun
    damage(site.book.submissions.first())
    b"".join(response.streaming_content)
    text = client.get(response["X-Export"]).json()["text"]
    assert text == "3 requests went out, 1 of them damaged."


def test_nobody_else_learns_of_it(
    begun: tuple[Client, Any], sign_in: Callable[..., Client]
) -> None:
    _client, response = begun
    assert sign_in("administrator").get(response["X-Export"]).status_code == 404
    assert sign_in("booking_reviewer").get(response["X-Export"])["Location"] == "/admin/"
