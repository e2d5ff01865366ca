"""The key that requests are sealed to is remembered, and never one that is a moment too old."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.vault import lifecycle, sealing
from booking.vault.manifests import VaultTampered
from booking.vault.models import Epoch, Vault
from clinic_site.remembered import changes
from clinic_site.remembered.memory import content_in_hand

from .test_manifests import BINDING, TAMPERINGS, root_of


def seal_for_a_visitor() -> bytes:
    """The id of the key that a request would be sealed to."""
    with content_in_hand():
        return sealing.seal({"text": "secret"}, **BINDING).key_id


@pytest.fixture
def warm(vault: Any, settings: Settings) -> None:
    """A process that knows the key, and asks once a minute whether content changed."""
    settings.CONTENT_VERSION_SECONDS = 60
    seal_for_a_visitor()


def test_a_key_that_nothing_happened_to_is_not_checked_again(warm: None) -> None:
    with CaptureQueriesContext(connection) as captured:
        seal_for_a_visitor()
    assert len(captured) == 1


def test_a_new_key_is_sealed_to_at_once(warm: None, vault: Any, users: dict[str, Any]) -> None:
    lifecycle.start_epoch(root_of(vault, users), Vault.objects.get())
    assert seal_for_a_visitor() == bytes(Epoch.objects.get(number=2).key_id)


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_a_change_is_noticed_at_once(warm: None, tamper: Callable[[], None]) -> None:
    tamper()
    with pytest.raises(VaultTampered):
        seal_for_a_visitor()


def test_a_new_key_is_sealed_to_though_a_restored_table_has_lost_its_triggers(
    warm: None, vault: Any, users: dict[str, Any]
) -> None:
    root = root_of(vault, users)
    lost = [each for each in changes._standing() if each[0].startswith("vault_")]
    assert len(lost) > 3
    changes._run(map(changes._dropping, lost))
    seal_for_a_visitor()
    lifecycle.start_epoch(root, Vault.objects.get())
    assert seal_for_a_visitor() == bytes(Epoch.objects.get(number=2).key_id)


def test_a_shredded_key_is_sealed_to_no_more(warm: None) -> None:
    Epoch.objects.update(wrapped_seed=None)
    with pytest.raises(VaultTampered):
        seal_for_a_visitor()


def test_another_pin_counts_at_once(warm: None, settings: Settings) -> None:
    settings.VAULT_PIN = "0" * 64
    with pytest.raises(VaultTampered):
        seal_for_a_visitor()
