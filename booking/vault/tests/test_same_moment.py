"""Two changes of the keys at the same moment: one after the other, and nobody is locked out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from booking.vault import keyring, lifecycle, manifests, permissions, sealing
from booking.vault.lifecycle import ChangedMeanwhile, LastReviewer
from booking.vault.models import Epoch, Grant, Reviewer, Vault
from clinic_site.tests.fixtures import PASSPHRASES

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NEW = "violet trumpet lumber oyster"


@pytest.fixture
def roots(vault: Any, users: dict[str, Any]) -> dict[str, bytes]:
    return {
        role: keyring.root_by_passphrase(users[role], passphrase)[1]
        for role, passphrase in PASSPHRASES.items()
    }


def at_once(*changes: Callable[[], Any]) -> list[Any]:
    """What each returns or raises, started together in threads with connections of their own."""
    start = Barrier(len(changes))

    def run(change: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return change()
        except (LastReviewer, ChangedMeanwhile) as raised:
            return type(raised)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(changes)) as pool:
        return list(pool.map(run, changes))


def test_of_two_unlocks_after_a_month_one_starts_the_epoch(roots: dict[str, bytes]) -> None:
    vault, (root, other) = Vault.objects.get(), roots.values()
    Epoch.objects.update(created_at=timezone.now() - timedelta(days=31))
    begun = at_once(
        lambda: lifecycle.roll_if_due(root, vault), lambda: lifecycle.roll_if_due(other, vault)
    )
    assert sorted(epoch.number if epoch else 0 for epoch in begun) == [0, 2]
    assert manifests.current_key().epoch == 2


def test_two_who_take_each_others_access_away_do_not_both_lose_it(
    roots: dict[str, bytes], users: dict[str, Any]
) -> None:
    reviewers = {each.user.username: each for each in permissions.people_with_access()}
    outcomes = at_once(
        lambda: lifecycle.remove_reviewer(
            roots["booking_reviewer"], reviewers["booking_administrator"]
        ),
        lambda: lifecycle.remove_reviewer(
            roots["booking_administrator"], reviewers["booking_reviewer"]
        ),
    )
    assert [outcomes.count(each) for each in (None, LastReviewer)] == [1, 1]
    assert permissions.people_with_access().count() == 1


def test_access_given_twice_is_one_grant(roots: dict[str, bytes], users: dict[str, Any]) -> None:
    waiting = lifecycle.add_reviewer(Vault.objects.get(), users["administrator"], NEW)
    outcomes = at_once(
        *[lambda: lifecycle.grant_access(roots["booking_reviewer"], waiting, by=None)] * 2
    )
    assert sorted(isinstance(each, Grant) for each in outcomes) == [False, True]
    assert ChangedMeanwhile in outcomes
    assert sealing.seal({}, purpose="note", row=waiting.pk, owner=waiting.pk, schema=1)


def test_one_person_is_removed_once(roots: dict[str, bytes]) -> None:
    leaver = Reviewer.objects.get(user__username="booking_administrator")
    outcomes = at_once(*[lambda: lifecycle.remove_reviewer(roots["booking_reviewer"], leaver)] * 2)
    assert [outcomes.count(each) for each in (None, ChangedMeanwhile)] == [1, 1]
    assert Epoch.objects.count() == 2


def test_a_passphrase_chosen_twice_leaves_one_reviewer(vault: Any, users: dict[str, Any]) -> None:
    user = users["administrator"]
    chosen = at_once(*[lambda: lifecycle.add_reviewer(Vault.objects.get(), user, NEW)] * 2)
    assert Reviewer.objects.filter(user=user).get() in chosen
