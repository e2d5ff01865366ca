"""Notes on a request: sealed, added once, shown to whoever opens the vault, and gone with the request."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connections, transaction
from wagtail.models import ModelLogEntry

from booking import log_actions
from booking.models import Submission, SubmissionNote
from booking.submissions import handling
from booking.submissions.handling import ChangedMeanwhile, OnHold
from booking.submissions.notes import (
    Note,
    delete_note,
    notes_of,
    write_note,
)
from booking.submissions.receiving import withdrawal_digest
from booking.submissions.sealed import NOTE_PURPOSE, SCHEMA, Said
from booking.tests.factories import damage, sealed_note
from booking.vault import keyring, sealing
from booking.vault.sealing import OpenKeys
from clinic_site.tests.fixtures import TestVault

NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
Make = Callable[..., Submission]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def author(users: dict[str, Any]) -> Any:
    user = users["booking_reviewer"]
    user.first_name, user.last_name = "Bo", "Booker"
    user.save()
    return user


@pytest.fixture
def keys(vault: TestVault, users: dict[str, Any]) -> OpenKeys:
    user = users["booking_reviewer"]
    return OpenKeys(keyring.root_by_passphrase(user, vault.passphrases[user.username])[1])


def told(note: Note) -> tuple[str, str, str]:
    return note.kind, note.text, note.author


def write(request: Submission, author: Any, text: str = "Zinnia marmalade.", **said: str) -> Any:
    words = Said(said.get("kind", "call"), text)
    form_secret = said.get("form_secret", "a form")
    return write_note(request.pk, words, form_secret=form_secret, author=author)


def logged(request: Submission) -> list[str]:
    entries = ModelLogEntry.objects.for_instance(request).order_by("pk")
    return [entry.action for entry in entries]


def test_a_note_is_read_as_it_was_written(make: Make, keys: OpenKeys, author: Any) -> None:
    request, other = make(), make()
    write(request, author)
    write(request, author, "New number: (972) 555-0147.", kind="correction")
    found = notes_of([request, other], keys)
    assert list(found) == [request.pk]
    assert sorted(map(told, found[request.pk])) == [
        ("Call", "Zinnia marmalade.", "Bo Booker"),
        ("Correction", "New number: (972) 555-0147.", "Bo Booker"),
    ]
    assert {note.written_at for note in found[request.pk]} == {NOW}
    assert logged(request) == [log_actions.NOTE] * 2


def test_neither_words_nor_kind_are_stored_in_the_clear(
    make: Make, vault: TestVault, author: Any
) -> None:
    write(make(), author, "Marmalade", kind="agreement")
    rows = [*SubmissionNote.objects.values(), *ModelLogEntry.objects.values()]
    assert rows
    for text in ("armalade", "agreement"):
        assert text not in repr(rows)


def test_a_form_that_is_posted_twice_stores_one_note_and_loses_no_other_words(
    make: Make, vault: TestVault, author: Any
) -> None:
    request = make()
    first = write(request, author)
    assert write(request, author) == first
    # Back, and other words in the same form.
    assert write(request, author, "Something else.") != first
    assert write(request, author, form_secret="another form") != first
    assert SubmissionNote.objects.count() == 3
    assert logged(request) == [log_actions.NOTE] * 3


def test_the_same_words_of_one_form_belong_to_each_request(
    make: Make, keys: OpenKeys, author: Any
) -> None:
    one, other = make(), make()
    write(one, author)
    write(other, author)
    assert set(notes_of([one, other], keys)) == {one.pk, other.pk}


def test_notes_that_were_tampered_with_are_told_as_damaged(
    make: Make, keys: OpenKeys, author: Any
) -> None:
    one, other = make(), make()
    write(one, author)
    moved = sealed_note(other)
    moved.submission = one
    moved.save()
    SubmissionNote.objects.bulk_create([sealed_note(other, "kept")])
    found = notes_of([one, other], keys)
    assert sorted((note.is_damaged, note.text) for note in found[one.pk]) == [
        (False, "Zinnia marmalade."),
        (True, ""),
    ]
    assert [note.text for note in found[other.pk]] == ["kept"]


def test_a_damaged_request_keeps_its_notes(make: Make, keys: OpenKeys, author: Any) -> None:
    request = damage(make())
    write(request, author)
    assert [note.text for note in notes_of([request], keys)[request.pk]] == ["Zinnia marmalade."]


@pytest.mark.parametrize("value", [{}, {"text": 1}, {"kind": "praise", "text": "x"}])
def test_only_what_the_desk_would_have_sealed_is_a_note(
    make: Make, keys: OpenKeys, value: dict[str, Any]
) -> None:

    request, note = make(), None
    note = sealed_note(request)
    sealed = sealing.seal(value, purpose=NOTE_PURPOSE, row=note.pk, owner=request.pk, schema=SCHEMA)
    note.sealed = sealed.blob
    note.save()
    assert notes_of([request], keys)[request.pk][0].is_damaged


def test_nothing_is_noted_on_what_was_withdrawn_or_deleted(
    make: Make, vault: TestVault, author: Any
) -> None:
    request = make(withdrawal_digest=withdrawal_digest("CODE"))
    handling.withdraw(request.reference, withdrawal_digest("CODE"))
    with pytest.raises(ChangedMeanwhile):
        write(request, author)
    Submission.objects.all().delete()
    with pytest.raises(Submission.DoesNotExist):
        write(request, author)
    assert SubmissionNote.objects.count() == 0


def test_a_note_is_deleted_only_where_its_author_allows_and_never_on_hold(
    make: Make, vault: TestVault, author: Any, users: dict[str, Any]
) -> None:
    request, colleague = make(), users["booking_administrator"]
    note = write(request, author)

    def delete(**changes: Any) -> None:
        delete_note(note, **{"of_request": request.pk, "by": colleague, **changes})

    with pytest.raises(SubmissionNote.DoesNotExist):
        delete(allowed=lambda author_id: author_id == colleague.pk)
    with pytest.raises(SubmissionNote.DoesNotExist):
        delete(of_request=make().pk, allowed=bool)
    with pytest.raises(Submission.DoesNotExist):
        delete(of_request=uuid4(), allowed=bool)
    Submission.objects.filter(pk=request.pk).update(hold=True)
    with pytest.raises(OnHold):
        delete(allowed=bool)
    Submission.objects.filter(pk=request.pk).update(hold=False)
    delete(allowed=lambda author_id: author_id == author.pk)
    assert SubmissionNote.objects.count() == 0
    entries = ModelLogEntry.objects.for_instance(request).order_by("pk")
    assert [(entry.action, entry.user) for entry in entries] == [
        (log_actions.NOTE, author),
        (log_actions.DELETE_NOTE, colleague),
    ]
    with pytest.raises(SubmissionNote.DoesNotExist):
        delete(allowed=bool)


def test_a_note_outlives_the_account_of_its_author(make: Make, keys: OpenKeys, author: Any) -> None:
    request = make()
    write(request, author)
    SubmissionNote.objects.update(author=None)
    assert told(notes_of([request], keys)[request.pk][0]) == (
        "Call",
        "Zinnia marmalade.",
        "A former colleague",
    )


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_note_that_waits_for_a_withdrawal_is_not_kept(
    make: Make, vault: TestVault, author: Any
) -> None:
    request = make(withdrawal_digest=withdrawal_digest("CODE"))

    begun = Event()

    def note() -> Any:
        begun.set()
        try:
            return write(request, author)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            handling.withdraw(request.reference, withdrawal_digest("CODE"))
            written = pool.submit(note)
            assert begun.wait(30)
            with pytest.raises(TimeoutError):
                written.result(timeout=1)
        with pytest.raises(ChangedMeanwhile):
            written.result(timeout=30)
    assert SubmissionNote.objects.count() == 0
