"""Mails about keys and access: who gets one, what stands in it, and that none holds anything up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from booking.tests.factories import failing_on
from booking.vault import keyring, lifecycle
from booking.vault.models import Reviewer, Vault
from booking.vault.notices import EVENTS, OWN_ACCESS, notify_others
from clinic_site.tests.fixtures import PASSPHRASES, TestVault
from clinic_site.tests.mails import sent_mails
from clinic_site.tests.pages import logged

NEW = "violet trumpet lumber oyster"
MOMENT = datetime(2027, 3, 1, 20, 30, tzinfo=UTC)
SENTENCES = {
    "vault.create": "The vault was set up, and Bo Booker (booking_administrator) was given access.",
    "vault.request_access": (
        "Rae Viewer (booking_reviewer) chose a passphrase and waits to be given access."
    ),
    "vault.give_access": "Bo Booker (booking_administrator) was given access to requests.",
    "vault.remove": "The access of Bo Booker (booking_administrator) was taken away.",
    "vault.change_passphrase": "Rae Viewer (booking_reviewer) changed their passphrase.",
    "vault.recover": "Rae Viewer (booking_reviewer) used the recovery sheet and has access again.",
    "vault.new_sheet": "A new recovery sheet was made. The old one opens nothing.",
}


@pytest.fixture
def people(vault: TestVault, users: dict[str, Any]) -> dict[str, Any]:
    names = {"booking_reviewer": ("Rae", "Viewer"), "booking_administrator": ("Bo", "Booker")}
    for role, (first, last) in names.items():
        users[role].first_name, users[role].last_name = first, last
        users[role].save()
    return users


def recipients() -> list[list[str]]:
    return [each.to for each in sent_mails()]


def test_there_is_a_sentence_for_every_event():
    assert set(SENTENCES) == set(EVENTS)


@pytest.mark.parametrize("action", sorted(SENTENCES))
def test_a_mail_says_what_happened_when_by_whom_and_whom_to_ask(people, action):
    with time_machine.travel(MOMENT, tick=False):
        notify_others(action, by=people["booking_reviewer"], about=people["booking_administrator"])
    sent = sent_mails()[0]
    assert sent.to == ["booking_administrator@clinic.example"]
    assert sent.subject == "NorTex Psychiatry: Change to the vault"
    assert sent.body.splitlines() == [
        SENTENCES[action],
        "",
        "When: March 1, 2027, 2:30 p.m. CST",
        "By: Rae Viewer (booking_reviewer)",
        "",
        (
            "If you did not expect this, ask Rae Viewer (booking_reviewer) in person or by phone. "
            "If they know nothing of it,"
        ),
        "tell an administrator at once: administrator.",
        "",
        "http://127.0.0.1:8000/admin/vault/",
    ]


@pytest.mark.parametrize("action", sorted(SENTENCES))
def test_who_changed_his_own_access_is_told_in_words_for_him(people, action):
    with time_machine.travel(MOMENT, tick=False):
        notify_others(action, by=people["booking_reviewer"])
    own = [sent for sent in sent_mails() if sent.to == ["booking_reviewer@clinic.example"]]
    if action not in OWN_ACCESS:
        assert own == []
        return
    (sent,) = own
    assert sent.body.splitlines()[2:7] == [
        "When: March 1, 2027, 2:30 p.m. CST",
        "By: Rae Viewer (booking_reviewer)",
        "",
        "If it was not you, change your sign-in password and",
        "tell an administrator at once: administrator.",
    ]


def test_everybody_else_with_access_gets_one_of_their_own(people):
    first = people["booking_reviewer"]
    _grant, root = keyring.root_by_passphrase(first, PASSPHRASES["booking_reviewer"])
    third = lifecycle.add_reviewer(Vault.objects.get(), people["administrator"], NEW)
    notify_others("vault.new_sheet", by=first)
    assert recipients() == [["booking_administrator@clinic.example"]]
    mail.outbox.clear()
    lifecycle.grant_access(root, third, by=first)
    notify_others("vault.new_sheet", by=first)
    assert recipients() == [
        ["administrator@clinic.example"],
        ["booking_administrator@clinic.example"],
    ]


def test_nobody_without_an_address_or_with_a_closed_account_gets_one(people):
    other = people["booking_administrator"]
    other.email = ""
    other.save()
    notify_others("vault.new_sheet", by=people["booking_reviewer"])
    other.email, other.is_active = "bo@clinic.example", False
    other.save()
    notify_others("vault.new_sheet", by=people["booking_reviewer"])
    assert recipients() == []


def test_a_name_with_line_breaks_stays_on_its_line(people):
    first = people["booking_reviewer"]
    first.first_name, first.last_name = "Rae\n\nBy: the director", "Viewer"
    notify_others("vault.change_passphrase", by=first)
    assert "By: Rae By: the director Viewer (booking_reviewer)" in sent_mails()[0].body.splitlines()


def test_whoever_loses_access_is_told_too(people, sign_in: Callable[..., Client]):
    client = sign_in("booking_reviewer")
    other = Reviewer.objects.get(user=people["booking_administrator"])
    address = f"/admin/vault/access/{other.pk}/remove/"
    client.post(address, {"passphrase": PASSPHRASES["booking_reviewer"]})
    assert recipients() == [["booking_administrator@clinic.example"]]


def change(client: Client) -> Any:
    old = PASSPHRASES["booking_reviewer"]
    return client.post("/admin/vault/passphrase/", {"old": old, "passphrase": NEW, "again": NEW})


def test_mails_hold_no_secret(people, sign_in):
    change(sign_in("booking_reviewer"))
    text = sent_mails()[0].message().as_string()
    secret = [*NEW.split(), *PASSPHRASES["booking_reviewer"].split()]
    assert [word for word in secret if word in text] == []


@pytest.mark.parametrize("backend", ["smtp", "nowhere"])
def test_a_mail_server_that_is_down_holds_nothing_up_and_gets_them_later(
    people, sign_in, settings, backend
):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = {
        "smtp": "django.core.mail.backends.smtp.EmailBackend",
        "nowhere": "no.such.Backend",
    }[backend]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert change(sign_in("booking_reviewer")).url == "/admin/vault/"
    assert recipients() == []
    settings.EMAIL_BACKEND = working
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert len(recipients()) == 2


def test_a_change_whose_mails_cannot_be_kept_is_not_made(people, sign_in):
    client = sign_in("booking_reviewer")
    client.raise_request_exception = False
    wrap = bytes(Reviewer.objects.get(user=people["booking_reviewer"]).wrap)
    with connection.execute_wrapper(failing_on("INSERT", "dbtaskresult")):
        assert change(client).status_code in {500, 503}
    assert bytes(Reviewer.objects.get(user=people["booking_reviewer"]).wrap) == wrap
    assert logged() == []


def test_looking_and_unlocking_send_nothing(people, sign_in):
    client = sign_in("booking_reviewer", unlock=True)
    client.get("/admin/vault/")
    client.post("/admin/vault/unlock/", {"passphrase": "wrong"})
    assert sent_mails() == []
