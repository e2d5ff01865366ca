"""What the log tells of an export: never less than what went out."""

import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from booking.desk.export import batches
from booking.desk.export.record import NoLongerAllowed
from booking.models import Submission
from booking.tests.exported import csv_rows, file_of, rows_of
from booking.tests.factories import sealed_request, store
from clinic_site.tests.fixtures import TestVault

from .expected import NOW, Export

ACTIONS = ("booking.export", "booking.export_rows", "booking.export_end")


def broken_off(response: Any) -> None:
    """What the server does when nobody takes the next piece, but for closing the tests' database."""
    for close in response._resource_closers:
        close()


def entries() -> list[tuple[str, dict[str, Any]]]:
    found = ModelLogEntry.objects.filter(action__in=ACTIONS).order_by("pk")
    return [(entry.action, entry.data) for entry in found]


@pytest.fixture
def many(site: SimpleNamespace, vault: TestVault) -> list[str]:
    """The references of 2,300 requests, the newest first. One opens, the others would take a minute."""
    (whole,) = store([sealed_request(site.book, site.location, received_at=NOW)])
    others = [
        Submission(
            id=uuid.uuid4(),
            reference=f"R{number:07}",
            page=site.book,
            location=site.location,
            # Three at each moment: the place in the list is the moment and the key.
            received_at=NOW - timedelta(minutes=1 + number // 3),
            form_digest=number.to_bytes(32, "big"),
            answers_digest=b"",
            sealed=b"",
            key_id=b"",
            schema=1,
            delete_after=NOW.date(),
        )
        for number in range(2299)
    ]
    store(others)
    in_order = sorted(others, key=lambda each: (each.received_at, each.pk), reverse=True)
    return [whole.reference, *(each.reference for each in in_order)]


def test_it_tells_who_why_what_and_every_reference(
    export: Export, many: list[str], users: dict[str, Any]
) -> None:
    reason = {"reason": "other", "details": "Asked for by the insurer"}
    columns = ["received", "answer.name"]
    rows = csv_rows(export("csv", columns=columns, since="2000-01-01", **reason))
    assert [row[0] for row in rows[1:-1]] == many
    number = ModelLogEntry.objects.get(action="booking.export").pk
    assert entries() == [
        (
            "booking.export",
            {
                "rows": 2300,
                "format": "csv",
                "columns": columns,
                "filter": {"show": "all", "since": "2000-01-01"},
                **reason,
            },
        ),
        *(
            (
                "booking.export_rows",
                {"export": number, "rows": end, "references": many[start:end]},
            )
            for start, end in ((0, 1000), (1000, 2000), (2000, 2300))
        ),
        ("booking.export_end", {"export": number, "whole": True, "rows": 2300, "damaged": 2299}),
    ]
    of_one = ModelLogEntry.objects.filter(action__in=ACTIONS)
    assert {(entry.user, entry.label) for entry in of_one} == {
        (users["booking_administrator"], "Vault")
    }
    assert len({entry.uuid for entry in of_one}) == 1


def test_windows_of_keys_are_joined_without_a_gap(
    export: Export, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "WINDOW", 100)
    monkeypatch.setattr(batches, "BATCH", 40)
    assert [row[0] for row in csv_rows(export("csv"))[1:-1]] == many


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_references_are_logged_before_their_rows_leave(
    export: Export, many: list[str], file_format: str
) -> None:
    response = export(file_format)
    stream = iter(response.streaming_content)
    next(stream)  # the header, or the parts of a workbook that are always the same
    assert [action for action, _data in entries()] == ["booking.export"]
    sent = b""
    while many[0].encode() not in sent and file_format == "csv":
        sent += next(stream)
        logged = [ref for action, data in entries()[1:] for ref in data["references"]]
        assert logged == many[: len(logged)]
        assert sent.count(b"\r\n") <= len(logged)
    broken_off(response)


def test_a_download_that_broke_off_is_told_as_one(export: Export, many: list[str]) -> None:
    response = export("csv")
    stream = iter(response.streaming_content)
    sent = next(stream) + next(stream)
    broken_off(response)
    told = [line.split(",")[0] for line in sent.decode("utf-8-sig").split("\r\n")[1:]]
    (_begun, _about), (_rows, batch), (end, outcome) = entries()
    assert set(filter(None, told)) <= set(batch["references"])
    assert (end, outcome["whole"]) == ("booking.export_end", False)
    assert 0 < outcome["rows"] <= 1000
    assert b"Complete" not in sent


def test_nothing_is_logged_of_rows_after_a_file_that_nobody_took(
    export: Export, many: list[str]
) -> None:
    broken_off(export("csv"))
    assert [action for action, _data in entries()] == ["booking.export"]


@pytest.mark.parametrize("loss", ["group", "grant", "account"])
def test_whoever_loses_access_in_the_middle_gets_no_further_row(
    export: Export, many: list[str], users: dict[str, Any], loss: str
) -> None:
    response = export("csv")
    stream = iter(response.streaming_content)
    sent = next(stream) + next(stream)
    person = users["booking_administrator"]
    if loss == "group":
        person.groups.remove(*Group.objects.all())
    elif loss == "grant":
        person.vault_reviewer.grant.delete()
    else:
        person.is_active = False
        person.save()
    rest: list[bytes] = []
    with pytest.raises(NoLongerAllowed):
        rest.extend(stream)
    assert many[1000].encode() not in sent + b"".join(rest)
    assert [action for action, _data in entries()][-2:] == [
        "booking.export_rows",
        "booking.export_end",
    ]
    assert entries()[-1][1]["whole"] is False


def test_two_exports_at_once_are_two_records(export: Export, many: list[str]) -> None:
    responses = [export("csv", columns=[]), export("csv", columns=[])]
    streams = [iter(each.streaming_content) for each in responses]
    files = [b"", b""]
    for _ in range(1000):
        pieces = [next(stream, b"") for stream in streams]
        files = [one + piece for one, piece in zip(files, pieces, strict=True)]
        if not any(pieces):
            break
    assert files[0] == files[1]
    assert b"Complete: 2300 requests" in files[0]
    ends = [data for action, data in entries() if action == "booking.export_end"]
    assert [end["whole"] for end in ends] == [True, True]
    assert len({end["export"] for end in ends}) == 2


def test_what_is_deleted_while_the_file_is_fetched_is_left_out_and_the_rest_is_there(
    export: Export, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "WINDOW", 1000)
    stream = iter(export("csv").streaming_content)
    sent = next(stream) + next(stream)
    gone = many[995:1005] + many[1990:2000]
    Submission.objects.filter(reference__in=gone).delete()
    sent += b"".join(stream)
    told = [line.split(",")[0] for line in sent.decode("utf-8-sig").split("\r\n")[1:-2]]
    assert [each for each in told if each not in gone] == [
        each for each in many if each not in gone
    ]
    assert b"Complete: 2" in sent


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_number_of_queries_is_the_same_for_one_request_and_for_a_hundred(
    export: Export, site: SimpleNamespace, vault: TestVault, file_format: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            rows_of(export(file_format))
        return len(captured)

    store([sealed_request(site.book, site.location)])
    one = queries()
    store(sealed_request(site.book, site.location) for _ in range(99))
    assert queries() == one


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_file_is_named_by_clinic_time_and_kept_by_nobody(
    export: Export, site: SimpleNamespace, file_format: str
) -> None:
    response = export(file_format)
    assert response["Content-Disposition"] == (
        f'attachment; filename="requests-2026-10-07-1200.{file_format}"'
    )
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    file_of(response)
