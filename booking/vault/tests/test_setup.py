"""Setting the vault up in the browser: nothing is kept before the end, and every way out says so."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from wagtail.models import ModelLogEntry

from booking.vault import crypto, keyring, lifecycle, manifests
from booking.vault.crypto import CannotOpen
from booking.vault.models import Epoch, Grant, Reviewer, Vault
from booking.vault.pages import drafts
from booking.vault.passphrases import propose, words
from clinic_site.tests.meanwhile import meanwhile

INDEX, CHOOSE, SHEET = "/admin/vault/", "/admin/vault/setup/", "/admin/vault/setup/sheet/"
START = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
OWN = "violet trumpet lumber oyster"

SignIn = Callable[..., Client]


@pytest.fixture
def admin(sign_in: SignIn) -> Client:
    return sign_in("administrator")


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Vault, Epoch, Reviewer, Grant)}


NOTHING = {"Vault": 0, "Epoch": 0, "Reviewer": 0, "Grant": 0}
ALL = {"Vault": 1, "Epoch": 1, "Reviewer": 2, "Grant": 2}


def choose(client: Client, reviewer: Any, **changes: str) -> Any:
    """Step 1, with the proposed passphrase unless told otherwise; returns the answer."""
    page = client.get(CHOOSE)
    data = {"draft": page.context["draft"], "reviewer": reviewer.pk, "choice": "proposed"}
    return client.post(CHOOSE, {**data, **changes})


def typed_back(page: Any, **changes: str) -> dict[str, str]:
    """What somebody with the sheet in hand posts in step 2."""
    groups, asked = page.context["groups"], page.context["asked"]
    right = {f"group_{number}": groups[number - 1] for number in asked}
    return {"draft": page.context["draft"], **right, **changes}


def says(response: Any) -> str:
    """The sentence that the next page shows."""
    return " ".join(str(each) for each in response.wsgi_request._messages)


# Before ------------------------------------------------------------------------------------------


def test_a_superuser_reads_what_happens_when_all_is_lost_before_beginning(admin):
    page = admin.get(INDEX).content.decode()
    assert "When all of it is lost, the requests are lost." in page
    assert f'href="{CHOOSE}"' in page


def test_other_reviewers_read_that_an_administrator_sets_it_up(sign_in):
    page = sign_in("booking_reviewer").get(INDEX).content.decode()
    assert "An administrator sets it up on this page." in page
    assert CHOOSE not in page


@pytest.mark.parametrize("role", ["booking_reviewer", "booking_administrator", "editor"])
def test_nobody_but_a_superuser_sets_it_up(sign_in, role):
    client = sign_in(role)
    answers = [client.get(CHOOSE), client.post(CHOOSE), client.post(SHEET)]
    assert [(each.status_code, each.url) for each in answers] == [(302, "/admin/")] * 3
    assert rows() == NOTHING


# The way through ---------------------------------------------------------------------------------


def test_two_steps_make_the_vault_with_the_proposed_passphrase_and_the_printed_sheet(admin, users):
    first = admin.get(CHOOSE)
    proposed = first.context["proposed"]
    assert len(proposed.split()) == 6
    page = choose_with(admin, first, users["booking_reviewer"])
    recovery_key = "-".join(page.context["groups"])
    assert rows() == NOTHING
    answer = admin.post(SHEET, typed_back(page))
    assert (answer.status_code, answer.url) == (302, INDEX)
    assert rows() == ALL
    _grant, root = keyring.root_by_passphrase(users["booking_reviewer"], proposed)
    assert lifecycle.root_by_recovery(recovery_key) == root
    assert "The vault is set up." in says(answer)


def choose_with(client: Client, page: Any, reviewer: Any) -> Any:
    data = {"draft": page.context["draft"], "reviewer": reviewer.pk, "choice": "proposed"}
    return client.post(CHOOSE, data)


def test_an_own_passphrase_counts_when_it_is_chosen(admin, users):
    page = choose(admin, users["administrator"], choice="own", passphrase=OWN, again=OWN)
    admin.post(SHEET, typed_back(page))
    grant, _root = keyring.root_by_passphrase(users["administrator"], OWN)
    assert grant.reviewer.user == users["administrator"]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"choice": "own"}, "passphrase", "Choose a passphrase."),
        ({"choice": "own", "passphrase": OWN}, "again", "Type the passphrase a second time."),
        (
            {"choice": "own", "passphrase": "short", "again": "short"},
            "passphrase",
            "Use at least 15 characters: several words that do not belong together.",
        ),
        (
            {"choice": "own", "passphrase": OWN, "again": OWN + "s"},
            "again",
            "The two are not the same. Type both again.",
        ),
        (
            {"choice": "proposed", "passphrase": OWN, "again": OWN},
            "choice",
            "You typed a passphrase of your own. Choose “Use one of my own” for it.",
        ),
    ],
)
def test_a_passphrase_that_will_not_do_says_why_and_keeps_the_proposal(
    admin, users, typed, field, sentence
):
    first = admin.get(CHOOSE)
    data = {"draft": first.context["draft"], "reviewer": users["administrator"].pk, **typed}
    page = admin.post(CHOOSE, data)
    assert page.context["form"].errors == {field: [sentence]}
    assert page.context["proposed"] == first.context["proposed"]
    assert OWN not in page.content.decode()


def test_only_people_who_may_use_the_vault_are_offered(admin, users):
    offered = set(admin.get(CHOOSE).context["form"].fields["reviewer"].queryset)
    roles = ("administrator", "booking_reviewer", "booking_administrator")
    assert offered == {users[role] for role in roles}
    page = choose(admin, users["editor"])
    assert list(page.context["form"].errors) == ["reviewer"]


def test_the_sheet_shows_fourteen_groups_and_the_same_key_as_a_picture(admin, users):
    page = choose(admin, users["administrator"])
    text = page.content.decode()
    assert len(page.context["groups"]) == 14
    assert re.findall(r'sheet-group">([A-Z2-7]{4})<', text) == page.context["groups"]
    assert "<svg" in text
    assert "Recovery key as QR code" in text


def test_a_wrong_group_is_named_and_the_same_sheet_is_shown_again(admin, users):
    page = choose(admin, users["administrator"])
    first, second = page.context["asked"]
    again = admin.post(SHEET, typed_back(page, **{f"group_{second}": "AAAA"}))
    assert again.context["form"].errors == {
        f"group_{second}": [
            f"This is not group {second} of the sheet. Look at the paper, or print the sheet again."
        ]
    }
    assert again.context["groups"] == page.context["groups"]
    assert rows() == NOTHING
    small = {f"group_{first}": f" {page.context['groups'][first - 1].lower()} "}
    assert admin.post(SHEET, typed_back(again, **small)).status_code == 302
    assert rows() == ALL


def test_which_groups_are_asked_for_changes(admin, users):
    asked = {choose(admin, users["administrator"]).context["asked"] for _ in range(12)}
    assert len(asked) > 1


def test_set_up_is_logged_without_secrets(admin, users):
    page = choose(admin, users["booking_reviewer"], choice="own", passphrase=OWN, again=OWN)
    admin.post(SHEET, typed_back(page))
    entries = ModelLogEntry.objects.filter(action__startswith="vault.")
    assert [(each.action, each.user, each.data) for each in entries] == [
        ("vault.create", users["administrator"], {"reviewer": "booking_reviewer"})
    ]


# Nothing is left behind --------------------------------------------------------------------------


def test_what_is_abandoned_leaves_nothing_that_reads_in_page_or_database(admin, users):
    page = choose(admin, users["administrator"], choice="own", passphrase=OWN, again=OWN)
    assert rows() == NOTHING
    assert OWN not in page.content.decode()
    stored = [each.get_decoded() for each in Session.objects.all()]
    (kept,) = [each[drafts.SESSION_KEY] for each in stored if drafts.SESSION_KEY in each]
    assert set(kept) == {"key", "until"}
    assert not any(word in str(stored) for word in [*OWN.split(), *page.context["groups"]])


def test_the_booking_page_stays_closed_until_the_end(site, admin, users, client):
    page = choose(admin, users["administrator"])
    assert client.get("/book/").status_code == 503
    admin.post(SHEET, typed_back(page))
    assert client.get("/book/").status_code == 200


def test_the_pages_are_kept_by_no_cache(admin, users):
    pages = [admin.get(CHOOSE), choose(admin, users["administrator"])]
    assert ["no-store" in each["Cache-Control"] for each in pages] == [True, True]


def test_finishing_throws_the_key_away(admin, users):
    page = choose(admin, users["administrator"])
    admin.post(SHEET, typed_back(page))
    assert drafts.SESSION_KEY not in admin.session


def test_reloading_the_second_step_shows_the_same_sheet(admin, users):
    first = admin.get(CHOOSE)
    sheets = [choose_with(admin, first, users["administrator"]).context["groups"] for _ in "12"]
    assert sheets[0] == sheets[1]


# Wrong turns -------------------------------------------------------------------------------------


def test_going_back_after_the_end_says_that_the_vault_is_there(admin, users):
    first = admin.get(CHOOSE)
    page = choose_with(admin, first, users["administrator"])
    admin.post(SHEET, typed_back(page))
    before = rows()
    for answer in (
        choose_with(admin, first, users["administrator"]),
        admin.post(SHEET, typed_back(page)),
        admin.get(CHOOSE),
    ):
        assert (answer.status_code, answer.url) == (302, INDEX)
        assert "The vault is already set up, so nothing was changed." in says(answer)
    assert rows() == before


def test_two_tabs_each_show_a_sheet_and_the_first_to_finish_counts(admin, users):
    one, two = (choose(admin, users["administrator"]) for _ in range(2))
    assert one.context["groups"] != two.context["groups"]
    assert admin.post(SHEET, typed_back(one)).status_code == 302
    assert "already set up" in says(admin.post(SHEET, typed_back(two)))
    assert lifecycle.root_by_recovery("-".join(one.context["groups"]))
    with pytest.raises(CannotOpen):
        lifecycle.root_by_recovery("-".join(two.context["groups"]))


def test_of_two_superusers_the_slower_one_is_told(admin, users):
    other_user = users["editor"]
    other_user.is_superuser = True
    other_user.save()
    other = Client()
    other.force_login(other_user)
    mine, theirs = (choose(client, users["administrator"]) for client in (admin, other))
    assert other.post(SHEET, typed_back(theirs)).status_code == 302
    assert "already set up" in says(admin.post(SHEET, typed_back(mine)))
    assert rows() == ALL


def test_a_vault_that_is_made_while_finish_is_pressed_stays_the_only_one(admin, users):
    page = choose(admin, users["administrator"])
    with meanwhile('INSERT INTO "vault_vault"', lambda: Vault.objects.create(verify_key=b"other")):
        answer = admin.post(SHEET, typed_back(page))
    assert answer.status_code == 302
    assert "already set up" in says(answer)


def test_after_half_an_hour_it_starts_again(sign_in, users):
    with time_machine.travel(START, tick=False):
        admin = sign_in("administrator")
        page = choose(admin, users["administrator"])
    with time_machine.travel(START + timedelta(minutes=30, seconds=1), tick=False):
        answer = admin.post(SHEET, typed_back(page))
    assert (answer.status_code, answer.url) == (302, CHOOSE)
    assert "start again here" in says(answer)
    assert rows() == NOTHING


def test_a_page_of_somebody_elses_session_opens_nothing(admin, users):
    page = choose(admin, users["administrator"])
    stranger = Client()
    stranger.force_login(users["administrator"])
    assert stranger.post(SHEET, typed_back(page)).url == CHOOSE
    stranger.get(CHOOSE)
    assert stranger.post(SHEET, typed_back(page)).url == CHOOSE
    assert rows() == NOTHING


@pytest.mark.parametrize("draft", ["", "x", "é", "AAAA", "A" * 400])
def test_a_made_up_draft_starts_again(admin, users, draft):
    page = choose(admin, users["administrator"])
    assert admin.post(SHEET, typed_back(page, draft=draft)).url == CHOOSE
    assert admin.post(CHOOSE, {"draft": draft}).url == CHOOSE


def test_a_first_reviewer_who_lost_the_permission_meanwhile_is_not_made_one(admin, users):
    page = choose(admin, users["booking_reviewer"])
    users["booking_reviewer"].groups.clear()
    assert admin.post(SHEET, typed_back(page)).url == CHOOSE
    assert rows() == NOTHING


def test_the_second_step_cannot_be_opened_by_its_address(admin):
    assert admin.get(SHEET).url == CHOOSE


def test_a_draft_opens_for_its_key_purpose_and_user_only():
    key = bytes(range(32))
    sealed = crypto.seal_draft(b"words", key, purpose="setup", user=b"1")
    assert crypto.open_draft(sealed, key, purpose="setup", user=b"1") == b"words"
    for wrong in (
        {"key": bytes(32), "purpose": "setup", "user": b"1"},
        {"key": key, "purpose": "sheet", "user": b"1"},
        {"key": key, "purpose": "setup", "user": b"2"},
    ):
        with pytest.raises(CannotOpen):
            crypto.open_draft(sealed, **wrong)
    for broken in (b"", sealed[:27], sealed[:-1], bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(CannotOpen):
            crypto.open_draft(broken, key, purpose="setup", user=b"1")


# After -------------------------------------------------------------------------------------------


def test_the_line_for_the_environment_shows_until_it_is_there(admin, users, settings):
    page = choose(admin, users["administrator"])
    admin.post(SHEET, typed_back(page))
    pin = manifests.fingerprint(bytes(Vault.objects.get().verify_key))
    assert f"VAULT_PIN={pin}" in admin.get(INDEX).content.decode()
    settings.VAULT_PIN = pin
    assert "VAULT_PIN" not in admin.get(INDEX).content.decode()


def test_a_pin_of_another_vault_is_called_out_and_no_line_is_offered(vault, admin, settings):
    settings.VAULT_PIN = "0" * 64
    text = admin.get(INDEX).content.decode()
    assert "name another vault" in text
    assert "VAULT_PIN=" not in text


def test_the_next_steps_go_when_they_are_done(vault, sign_in, settings):
    settings.VAULT_PIN = manifests.fingerprint(bytes(Vault.objects.get().verify_key))
    assert "What to do next" not in sign_in("booking_reviewer").get(INDEX).content.decode()


def test_a_proposal_is_drawn_from_the_list():
    assert set(propose().split()) <= set(words())
