"""Nothing is left on the screen when the vault locks: in this tab, in the others, after Back and after a sleep."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from clinic_site.tests.browser.conftest import PATIENCE
from clinic_site.tests.browser.test_accessibility import in_every_look
from clinic_site.tests.browser.test_going_back import back
from clinic_site.tests.browser.test_journey import sign_in, unlock
from clinic_site.tests.trial import Trial

LIST = "/admin/booking/submission/"
NAME = "Robin Sample"
FILL = """
from booking.models import BookingPage, Location, Submission
from booking.tests.factories import sealed_request, store
Submission.objects.all().delete()
page, place = BookingPage.objects.first(), Location.objects.first()
store(sealed_request(page, place, reference=letter * 8) for letter in "AC")
"""
LOCK_ON_THE_SERVER = """
from booking.vault.models import VaultSession
VaultSession.objects.all().delete()
"""
ALMOST_LOCKED = """
from datetime import timedelta
from django.utils import timezone
from booking.vault.models import VaultSession
VaultSession.objects.update(used_at=timezone.now() - timedelta(seconds=15 * 60 - {seconds}))
"""
SHOWN = "document.documentElement.outerHTML"


@pytest.fixture(scope="module")
def keeping(chromium: Callable[..., Browser]) -> Iterator[Browser]:
    """Chromium as people have it: pages that were left are kept whole."""
    browser = chromium(
        "--enable-features=BackForwardCache", ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


@pytest.fixture
def requests(trial: Trial) -> Iterator[None]:
    trial.shell(FILL)
    yield
    trial.shell("from booking.models import Submission\nSubmission.objects.all().delete()")


def reading(context: BrowserContext, trial: Trial) -> Page:
    """A tab in which a request is read, on a clock that can be put forward."""
    context.clock.install()
    # Of a page, which the clock of the test counts from the first page on.
    context.add_init_script("performance.now = () => 200")
    page = context.new_page()
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    return read(page)


def read(page: Page) -> Page:
    page.goto(f"{LIST}?show=all")
    page.get_by_role("link", name="AAAAAAAA").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    page.wait_for_load_state()
    return page


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], requests: None) -> BrowserContext:
    return new_context(viewport={"width": 1280, "height": 800})


def is_blank(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Locked")
    text = page.evaluate(SHOWN)
    assert NAME not in text
    assert "972" not in text
    expect(page).to_have_title("Locked")


def come_back(page: Page, trial: Trial) -> None:
    """By the button of a blank page."""
    page.get_by_role("link", name="Unlock and come back").click()
    page.get_by_label("Passphrase").fill(trial.access["vault"]["passphrases"]["booking_reviewer"])
    page.locator("main").get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()


def test_what_is_said_before_and_after_can_be_read_in_every_look(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    page.clock.fast_forward("14:00")
    expect(page.get_by_role("button", name="Stay")).to_be_visible()
    assert in_every_look(page, ".vault-warning") == {}
    page.clock.fast_forward("01:00")
    is_blank(page)
    assert in_every_look(page) == {}
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


# At the limit ---------------------------------------------------------------------------------------


def test_at_the_limit_the_page_warns_then_goes_blank_and_leads_back(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    address = page.url
    warning = page.locator(".vault-warning")
    page.clock.fast_forward("12:30")
    expect(warning).to_have_count(0)

    page.clock.fast_forward("01:00")
    said = warning.get_by_role("status")
    expect(said).to_have_text("This page goes blank in 2 minutes, because the vault locks.")
    expect(warning.get_by_role("button", name="Stay")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('.vault-warning')") is None
    page.clock.fast_forward("00:45")
    expect(said).to_have_text("This page goes blank in one minute, because the vault locks.")
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()

    page.clock.fast_forward("00:50")
    is_blank(page)
    assert page.evaluate("document.activeElement.className") == "vault-locked"
    assert page.url == address
    trial.shell(LOCK_ON_THE_SERVER)
    come_back(page, trial)
    assert page.url == address


def test_who_stays_stays_in_every_tab(context: BrowserContext, trial: Trial) -> None:
    page = reading(context, trial)
    other = read(context.new_page())
    trial.shell(ALMOST_LOCKED.format(seconds=300))
    context.clock.fast_forward("14:00")
    expect(page.locator(".vault-warning")).to_be_visible()
    expect(other.locator(".vault-warning")).to_be_visible()
    page.bring_to_front()
    page.evaluate("document.body.focus()")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Stay")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".vault-warning")).to_have_count(0)
    expect(other.locator(".vault-warning")).to_have_count(0)

    context.clock.fast_forward("12:00")
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(other.get_by_role("heading", name=NAME)).to_be_visible()
    context.clock.fast_forward("03:10")
    is_blank(page)
    is_blank(other)


def test_a_page_that_is_opened_in_another_tab_is_a_use_for_this_one(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    context.clock.fast_forward("13:30")
    expect(page.locator(".vault-warning")).to_be_visible()
    read(context.new_page())
    expect(page.locator(".vault-warning")).to_have_count(0)


def test_staying_in_a_vault_that_was_locked_meanwhile_goes_blank(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    page.clock.fast_forward("14:00")
    trial.shell(LOCK_ON_THE_SERVER)
    page.get_by_role("button", name="Stay").click()
    is_blank(page)


def test_without_an_answer_it_says_so_and_the_time_goes_on(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    page.clock.fast_forward("14:00")
    context.set_offline(True)
    page.get_by_role("button", name="Stay").click()
    expect(page.locator(".vault-warning")).to_contain_text("The site did not answer.")
    page.clock.fast_forward("01:10")
    is_blank(page)
    context.set_offline(False)


def test_after_a_sleep_the_page_is_blank_before_any_timer_ran(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)  # timers stand still
    page.evaluate(
        """() => {
            const now = Date.now();
            Date.now = () => now + 20 * 60_000;
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    is_blank(page)


# Lock -----------------------------------------------------------------------------------------------


def test_lock_in_one_tab_blanks_the_others_at_once_and_an_unlock_brings_them_back(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    other = read(context.new_page())
    other.get_by_role("button", name="Lock now").click()
    is_blank(other)
    is_blank(page)
    unlock(other, trial, "booking_reviewer")
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()


def typing(page: Page) -> list[str]:
    """A note that is half typed; what the browser asks of it is collected, and the page stays."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    note = page.locator(".desk-note textarea")
    page.wait_for_timeout(2500)  # what a form is like at first is looked at after two seconds
    note.press_sequentially("Half a no")
    page.wait_for_timeout(500)
    return asked


def test_lock_with_a_note_that_is_half_typed_asks_nothing(
    new_context: Callable[..., BrowserContext], requests: None, trial: Trial
) -> None:
    page = new_context().new_page()
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    asked = typing(read(page))
    page.get_by_role("button", name="Lock now").click()
    is_blank(page)
    page.reload()
    expect(page.get_by_role("link", name=re.compile("^Unlock"))).to_be_visible()
    assert asked == []


def test_signing_out_with_a_note_that_is_half_typed_asks_nothing(
    new_context: Callable[..., BrowserContext], requests: None, trial: Trial
) -> None:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    asked = typing(read(page))
    page.get_by_role("button", name=re.compile("Booking reviewer|booking_reviewer")).click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert asked == []


def test_a_lock_that_is_not_answered_says_so_and_can_be_tried_again(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    other = read(context.new_page())
    context.set_offline(True)
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("status")).to_contain_text("the vault may still be open")
    assert NAME not in page.evaluate(SHOWN)
    expect(other.get_by_role("heading", name=NAME)).to_be_visible()
    context.set_offline(False)
    page.get_by_role("button", name="Lock now").click()
    is_blank(page)
    is_blank(other)


def test_a_page_that_arrives_after_the_lock_shows_nothing(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    address, late = page.url, context.new_page()

    def after_the_lock(route: Route) -> None:
        answer = route.fetch()
        assert NAME in answer.text()
        page.get_by_role("button", name="Lock now").click()
        is_blank(page)
        route.fulfill(response=answer)

    late.add_init_script("performance.now = () => 600_000")
    late.route(address, after_the_lock)
    late.goto(address)
    is_blank(late)
    is_blank(page)


def test_only_who_was_here_comes_back_by_a_use_elsewhere(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    other = context.new_page()
    other.goto("/admin/")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    tell = "message => new BroadcastChannel('vault').postMessage(message)"
    used = {"idle": 4e12, "absolute": 4e12}
    for message in (None, "locked", {}, 7):
        other.evaluate(tell, message)
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    assert errors == []
    other.evaluate(tell, {"locked": True})
    is_blank(page)
    other.evaluate(tell, {"used": used, "person": "another"})
    other.wait_for_timeout(500)
    is_blank(page)
    found = re.search(r'data-person="([0-9]+)"', page.evaluate("fetch('').then(a => a.text())"))
    assert found
    other.evaluate(tell, {"used": used, "person": found[1]})
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()


def test_focus_goes_back_to_where_it_was(context: BrowserContext, trial: Trial) -> None:
    page = reading(context, trial)
    page.clock.fast_forward("14:00")
    expect(page.get_by_role("button", name="Stay")).to_be_visible()
    page.get_by_label("Status").focus()
    page.get_by_role("button", name="Stay").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".vault-warning")).to_have_count(0)
    expect(page.get_by_label("Status")).to_be_focused()


def test_signing_out_in_one_tab_blanks_the_others(context: BrowserContext, trial: Trial) -> None:
    page = reading(context, trial)
    other = context.new_page()
    other.goto("/admin/")
    other.get_by_role("button", name=re.compile("Booking reviewer|booking_reviewer")).click()
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_label("Password")).to_be_visible()
    is_blank(page)


# Back -----------------------------------------------------------------------------------------------


@pytest.fixture(params=["pages kept whole", "pages drawn anew"])
def either(
    request: pytest.FixtureRequest, keeping: Browser, browser: Browser, trial: Trial, requests: None
) -> Iterator[BrowserContext]:
    chosen = keeping if "whole" in str(request.param) else browser
    context = chosen.new_context(base_url=trial.url, locale="en-US")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def test_back_after_the_lock_shows_nothing(either: BrowserContext, trial: Trial) -> None:
    page = reading(either, trial)
    address = page.url
    page.get_by_role("button", name="Lock now").click()
    is_blank(page)
    page.goto("/admin/")
    page.wait_for_load_state()
    back(page)
    expect(page).to_have_url(address)
    expect(page.get_by_role("link", name=re.compile("^Unlock"))).to_be_visible()
    assert NAME not in page.evaluate(SHOWN)
    assert page.evaluate("getComputedStyle(document.body).opacity") == "1"


def test_back_to_a_page_of_an_open_vault_shows_it(either: BrowserContext, trial: Trial) -> None:
    page = reading(either, trial)
    page.goto("/admin/")
    page.wait_for_load_state()
    back(page)
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    opacity = "getComputedStyle(document.body).opacity"
    page.wait_for_function(f"{opacity} === '1'")


def test_back_after_the_vault_locked_by_itself_shows_nothing(
    either: BrowserContext, trial: Trial
) -> None:
    page = reading(either, trial)
    page.goto("/admin/")
    page.wait_for_load_state()
    trial.shell(LOCK_ON_THE_SERVER)
    back(page)
    expect(page.get_by_role("link", name=re.compile("^Unlock"))).to_be_visible()
    assert NAME not in page.evaluate(SHOWN)


def test_a_page_that_a_browser_kept_whole_is_unseen_until_the_site_says_that_it_may_be_seen(
    context: BrowserContext, trial: Trial
) -> None:
    page = reading(context, trial)
    trial.shell(LOCK_ON_THE_SERVER)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert page.evaluate("getComputedStyle(document.body).opacity") == "0"
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    is_blank(page)
    assert page.evaluate("getComputedStyle(document.body).opacity") == "1"


# Without scripts ------------------------------------------------------------------------------------


def test_without_scripts_the_browser_leaves_the_page(
    new_context: Callable[..., BrowserContext], requests: None, trial: Trial
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    page.goto(f"{LIST}?show=all")
    page.get_by_role("link", name="AAAAAAAA").click()
    address = page.url
    page.route(address, sooner)
    page.goto(address)
    expect(page.get_by_role("heading", name="Taken from the screen")).to_be_visible()
    assert NAME not in page.content()
    page.unroute(address)
    page.get_by_role("link", name="Back to that page").click()
    expect(page).to_have_url(address)


def sooner(route: Route) -> None:
    """The page as it comes, but for how long it waits: a second in place of a quarter of an hour."""
    answer = route.fetch()
    text = answer.text()
    assert NAME in text
    route.fulfill(response=answer, body=re.sub(r'content="[0-9]+; url', 'content="1; url', text))
