"""The mail that a visitor asks for: what it says, when it goes out, and that no request depends on it."""

import socket
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from pytest_django import Settings

from booking.checks import check_receipts_have_a_sender
from booking.choices import RECEIPT_FIELD
from booking.models import Submission
from booking.public import receipts
from booking.public.form.tokens import new_token, read_receipt, sign_receipt
from booking.submissions.reading import read
from booking.vault.keyring import root_by_passphrase
from booking.vault.sealing import OpenKeys
from clinic_site.tests.fixtures import TestVault

SENT = "We sent the confirmation that you wanted to your e-mail address."
FAILED = "We could not make sure that the confirmation by e-mail goes out. We have your request all the same"

Mails = list[Any]


@pytest.fixture
def wanted(answers: dict[str, Any], vault: TestVault) -> dict[str, Any]:
    """A request with the box ticked."""
    return {**answers, RECEIPT_FIELD: "on"}


def confirmation(client: Client, data: dict[str, Any]) -> BeautifulSoup:
    """The confirmation to which a sent form leads; the request is stored."""
    sent = client.post("/book/send/", data)
    assert sent.status_code == 303
    assert Submission.objects.count() == 1
    return BeautifulSoup(client.get(sent["Location"]).content, "html.parser")


class Broken(BaseEmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError(f"no mail for {messages[0].to[0]}")


# What goes out ----------------------------------------------------------------------------------


def test_who_asks_for_it_is_mailed_reference_clinic_and_day_and_nothing_typed(
    client: Client, site: SimpleNamespace, wanted: dict[str, Any], mailoutbox: Mails
) -> None:
    page = confirmation(client, wanted)
    (mail,) = mailoutbox
    reference = Submission.objects.get().reference
    due = page.select_one("#next-steps ~ p strong").text
    assert (mail.to, mail.cc, mail.bcc, mail.attachments) == (["robin@example.com"], [], [], [])
    assert mail.subject == "Your message to us"
    assert mail.body == (
        "We received what you sent us. It is not yet an appointment.\n"
        "\n"
        f"Your reference: {reference}\n"
        "\n"
        f"We get back to you by {due} (Allen time).\n"
        "\n"
        "NorTex Psychiatry\n"
        "(972) 555-0100\n"
        "\n"
        "You asked for this e-mail on our website. If it was not you, somebody mistyped their address, "
        "and there is nothing to do.\n"
    )
    assert SENT in page.main.get_text(" ", strip=True)


@pytest.mark.parametrize("ticked", [{}, {RECEIPT_FIELD: ""}], ids=["absent", "empty"])
def test_who_does_not_ask_is_mailed_nothing_and_told_nothing(
    client: Client, answers: dict[str, Any], vault: TestVault, mailoutbox: Mails, ticked: Any
) -> None:
    page = confirmation(client, {**answers, **ticked})
    assert mailoutbox == []
    assert "e-mail" not in page.main.text


def test_the_clinic_words_subject_and_sender(
    client: Client, site: SimpleNamespace, wanted: dict[str, Any], mailoutbox: Mails
) -> None:
    site.book.receipt_subject, site.book.receipt_sender = "Thank you", "office@clinic.example"
    site.book.save_revision().publish()
    confirmation(client, wanted)
    (mail,) = mailoutbox
    assert (mail.subject, mail.from_email) == ("Thank you", "office@clinic.example")


def test_a_clinic_switches_it_off(
    client: Client, site: SimpleNamespace, wanted: dict[str, Any], mailoutbox: Mails
) -> None:
    assert RECEIPT_FIELD in client.get("/book/").text
    site.book.offers_receipt = False
    site.book.save_revision().publish()
    assert RECEIPT_FIELD not in client.get("/book/").text
    confirmation(client, wanted)
    assert mailoutbox == []


def test_it_is_off_until_somebody_ticks_it(client: Client, site: Any, vault: TestVault) -> None:
    page = BeautifulSoup(client.get("/book/").content, "html.parser")
    assert page.select_one(f"[name={RECEIPT_FIELD}]").get("checked") is None


def test_a_confirmation_needs_an_address(client: Client, wanted: dict[str, Any]) -> None:
    page = BeautifulSoup(client.post("/book/send/", {**wanted, "email": ""}).content, "html.parser")
    refused = [link.text for link in page.select(".error-summary a")]
    assert refused == [
        "Enter an e-mail address for the confirmation, or take the tick from its box."
    ]
    assert page.select_one(f"[name={RECEIPT_FIELD}]").get("checked") is not None
    assert Submission.objects.count() == 0


def test_the_wish_is_carried_over_the_check_and_shown_there(
    client: Client, wanted: dict[str, Any]
) -> None:
    page = BeautifulSoup(client.post("/book/check/", wanted).content, "html.parser")
    assert page.select_one(f"input[type=hidden][name={RECEIPT_FIELD}]")["value"] == "on"
    shown = {row.dt.text: row.dd.text for row in page.select(".answers > div")}
    assert shown["Confirm by e-mail that you received my request"] == "Yes"


def test_the_wish_is_no_answer_and_is_kept_nowhere(
    client: Client, wanted: dict[str, Any], vault: TestVault, users: dict[str, Any]
) -> None:
    confirmation(client, wanted)
    passphrase = vault.passphrases["booking_reviewer"]
    _grant, root = root_by_passphrase(users["booking_reviewer"], passphrase)
    answers = read(Submission.objects.get(), OpenKeys(root)).answers
    assert RECEIPT_FIELD not in {answer["key"] for answer in answers}


def test_asking_for_it_afterwards_is_no_correction(
    client: Client, answers: dict[str, Any], wanted: dict[str, Any], mailoutbox: Mails
) -> None:
    confirmation(client, answers)
    confirmation(client, wanted)
    assert len(mailoutbox) == 1


# When it cannot ---------------------------------------------------------------------------------


def test_a_mail_server_that_refuses_loses_nothing_and_no_log_names_the_address(
    client: Client,
    wanted: dict[str, Any],
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.RECEIPT_EMAIL_BACKEND = f"{__name__}.Broken"
    page = confirmation(client, wanted)
    assert FAILED in page.main.get_text(" ", strip=True)
    assert [record.getMessage() for record in caplog.records] == [
        "A receipt was not sent: ConnectionRefusedError."
    ]
    assert "robin" not in caplog.text


class Held(BaseEmailBackend):
    """A mail server that does not answer until a test lets it."""

    may_go, went = Event(), Event()

    def send_messages(self, messages: Any) -> int:
        self.may_go.wait(60)
        self.went.set()
        return len(messages)


def test_a_mail_server_that_does_not_answer_holds_up_one_visitor_for_so_long(
    client: Client, answers: dict[str, Any], wanted: dict[str, Any], settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings.RECEIPT_EMAIL_BACKEND = f"{__name__}.Held"
    monkeypatch.setattr(receipts, "SECONDS", 0.2)
    page = confirmation(client, wanted)
    assert (FAILED in page.main.get_text(" ", strip=True), Held.went.is_set()) == (True, False)
    monkeypatch.setattr(receipts, "SECONDS", 60)
    second = client.post("/book/send/", {**wanted, "token": new_token()})  # not for a minute
    assert FAILED in BeautifulSoup(client.get(second["Location"]).content, "html.parser").get_text(
        " ", strip=True
    )
    assert not Held.went.is_set()
    Held.may_go.set()
    assert receipts._sending.acquire(timeout=60)
    receipts._sending.release()
    assert Held.went.is_set()


def test_a_connection_to_the_mail_server_has_the_same_limit(
    client: Client, wanted: dict[str, Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "SECONDS", 0.2)
    settings.RECEIPT_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes connections and says nothing
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        page = confirmation(client, wanted)
        assert FAILED in page.main.get_text(" ", strip=True)
        assert receipts._sending.acquire(timeout=60)
        receipts._sending.release()


def test_while_one_is_sent_the_next_visitor_is_told_at_once_that_there_is_none(
    client: Client, wanted: dict[str, Any], mailoutbox: Mails
) -> None:
    with receipts._sending:
        page = confirmation(client, wanted)
    assert FAILED in page.main.get_text(" ", strip=True)
    assert mailoutbox == []


def test_whatever_breaks_after_the_commit_nobody_is_told_that_nothing_was_stored(
    client: Client, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch, mailoutbox: Mails
) -> None:
    def break_down(*args: Any) -> Any:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(receipts, "received_of", break_down)
        page = confirmation(client, wanted)
    assert FAILED in page.main.get_text(" ", strip=True)
    confirmation(client, wanted)  # the next one is not taken for busy
    assert len(mailoutbox) == 1


def test_it_goes_out_after_the_commit(
    client: Client, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    depths: list[int] = []
    around, real = len(connection.atomic_blocks), receipts.received_of

    def note(reference: str) -> Any:
        depths.append(len(connection.atomic_blocks))
        return real(reference)

    monkeypatch.setattr(receipts, "received_of", note)
    confirmation(client, wanted)
    assert depths == [around]


def test_a_form_that_is_sent_twice_is_confirmed_once(
    client: Client, wanted: dict[str, Any], mailoutbox: Mails
) -> None:
    pages = [confirmation(client, wanted).main.get_text(" ", strip=True) for _ in range(2)]
    assert [SENT in page for page in pages] == [True, True]
    assert len(mailoutbox) == 1


def test_each_mail_has_a_limit_of_five_seconds(
    client: Client, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[Any] = []
    real = EmailBackend.__init__

    def note(self: Any, *args: Any, **options: Any) -> None:
        limits.append(options.get("timeout"))
        real(self, *args, **options)

    monkeypatch.setattr(EmailBackend, "__init__", note)
    confirmation(client, wanted)
    assert limits == [receipts.SECONDS] == [5]


def test_what_may_be_a_machines_has_nothing_mailed(
    client: Client, wanted: dict[str, Any], mailoutbox: Mails
) -> None:
    page = confirmation(client, {**wanted, "token": "made up"})
    assert FAILED in page.main.get_text(" ", strip=True)
    assert mailoutbox == []


# What the confirmation tells --------------------------------------------------------------------


def test_nobody_makes_up_what_became_of_the_mail(
    client: Client, answers: dict[str, Any], vault: TestVault
) -> None:
    address = client.post("/book/send/", answers)["Location"]
    other = sign_receipt("AAAAAAAA", is_sent=True)
    for made_up in ("sent", f"{Submission.objects.get().reference}-sent:abc", other):
        page = client.get(f"{address}&receipt={made_up}")
        assert SENT not in page.text
        assert FAILED not in page.text


def test_the_outcome_is_read_back() -> None:
    assert read_receipt(sign_receipt("AAAAAAAA", is_sent=True), "AAAAAAAA") == "sent"
    assert read_receipt(sign_receipt("AAAAAAAA", is_sent=False), "AAAAAAAA") == "failed"


# The clinic's mail ------------------------------------------------------------------------------


def test_a_site_without_a_sender_is_told(site: SimpleNamespace, settings: Settings) -> None:
    def found() -> list[str]:
        return [str(each.id) for each in check_receipts_have_a_sender(databases=["default"])]

    settings.DEFAULT_FROM_EMAIL = "webmaster@localhost"
    assert found() == ["booking.W002"]
    site.book.receipt_sender = "office@clinic.example"
    site.book.save_revision().publish()
    assert found() == []
    site.book.receipt_sender, site.book.offers_receipt = "", False
    site.book.save_revision().publish()
    assert found() == []
    site.book.offers_receipt = True
    site.book.save_revision().publish()
    settings.DEFAULT_FROM_EMAIL = "office@clinic.example"
    assert found() == []
