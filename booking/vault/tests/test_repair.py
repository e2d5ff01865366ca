"""`vault_repair`: requests are taken again after the manifest was damaged, and nothing else changes."""

import builtins
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

from booking.vault import keyring, lifecycle, manifests
from booking.vault.crypto import CannotOpen
from booking.vault.manifests import VaultTampered
from booking.vault.models import Epoch, Vault
from booking.vault.tests.test_manifests import TAMPERINGS, add_a_reviewer
from clinic_site.tests.fixtures import PASSPHRASES, TestVault


def repair(**options: Any) -> str:
    out = StringIO()
    call_command("vault_repair", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def file(vault: TestVault, tmp_path: Path) -> Path:
    """The booking reviewer's passphrase in a file."""
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASES["booking_reviewer"] + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_after_any_change_in_the_database_requests_are_taken_again_with_a_new_key(
    vault, users, file, tamper
):
    before = bytes(Epoch.objects.get().public_key)
    tamper()
    if tamper.__name__ == "swap_a_reviewers_key":  # his passphrase opens nothing now
        key = file.parent / "sheet"
        key.write_text(vault.recovery_key, encoding="utf-8")
        repair(recovery_key_file=key, yes=True)
    else:
        repair(user="booking_reviewer", passphrase_file=file, yes=True)
    written = [bytes(epoch.public_key) for epoch in Epoch.objects.all()][1:]
    assert manifests.current_key().public_key not in [before, *written]
    assert ModelLogEntry.objects.filter(action="vault.repair").count() == 1


def test_a_vault_that_is_whole_is_left_alone(vault, users):
    assert repair() == "The manifest holds: there is nothing to repair.\n"
    assert Epoch.objects.count() == 1


@pytest.mark.parametrize("answer", ["", "no", "y"])
def test_without_a_yes_nothing_is_changed(vault, users, file, monkeypatch, answer):
    Epoch.objects.update(manifest=b"damaged")
    monkeypatch.setattr(builtins, "input", lambda question: answer)
    with pytest.raises(CommandError, match="Nothing was changed"):
        repair(user="booking_reviewer", passphrase_file=file)
    assert Epoch.objects.count() == 1


def test_with_a_yes_it_is_done(vault, users, file, monkeypatch):
    Epoch.objects.update(manifest=b"damaged")
    monkeypatch.setattr(builtins, "input", lambda question: "yes")
    said = repair(user="booking_reviewer", passphrase_file=file)
    assert said.endswith("Requests are taken again, sealed to epoch 2.\n")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "Whose passphrase"),
        ({"user": "nobody"}, "no access"),
        ({"user": "editor"}, "no access"),
        ({"user": "booking_administrator"}, "does not open"),
        ({"user": "booking_reviewer", "passphrase_file": "/nowhere"}, "cannot be read"),
        ({"user": "booking_reviewer", "passphrase_file": sys.executable}, "holds no text"),
        ({"recovery_key_file": "/nowhere"}, "cannot be read"),
    ],
)
def test_without_passphrase_or_sheet_nothing_is_changed(vault, users, file, options, reason):
    Epoch.objects.update(manifest=b"damaged")
    with pytest.raises(CommandError, match=reason):
        repair(**{"passphrase_file": file, "yes": True, **options})
    assert Epoch.objects.count() == 1


def test_a_passphrase_in_place_of_the_recovery_key_opens_nothing(vault, users, file):
    Epoch.objects.update(manifest=b"damaged")
    with pytest.raises(CommandError, match="This recovery key does not open the vault"):
        repair(recovery_key_file=file, yes=True)


def test_after_five_wrong_passphrases_it_says_to_wait(vault, users, file):
    Epoch.objects.update(manifest=b"damaged")
    for _ in range(5):
        with pytest.raises(CommandError, match="does not open"):
            repair(user="booking_administrator", passphrase_file=file, yes=True)
    with pytest.raises(CommandError, match="15 minutes"):
        repair(user="booking_administrator", passphrase_file=file, yes=True)


def test_without_anybody_to_type_the_passphrase_it_says_how_to_give_it(vault, users, monkeypatch):
    def nobody(question: str, stream: object) -> str:
        raise EOFError

    monkeypatch.setattr("booking.vault.command_line.getpass", nobody)
    Epoch.objects.update(manifest=b"damaged")
    with pytest.raises(CommandError, match="--passphrase-file reads one"):
        repair(user="booking_reviewer", yes=True)


def test_a_typed_passphrase_is_read_blind(vault, users, file, monkeypatch):
    Epoch.objects.update(manifest=b"damaged")
    monkeypatch.setattr(
        "booking.vault.command_line.getpass",
        lambda question, stream: PASSPHRASES["booking_reviewer"],
    )
    assert "epoch 2" in repair(user="booking_reviewer", yes=True)


def test_somebody_who_was_slipped_in_is_shown_and_still_opens_nothing(vault, users, file):
    add_a_reviewer()
    with pytest.raises(VaultTampered):
        manifests.current_key()
    said = repair(user="booking_reviewer", passphrase_file=file, yes=True)
    assert said.count("recovery sheet") == 2
    slipped_in = Vault.objects.get().reviewers.filter(user=None).last()
    with pytest.raises(CannotOpen):
        keyring.root_for(slipped_in.grant, b"x" * 32)


def test_another_vaults_root_repairs_nothing(vault):
    with pytest.raises(CannotOpen):
        lifecycle.start_anew(b"x" * 32)
