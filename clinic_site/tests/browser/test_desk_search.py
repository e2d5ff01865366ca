"""A long search in a browser: found as it goes, stopped, gone on with, and come back to."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from clinic_site.tests.browser.test_journey import sign_in, unlock, watch
from clinic_site.tests.trial import Trial

LIST = "/admin/booking/submission/"
# More than a page looks at in its second, with the persons looked for at both ends.
REQUESTS = 15_000
FILL = f"""
from datetime import timedelta
from django.utils import timezone
from booking.models import BookingPage, Location, Submission
from booking.tests.factories import core_answers, sealed_request, store
Submission.objects.all().delete()
page, place, now = BookingPage.objects.first(), Location.objects.first(), timezone.now()
ends = {{0: "AAAAAAAA", {REQUESTS - 1}: "CCCCCCCC"}}
for start in range(0, {REQUESTS}, 1000):
    store(
        sealed_request(
            page,
            place,
            core_answers(name="Kestrel" if number in ends else "Robin"),
            received_at=now - timedelta(minutes=number),
            **({{"reference": ends[number]}} if number in ends else {{}}),
        )
        for number in range(start, start + 1000)
    )
"""
EMPTY = "from booking.models import Submission\nSubmission.objects.all().delete()"


@pytest.fixture(scope="module")
def filled(trial: Trial) -> Iterator[Trial]:
    trial.shell(FILL)
    yield trial
    trial.shell(EMPTY)


def search(page: Page, trial: Trial) -> None:
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    page.goto(f"{LIST}?show=all")
    page.locator("main [type=search]").fill("kestrel")
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


def test_a_long_search_is_watched_stopped_and_come_back_to(
    filled: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    context, problems = new_context(viewport={"width": 1280, "height": 800}), list[str]()
    watch(context, problems)
    page = context.new_page()
    held = hold_parts(page)
    search(page, filled)
    assert references(page) == ["AAAAAAAA"]
    said = page.locator("[data-search-words]")
    expect(said).to_have_text(
        re.compile(r"^Searched the newest [\d,]+ of 15,000: 1 found so far\.$")
    )
    page.get_by_role("link", name="Stop").click()
    page.wait_for_url("**stop=1")
    expect(said).to_have_text(re.compile("1 found so far"))
    held.clear()
    page.get_by_role("link", name="Go on").click()
    expect(said).to_have_text(
        re.compile("At .*: 2 requests found among all 15,000"), timeout=60_000
    )
    assert references(page) == ["AAAAAAAA", "CCCCCCCC"]
    expect(page.get_by_role("link", name="Stop")).to_be_hidden()

    page.get_by_role("link", name="CCCCCCCC").click()
    page.get_by_role("link", name="Previous request").click()
    expect(page.locator(".desk-facts")).to_contain_text("AAAAAAAA")
    page.get_by_role("link", name="Back to the search").click()
    expect(said).to_have_text(re.compile(": 2 requests found"))
    page.get_by_role("link", name="AAAAAAAA").click()
    page.wait_for_url("**/inspect/**")
    page.go_back()
    expect(said).to_have_text(re.compile(": 2 requests found"))
    assert "kestrel" not in page.url.lower()
    assert problems == []


def test_without_scripts_it_goes_on_by_itself(
    filled: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    search(page, filled)
    said = page.locator("[data-search-words]")
    expect(said).to_have_text(
        re.compile("At .*: 2 requests found among all 15,000"), timeout=60_000
    )
    assert references(page) == ["AAAAAAAA", "CCCCCCCC"]


def test_a_vault_that_is_locked_in_another_tab_ends_it(
    filled: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    search(page, filled)
    other = context.new_page()
    other.goto("/admin/vault/")
    other.get_by_role("button", name="Lock now").click()
    expect(page.get_by_text("This search is over:")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Kestrel")).to_have_count(0)
