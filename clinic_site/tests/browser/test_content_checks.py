"""The clinic's own checks in the editor's panel, beside Wagtail's, in a real browser."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from clinic_site.tests.browser.editor_ready import wait_until_noted
from clinic_site.tests.browser.test_journey import sign_in, watch
from clinic_site.tests.trial import Trial

GOOD = "How ketamine is thought to work for depression, whom it may help, and what to weigh."


def open_checks(page: Page, title: str) -> None:
    """The checks of the page with that title, when Wagtail has read its preview once."""
    page.goto(f"/admin/pages/search/?q={title}")
    page.locator("main").get_by_role("link", name=title, exact=True).first.click()
    page.get_by_role("button", name="Toggle checks").click()
    expect(page.locator("[data-content-word-count]")).to_have_text(re.compile(r"^\d+$"))
    wait_until_noted(page)


def test_the_panel_shows_and_counts_what_was_found_in_what_was_just_typed(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    problems: list[str] = []
    context = new_context()
    watch(context, problems)
    page = context.new_page()
    sign_in(page, trial, "editor")
    open_checks(page, "How does ketamine work for depression?")
    found = page.locator("[data-checks-panel] [data-content-checker-row]")
    count = page.locator('[data-side-panel="checks"] [data-content-checker-count]')
    expect(found).to_have_count(0)
    assert problems == []

    page.get_by_role("textbox", name="Summary").fill("A guaranteed cure.")
    expect(found).to_have_count(3)
    expect(found).to_contain_text(["“cure” is on", "“guaranteed” is on", "this has 18."])
    expect(count).to_have_text("3")

    page.get_by_role("textbox", name="Summary").fill(GOOD)
    expect(found).to_have_count(0)
    expect(count).to_have_text("0")
    assert problems == []


def test_a_booking_page_is_published_with_what_was_found_on_it(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    problems: list[str] = []
    context = new_context()
    watch(context, problems)
    page = context.new_page()
    sign_in(page, trial, "clinical_reviewer")
    open_checks(page, "Request an appointment")
    found = page.locator("[data-checks-panel] [data-content-checker-row]")
    expect(found).to_have_count(0)

    page.get_by_label("Confirmation text").fill("Thank you. Text us the rest.")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Confirmation text: take out “Text us”.")

    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Page 'Request an appointment' has been published.")).to_be_visible()
    assert problems == []
