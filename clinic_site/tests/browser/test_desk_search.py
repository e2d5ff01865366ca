"""A long search in a browser: found as it goes, stopped, gone on with, and come back to."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from clinic_site.tests.browser.test_journey import sign_in, unlock, watch
from clinic_site.tests.trial import Trial

LIST = "/admin/booking/submission/"
# More than two pages look at, with the persons looked for at both ends: a trial's page looks at one batch.
REQUESTS = 600
FILL = f"""
from datetime import timedelta
from django.utils import timezone
from booking.models import BookingPage, Location, Submission
from booking.tests.factories import core_answers, sealed_request, store
Submission.objects.all().delete()
page, place, now = BookingPage.objects.first(), Location.objects.first(), timezone.now()
ends = {{0: "AAAAAAAA", {REQUESTS - 1}: "CCCCCCCC"}}
store(
    sealed_request(
        page,
        place,
        core_answers(name="Kestrel" if number in ends else "Robin"),
        received_at=now - timedelta(minutes=number),
        **({{"reference": ends[number]}} if number in ends else {{}}),
    )
    for number in range({REQUESTS})
)
"""
EMPTY = "from booking.models import Submission\nSubmission.objects.all().delete()"


@pytest.fixture(scope="module")
def filled(trial: Trial) -> Iterator[Trial]:
    trial.shell(FILL)
    yield trial
    trial.shell(EMPTY)


def search(page: Page, trial: Trial, term: str = "kestrel") -> None:
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    page.goto(f"{LIST}?show=all")
    page.locator("main [type=search]").fill(term)
    page.locator("main").get_by_role("button", name="Search").click()
    page.wait_for_url("**/search/**")


def hold_parts(page: Page) -> list[bool]:
    """While the list holds something, what the script asks for waits for ever."""
    held = [True]

    def answer(route: Route) -> None:
        if not (held and "x-search-part" in route.request.headers):
            route.continue_()

    page.route("**/search/**", answer)
    return held


def references(page: Page) -> list[str]:
    return page.locator("main .field-reference").all_inner_texts()


SO_FAR = "Searched the newest 250 of 600: 1 found so far."
ALL = re.compile("At .*: 2 requests found among all 600")


def test_a_long_search_is_watched_stopped_and_come_back_to(
    filled: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    context, problems = new_context(viewport={"width": 1280, "height": 800}), list[str]()
    watch(context, problems)
    page = context.new_page()
    held = hold_parts(page)
    search(page, filled)
    assert references(page) == ["AAAAAAAA"]
    said, stop = page.locator("[data-search-words]"), page.get_by_role("link", name="Stop")
    expect(said).to_have_text(SO_FAR)
    stop.click()
    go_on = page.get_by_role("link", name="Go on")
    expect(go_on).to_be_visible()
    expect(said).to_have_text(re.compile("1 found so far"))
    page.get_by_role("link", name="AAAAAAAA").click()
    page.get_by_role("link", name="Back to the search").click()
    expect(go_on).to_be_visible()
    held.clear()
    go_on.click()
    expect(said).to_have_text(ALL)
    assert references(page) == ["AAAAAAAA", "CCCCCCCC"]
    expect(stop).to_be_hidden()

    page.get_by_role("link", name="CCCCCCCC").click()
    page.get_by_role("link", name="Previous request").click()
    expect(page.locator(".desk-facts")).to_contain_text("AAAAAAAA")
    page.get_by_role("link", name="Back to the search").click()
    expect(said).to_have_text(ALL)
    page.get_by_role("link", name="AAAAAAAA").click()
    page.wait_for_url("**/inspect/**")
    page.go_back()
    expect(said).to_have_text(ALL)
    assert "kestrel" not in page.url.lower()
    assert problems == []


PART = """<div data-search {state}><p data-search-words>{said}</p><table><tbody>
<tr><td class="field-reference"><a id="ref-last" href="#last">ZZZZZZZZ</a></td></tr></tbody></table></div>"""


def test_rows_come_and_go_by_their_key_and_the_focus_stays_with_its_person(
    filled: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    waiting: list[Route] = []
    page.route(
        "**/search/**",
        lambda route: (
            waiting.append(route) if "x-search-part" in route.request.headers else route.continue_()
        ),
    )
    search(page, filled)
    said, stop = page.locator("[data-search-words]"), page.get_by_role("link", name="Stop")
    page.wait_for_function("document.querySelector('[data-search-stop]')")
    while not waiting:
        page.wait_for_timeout(50)
    # Deleted meanwhile: the other one is there in its place, which is the first.
    waiting.pop().fulfill(
        body=PART.format(state="data-unfinished", said="half"), content_type="text/html"
    )
    expect(page.locator("main .field-reference")).to_have_text(["ZZZZZZZZ"])
    page.locator("h1").first.click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "ref-last"
    stop.focus()
    while not waiting:
        page.wait_for_timeout(50)
    waiting.pop().abort()
    expect(said).to_contain_text("No connection: what was found so far stays here.")
    while not waiting:  # asked again
        page.wait_for_timeout(50)
    assert page.evaluate("document.activeElement.dataset.searchStop") == ""
    waiting.pop().fulfill(body=PART.format(state="", said="all of it"), content_type="text/html")
    expect(said).to_have_text("all of it")
    expect(said).to_be_focused()
    expect(stop).to_be_hidden()


def test_the_keys_of_the_desk_do_nothing_where_nothing_is_listed(
    filled: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    context, problems = new_context(viewport={"width": 1280, "height": 800}), list[str]()
    watch(context, problems)
    page = context.new_page()
    search(page, filled, "nobody")
    expect(page.locator("[data-search-words]")).to_have_text(re.compile("0 requests found"))
    for key in "jkoc":
        page.keyboard.press(key)
    assert problems == []


def test_without_scripts_it_goes_on_by_itself_or_by_a_link(
    filled: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    search(page, filled)
    said = page.locator("[data-search-words]")
    expect(page.get_by_role("link", name="Stop")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    expect(said).to_have_text(ALL, timeout=120_000)
    assert references(page) == ["AAAAAAAA", "CCCCCCCC"]


def test_a_vault_that_is_locked_in_another_tab_ends_it(
    filled: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    hold_parts(page)
    search(page, filled)
    address = page.url
    other = context.new_page()
    other.goto("/admin/vault/")
    other.get_by_role("button", name="Lock now").click()
    expect(page.locator(".vault-locked")).to_be_visible()
    expect(page.get_by_text("Kestrel")).to_have_count(0)
    page.goto(address)
    expect(page.get_by_text("This search is over:")).to_be_visible()
