import json
import os
import stat
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page

from booking.models import Location, Submission
from booking.vault import crypto, keyring, passphrases
from booking.vault.models import Grant, Reviewer, Vault
from clinic_site.settings import base
from clinic_site.tests.fixtures import ROLES, valid_request
from home.management.commands.quickstart import SERVER
from home.models import StandardPage

VAULT_ROLES = ["booking_reviewer", "booking_administrator"]
Run = Callable[[], tuple[str, str]]


@pytest.fixture
def access_file(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR / "trial-access.json"


@pytest.fixture
def run(db: None, access_file: Path) -> Run:
    """Runs quickstart on a site as `migrate` leaves it; gives what it said and what it warned of."""

    def quickstart() -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        call_command("quickstart", stdout=out, stderr=err, no_color=True)
        return out.getvalue(), err.getvalue()

    return quickstart


@pytest.fixture
def access(run: Run, access_file: Path) -> dict[str, Any]:
    """What the file says after a first run."""
    run()
    return json.loads(access_file.read_text())


def users() -> Any:
    return get_user_model().objects.all()


def roots(access: dict[str, Any]) -> dict[str, bytes]:
    """The vault root as each reviewer's passphrase opens it."""
    return {
        role: keyring.root_by_passphrase(users().get(username=role), phrase)[1]
        for role, phrase in access["vault"]["passphrases"].items()
    }


# The file --------------------------------------------------------------------------------------


def test_the_file_holds_address_accounts_and_vault(access: dict[str, Any]) -> None:
    assert list(access) == ["url", "accounts", "vault"]
    assert access["url"] == "http://127.0.0.1:8000/"
    assert {role: list(entry) for role, entry in access["accounts"].items()} == {
        role: ["username", "password"] for role in ROLES
    }
    assert list(access["vault"]) == ["passphrases", "recovery_key"]
    assert list(access["vault"]["passphrases"]) == VAULT_ROLES


def test_only_its_owner_can_read_the_file(access: dict[str, Any], access_file: Path) -> None:
    assert stat.S_IMODE(access_file.stat().st_mode) == 0o600


def test_no_two_secrets_are_the_same(access: dict[str, Any]) -> None:
    secrets = [entry["password"] for entry in access["accounts"].values()]
    secrets += [*access["vault"]["passphrases"].values(), access["vault"]["recovery_key"]]
    assert len(set(secrets)) == 8


def test_it_shows_the_file_once_and_then_only_says_where_it_is(run: Run, access_file: Path) -> None:
    first, _ = run()
    assert first.endswith(f"{access_file}:\n{access_file.read_text()}")
    assert run() == (f"Accounts and passphrases of the trial are in {access_file}\n", "")


# Accounts --------------------------------------------------------------------------------------


def test_every_account_can_sign_in(access: dict[str, Any]) -> None:
    answers = {}
    for role, entry in access["accounts"].items():
        client = Client()
        response = client.post("/admin/login/", entry)
        answers[role] = (response.status_code, client.get("/admin/").status_code)
    assert answers == dict.fromkeys(ROLES, (302, 200))


def test_every_account_has_its_own_group_and_one_is_superuser(access: dict[str, Any]) -> None:
    groups = {user.username: [group.name for group in user.groups.all()] for user in users()}
    assert groups == {role: [group] if group else [] for role, group in ROLES.items()}
    assert [user.username for user in users().filter(is_superuser=True)] == ["administrator"]


# The vault -------------------------------------------------------------------------------------


def test_each_passphrase_and_the_recovery_key_open_the_same_vault(access: dict[str, Any]) -> None:
    recovery = Grant.objects.get(reviewer__user=None)
    seed = passphrases.recovery_seed(access["vault"]["recovery_key"])
    root = crypto.open_grant(
        bytes(recovery.sealed_root),
        seed,
        vault=recovery.reviewer.vault_id.bytes,
        reviewer=recovery.reviewer_id.bytes,
    )
    assert crypto.verify_key(root) == bytes(Vault.objects.get().verify_key)
    assert roots(access) == dict.fromkeys(VAULT_ROLES, root)


def test_nobody_else_has_access_to_the_vault(access: dict[str, Any]) -> None:
    names = Reviewer.objects.values_list("user__username", flat=True)
    assert sorted(name or "recovery" for name in names) == sorted([*VAULT_ROLES, "recovery"])


def test_the_booking_page_takes_a_request_at_once(access: dict[str, Any], client: Client) -> None:
    answers = valid_request(Location.objects.filter(active=True).first())
    assert client.post("/book/", answers).status_code == 303
    assert Submission.objects.count() == 1


# Again -----------------------------------------------------------------------------------------


def test_running_it_again_changes_nothing(
    access: dict[str, Any], run: Run, access_file: Path
) -> None:
    def state() -> list[Any]:
        return [
            access_file.read_bytes(),
            access_file.stat().st_mtime_ns,
            list(users().order_by("pk").values("username", "password")),
            list(Vault.objects.values()),
            list(Reviewer.objects.order_by("pk").values("pk", "public_key", "wrap")),
            list(Page.objects.order_by("pk").values("pk", "title", "latest_revision_id")),
        ]

    before = state()
    run()
    assert state() == before


def test_a_sample_page_that_staff_deleted_does_not_come_back(
    access: dict[str, Any], run: Run
) -> None:
    StandardPage.objects.get(slug="team").delete()
    run()
    assert StandardPage.objects.filter(slug="team").exists() is False


def test_without_the_file_it_says_what_to_do_and_makes_no_second_vault(
    access: dict[str, Any], run: Run, access_file: Path
) -> None:
    access_file.unlink()
    vault = Vault.objects.get().pk
    out, warning = run()
    assert out == ""
    assert f"{access_file} is gone" in warning
    assert "changepassword" in warning
    assert str(access_file.parent) in warning
    assert (Vault.objects.get().pk, access_file.exists(), users().count()) == (vault, False, 5)


def test_a_file_of_another_database_is_left_alone(run: Run, access_file: Path) -> None:
    access_file.parent.mkdir()
    access_file.write_text("{}")
    _, warning = run()
    assert "belongs to another database" in warning
    assert (access_file.read_text(), users().count(), Vault.objects.count()) == ("{}", 0, 0)


def test_nothing_is_made_when_the_file_cannot_be_written(run: Run, access_file: Path) -> None:
    access_file.parent.mkdir()
    access_file.symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        run()
    assert (users().count(), Vault.objects.count()) == (0, 0)


# Serving ---------------------------------------------------------------------------------------


def test_it_serves_in_its_own_process_but_for_the_first_time_when_its_settings_know_no_pin(
    db: None, access_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []
    monkeypatch.setattr("os.execv", lambda program, command: served.append(command[1:]))
    monkeypatch.setattr("gunicorn.app.wsgiapp.run", lambda: served.append(sys.argv))
    monkeypatch.setattr("subprocess.Popen", lambda command: served.append(command[1:]))
    monkeypatch.setattr("sys.argv", [])
    beside = ["manage.py", "run_background", "--with-parent", str(os.getpid())]

    call_command("quickstart", "--serve", stdout=StringIO())
    # execv does not return
    assert served == [beside, ["-m", "gunicorn", *SERVER], ["gunicorn", *SERVER]]
    del served[:]
    call_command("quickstart", "--serve", stdout=StringIO())
    assert served == [beside, ["gunicorn", *SERVER]]


# Where it does not run -------------------------------------------------------------------------


def test_it_refuses_settings_that_are_not_a_trials(
    run: Run, settings: Any, access_file: Path
) -> None:
    settings.TRIAL = False
    with pytest.raises(CommandError, match="quickstart is for trying the site out"):
        run()
    assert (users().count(), Vault.objects.count()) == (0, 0)
    assert access_file.parent.exists() is False


def test_settings_are_not_a_trials_unless_they_say_so() -> None:
    assert base.TRIAL is False
