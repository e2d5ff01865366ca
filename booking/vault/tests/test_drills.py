"""The drills of docs/operations.md, each as its staff would do it, and the rules of that page."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core import serializers
from django.core.management import call_command, get_commands
from django.test import Client
from django.utils import timezone

from booking.models import Submission
from booking.tests.factories import core_answers, sealed_request, store
from booking.vault import manifests
from booking.vault.models import Epoch, Grant, Reviewer, Vault, VaultSession
from booking.vault.notices import notify_others
from booking.vault.passphrases import fingerprint_words
from clinic_site.background import runs
from clinic_site.background.schedule import JOBS
from clinic_site.checks import check_background_runs
from clinic_site.tests.fixtures import SIGN_IN_PASSWORD
from clinic_site.tests.mails import sent_mails

DOCS = django_settings.BASE_DIR / "docs"
VAULT = "/admin/vault/"
NEW = "copper lantern under seven quiet rivers"
STEPS = 5


@pytest.fixture
def clinic(site: Any, vault: Any, users: dict[str, Any], settings: Any) -> Any:
    """A clinic with its pin set, two people with access, and one request."""
    settings.VAULT_PIN = manifests.fingerprint(bytes(Vault.objects.get().verify_key))
    take_in(site, "Robin Sample")
    return vault


def take_in(site: Any, name: str) -> Submission:
    return store([sealed_request(site.book, site.location, core_answers(name=name))])[0]


def names(client: Client) -> list[str]:
    """What the list of requests shows to this person."""
    rows = client.get("/admin/booking/submission/").context["object_list"]
    return [row.reading.name for row in rows if row.reading.is_open]


def unlock(client: Client, passphrase: str) -> bool:
    response = client.post(f"{VAULT}unlock/", {"passphrase": passphrase})
    return response.status_code == 302


def press(client: Client, path: str, **fields: Any) -> Any:
    """Open one of the vault's pages and send its form; the page it leads to."""
    page = client.get(VAULT + path)
    hidden = {"draft": page.context["draft"]} if "draft" in page.context else {}
    response = client.post(VAULT + path, {**hidden, **fields}, follow=True)
    assert response.redirect_chain == [(VAULT, 302)], response.context["form"].errors
    return page


def give_access(client: Client, to: Any, passphrase: str) -> None:
    reviewer = Reviewer.objects.get(user=to)
    key = bytes(reviewer.public_key).hex()
    press(client, f"access/{reviewer.pk}/give/", key=key, passphrase=passphrase)


def new_sheet(client: Client, passphrase: str) -> str:
    """Print a new recovery sheet, and type two of its groups back; the key that stands on it."""
    page = client.get(f"{VAULT}sheet/")
    groups, asked = page.context["groups"], page.context["asked"]
    typed = {f"group_{number}": groups[number - 1] for number in asked}
    draft = page.context["draft"]
    client.post(f"{VAULT}sheet/", {"draft": draft, "passphrase": passphrase, **typed})
    return "-".join(groups)


def run(command: str, *args: str, **options: Any) -> tuple[int, str]:
    """Exit code and output of a command."""
    out = StringIO()
    try:
        call_command(command, *args, stdout=out, stderr=out, **options)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue()
    return 0, out.getvalue()


# The drills --------------------------------------------------------------------------------------


def test_drill_a_lost_passphrase(clinic: Any, users: dict[str, Any], sign_in: Any) -> None:
    me, colleague = sign_in("booking_reviewer"), sign_in("booking_administrator")
    page = press(me, "access/request/", choice="proposed", password=SIGN_IN_PASSWORD)
    proposed = page.context["proposed"]
    mine = me.get(VAULT).context["own_words"]
    shown = [gift["words"] for gift in colleague.get(VAULT).context["gifts"]]
    assert shown == [mine]
    give_access(colleague, users["booking_reviewer"], clinic.passphrases["booking_administrator"])
    assert not unlock(me, clinic.passphrases["booking_reviewer"])
    assert unlock(me, proposed)
    assert names(me) == ["Robin Sample"]


def test_drill_all_passphrases_lost(
    clinic: Any, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    me = sign_in("booking_reviewer")
    press(me, "recover/", sheet=clinic.recovery_key, passphrase=NEW, again=NEW)
    assert unlock(me, NEW)
    assert names(me) == ["Robin Sample"]
    other = sign_in("booking_administrator")
    proposed = press(
        other, "access/request/", choice="proposed", password=SIGN_IN_PASSWORD
    ).context["proposed"]
    give_access(me, users["booking_administrator"], NEW)
    assert unlock(other, proposed)
    sheet = new_sheet(me, NEW)
    third = sign_in("administrator")
    old = {"sheet": clinic.recovery_key, "passphrase": NEW, "again": NEW}
    assert list(third.post(f"{VAULT}recover/", old).context["form"].errors) == ["sheet"]
    press(third, "recover/", sheet=sheet, passphrase=NEW, again=NEW)
    assert Grant.objects.filter(reviewer__user=users["administrator"]).exists()


def test_drill_a_member_of_staff_leaves(
    clinic: Any, site: Any, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    leaver = sign_in("booking_administrator", unlock=True)
    users["booking_administrator"].is_active = False
    users["booking_administrator"].save()
    assert leaver.get(VAULT).status_code == 302
    me, passphrase = sign_in("booking_reviewer"), clinic.passphrases["booking_reviewer"]
    epochs = Epoch.objects.count()
    pk = Reviewer.objects.get(user=users["booking_administrator"]).pk
    press(me, f"access/{pk}/remove/", passphrase=passphrase)
    assert Epoch.objects.count() == epochs + 1
    assert VaultSession.objects.filter(user=users["booking_administrator"]).count() == 0
    new_sheet(me, passphrase)
    assert "booking_administrator" not in run("vault_status")[1]
    assert manifests.current_key().epoch == epochs + 2
    take_in(site, "Kim Example")
    assert unlock(me, passphrase)
    assert sorted(names(me)) == ["Kim Example", "Robin Sample"]


def test_drill_a_server_was_stolen(
    clinic: Any, users: dict[str, Any], sign_in: Callable[..., Client], settings: Any
) -> None:
    stolen_session = sign_in("booking_reviewer", unlock=True)
    wraps = set(Reviewer.objects.values_list("wrap", flat=True))
    settings.SECRET_KEY = "the key of the new server"
    assert stolen_session.get(VAULT).status_code == 302
    first, second = sign_in("booking_reviewer"), sign_in("booking_administrator")
    passphrases = clinic.passphrases.copy()
    for me, role, helper, other in (
        (first, "booking_reviewer", second, "booking_administrator"),
        (second, "booking_administrator", first, "booking_reviewer"),
    ):
        page = press(me, "access/request/", choice="proposed", password=SIGN_IN_PASSWORD)
        passphrases[role] = page.context["proposed"]
        give_access(helper, users[role], passphrases[other])
    new_sheet(first, passphrases["booking_reviewer"])
    assert wraps & set(Reviewer.objects.values_list("wrap", flat=True)) == {None}
    assert unlock(second, passphrases["booking_administrator"])
    assert names(second) == ["Robin Sample"]
    code, printed = run("vault_status")
    assert (code, "right" in printed) == (0, True)


BACKED_UP = (Vault, Epoch, Reviewer, Grant, Submission)


def backup() -> str:
    rows = [row for model in BACKED_UP for row in model.objects.order_by("pk")]
    return serializers.serialize("json", rows)


def restore(text: str) -> None:
    VaultSession.objects.all().delete()
    for model in reversed(BACKED_UP):
        model.objects.all().delete()
    for row in serializers.deserialize("json", text):
        row.save(force_insert=True)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_drill_a_database_restored_from_a_backup(
    clinic: Any, site: Any, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    me, passphrase = sign_in("booking_reviewer"), clinic.passphrases["booking_reviewer"]
    gone = take_in(site, "Kim Example")
    Submission.objects.filter(pk=gone.pk).update(delete_after=timezone.localdate())
    old = backup()
    leaver = Reviewer.objects.get(user=users["booking_administrator"])
    press(me, f"access/{leaver.pk}/remove/", passphrase=passphrase)
    Submission.objects.filter(pk=gone.pk).update(delete_after="2020-01-01")
    run("purge_submissions")
    restore(old)

    code, printed = run("vault_status")
    assert (code, "right" in printed) == (0, True)
    # Back with the backup: somebody who was removed since.
    assert "booking_administrator" in printed
    press(me, f"access/{leaver.pk}/remove/", passphrase=passphrase)
    assert "booking_administrator" not in run("vault_status")[1]
    # And a request whose date has passed meanwhile.
    Submission.objects.filter(pk=gone.pk).update(delete_after="2020-01-01")
    assert "Deleted: 1 requests, 0 notes." in run("purge_submissions")[1]
    assert unlock(me, passphrase)
    assert names(me) == ["Robin Sample"]


def test_drill_the_vault_was_damaged(
    clinic: Any, site: Any, sign_in: Callable[..., Client], tmp_path: Path
) -> None:
    Epoch.objects.update(manifest=b"damaged")
    assert run("vault_status")[0] == 1
    me, passphrase = sign_in("booking_reviewer"), clinic.passphrases["booking_reviewer"]
    assert unlock(me, passphrase)
    assert names(me) == ["Robin Sample"]
    file = tmp_path / "passphrase"
    file.write_text(passphrase, encoding="utf-8")
    code, printed = run("vault_repair", user="booking_reviewer", passphrase_file=file, yes=True)
    assert (code, printed.splitlines()[1:]) == (
        0,
        [
            "  recovery sheet",
            "  booking_reviewer",
            "  booking_administrator",
            "Requests are taken again, sealed to epoch 2.",
        ],
    )
    take_in(site, "Kim Example")
    assert sorted(names(me)) == ["Kim Example", "Robin Sample"]
    leaver = Reviewer.objects.get(user__username="booking_administrator")
    press(me, f"access/{leaver.pk}/remove/", passphrase=passphrase)
    assert run("vault_status")[0] == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_drill_the_monthly_routine(
    clinic: Any, sign_in: Callable[..., Client], tmp_path: Path
) -> None:
    Epoch.objects.update(created_at=timezone.now() - timedelta(days=31))
    me, passphrase = sign_in("booking_reviewer"), clinic.passphrases["booking_reviewer"]
    assert unlock(me, passphrase)
    assert [epoch.number for epoch in Epoch.objects.all()] == [2, 1]
    assert run("vault_status")[0] == 0
    assert "Deleted: 0 requests" in run("purge_submissions")[1]
    file = tmp_path / "passphrase"
    file.write_text(passphrase, encoding="utf-8")
    run("vault_reencrypt", user="booking_reviewer", passphrase_file=str(file))
    assert set(map(bytes, Submission.objects.values_list("key_id", flat=True))) == {
        bytes(Epoch.objects.get(number=2).key_id)
    }
    assert names(me) == ["Robin Sample"]
    assert run("verify_privacy", "--dry-run")[0] == 0


def test_drill_mails_and_daily_work_stand_still(
    clinic: Any, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    notify_others("vault.new_sheet", by=users["booking_reviewer"])
    for job in JOBS:
        runs.claim(job)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert "stand still" in sign_in("administrator").get("/admin/").content.decode()
        assert [each.id for each in check_background_runs(databases=["default"])] == [
            "clinic_site.W001"
        ]
        # As `run_background` does.
        assert len(sent_mails()) == 1
        for job in runs.due():
            started_at = runs.claim(job)
            assert started_at
            runs.perform(job, started_at)
        page = sign_in("administrator").get("/admin/reports/background/").content.decode()
        assert "Deleted: 0 requests, 0 notes." in page
        assert "No mail is held up." in page
        assert check_background_runs(databases=["default"]) == []
        assert "stand still" not in sign_in("administrator").get("/admin/").content.decode()


# The page ----------------------------------------------------------------------------------------


def drills(text: str) -> dict[str, str]:
    """The text of each drill, by its heading."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def steps(text: str) -> int:
    return len(re.findall(r"^\d+\. ", text, flags=re.MULTILINE))


def commands(text: str) -> set[str]:
    return set(re.findall(r"manage\.py (\w+)", text)) | set(
        re.findall(r"`((?:vault|purge|verify)_\w+)", text)
    )


def missing_tests(text: str) -> list[str]:
    """Every `path::test` that the text names and that is not there; parameters do not count."""
    missing = []
    for path, name in re.findall(r"`([\w/]+\.py)::(\w+)", text):
        file = django_settings.BASE_DIR / path
        if not file.exists() or f"def {name}(" not in file.read_text(encoding="utf-8"):
            missing.append(f"{path}::{name}")
    return missing


def operations() -> dict[str, str]:
    return drills((DOCS / "operations.md").read_text(encoding="utf-8"))


def test_every_drill_has_five_steps_at_most_and_names_its_test() -> None:
    for heading, text in operations().items():
        assert 1 <= steps(text) <= STEPS, heading
        assert len(re.findall(r"`booking/vault/tests/test_drills\.py::test_drill_", text)) == 1


def test_every_drill_is_tested() -> None:
    named = re.findall(r"::(test_drill_\w+)", "".join(operations().values()))
    assert sorted(named) == sorted(name for name in globals() if name.startswith("test_drill_"))


def test_every_command_that_the_drills_name_exists() -> None:
    named = commands("".join(operations().values()))
    wanted = {"vault_status", "vault_reencrypt", "purge_submissions", "verify_privacy"}
    assert wanted <= named
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("page", ["operations.md", "threat-model.md"])
def test_every_test_that_the_documents_name_exists(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert "::test_" in text
    assert missing_tests(text) == []


def test_every_row_of_the_table_of_thieves_names_a_test() -> None:
    text = (DOCS / "threat-model.md").read_text(encoding="utf-8")
    table = text.split("## What each thief gets")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 6
    assert [row for row in rows if "::test_" not in row] == []


def test_a_page_that_breaks_the_rules_is_noticed() -> None:
    page = "## A\n" + "".join(f"{number}. Do.\n" for number in range(1, 7)) + "`vault_dance` "
    page += "`booking/vault/tests/test_drills.py::test_nothing`"
    assert steps(drills(page)["A"]) == 6
    assert commands(page) - set(get_commands()) == {"vault_dance"}
    assert missing_tests(page) == ["booking/vault/tests/test_drills.py::test_nothing"]


def test_the_five_words_are_those_of_the_key_that_gets_the_access(
    clinic: Any, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    me, colleague = sign_in("administrator"), sign_in("booking_reviewer")
    press(me, "access/request/", choice="proposed", password=SIGN_IN_PASSWORD)
    key = bytes(Reviewer.objects.get(user=users["administrator"]).public_key)
    assert me.get(VAULT).context["own_words"] == fingerprint_words(key)
    assert colleague.get(VAULT).context["gifts"][0]["words"] == fingerprint_words(key)
