"""The editor in a real browser: previews of blocks and pages, and the count of characters."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from clinic_site.tests.trial import Trial

from .test_journey import sign_in, watch

BLOCKS = [
    ("Text", "How it is given"),
    ("Steps", "Consultation"),
    ("Questions and answers", "How long is a visit?"),
    ("Picture", "The treatment room in Allen"),
    ("Benefits and risks", "Quick to act"),
    ("Clinician's note", "points out that the effect can fade"),
    ("Callout", "Important:"),
    ("Invitation to book", "Request an appointment"),
]

# Title of the page, mode of the preview, words of its heading.
PREVIEWS = [
    ("How does ketamine work for depression?", None, "How does ketamine work for depression?"),
    ("Common questions", None, "Common questions"),
    ("Articles", None, "Articles"),
    ("Home", None, "Psychiatric care, in plain words"),
    ("Request an appointment", "Form", "Request an appointment"),
    ("Request an appointment", "Confirmation", "not yet an appointment"),
]


@pytest.fixture
def problems() -> list[str]:
    return []


@pytest.fixture
def page(trial: Trial, new_context: Callable[..., BrowserContext], problems: list[str]) -> Page:
    """Signed in as an editor; script errors, refused policies and other hosts are collected."""
    context = new_context(viewport={"width": 1280, "height": 1000})
    watch(context, problems)
    page = context.new_page()
    sign_in(page, trial, "editor")
    return page


def open_page(page: Page, title: str) -> None:
    """The editor of the page with that title, found as staff find it."""
    page.goto(f"/admin/pages/search/?q={title}")
    page.locator("main").get_by_role("link", name=title, exact=True).first.click()
    expect(page.locator("#id_title")).to_have_value(title)


def test_the_block_chooser_shows_how_each_block_will_look(page: Page, problems: list[str]) -> None:
    open_page(page, "How does ketamine work for depression?")
    page.get_by_role("button", name="Insert a block").first.click()
    for name, words in BLOCKS:
        row = page.locator(".w-combobox__option-row", has_text=re.compile(f"^{name}$"))
        row.get_by_role("button", name="Preview").click()
        drawn = page.frame_locator(".w-combobox-preview iframe").locator("main").first
        expect(drawn).to_contain_text(words)
        font = drawn.evaluate("main => getComputedStyle(main.ownerDocument.body).backgroundColor")
        assert font != "rgba(0, 0, 0, 0)", "the site's own styles are missing"
    assert problems == []


def test_the_side_panel_shows_the_page_that_is_being_edited(
    page: Page, problems: list[str]
) -> None:
    panel = page.get_by_role("button", name="Toggle preview")
    for title, mode, words in PREVIEWS:
        open_page(page, title)
        if (title, mode, words) == PREVIEWS[0]:
            panel.click()  # once: Wagtail keeps it open from page to page
        expect(panel).to_have_attribute("aria-expanded", "true")
        shown = page.frame_locator(".w-preview__iframe").last.locator("h1")
        expect(shown).to_be_visible()
        if mode:
            page.get_by_label("Preview mode").select_option(label=mode)
        expect(shown).to_contain_text(words)
    assert problems == []


def test_staff_see_how_many_characters_are_left(page: Page, problems: list[str]) -> None:
    open_page(page, "Common questions")
    summary = page.locator("#id_summary")
    summary.fill("a" * 290)
    expect(page.get_by_text("Characters left: 10")).to_have_count(2)  # for eyes and for ears
    page.get_by_role("tab", name="Promote").click()
    page.get_by_label("Title in search results").fill("b" * 63)
    expect(page.get_by_text("Characters too many: 3").first).to_be_visible()
    assert problems == []
