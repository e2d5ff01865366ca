"""What a page that was shown unlocked knows of the lock, and what it may ask; the browser's part is in
clinic_site/tests/browser/test_screen.py."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from booking.models import Submission
from booking.tests.factories import core_answers, sealed_request, store
from booking.vault.models import VaultSession

pytestmark = pytest.mark.once

START = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
STAY, AWAY, LIST = "/admin/vault/stay/", "/admin/vault/away/", "/admin/booking/submission/"
INDEX = "/admin/vault/"
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def unlocked(vault: Any, sign_in: SignIn, clock: Any) -> Client:
    return sign_in("booking_reviewer", unlock=True)


@pytest.fixture
def request_address(site: Any, vault: Any) -> str:
    row = store([sealed_request(site.book, site.location, core_answers(name="Kestrel Quill"))])[0]
    return f"{LIST}inspect/{row.pk}/?show=all&p=2"


def soup_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def left(client: Client, address: str) -> tuple[str, str] | None:
    """Seconds until the vault locks, without use and at the latest, as the page carries them."""
    script = soup_of(client, address).select_one("script[data-vault-screen]")
    return script and (script["data-idle"], script["data-absolute"])


def used_at() -> datetime:
    moment: datetime = VaultSession.objects.get().used_at
    return moment


# What a page carries --------------------------------------------------------------------------------


def test_every_page_that_asks_the_open_vault_carries_how_long_it_stays_open(
    unlocked: Client, request_address: str, clock: Any
) -> None:
    pages = [LIST, request_address, INDEX, "/admin/vault/unlock/"]
    assert {left(unlocked, page) for page in pages} == {("900", "28800")}
    clock.shift(10)  # less than is written down
    assert left(unlocked, LIST) == ("890", "28790")
    clock.shift(30)
    assert left(unlocked, LIST) == ("900", "28760")
    for _quarter in range(39):
        clock.shift(12 * 60)
        unlocked.get(LIST)
    assert left(unlocked, LIST) == ("900", "680")


def test_what_does_not_ask_the_vault_carries_nothing_and_does_not_keep_it_open(
    unlocked: Client, clock: Any
) -> None:
    before = used_at()
    clock.shift(60)
    for page in ("/admin/", "/admin/account/", f"{AWAY}?next={LIST}"):
        assert left(unlocked, page) is None
    assert used_at() == before


def test_a_locked_page_carries_nothing(vault: Any, sign_in: SignIn, clock: Any) -> None:
    client = sign_in("booking_reviewer")
    assert left(client, LIST) is None
    client = sign_in("booking_reviewer", unlock=True)
    clock.shift(900)
    page = soup_of(client, LIST)
    assert page.select("[data-vault-screen], noscript meta, template[data-vault-locked]") == []


def test_who_is_not_signed_in_tells_the_other_tabs_and_has_nothing_to_hide(
    vault: Any, client: Client
) -> None:
    page = soup_of(client, "/admin/login/")
    (script,) = page.select("script[data-vault-screen]")
    assert {name for name in script.attrs if name.startswith("data-")} == {"data-vault-screen"}
    assert page.select("template[data-vault-locked]") == []


def test_a_page_says_for_whom_it_was_shown(
    unlocked: Client, sign_in: SignIn, users: dict[str, Any]
) -> None:
    other = sign_in("booking_administrator", unlock=True)
    told = [
        soup_of(each, LIST).select("script[data-vault-screen]")[0]["data-person"]
        for each in (unlocked, other)
    ]
    assert told == [str(users[role].pk) for role in ("booking_reviewer", "booking_administrator")]


def test_nothing_of_it_is_inline(unlocked: Client, request_address: str) -> None:
    page = soup_of(unlocked, request_address)
    (script,) = page.select("script[data-vault-screen]")
    assert (script["src"].endswith("vault/screen.js"), script.get_text()) == (True, "")
    addresses = (script["data-lock"], script["data-logout"])
    assert addresses == ("/admin/vault/lock/", "/admin/logout/")
    assert page.select(".vault-warning [style], .vault-locked [style]") == []


# Without scripts ------------------------------------------------------------------------------------


def test_without_scripts_the_page_is_left_for_one_that_shows_and_asks_nothing(
    unlocked: Client, request_address: str, clock: Any
) -> None:
    clock.shift(20)
    (refresh,) = soup_of(unlocked, request_address).select("head noscript meta[http-equiv=refresh]")
    seconds, _, address = str(refresh["content"]).partition("; url=")
    assert seconds == "880"
    assert address == f"{AWAY}?{urlencode({'next': request_address})}"

    clock.shift(880)
    page = soup_of(unlocked, address)
    assert "Kestrel" not in page.get_text()
    (link,) = page.select("main a.button")
    assert link["href"] == request_address
    assert "Kestrel" not in soup_of(unlocked, str(link["href"])).get_text()


def test_two_pages_that_are_left_open_do_not_keep_the_vault_open_for_each_other(
    unlocked: Client, request_address: str, clock: Any
) -> None:
    """As a browser without scripts does it: each page follows its refresh."""
    soup_of(unlocked, request_address)
    clock.shift(400)
    soup_of(unlocked, LIST)
    for _page in range(2):
        clock.shift(500)
        soup_of(unlocked, f"{AWAY}?next={LIST}")
    assert left(unlocked, LIST) is None


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "\\\\evil"]
)
def test_the_way_back_leads_nowhere_else(unlocked: Client, target: str) -> None:
    (link,) = soup_of(unlocked, f"{AWAY}?{urlencode({'next': target})}").select("main a.button")
    assert link["href"] == INDEX


# Staying --------------------------------------------------------------------------------------------


def test_staying_is_a_use_and_says_how_long(unlocked: Client, clock: Any) -> None:
    clock.shift(899)
    response = unlocked.post(STAY)
    assert (response.status_code, response.json()) == (200, {"idle": 900, "absolute": 27901})
    assert "no-store" in response["Cache-Control"]
    assert used_at() == datetime.now(UTC)


def test_it_does_nothing_but_that(unlocked: Client, request_address: str, clock: Any) -> None:
    from wagtail.models import ModelLogEntry

    session = VaultSession.objects.values().get()
    rows, entries = list(Submission.objects.values()), ModelLogEntry.objects.count()
    clock.shift(60)
    unlocked.post(STAY)
    assert VaultSession.objects.values().get() == session | {"used_at": datetime.now(UTC)}
    assert (list(Submission.objects.values()), ModelLogEntry.objects.count()) == (rows, entries)


def test_it_does_not_move_the_latest_moment(unlocked: Client, clock: Any) -> None:
    for _time in range(8 * 60 // 12 - 1):
        clock.shift(12 * 60)
        assert unlocked.post(STAY).status_code == 200
    assert unlocked.post(STAY).json() == {"idle": 900, "absolute": 720}
    clock.shift(12 * 60)
    assert unlocked.post(STAY).status_code == 403


@pytest.mark.parametrize("way", ["idle", "lock", "no cookie", "never"])
def test_where_it_is_locked_there_is_nothing_to_stay_for(
    unlocked: Client, sign_in: SignIn, clock: Any, way: str
) -> None:
    client = unlocked
    if way == "idle":
        clock.shift(900)
    elif way == "lock":
        client.post("/admin/vault/lock/")
    elif way == "no cookie":
        del client.cookies["clinic-vault"]
    else:
        client = sign_in("booking_administrator")
    response = client.post(STAY)
    assert (response.status_code, response.json()) == (403, {})
    assert left(client, LIST) is None


def test_another_site_cannot_keep_it_open(vault: Any, users: dict[str, Any], clock: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(users["booking_reviewer"])
    page = client.get("/admin/vault/unlock/")
    token = page.context["csrf_token"]
    passphrase = vault.passphrases["booking_reviewer"]
    client.post(
        "/admin/vault/unlock/", {"passphrase": passphrase, "csrfmiddlewaretoken": str(token)}
    )
    before = used_at()
    clock.shift(60)
    assert client.post(STAY).status_code == 403
    assert used_at() == before
    assert client.post(STAY, headers={"X-CSRFToken": str(token)}).status_code == 200
    assert used_at() > before


def test_it_costs_the_same_queries_as_asking_whether_it_is_open(
    unlocked: Client, clock: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):
        unlocked.post(STAY)
