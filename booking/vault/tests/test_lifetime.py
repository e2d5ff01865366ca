"""Any life that a vault may have, beside a model in plain Python that says what should open.

Hypothesis makes up the lives. Each runs on the real tables, inside a savepoint that is taken back.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from booking.models import Submission
from booking.submissions.sealed import open_answers
from booking.tests.factories import core_answers, sealed_request
from booking.vault import crypto, keyring, lifecycle, manifests
from booking.vault.crypto import CannotOpen
from booking.vault.lifecycle import LastReviewer, VaultExists
from booking.vault.manifests import VaultTampered
from booking.vault.models import Epoch, Grant, Reviewer, Vault
from booking.vault.sealing import OpenKeys

pytestmark = pytest.mark.once  # what opens is a matter of keys; other tests store them on both

ROLES = ("administrator", "editor", "booking_reviewer", "booking_administrator")
PASSPHRASES = (
    "plum tiger seven kites",
    "amber quilt nine rivers",
    "copper lantern under snow",
    "velvet otter maple drum",
)
phrases = st.sampled_from(PASSPHRASES)

LIVES = settings(
    max_examples=45,
    stateful_step_count=40,
    deadline=None,
    # The same lives on every machine: a failure is found again, and never by somebody else.
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Lives(RuleBasedStateMachine):
    """The keys of one vault, and what is known of them from outside."""

    def __init__(self, site: Any, users: dict[str, Any]) -> None:
        super().__init__()
        self.site, self.users = site, users
        # The model: who opens with what, and which rows there are to open.
        self.access: dict[str, str] = {}
        self.waiting: dict[str, str] = {}
        self.sheets: list[str] = []
        self.rows: dict[Any, tuple[str, int]] = {}
        self.epoch = 0
        self.shredded: set[int] = set()
        self.tampered: dict[int, dict[str, bytes]] = {}
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        try:
            if self.epoch:
                self.everybody_tries_everything()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # What should open ----------------------------------------------------------------------------

    def readable(self) -> dict[Any, str]:
        """The text of every row whose epoch still has its key."""
        without = self.shredded | set(self.tampered)
        return {pk: text for pk, (text, epoch) in self.rows.items() if epoch not in without}

    @staticmethod
    def read(root: bytes) -> dict[Any, str]:
        """The text of every row that opens with the root."""
        keys, found = OpenKeys(root), {}
        for row in Submission.objects.all():
            try:
                found[row.pk] = open_answers(row, keys)[0]["answer"]
            except CannotOpen:
                continue
        return found

    def read_by(self, role: str, passphrase: str) -> dict[Any, str] | None:
        """What a person reads; None when he does not even get in."""
        try:
            return self.read(keyring.root_by_passphrase(self.users[role], passphrase)[1])
        except CannotOpen:
            return None

    def read_by_sheet(self, sheet: str) -> dict[Any, str] | None:
        try:
            return self.read(lifecycle.root_by_recovery(sheet))
        except CannotOpen:
            return None

    def everybody_tries_everything(self) -> None:
        """Every person with every passphrase, and every sheet that was ever printed.

        An old sheet is of no use because its grant is gone from this database. Who has it and a
        backup from before still reaches the root: test_theft.py shows that.
        """
        got_in = {
            (role, passphrase): self.read_by(role, passphrase)
            for role in ROLES
            for passphrase in PASSPHRASES
        }
        expected = self.readable()
        assert {who: rows for who, rows in got_in.items() if rows is not None} == dict.fromkeys(
            self.access.items(), expected
        )
        assert [self.read_by_sheet(sheet) for sheet in self.sheets] == [
            *[None] * (len(self.sheets) - 1),
            expected,
        ]

    def root(self, data: st.DataObject) -> bytes:
        """The root, by one of those who have access."""
        role = self.one_of(data, self.access)
        return keyring.root_by_passphrase(self.users[role], self.access[role])[1]

    @staticmethod
    def one_of(data: st.DataObject, values: Any) -> Any:
        return data.draw(st.sampled_from(sorted(values)))

    # People --------------------------------------------------------------------------------------

    @initialize(role=st.sampled_from(ROLES), passphrase=phrases)
    def create(self, role: str, passphrase: str) -> None:
        key = lifecycle.create_vault(user=self.users[role], passphrase=passphrase)
        self.sheets, self.access = [key], {role: passphrase}
        self.begin_epoch()

    @rule(role=st.sampled_from(ROLES), passphrase=phrases)
    def create_again(self, role: str, passphrase: str) -> None:
        with pytest.raises(VaultExists):
            lifecycle.create_vault(user=self.users[role], passphrase=passphrase)

    @rule(role=st.sampled_from(ROLES), passphrase=phrases)
    def ask_for_access_or_lose_the_passphrase(self, role: str, passphrase: str) -> None:
        lifecycle.add_reviewer(Vault.objects.get(), self.users[role], passphrase)
        self.access.pop(role, None)
        self.waiting[role] = passphrase

    @precondition(lambda self: self.access and self.waiting)
    @rule(data=st.data())
    def grant(self, data: st.DataObject) -> None:
        role = self.one_of(data, self.waiting)
        root, reviewer = self.root(data), Reviewer.objects.get(user=self.users[role])
        if self.epoch in self.tampered:
            with pytest.raises(CannotOpen):
                lifecycle.grant_access(root, reviewer, by=None)
            return
        lifecycle.grant_access(root, reviewer, by=None)
        self.access[role] = self.waiting.pop(role)

    @precondition(lambda self: self.access)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        role = self.one_of(data, self.access | self.waiting)
        root, reviewer = self.root(data), Reviewer.objects.get(user=self.users[role])
        if set(self.access) == {role}:
            with pytest.raises(LastReviewer):
                lifecycle.remove_reviewer(root, reviewer)
            return
        lifecycle.remove_reviewer(root, reviewer)
        self.access.pop(role, None)
        self.waiting.pop(role, None)
        self.begin_epoch()

    @precondition(lambda self: self.access or self.waiting)
    @rule(data=st.data(), old=phrases, new=phrases)
    def change_passphrase(self, data: st.DataObject, old: str, new: str) -> None:
        role = self.one_of(data, self.access | self.waiting)
        known = self.access if role in self.access else self.waiting
        if old == known[role]:
            lifecycle.change_passphrase(self.users[role], old, new)
            known[role] = new
        else:
            with pytest.raises(CannotOpen):
                lifecycle.change_passphrase(self.users[role], old, new)

    # The recovery sheet --------------------------------------------------------------------------

    @rule(data=st.data(), role=st.sampled_from(ROLES), passphrase=phrases)
    def recover(self, data: st.DataObject, role: str, passphrase: str) -> None:
        sheet = data.draw(st.sampled_from(self.sheets))
        if sheet != self.sheets[-1] or self.epoch in self.tampered:
            with pytest.raises(CannotOpen):
                lifecycle.recover(sheet, user=self.users[role], passphrase=passphrase)
            return
        lifecycle.recover(sheet, user=self.users[role], passphrase=passphrase)
        self.waiting.pop(role, None)
        self.access[role] = passphrase

    @precondition(lambda self: self.access)
    @rule(data=st.data())
    def print_a_new_sheet(self, data: st.DataObject) -> None:
        self.sheets.append(lifecycle.new_recovery_sheet(self.root(data), by=None))
        self.begin_epoch()

    # Epochs and rows -----------------------------------------------------------------------------

    def begin_epoch(self) -> None:
        """What the model learns of a new epoch; each has one row at the least."""
        self.epoch += 1
        self.send(f"first of epoch {self.epoch}")

    def send(self, text: str) -> None:
        answers = core_answers(name=text)
        row = sealed_request(self.site.book, self.site.location, answers)
        row.save(force_insert=True)
        self.rows[row.pk] = (text, self.epoch)

    @precondition(lambda self: self.access)
    @rule(data=st.data())
    def roll(self, data: st.DataObject) -> None:
        assert lifecycle.start_epoch(self.root(data), Vault.objects.get()).number == self.epoch + 1
        self.begin_epoch()

    @precondition(lambda self: self.epoch > 1)
    @rule(data=st.data())
    def shred(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, self.epoch - 1))
        Epoch.objects.filter(number=number).update(wrapped_seed=None)
        self.shredded.add(number)

    @precondition(lambda self: self.epoch not in self.tampered)
    @rule(text=st.text(st.characters(exclude_categories=["C"]), max_size=30))
    def seal(self, text: str) -> None:
        self.send(text)

    @precondition(lambda self: self.epoch and self.epoch not in self.tampered)
    @rule()
    def tamper(self) -> None:
        """A thief who can write to the database puts a key of his own in the current one's place."""
        epoch = Epoch.objects.get(number=self.epoch)
        self.tampered[self.epoch] = {
            "public_key": bytes(epoch.public_key),
            "key_id": bytes(epoch.key_id),
        }
        mine = crypto.public_key_bytes(crypto.SUITE_HYBRID, os.urandom(32))
        Epoch.objects.filter(pk=epoch.pk).update(public_key=mine, key_id=crypto.key_id(mine))

    @precondition(lambda self: self.tampered)
    @rule(data=st.data())
    def repair(self, data: st.DataObject) -> None:
        number = self.one_of(data, self.tampered)
        Epoch.objects.filter(number=number).update(**self.tampered.pop(number))

    # Reading -------------------------------------------------------------------------------------

    @rule(role=st.sampled_from(ROLES), passphrase=phrases)
    def somebody_reads(self, role: str, passphrase: str) -> None:
        expected = self.readable() if self.access.get(role) == passphrase else None
        assert self.read_by(role, passphrase) == expected

    @rule(data=st.data())
    def somebody_reads_with_a_sheet(self, data: st.DataObject) -> None:
        sheet = data.draw(st.sampled_from(self.sheets))
        expected = self.readable() if sheet == self.sheets[-1] else None
        assert self.read_by_sheet(sheet) == expected

    # Always --------------------------------------------------------------------------------------

    @invariant()
    def sealing_works_exactly_while_the_key_is_the_signed_one(self) -> None:
        if self.epoch in self.tampered:
            with pytest.raises(VaultTampered):
                manifests.current_key()
        else:
            assert manifests.current_key().epoch == self.epoch

    @invariant()
    def the_manifest_verifies_and_names_everybody_with_access(self) -> None:
        vault, epoch = Vault.objects.get(), Epoch.objects.get(number=self.epoch)
        manifest, signature = bytes(epoch.manifest), bytes(epoch.signature)
        crypto.check_manifest(bytes(vault.verify_key), manifest, signature)
        granted = Reviewer.objects.filter(grant__isnull=False).select_related("user")
        key_ids = {crypto.key_id(bytes(reviewer.public_key)).hex() for reviewer in granted}
        assert {reviewer.user.username for reviewer in granted if reviewer.user} == set(self.access)
        assert len(granted) == len(self.access) + 1
        assert key_ids <= set(json.loads(manifest)["reviewers"])

    @invariant()
    def no_row_and_no_epoch_is_lost(self) -> None:
        assert set(Submission.objects.values_list("pk", flat=True)) == set(self.rows)
        assert set(Epoch.objects.values_list("number", flat=True)) == set(range(1, self.epoch + 1))


class LivesWithAnOldSheetThatStays(Lives):
    """Wrong on purpose: a new sheet leaves the old one's grant in the table."""

    @precondition(lambda self: self.access)
    @rule(data=st.data())
    def print_a_new_sheet(self, data: st.DataObject) -> None:
        old = Grant.objects.select_related("reviewer").get(reviewer__user=None)
        super().print_a_new_sheet(data)
        old.reviewer.save(force_insert=True)
        old.save(force_insert=True)


class LivesWithARemovalThatForgets(Lives):
    """Wrong on purpose: a removed person's keys come back."""

    @precondition(lambda self: len(self.access) > 1)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        kept = {grant.reviewer.user.username: grant for grant in people_with_access()}
        before = set(self.access)
        super().remove(data)
        for role in before - set(self.access):
            kept[role].reviewer.save(force_insert=True)
            kept[role].save(force_insert=True)


class LivesWithAShreddingThatKeeps(Lives):
    """Wrong on purpose: shredding leaves the key."""

    @precondition(lambda self: self.epoch > 1)
    @rule(data=st.data())
    def shred(self, data: st.DataObject) -> None:
        wraps = dict(Epoch.objects.values_list("number", "wrapped_seed"))
        super().shred(data)
        for number in self.shredded:
            Epoch.objects.filter(number=number).update(wrapped_seed=wraps[number])


def people_with_access() -> list[Grant]:
    return list(Grant.objects.select_related("reviewer__user").exclude(reviewer__user__isnull=True))


@pytest.fixture
def run(site: Any, users: dict[str, Any], settings: Any) -> Callable[..., None]:
    """run(kind_of_lives, settings) lives them."""
    settings.VAULT_ARGON2 = {"memory_kib": 8, "iterations": 1, "lanes": 1}
    # How often somebody may try has tests of its own: here every try counts as the first.
    dummy = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = {**settings.CACHES, "shared": dummy}
    # Who may not use the vault does not count as somebody left who opens it.
    users["editor"].user_permissions.add(Permission.objects.get(codename="use_vault"))

    def run_lives(kind: type[Lives], how: settings) -> None:
        run_state_machine_as_test(lambda: kind(site, users), settings=how)

    return run_lives


def test_in_every_life_what_should_open_opens_and_nothing_else(run: Callable[..., None]) -> None:
    run(Lives, LIVES)
    assert (Vault.objects.count(), Submission.objects.count()) == (0, 0)


UNTIL_ONE_FAILS = settings(
    LIVES, max_examples=200, phases=[Phase.generate], report_multiple_bugs=False
)


@pytest.mark.parametrize(
    "kind",
    [LivesWithAnOldSheetThatStays, LivesWithARemovalThatForgets, LivesWithAShreddingThatKeeps],
)
def test_a_vault_that_forgets_to_take_a_key_away_is_noticed(
    run: Callable[..., None], kind: type[Lives]
) -> None:
    with pytest.raises((AssertionError, VaultTampered)):
        run(kind, UNTIL_ONE_FAILS)
