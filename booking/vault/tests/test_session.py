"""Unlocking, locking and who is let in, through the pages themselves."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.signals import user_logged_out
from django.test import Client, RequestFactory
from wagtail.models import ModelLogEntry

from booking.vault import manifests, session
from booking.vault.crypto import CannotOpen
from booking.vault.models import Epoch, Grant, VaultSession
from clinic_site.session_store import SessionStore
from clinic_site.tests.production import PLAIN, SECRETS, production

INDEX, UNLOCK, LOCK = "/admin/vault/", "/admin/vault/unlock/", "/admin/vault/lock/"
COOKIE = "clinic-vault"
START = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
WRONG = "cobalt heron quiet lantern fig wrong"


def state(client: Client) -> bool:
    """Whether the vault's page says that it is unlocked."""
    response = client.get(INDEX)
    assert response.status_code == 200
    return response.context["is_unlocked"]


@pytest.fixture
def unlocked(vault, sign_in) -> Client:
    return sign_in("booking_reviewer", unlock=True)


# Unlocking ---------------------------------------------------------------------------------------


def test_the_right_passphrase_unlocks(vault, sign_in):
    client = sign_in("booking_reviewer")
    assert state(client) is False
    response = client.post(UNLOCK, {"passphrase": vault.passphrases["booking_reviewer"]})
    assert (response.status_code, response.url) == (302, INDEX)
    assert state(client) is True


def test_the_passphrase_can_be_typed_at_once(vault, sign_in):
    page = BeautifulSoup(sign_in("booking_reviewer").get(UNLOCK).content, "html.parser")
    assert page.select_one("[autofocus]")["name"] == "passphrase"


def test_the_passphrase_may_be_typed_with_other_spacing(vault, sign_in):
    client = sign_in("booking_reviewer")
    spaced = "  " + vault.passphrases["booking_reviewer"].replace(" ", "   ") + " "
    assert client.post(UNLOCK, {"passphrase": spaced}).status_code == 302


def test_the_cookie_is_for_this_browser_session_and_this_site_only(unlocked):
    morsel = unlocked.cookies[COOKIE]
    named = {key: morsel[key] for key in ("httponly", "samesite", "path", "domain")}
    assert named == {"httponly": True, "samesite": "Strict", "path": "/", "domain": ""}
    assert {key: morsel[key] for key in ("max-age", "expires")} == {"max-age": "", "expires": ""}


def test_the_cookie_of_production_has_what_its_prefix_needs(vault, sign_in, settings):
    settings.VAULT_COOKIE_NAME, settings.VAULT_COOKIE_SECURE = "__Host-vault", True
    client = sign_in("booking_reviewer")
    client.post(UNLOCK, {"passphrase": vault.passphrases["booking_reviewer"]}, secure=True)
    morsel = client.cookies["__Host-vault"]
    assert (morsel["secure"], morsel["path"], morsel["domain"]) == (True, "/", "")


def test_production_names_the_cookie_with_the_host_prefix():
    code = (
        "from clinic_site.settings import production as p;"
        "print(p.VAULT_COOKIE_NAME, p.VAULT_COOKIE_SECURE, p.SESSION_COOKIE_SECURE)"
    )
    printed = production("shell", "--no-imports", "--command", code, **SECRETS, **PLAIN)
    assert printed.stdout.split() == ["__Host-vault", "True", "True"]


@pytest.mark.parametrize("passphrase", [WRONG, "sign-in-password", "x", "é" * 500, "🧠"])
def test_a_wrong_passphrase_says_so_and_keeps_locked(vault, sign_in, passphrase):
    client = sign_in("booking_reviewer")
    response = client.post(UNLOCK, {"passphrase": passphrase})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["passphrase"]
    assert "does not open the vault" in response.content.decode()
    assert COOKIE not in response.cookies
    assert VaultSession.objects.count() == 0
    assert state(client) is False


def test_a_wrong_passphrase_is_not_sent_back(vault, sign_in):
    words = ["qzplank", "qzotter", "qzvelvet"]
    response = sign_in("booking_reviewer").post(UNLOCK, {"passphrase": " ".join(words)})
    assert [word for word in words if word in response.content.decode()] == []


def test_an_empty_passphrase_is_asked_for(vault, sign_in):
    response = sign_in("booking_reviewer").post(UNLOCK, {"passphrase": ""})
    assert response.context["form"].errors == {"passphrase": ["Enter your passphrase."]}


def test_another_reviewers_passphrase_keeps_locked(vault, sign_in):
    client = sign_in("booking_reviewer")
    client.post(UNLOCK, {"passphrase": vault.passphrases["booking_administrator"]})
    assert state(client) is False


def test_a_wrong_passphrase_does_not_lock_what_is_open(unlocked):
    unlocked.post(UNLOCK, {"passphrase": WRONG})
    assert state(unlocked) is True


def test_unlocking_again_replaces_the_row_and_the_cookie(vault, unlocked):
    first = unlocked.cookies[COOKIE].value
    unlocked.post(UNLOCK, {"passphrase": vault.passphrases["booking_reviewer"]})
    assert VaultSession.objects.count() == 1
    assert state(unlocked) is True
    unlocked.cookies[COOKIE] = first
    assert state(unlocked) is False


def test_unlocking_and_locking_are_logged_without_the_passphrase(vault, unlocked, users):
    unlocked.post(LOCK)
    entries = ModelLogEntry.objects.filter(action__startswith="vault.").order_by("pk")
    assert [(entry.action, entry.user, entry.data) for entry in entries] == [
        ("vault.unlock", users["booking_reviewer"], {}),
        ("vault.lock", users["booking_reviewer"], {}),
    ]


def test_posting_without_the_token_of_the_form_is_refused(vault, users):
    client = Client(enforce_csrf_checks=True)
    client.force_login(users["booking_reviewer"])
    passphrase = vault.passphrases["booking_reviewer"]
    assert client.post(UNLOCK, {"passphrase": passphrase}).status_code == 403
    assert client.post(LOCK).status_code == 403


@pytest.mark.parametrize("path", [INDEX, UNLOCK])
def test_the_pages_are_kept_by_no_cache(unlocked, path):
    assert "no-store" in unlocked.get(path)["Cache-Control"].split(", ")


# The two halves ----------------------------------------------------------------------------------


def test_the_cookie_alone_opens_nothing(unlocked):
    VaultSession.objects.all().delete()
    assert state(unlocked) is False


def test_the_row_alone_opens_nothing(unlocked):
    del unlocked.cookies[COOKIE]
    assert VaultSession.objects.count() == 1
    assert state(unlocked) is False


@pytest.mark.parametrize(
    "value", ["x", "A" * 44, "=", "é", "A" * 5000, "AAAA=AAAA", "%00", "../../"], ids=str
)
def test_a_cookie_that_was_made_up_opens_nothing(unlocked, value):
    unlocked.cookies[COOKIE] = value
    assert state(unlocked) is False


def test_a_cookie_of_another_session_of_the_same_person_is_refused(unlocked, sign_in):
    other = sign_in("booking_reviewer", unlock=True)
    one, two = unlocked.cookies[COOKIE].value, other.cookies[COOKIE].value
    unlocked.cookies[COOKIE], other.cookies[COOKIE] = two, one
    assert (state(unlocked), state(other)) == (False, False)
    unlocked.cookies[COOKIE] = one
    assert state(unlocked) is True


def test_the_cookie_of_somebody_else_is_refused(unlocked, sign_in):
    other = sign_in("booking_administrator", unlock=True)
    other.cookies[COOKIE] = unlocked.cookies[COOKIE].value
    assert state(other) is False


def test_a_session_that_is_not_unlocked_is_not_opened_by_a_cookie(unlocked, sign_in):
    other = sign_in("booking_administrator")
    other.cookies[COOKIE] = unlocked.cookies[COOKIE].value
    assert state(other) is False


def test_a_row_copied_to_another_session_opens_nothing(unlocked, sign_in, users):
    other = sign_in("booking_reviewer", unlock=True)
    mine, theirs = VaultSession.objects.order_by("used_at")
    theirs.wrapped_root = bytes(mine.wrapped_root)
    theirs.save()
    other.cookies[COOKIE] = unlocked.cookies[COOKIE].value
    assert state(other) is False


def test_a_row_given_a_later_end_opens_nothing(unlocked):
    row = VaultSession.objects.get()
    VaultSession.objects.update(expires_at=row.expires_at + timedelta(hours=1))
    assert state(unlocked) is False


# Limits ------------------------------------------------------------------------------------------


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def test_it_locks_after_15_minutes_without_use(clock, vault, sign_in):
    client = sign_in("booking_reviewer", unlock=True)
    clock.shift(timedelta(minutes=14, seconds=59))
    assert state(client) is True
    clock.shift(timedelta(minutes=15))
    assert state(client) is False
    assert VaultSession.objects.count() == 0


def test_each_use_starts_the_15_minutes_again(clock, vault, sign_in):
    client = sign_in("booking_reviewer", unlock=True)
    states = []
    for _ in range(6):
        clock.shift(timedelta(minutes=10))
        states.append(state(client))
    assert states == [True] * 6


def test_the_time_of_use_is_written_every_30_seconds_at_most(clock, vault, sign_in):
    client = sign_in("booking_reviewer", unlock=True)
    used = []
    for _ in range(4):
        clock.shift(timedelta(seconds=20))
        state(client)
        used.append(int((VaultSession.objects.get().used_at - START).total_seconds()))
    assert used == [0, 40, 40, 80]


def test_it_locks_after_8_hours_even_when_used_every_5_minutes(clock, vault, sign_in):
    client = sign_in("booking_reviewer", unlock=True)
    states = []
    for _ in range(8 * 12):
        clock.shift(timedelta(minutes=5))
        states.append(state(client))
    assert states == [True] * (8 * 12 - 1) + [False]
    assert VaultSession.objects.count() == 0


def test_unlocking_clears_away_rows_that_are_past_their_end(clock, vault, sign_in):
    sign_in("booking_reviewer", unlock=True)
    clock.shift(timedelta(hours=8))
    sign_in("booking_administrator", unlock=True)
    assert [row.user.username for row in VaultSession.objects.all()] == ["booking_administrator"]


# Locking -----------------------------------------------------------------------------------------


def test_the_lock_button_deletes_the_row_the_cookie_and_the_kept_pages(unlocked):
    token = unlocked.cookies[COOKIE].value
    response = unlocked.post(LOCK)
    morsel = response.cookies[COOKIE]
    assert (response.status_code, response.url) == (302, INDEX)
    assert response["Clear-Site-Data"] == '"cache"'
    assert (morsel.value, morsel["max-age"], morsel["path"]) == ("", 0, "/")
    assert VaultSession.objects.count() == 0
    unlocked.cookies[COOKIE] = token
    assert state(unlocked) is False


def test_locking_one_session_leaves_the_others_open(unlocked, sign_in):
    other = sign_in("booking_administrator", unlock=True)
    unlocked.post(LOCK)
    assert (state(unlocked), state(other)) == (False, True)


def test_locking_twice_does_no_harm(unlocked):
    assert [unlocked.post(LOCK).status_code for _ in range(2)] == [302, 302]


def test_locking_before_there_is_a_vault_does_no_harm(users, sign_in):
    response = sign_in("administrator").post("/admin/vault/lock/")
    assert (response.status_code, response.url) == (302, "/admin/vault/")
    assert not ModelLogEntry.objects.filter(action="vault.lock").exists()


def test_an_account_that_is_switched_on_again_stays_locked(unlocked, users):
    user = users["booking_reviewer"]
    for active in (False, True):
        user.is_active = active
        user.save()
    assert not VaultSession.objects.exists()
    unlocked.force_login(user)
    assert not unlocked.get("/admin/vault/").context["is_unlocked"]


def test_a_permission_that_is_given_back_opens_nothing_without_the_passphrase(unlocked, users):
    groups = users["booking_reviewer"].groups
    kept = list(groups.all())
    groups.clear()
    unlocked.get("/admin/booking/submission/")
    groups.set(kept)
    assert not VaultSession.objects.exists()
    assert not unlocked.get("/admin/vault/").context["is_unlocked"]


def test_without_a_sign_in_session_nothing_unlocks(vault, users):
    request = RequestFactory().post("/admin/vault/unlock/")
    request.user, request.session = users["booking_reviewer"], SessionStore()
    with pytest.raises(CannotOpen):
        session.unlock(request, vault.passphrases["booking_reviewer"])
    assert not VaultSession.objects.exists()


def test_a_sign_out_that_has_no_vault_at_hand_leaves_others_open(unlocked, users):
    user_logged_out.send(sender=type(users["editor"]), request=None, user=users["editor"])
    user_logged_out.send(sender=None, request=RequestFactory().get("/"), user=users["editor"])
    assert VaultSession.objects.count() == 1


def test_administrators_find_the_permission_where_groups_are_edited(vault, sign_in):
    group = Group.objects.get(name="Booking reviewers")
    page = sign_in("administrator").get(f"/admin/groups/edit/{group.pk}/").content.decode()
    permission = Permission.objects.get(codename="use_vault")
    assert f'value="{permission.pk}"' in page


def test_what_the_log_shows_of_a_row_names_no_key(unlocked, users):
    epoch, grant, row = Epoch.objects.get(), Grant.objects.first(), VaultSession.objects.get()
    user = users["booking_reviewer"]
    assert [str(each) for each in (epoch, grant, row)] == [
        "Epoch 1",
        f"Grant of {grant.reviewer_id}",
        f"Unlocked by {user.pk}",
    ]


def test_a_link_cannot_lock(unlocked):
    assert unlocked.get(LOCK).status_code == 405
    assert state(unlocked) is True


def test_signing_out_locks(unlocked):
    token = unlocked.cookies[COOKIE].value
    response = unlocked.post("/admin/logout/")
    assert response["Clear-Site-Data"] == '"cache"'
    assert response.cookies[COOKIE]["max-age"] == 0
    assert VaultSession.objects.count() == 0
    unlocked.cookies[COOKIE] = token
    assert unlocked.get(INDEX).status_code == 302


def test_a_password_change_locks_every_session_of_that_person(unlocked, sign_in, users):
    again = sign_in("booking_reviewer", unlock=True)
    other = sign_in("booking_administrator", unlock=True)
    user = get_user_model().objects.get(username="booking_reviewer")
    user.set_password("another password")
    user.save()
    assert [row.user.username for row in VaultSession.objects.all()] == ["booking_administrator"]
    assert [client.get(INDEX).status_code for client in (unlocked, again)] == [302, 302]
    assert state(other) is True


def test_other_changes_to_the_person_leave_it_open(unlocked):
    user = get_user_model().objects.get(username="booking_reviewer")
    user.first_name = "Robin"
    user.save()
    user.save(update_fields=["first_name"])
    assert state(unlocked) is True


def test_losing_the_grant_locks_at_once(unlocked, users):
    Grant.objects.filter(reviewer__user=users["booking_reviewer"]).delete()
    assert VaultSession.objects.count() == 0
    assert state(unlocked) is False


def test_a_person_who_was_switched_off_is_turned_away(unlocked):
    get_user_model().objects.filter(username="booking_reviewer").update(is_active=False)
    assert unlocked.get(INDEX).status_code == 302


# Where it goes on to -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/admin/", "/admin/"),
        ("/admin/submission/?q=1", "/admin/submission/?q=1"),
        ("http://testserver/admin/", "http://testserver/admin/"),
        ("", INDEX),
        ("https://evil.example/", INDEX),
        ("//evil.example/", INDEX),
        ("///evil.example", INDEX),
        ("/\\evil.example", INDEX),
        ("\\\\evil.example", INDEX),
        ("javascript:alert(1)", INDEX),
        ("http:///evil.example", INDEX),
        ("http://testserver@evil.example/", INDEX),
        ("\thttps://evil.example", INDEX),
    ],
)
def test_unlocking_goes_on_to_a_page_of_this_site_only(vault, sign_in, target, goes_to):
    response = sign_in("booking_reviewer").post(
        UNLOCK, {"passphrase": vault.passphrases["booking_reviewer"], "next": target}
    )
    assert (response.status_code, response.url) == (302, goes_to)


def test_the_page_to_go_on_to_survives_a_wrong_passphrase(vault, sign_in):
    client = sign_in("booking_reviewer")
    asked = client.get(UNLOCK, {"next": "/admin/reports/"})
    refused = client.post(UNLOCK, {"passphrase": WRONG, "next": "/admin/reports/"})
    assert [page.context["form"]["next"].value() for page in (asked, refused)] == [
        "/admin/reports/"
    ] * 2


# Who is let in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["editor", "clinical_reviewer"])
@pytest.mark.parametrize(
    ("method", "path"), [("get", INDEX), ("get", UNLOCK), ("post", UNLOCK), ("post", LOCK)]
)
def test_staff_without_the_permission_are_turned_away(vault, sign_in, role, method, path):
    response = getattr(sign_in(role), method)(path, follow=True)
    assert response.redirect_chain == [("/admin/", 302)]
    assert [str(message).strip() for message in response.context["messages"]] == [
        "Sorry, you do not have permission to access this area."
    ]


@pytest.mark.parametrize(
    ("method", "path"), [("get", INDEX), ("get", UNLOCK), ("post", UNLOCK), ("post", LOCK)]
)
def test_nobody_signed_in_is_asked_to_sign_in(vault, client, method, path):
    response = getattr(client, method)(path)
    assert (response.status_code, response.url) == (302, f"/admin/login/?next={path}")


def test_a_superuser_without_a_grant_sees_the_page_and_cannot_unlock(vault, sign_in):
    client = sign_in("administrator")
    assert (state(client), client.get(INDEX).context["can_unlock"]) == (False, False)
    for passphrase in vault.passphrases.values():
        response = client.post(UNLOCK, {"passphrase": passphrase})
        assert (response.status_code, COOKIE in response.cookies) == (200, False)
    assert VaultSession.objects.count() == 0
    assert state(client) is False


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("editor", False),
        ("clinical_reviewer", False),
        ("administrator", True),
        ("booking_reviewer", True),
    ],
)
def test_the_menu_shows_the_vault_to_those_who_may_see_it(vault, sign_in, role, shown):
    page = sign_in(role).get("/admin/").content.decode()
    assert ("/admin/vault/" in page) is shown


def test_the_pages_say_so_while_there_is_no_vault(users, sign_in):
    client = sign_in("administrator")
    for path in (INDEX, UNLOCK):
        assert "The vault is not set up yet." in client.get(path).content.decode()
    assert client.post(UNLOCK, {"passphrase": WRONG}).status_code == 200


def test_a_reviewer_who_lost_the_permission_is_turned_away(unlocked, users):
    users["booking_reviewer"].groups.clear()
    access = Permission.objects.get(codename="access_admin")
    users["booking_reviewer"].user_permissions.add(access)
    assert unlocked.get(INDEX).status_code == 302


# Answers in a response ---------------------------------------------------------------------------


def test_a_sign_in_as_somebody_else_in_the_same_browser_does_not_inherit(unlocked, users):
    unlocked.force_login(users["booking_administrator"])
    assert state(unlocked) is False


def test_readiness_follows_the_vault(users, client):
    with pytest.raises(manifests.VaultUnavailable):
        manifests.current_key()
    assert client.get("/readyz").status_code == 503


def test_readiness_is_there_with_a_vault(vault, client):
    assert client.get("/readyz").status_code == 200


def test_somebody_whose_permission_is_taken_away_reads_nothing_more(vault, sign_in, users):
    client = sign_in("booking_reviewer", unlock=True)
    users["booking_reviewer"].groups.clear()
    request = client.get("/admin/").wsgi_request
    assert request.vault.is_unlocked is False


def test_unlocking_clears_away_rows_that_nobody_can_use_any_more(vault, sign_in):
    with time_machine.travel(START, tick=False):
        sign_in("booking_reviewer", unlock=True)
    with time_machine.travel(START + timedelta(minutes=15), tick=False):
        sign_in("booking_administrator", unlock=True)
    assert [row.user.username for row in VaultSession.objects.all()] == ["booking_administrator"]
