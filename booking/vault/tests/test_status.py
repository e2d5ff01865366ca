"""What vault_status prints: counts, ages and states, and never contents."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet

from booking.models import Submission, SubmissionNote
from booking.tests.factories import core_answers, sealed_note, sealed_request, store
from booking.vault import keyring, lifecycle, manifests
from booking.vault.models import Epoch, Reviewer, Vault
from booking.vault.shredding import shred
from booking.vault.status import vault_state

Users = dict[str, Any]
QUERIES = 7
START = datetime(2026, 3, 2, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lived(
    site: SimpleNamespace, vault: Any, users: Users, clock: time_machine.Traveller, settings: Any
) -> None:
    """Three epochs: one shredded, one with a request, the current one with a request and a note."""
    settings.VAULT_PIN = manifests.fingerprint(bytes(Vault.objects.get().verify_key))
    user = users["booking_reviewer"]
    root = keyring.root_by_passphrase(user, vault.passphrases["booking_reviewer"])[1]
    clock.shift(timedelta(days=30))
    lifecycle.start_epoch(root, Vault.objects.get())
    store([sealed_request(site.book, site.location, core_answers(name="Kestrel"))])
    clock.shift(timedelta(days=30))
    lifecycle.start_epoch(root, Vault.objects.get())
    request = store([sealed_request(site.book, site.location, core_answers(name="Merlin"))])[0]
    SubmissionNote.objects.bulk_create([sealed_note(request)])
    shred(1)
    clock.shift(timedelta(days=3))
    lifecycle.add_reviewer(Vault.objects.get(), users["editor"], "amber quilt nine rivers")
    clock.shift(timedelta(days=1))


def rename_key(rows: QuerySet[Submission], key_id: bytes) -> None:
    """Have the rows' blobs name another key."""
    for row in rows:
        blob = bytes(row.sealed)
        Submission.objects.filter(pk=row.pk).update(sealed=blob[:6] + key_id + blob[14:])


def run(*arguments: str) -> tuple[int, str]:
    out, code = StringIO(), 0
    try:
        call_command("vault_status", *arguments, stdout=out, no_color=True)
    except SystemExit as stopped:
        code = int(str(stopped.code))
    return code, out.getvalue()


def kid(number: int) -> str:
    return bytes(Epoch.objects.get(number=number).key_id).hex()


def test_everything_is_printed_and_the_manifest_last(lived: None) -> None:
    code, text = run()
    assert text.splitlines() == [
        "Vault made 2026-03-02",
        "",
        "Epoch  Key id            Made        Days old  State     Rows",
        f"1      {kid(1)}  2026-03-02        64  shredded  -",
        f"2      {kid(2)}  2026-04-01        34  kept      1 booking.Submission",
        (
            f"3      {kid(3)}  2026-05-01         4  current   "
            "1 booking.Submission, 1 booking.SubmissionNote"
        ),
        "",
        "Reviewer                       State           Since       Days",
        "(recovery sheet)               has access      2026-03-02    64",
        "booking_reviewer               has access      2026-03-02    64",
        "booking_administrator          has access      2026-03-02    64",
        "editor                         waiting         2026-05-04     1",
        "",
        "Pin: set and right",
        "Manifest: verifies",
    ]
    assert code == 0


def test_it_costs_the_same_whatever_there_is(
    lived: None, django_assert_num_queries: Any, site: SimpleNamespace
) -> None:
    with django_assert_num_queries(QUERIES):
        vault_state()
    store([sealed_request(site.book, site.location) for _ in range(3)])
    with django_assert_num_queries(QUERIES):
        vault_state()


def test_machines_get_the_same_as_json(lived: None) -> None:
    code, text = run("--json")
    told = json.loads(text)
    assert (code, told["ok"], told["pin"], told["manifest_verifies"]) == (0, True, "right", True)
    assert told["epochs"][1] == {
        "number": 2,
        "key_id": kid(2),
        "created": "2026-04-01T18:00:00+00:00",
        "age_days": 34,
        "is_shredded": False,
        "rows": {"booking.Submission": 1, "booking.SubmissionNote": 0},
    }
    assert told["reviewers"][3] == {
        "user": "editor",
        "since": "2026-05-04T18:00:00+00:00",
        "age_days": 1,
        "is_active": True,
        "has_access": False,
    }
    assert (told["unknown_keys"], told["unreadable_rows"], told["problems"]) == ({}, 0, [])


def test_contents_and_keys_are_never_shown(lived: None) -> None:
    epoch = Epoch.objects.first()
    assert epoch is not None
    secret = bytes(epoch.wrapped_seed or b"").hex()
    for _, text in (run(), run("--json")):
        assert [word for word in ("Kestrel", "Merlin", "Called back", secret) if word in text] == []


def test_rows_of_a_key_that_nobody_knows_are_shown_and_wrong(lived: None) -> None:
    rename_key(Submission.objects.filter(key_id=bytes.fromhex(kid(2))), b"stranger")
    code, text = run()
    assert code == 1
    assert (
        f"?      {b'stranger'.hex()}                        unknown   1 booking.Submission"
        in text.splitlines()
    )
    assert "Wrong: 1 rows open no more: their key is shredded or unknown." in text.splitlines()
    assert json.loads(run("--json")[1])["unknown_keys"] == {
        b"stranger".hex(): {"booking.Submission": 1, "booking.SubmissionNote": 0}
    }


def test_a_column_that_names_another_key_hides_nothing(lived: None) -> None:
    before = json.loads(run("--json")[1])
    Submission.objects.update(key_id=b"stranger")
    assert json.loads(run("--json")[1]) == before


def test_a_blob_that_was_changed_to_text_is_shown_as_unknown(lived: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite lets a blob hold text")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_submissionnote SET sealed = 'CBX1..somebody'")
    assert json.loads(run("--json")[1])["unknown_keys"] == {
        b"somebody".hex(): {"booking.Submission": 0, "booking.SubmissionNote": 1}
    }


def test_rows_of_a_shredded_epoch_are_wrong(lived: None) -> None:
    rename_key(Submission.objects.all(), bytes.fromhex(kid(1)))
    assert run()[0] == 1
    assert json.loads(run("--json")[1])["unreadable_rows"] == 2


def test_a_wrong_pin_is_wrong(lived: None, settings: Any) -> None:
    settings.VAULT_PIN = "0" * 64
    code, text = run()
    assert code == 1
    assert text.splitlines()[-2:] == [
        "Pin: set and WRONG",
        "Manifest: does NOT verify; nothing is sealed",
    ]
    assert "Wrong: VAULT_PIN is not this vault's. (vault.E003) " in text


@pytest.mark.parametrize(("is_trial", "code"), [(True, 0), (False, 1)])
def test_a_missing_pin_is_printed_and_wrong_outside_the_trial(
    lived: None, settings: Any, is_trial: bool, code: int
) -> None:
    pin, settings.VAULT_PIN, settings.TRIAL = settings.VAULT_PIN, "", is_trial
    done, text = run()
    assert (done, text.splitlines()[-2]) == (code, f"Pin: not set; this vault's is {pin}")


def test_a_changed_manifest_is_wrong(lived: None) -> None:
    Epoch.objects.filter(number=3).update(signature=bytes(64))
    code, text = run()
    assert (code, text.splitlines()[-1]) == (1, "Manifest: does NOT verify; nothing is sealed")


def test_a_warning_is_printed_and_not_wrong(lived: None, users: Users) -> None:
    users["booking_administrator"].is_active = False
    users["booking_administrator"].save()
    code, text = run()
    assert code == 0
    assert "Look: Fewer than two people have access to the vault. (vault.W001) " in text
    assert "booking_administrator          not active      2026-03-02    64" in text.splitlines()


def test_without_epochs_or_reviewers_it_still_answers(lived: None) -> None:
    Epoch.objects.all().delete()
    Reviewer.objects.all().delete()
    assert run()[0] == 1


def test_the_trials_vault_says_so(lived: None) -> None:
    Vault.objects.update(is_trial=True)
    assert run()[1].splitlines()[0] == "Vault made 2026-03-02, by the trial"


@pytest.mark.parametrize(
    ("arguments", "text"), [([], "There is no vault yet.\n"), (["--json"], "null\n")]
)
def test_without_a_vault_it_says_so_and_fails(db: None, arguments: list[str], text: str) -> None:
    assert run(*arguments) == (1, text)
