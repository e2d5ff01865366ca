"""The system checks of the vault: each finds what it is for, and nothing in a vault in order."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, registry
from django.db import connection
from django.utils import timezone

from booking.vault import checks, manifests
from booking.vault.models import Epoch, Grant, Reviewer, Vault
from clinic_site.tests import trial
from clinic_site.tests.migrated import Migrated
from clinic_site.tests.production import PLAIN, SECRETS, production

Users = dict[str, Any]


def ids() -> list[str]:
    """What `check --deploy --database default` finds in the vault."""
    return [str(message.id) for message in checks.check_vault(databases=["default"])]


def own_pin() -> str:
    return manifests.fingerprint(bytes(Vault.objects.get().verify_key))


@pytest.fixture
def in_order(vault: Any, settings: Any, tmp_path: Path) -> Any:
    """A vault in production, with its pin and two people; returns the settings."""
    settings.TRIAL = False
    settings.VAR_DIR = tmp_path
    settings.VAULT_PIN = own_pin()
    return settings


def test_a_vault_in_order_passes(in_order: Any) -> None:
    assert ids() == []
    assert checks.check_trial_file() == []


def test_before_the_vault_is_made_there_is_nothing_to_find(db: None, settings: Any) -> None:
    settings.TRIAL = False
    assert ids() == []


def without_a_sheet() -> None:
    Reviewer.objects.filter(user=None).delete()


def with_a_sheet_that_waits() -> None:
    Grant.objects.filter(reviewer__user=None).delete()


def made_by_the_trial() -> None:
    Vault.objects.update(is_trial=True)


def with_a_changed_manifest() -> None:
    Epoch.objects.update(signature=bytes(64))


def with_one_person() -> None:
    Reviewer.objects.filter(user__username="booking_administrator").delete()


def with_one_person_and_one_who_waits() -> None:
    Grant.objects.filter(reviewer__user__username="booking_administrator").delete()


def with_one_person_who_left() -> None:
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(username="booking_administrator").update(is_active=False)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (without_a_sheet, ["vault.E001"]),
        (with_a_sheet_that_waits, ["vault.E001"]),
        (made_by_the_trial, ["vault.E004"]),
        (with_a_changed_manifest, ["vault.E005"]),
        (with_one_person, ["vault.W001"]),
        (with_one_person_and_one_who_waits, ["vault.W001"]),
        (with_one_person_who_left, ["vault.W001"]),
    ],
)
def test_each_thing_that_is_wrong_is_found(
    in_order: Any, change: Callable[[], None], found: list[str]
) -> None:
    change()
    assert ids() == found


@pytest.mark.parametrize(("is_trial", "found"), [(False, ["vault.E002"]), (True, [])])
def test_outside_the_trial_a_missing_pin_is_an_error(
    in_order: Any, is_trial: bool, found: list[str]
) -> None:
    in_order.VAULT_PIN = ""
    in_order.TRIAL = is_trial
    assert ids() == found


@pytest.mark.parametrize("pin", ["0" * 64, "not hexadecimal", "ö", " \n"])
def test_a_pin_of_another_vault_is_an_error_and_the_one_reason(in_order: Any, pin: str) -> None:
    in_order.VAULT_PIN = pin
    assert ids() == ["vault.E003"]


def test_a_pin_is_right_in_any_case_and_with_spaces_around(in_order: Any) -> None:
    in_order.VAULT_PIN = f" {own_pin().upper()}\n"
    assert ids() == []


@pytest.mark.parametrize(("days", "found"), [(44, []), (46, ["vault.W002"])])
def test_an_epoch_older_than_45_days_is_a_warning(
    in_order: Any, days: int, found: list[str]
) -> None:
    from booking.vault import crypto, keyring

    epoch = Epoch.objects.get()
    user = Reviewer.objects.get(user__username="booking_reviewer").user
    epoch.created_at = timezone.now() - timedelta(days=days)
    assert epoch.suite == crypto.SUITE_HYBRID
    root = keyring.root_by_passphrase(user, "plank otter seven velvet maple drum")[1]
    manifests.write(root, epoch, previous=None)
    epoch.save()
    assert ids() == found


def test_a_trials_vault_is_in_order_in_the_trial(in_order: Any) -> None:
    made_by_the_trial()
    in_order.TRIAL = True
    assert ids() == []


@pytest.mark.parametrize(("is_trial", "found"), [(False, ["vault.E004"]), (True, [])])
def test_a_trials_file_is_an_error_outside_the_trial(
    in_order: Any, is_trial: bool, found: list[str]
) -> None:
    (Path(in_order.VAR_DIR) / "trial-access.json").write_text("{}")
    in_order.TRIAL = is_trial
    assert [message.id for message in checks.check_trial_file()] == found


def test_a_vault_that_somebody_changed_to_text_is_found_and_breaks_nothing(in_order: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite lets a blob hold text")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_vault SET verify_key = 'text'")
    assert ids() == ["vault.E003"]
    in_order.VAULT_PIN = ""
    assert ids() == ["vault.E002", "vault.E005"]


def test_every_message_has_an_id_a_hint_and_its_level() -> None:
    messages = [each for each in vars(checks).values() if isinstance(each, CheckMessage)]
    assert len(messages) == 9
    for message in messages:
        assert message.hint
        assert str(message.id).startswith("vault.E" if message.level == 40 else "vault.W")


def test_without_the_vaults_table_there_is_nothing_to_find(in_order: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE vault_vault RENAME TO something_else")
    assert ids() == []


def test_tables_that_are_not_migrated_are_an_error_not_a_vault_in_order(in_order: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE vault_vault RENAME COLUMN is_trial TO something_else")
    assert ids() == ["vault.E006"]
    assert Vault.objects.count() == 1  # the connection goes on


# When they run -----------------------------------------------------------------------------------


def test_they_are_deployment_checks_and_stay_out_of_every_other_command() -> None:
    ours = {checks.check_vault, checks.check_trial_file}
    assert ours <= registry.registry.deployment_checks
    assert not ours & registry.registry.registered_checks


@pytest.mark.parametrize("databases", [None, [], ["another"]])
def test_the_database_is_left_alone_unless_asked_for(databases: list[str] | None) -> None:
    # Without the `db` fixture any query fails.
    assert checks.check_vault(databases=databases) == []


def manage(var: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command on an SQLite file of its own."""
    database = f"sqlite:///{var / 'clinic.sqlite3'}"
    return production(
        *command, **{**SECRETS, **PLAIN, "DATABASE_URL": database, "VAR_DIR": str(var)}
    )


CHECK = ["check", "--deploy", "--database", "default"]
MAKE_VAULT = """
from django.contrib.auth import get_user_model
from booking.vault import lifecycle
user = get_user_model().objects.create_user("somebody")
lifecycle.create_vault(user=user, passphrase="plum tiger seven kites", is_trial=True)
"""


@pytest.mark.once  # on SQLite, whatever the other tests run on
def test_from_an_empty_database_to_a_vault_no_command_breaks(
    tmp_path: Path, migrated: Migrated
) -> None:
    # No table: nothing to find, for the check as for `migrate`.
    empty = manage(tmp_path, *CHECK)
    assert (empty.returncode, empty.stderr) == (0, "")
    first = manage(tmp_path, "migrate", "contenttypes", "--verbosity", "0")
    assert (first.returncode, first.stderr) == (0, "")
    migrated.begin(tmp_path / trial.FILE)  # as the rest of `migrate` leaves it
    assert manage(tmp_path, *CHECK).returncode == 0

    manage(tmp_path, "shell", "--no-imports", "--command", MAKE_VAULT)
    found = manage(tmp_path, *CHECK)
    assert found.returncode == 1
    assert [name for name in ("E001", "E002", "E003", "E004", "E005", "W001", "W002")
            if f"vault.{name}" in found.stderr] == ["E002", "E004", "W001"]  # fmt: skip

    # What is wrong with the vault does not keep the site from being updated.
    again = manage(tmp_path, "migrate", "--verbosity", "0")
    assert (again.returncode, again.stderr) == (0, "")
    assert manage(tmp_path, "check").returncode == 0
