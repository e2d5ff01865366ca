"""Requests that do not open, and none at all."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from booking.models import Submission
from booking.tests.exported import csv_rows, xlsx_rows
from booking.tests.factories import (
    damage,
    sealed_request,
    store,
)
from clinic_site.tests.fixtures import TestVault

from .expected import (
    CORE_LABELS,
    NOW,
    Export,
    core_row,
    expected_row,
)

pytestmark = pytest.mark.once


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
    assert xlsx_rows(export("xlsx"))[1:-1] == expected


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
    assert xlsx_rows(export("xlsx"))[1:-1] == []
