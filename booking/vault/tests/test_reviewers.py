"""Access asked for, given and taken; passphrases changed and lost; the recovery sheet."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import ModelLogEntry

from booking.vault import keyring, lifecycle
from booking.vault.crypto import CannotOpen
from booking.vault.limits import TooManyTries
from booking.vault.models import Epoch, Grant, Reviewer, Vault, VaultSession
from booking.vault.passphrases import fingerprint_words
from clinic_site.tests.fixtures import PASSPHRASES, SIGN_IN_PASSWORD, TestVault
from clinic_site.tests.meanwhile import meanwhile

INDEX = "/admin/vault/"
REQUEST, CHANGE = "/admin/vault/access/request/", "/admin/vault/passphrase/"
RECOVER, NEW_SHEET = "/admin/vault/recover/", "/admin/vault/sheet/"
NEW = "violet trumpet lumber oyster"
WRONG = "cobalt heron quiet lantern fig wrong"
REFUSED = "This passphrase does not open the vault. Check it and try again."
TOO_OFTEN = (
    "That was wrong too often. Wait 15 minutes, then try again. "
    "Until then nothing that you type here is looked at."
)

LOOKING = 'SELECT %s AS "a" FROM "vault_reviewer"'

SignIn = Callable[..., Client]
Users = dict[str, Any]


def address(action: str, reviewer: Reviewer) -> str:
    return f"/admin/vault/access/{reviewer.pk}/{action}/"


def says(response: Any) -> str:
    return " ".join(str(each) for each in response.wsgi_request._messages)


def ask(client: Client, passphrase: str = NEW, password: str = SIGN_IN_PASSWORD) -> Any:
    """Ask for access with that passphrase; returns the answer."""
    draft = client.get(REQUEST).context["draft"]
    data = {"draft": draft, "choice": "own", "passphrase": passphrase, "again": passphrase}
    return client.post(REQUEST, {**data, "password": password})


def gift(reviewer: Reviewer, passphrase: str = PASSPHRASES["booking_reviewer"]) -> dict[str, str]:
    return {"passphrase": passphrase, "key": bytes(reviewer.public_key).hex()}


def logged() -> list[tuple[str, str, dict[str, Any]]]:
    entries = ModelLogEntry.objects.filter(action__startswith="vault.").order_by("pk")
    return [(each.action, each.user.username, each.data) for each in entries]


@pytest.fixture
def giver(vault: TestVault, sign_in: SignIn) -> Client:
    """A reviewer with access."""
    return sign_in("booking_reviewer")


@pytest.fixture
def newcomer(vault: TestVault, sign_in: SignIn) -> Client:
    """Somebody who may use the vault and has no access."""
    return sign_in("administrator")


@pytest.fixture
def waiting(newcomer: Client, users: Users) -> Reviewer:
    ask(newcomer)
    ModelLogEntry.objects.all().delete()
    return Reviewer.objects.get(user=users["administrator"])


# Asking and giving -------------------------------------------------------------------------------


def test_a_newcomer_asks_and_reads_the_five_words_that_a_colleague_sees(newcomer, giver, users):
    answer = ask(newcomer)
    assert (answer.status_code, answer.url) == (302, INDEX)
    reviewer = Reviewer.objects.get(user=users["administrator"])
    five = fingerprint_words(bytes(reviewer.public_key))
    assert len(five.split()) == 5
    assert five in newcomer.get(INDEX).content.decode()
    assert five in giver.get(INDEX).content.decode()
    assert keyring.grant_of(users["administrator"]) is None
    assert logged() == [("vault.request_access", "administrator", {})]


def test_the_proposed_passphrase_is_the_one_that_holds(newcomer, giver, users):
    page = newcomer.get(REQUEST)
    data = {"draft": page.context["draft"], "choice": "proposed", "password": SIGN_IN_PASSWORD}
    newcomer.post(REQUEST, data)
    reviewer = Reviewer.objects.get(user=users["administrator"])
    giver.post(address("give", reviewer), gift(reviewer))
    assert keyring.root_by_passphrase(users["administrator"], page.context["proposed"])


def test_an_open_session_alone_cannot_ask_in_its_owners_name(giver, users):
    before = Reviewer.objects.get(user=users["booking_reviewer"])
    assert ask(giver, password="").context["form"].errors == {
        "password": ["Enter the password with which you sign in."]
    }
    page = ask(giver, password=PASSPHRASES["booking_reviewer"])
    assert page.context["form"].errors == {
        "password": ["This is not the password with which you sign in. Check it and try again."]
    }
    assert logged() == [("vault.unlock_failed", "booking_reviewer", {})]
    assert Reviewer.objects.get(user=users["booking_reviewer"]) == before
    assert keyring.root_by_passphrase(users["booking_reviewer"], PASSPHRASES["booking_reviewer"])


def test_a_wrong_sign_in_password_keeps_the_proposed_passphrase_on_the_page(newcomer):
    page = newcomer.get(REQUEST)
    data = {"draft": page.context["draft"], "choice": "proposed", "password": "wrong"}
    again = newcomer.post(REQUEST, data)
    assert again.context["proposed"] == page.context["proposed"]


def test_the_sign_in_password_may_be_wrong_five_times_and_gives_no_more_tries_at_passphrases(
    giver, users
):
    for _ in range(4):
        ask(giver, password="wrong")
        with pytest.raises(CannotOpen):
            keyring.root_by_passphrase(users["booking_reviewer"], WRONG)
    ask(giver)
    with pytest.raises(CannotOpen):
        keyring.unwrap_seed(Reviewer.objects.get(user=users["booking_reviewer"]), WRONG)
    with pytest.raises(TooManyTries):
        keyring.unwrap_seed(Reviewer.objects.get(user=users["booking_reviewer"]), NEW)
    for _ in range(5):
        ask(giver, password="wrong")
    assert ask(giver).context["form"].errors == {"password": [TOO_OFTEN]}


def test_access_given_by_somebody_else_at_the_same_moment_is_not_given_twice(waiting, giver):
    with meanwhile(LOOKING, lambda: Grant.objects.create(reviewer=waiting, sealed_root=b"theirs")):
        answer = giver.post(address("give", waiting), gift(waiting))
    assert "That has changed in the meantime, so nothing was done." in says(answer)
    assert logged() == []


def test_somebody_removed_by_somebody_else_at_the_same_moment_is_not_removed_twice(giver, users):
    leaver = Reviewer.objects.get(user=users["booking_administrator"])
    passphrase = {"passphrase": PASSPHRASES["booking_reviewer"]}
    with meanwhile(LOOKING, Reviewer.objects.filter(pk=leaver.pk).delete):
        answer = giver.post(address("remove", leaver), passphrase)
    assert "That has changed in the meantime, so nothing was done." in says(answer)
    assert (logged(), Epoch.objects.count()) == ([], 1)


def test_a_passphrase_changed_elsewhere_at_the_same_moment_stays(giver, users):
    user = users["booking_reviewer"]
    theirs = bytes(Reviewer.objects.get(user=user).wrap) + b"!"
    change = Reviewer.objects.filter(user=user).update
    old = PASSPHRASES["booking_reviewer"]
    with meanwhile('UPDATE "vault_reviewer"', lambda: change(wrap=theirs)):
        page = giver.post(CHANGE, {"old": old, "passphrase": NEW, "again": NEW})
    assert page.context["form"].errors == {"old": [REFUSED]}
    assert bytes(Reviewer.objects.get(user=user).wrap) == theirs


def test_somebody_who_is_no_reviewer_changes_no_passphrase(vault, users):
    with pytest.raises(CannotOpen):
        lifecycle.change_passphrase(users["editor"], NEW, NEW)


def test_giving_access_takes_the_givers_passphrase(waiting, giver, users):
    answer = giver.post(address("give", waiting), gift(waiting))
    assert (answer.status_code, answer.url) == (302, INDEX)
    grant, _root = keyring.root_by_passphrase(users["administrator"], NEW)
    assert grant.granted_by == users["booking_reviewer"]
    assert logged() == [("vault.give_access", "booking_reviewer", {"reviewer": "administrator"})]


def test_an_unlocked_session_alone_gives_no_access(waiting, sign_in):
    client = sign_in("booking_reviewer", unlock=True)
    page = client.post(address("give", waiting), gift(waiting, ""))
    assert page.context["form"].errors == {"passphrase": ["Enter your passphrase."]}
    page = client.post(address("give", waiting), gift(waiting, WRONG))
    assert page.context["form"].errors == {"passphrase": [REFUSED]}
    assert Grant.objects.count() == 3


def test_access_is_not_given_to_a_key_that_was_swapped_after_the_words_were_compared(
    waiting, giver, vault
):
    data = gift(waiting)
    other = Reviewer.objects.get(user__username="booking_administrator")
    Reviewer.objects.filter(pk=waiting.pk).update(public_key=other.public_key)
    answer = giver.post(address("give", waiting), data)
    assert answer.url == address("give", waiting)
    assert "The five words have changed. Compare them again." in says(answer)
    assert Grant.objects.count() == 3


def test_a_second_press_and_a_withdrawn_request_change_nothing(waiting, giver, newcomer):
    data = gift(waiting)
    giver.post(address("give", waiting), data)
    again = giver.post(address("give", waiting), data)
    assert "nothing was done" in says(again)
    assert Grant.objects.count() == 4
    ask(newcomer)
    assert "nothing was done" in says(giver.post(address("give", waiting), data))
    assert Grant.objects.count() == 3


def test_whoever_has_no_access_sees_no_button_to_give_it(waiting, newcomer):
    page = newcomer.get(INDEX).content.decode()
    assert address("give", waiting) not in page
    assert address("remove", waiting) not in page


# Taking ------------------------------------------------------------------------------------------


@pytest.fixture
def other(vault: TestVault) -> Reviewer:
    return Reviewer.objects.get(user__username="booking_administrator")


def test_removing_starts_the_next_epoch_and_locks_at_once(giver, other, sign_in, users):
    theirs = sign_in("booking_administrator", unlock=True)
    ModelLogEntry.objects.all().delete()
    data = {"passphrase": PASSPHRASES["booking_reviewer"]}
    assert giver.post(address("remove", other), data).url == INDEX
    assert Epoch.objects.first().number == 2
    assert VaultSession.objects.count() == 0
    assert theirs.get(INDEX).context["is_unlocked"] is False
    with pytest.raises(CannotOpen):
        keyring.root_by_passphrase(
            users["booking_administrator"], PASSPHRASES["booking_administrator"]
        )
    assert logged() == [("vault.remove", "booking_reviewer", {"reviewer": "booking_administrator"})]


def test_removing_asks_for_the_passphrase(other, sign_in):
    client = sign_in("booking_reviewer", unlock=True)
    page = client.post(address("remove", other), {"passphrase": WRONG})
    assert page.context["form"].errors == {"passphrase": [REFUSED]}
    assert Reviewer.objects.filter(pk=other.pk).exists()


LAST = "Nobody else could open requests. Give somebody else access first, then remove this."


def test_the_last_one_stays(giver, other):
    own = Reviewer.objects.get(user__username="booking_reviewer")
    data = {"passphrase": PASSPHRASES["booking_reviewer"]}
    giver.post(address("remove", other), data)
    page = giver.post(address("remove", own), data)
    assert page.context["form"].non_field_errors() == [LAST]
    assert LAST in page.content.decode()
    assert Grant.objects.filter(reviewer=own).exists()


def test_a_disabled_colleague_does_not_count_as_somebody_else(giver, other):
    own = Reviewer.objects.get(user__username="booking_reviewer")
    other.user.is_active = False
    other.user.save()
    page = giver.post(address("remove", own), {"passphrase": PASSPHRASES["booking_reviewer"]})
    assert page.context["form"].non_field_errors() == [LAST]


def test_one_may_take_away_ones_own_access_when_a_colleague_has_it(giver, users):
    own = Reviewer.objects.get(user=users["booking_reviewer"])
    giver.post(address("remove", own), {"passphrase": PASSPHRASES["booking_reviewer"]})
    assert keyring.grant_of(users["booking_reviewer"]) is None


def test_a_request_can_be_turned_down(giver, waiting):
    giver.post(address("remove", waiting), {"passphrase": PASSPHRASES["booking_reviewer"]})
    assert not Reviewer.objects.filter(pk=waiting.pk).exists()


def test_the_recovery_sheet_is_not_removed_as_a_person_is(giver, vault):
    sheet = Reviewer.objects.get(user__isnull=True)
    data = {"passphrase": PASSPHRASES["booking_reviewer"]}
    assert "nothing was done" in says(giver.post(address("remove", sheet), data))
    assert Reviewer.objects.filter(pk=sheet.pk).exists()


# One's own passphrase ----------------------------------------------------------------------------


def change(client: Client, **changes: str) -> Any:
    old = PASSPHRASES["booking_reviewer"]
    return client.post(CHANGE, {"old": old, "passphrase": NEW, "again": NEW, **changes})


def test_changing_the_passphrase_keeps_the_access_and_locks_elsewhere(vault, sign_in, users):
    here, there = (sign_in("booking_reviewer", unlock=True) for _ in range(2))
    ModelLogEntry.objects.all().delete()
    assert change(here).url == INDEX
    assert keyring.root_by_passphrase(users["booking_reviewer"], NEW)
    with pytest.raises(CannotOpen):
        keyring.root_by_passphrase(users["booking_reviewer"], PASSPHRASES["booking_reviewer"])
    assert here.get(INDEX).context["is_unlocked"] is True
    assert there.get(INDEX).context["is_unlocked"] is False
    assert logged() == [("vault.change_passphrase", "booking_reviewer", {})]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"old": WRONG}, {"old": [REFUSED]}),
        ({"again": NEW + "s"}, {"again": ["The two are not the same. Type both again."]}),
        (
            {"passphrase": "short", "again": "short"},
            {
                "passphrase": [
                    "Use at least 15 characters: several words that do not belong together."
                ]
            },
        ),
    ],
)
def test_a_change_that_will_not_do_changes_nothing(giver, typed, errors, users):
    page = change(giver, **typed)
    assert page.context["form"].errors == errors
    text = page.content.decode()
    assert [word for word in (*NEW.split(), *WRONG.split()[:4]) if word in text] == []
    assert keyring.root_by_passphrase(users["booking_reviewer"], PASSPHRASES["booking_reviewer"])


def test_a_lost_passphrase_is_set_anew_and_a_colleague_gives_access_again(giver, sign_in, users):
    forgetful = sign_in("booking_administrator")
    assert "until a colleague gives it again" in forgetful.get(REQUEST).content.decode()
    ask(forgetful)
    assert keyring.grant_of(users["booking_administrator"]) is None
    reviewer = Reviewer.objects.get(user=users["booking_administrator"])
    giver.post(address("give", reviewer), gift(reviewer))
    assert keyring.root_by_passphrase(users["booking_administrator"], NEW)


def test_whoever_is_the_only_one_with_access_cannot_throw_it_away_by_asking(giver, other, users):
    giver.post(address("remove", other), {"passphrase": PASSPHRASES["booking_reviewer"]})
    page = giver.get(REQUEST)
    assert RECOVER in page.content.decode()
    assert "Nobody else has access" in page.content.decode()
    giver.post(REQUEST, {"choice": "own", "passphrase": NEW, "again": NEW})
    assert keyring.grant_of(users["booking_reviewer"]) is not None


# The recovery sheet ------------------------------------------------------------------------------


def recover(client: Client, key: str) -> Any:
    return client.post(RECOVER, {"sheet": key, "passphrase": NEW, "again": NEW})


def test_the_recovery_sheet_gives_access_with_a_new_passphrase(newcomer, vault, users):
    answer = recover(newcomer, vault.recovery_key.lower().replace("-", " "))
    assert answer.url == INDEX
    assert keyring.root_by_passphrase(users["administrator"], NEW)
    assert logged() == [("vault.recover", "administrator", {})]


def test_a_wrong_recovery_key_is_refused_logged_and_counted(newcomer, vault, settings):
    wrong = ("B" if vault.recovery_key[0] == "A" else "A") + vault.recovery_key[1:]
    sentences = [recover(newcomer, wrong).context["form"].errors["sheet"][0] for _ in range(7)]
    assert [each.startswith("This recovery key does not open") for each in sentences[:5]] == (
        [True] * 5
    )
    assert sentences[5:] == [TOO_OFTEN] * 2
    page = recover(newcomer, vault.recovery_key)
    assert page.context["form"].errors == {"sheet": [TOO_OFTEN]}
    assert vault.recovery_key[5:] not in page.content.decode()
    assert logged() == [("vault.unlock_failed", "administrator", {})] * 5


def sheet_data(page: Any, **changes: str) -> dict[str, str]:
    groups, asked = page.context["groups"], page.context["asked"]
    right = {f"group_{number}": groups[number - 1] for number in asked}
    passphrase = PASSPHRASES["booking_reviewer"]
    return {"draft": page.context["draft"], "passphrase": passphrase, **right, **changes}


def test_a_new_sheet_replaces_the_old_one_and_starts_the_next_epoch(giver, vault):
    page = giver.get(NEW_SHEET)
    new_key = "-".join(page.context["groups"])
    assert lifecycle.root_by_recovery(vault.recovery_key)
    assert giver.post(NEW_SHEET, sheet_data(page)).url == INDEX
    assert lifecycle.root_by_recovery(new_key)
    with pytest.raises(CannotOpen):
        lifecycle.root_by_recovery(vault.recovery_key)
    assert Epoch.objects.first().number == 2
    assert logged() == [("vault.new_sheet", "booking_reviewer", {})]


def test_until_groups_and_passphrase_are_right_the_old_sheet_stays(vault, sign_in):
    client = sign_in("booking_reviewer", unlock=True)
    page = client.get(NEW_SHEET)
    first = page.context["asked"][0]
    again = client.post(NEW_SHEET, sheet_data(page, **{f"group_{first}": "AAAA"}))
    assert list(again.context["form"].errors) == [f"group_{first}"]
    again = client.post(NEW_SHEET, sheet_data(again, passphrase=WRONG))
    assert again.context["form"].errors == {"passphrase": [REFUSED]}
    assert again.context["groups"] == page.context["groups"]
    assert lifecycle.root_by_recovery(vault.recovery_key)
    assert client.post(NEW_SHEET, sheet_data(again)).url == INDEX


def test_a_sheet_is_shown_once(giver, vault):
    page = giver.get(NEW_SHEET)
    giver.post(NEW_SHEET, sheet_data(page))
    assert giver.post(NEW_SHEET, sheet_data(page)).url == NEW_SHEET
    assert Epoch.objects.first().number == 2


# Everywhere --------------------------------------------------------------------------------------


def every_form(waiting: Reviewer, other: Reviewer, page: Any) -> dict[str, tuple[str, dict]]:
    """Address and data of every form that asks for the passphrase, wrongly typed; its field."""
    new = {"passphrase": NEW, "again": NEW}
    return {
        "/admin/vault/unlock/": ("passphrase", {"passphrase": WRONG}),
        address("give", waiting): ("passphrase", gift(waiting, WRONG)),
        address("remove", other): ("passphrase", {"passphrase": WRONG}),
        CHANGE: ("old", {"old": WRONG, **new}),
        NEW_SHEET: ("passphrase", sheet_data(page, passphrase=WRONG)),
        "/admin/booking/submission/export/": (
            "passphrase",
            {"passphrase": WRONG, "format": "csv", "reason": "figures"},
        ),
    }


def test_wrong_passphrases_count_together_and_every_form_says_to_wait(
    waiting, other, sign_in, users
):
    users["booking_reviewer"].groups.add(Group.objects.get(name="Booking administrators"))
    client = sign_in("booking_reviewer")
    forms = every_form(waiting, other, client.get(NEW_SHEET))
    for _ in range(5):
        client.post("/admin/vault/unlock/", {"passphrase": WRONG})
    for path, (field, data) in forms.items():
        page = client.post(path, data)
        assert {path: page.context["form"].errors} == {path: {field: [TOO_OFTEN]}}
    assert logged() == [("vault.unlock_failed", "booking_reviewer", {})] * 5


def test_a_wrong_passphrase_is_logged_wherever_it_was_typed(
    waiting, other, sign_in, users, settings
):
    settings.VAULT_TRIES = 10
    users["booking_reviewer"].groups.add(Group.objects.get(name="Booking administrators"))
    client = sign_in("booking_reviewer")
    forms = every_form(waiting, other, client.get(NEW_SHEET))
    for path, (field, data) in forms.items():
        page = client.post(path, data)
        assert {path: page.context["form"].errors} == {path: {field: [REFUSED]}}
        assert "wrong" not in page.content.decode()
        assert "no-store" in page["Cache-Control"]
    assert logged() == [("vault.unlock_failed", "booking_reviewer", {})] * len(forms)


def test_changed_records_are_called_out_and_nothing_is_done(waiting, other, giver, vault):
    page = giver.get(NEW_SHEET)
    Epoch.objects.update(signature=bytes(64))
    right = {"passphrase": PASSPHRASES["booking_reviewer"]}
    for path, data in (
        (address("give", waiting), gift(waiting)),
        (address("remove", other), right),
        (NEW_SHEET, sheet_data(page)),
        (RECOVER, {"sheet": vault.recovery_key, "passphrase": NEW, "again": NEW}),
    ):
        (sentence,) = giver.post(path, data).context["form"].non_field_errors()
        assert sentence.startswith("Nothing was changed: the vault's records do not fit together.")
    assert Grant.objects.count() == 3
    assert Vault.objects.count() == 1


def test_the_page_of_the_vault_asks_the_database_as_often_for_three_who_wait_as_for_one(
    giver, waiting, users, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    giver.get(INDEX)
    with CaptureQueriesContext(
        connection,
    ) as one:
        giver.get(INDEX)
    for role in ("editor", "clinical_reviewer"):
        lifecycle.add_reviewer(Vault.objects.get(), users[role], NEW)
    with django_assert_num_queries(len(one)):
        giver.get(INDEX)
