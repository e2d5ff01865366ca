"""A long answer is pasted whole, says near its end how much room is left, and is never cut."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .places import fill

REFUSAL = "Shorten your message to 2,000 characters or fewer."
CHANGES = """status => {
    window.changes = 0;
    new MutationObserver(() => window.changes++).observe(status, { childList: true });
}"""


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """The form, filled in, in a window that may use the clipboard."""
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    fill(page)
    return page


def paste(page: Page, text: str) -> None:
    """Put the text in the place of the message, as a person would."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    message(page).focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")


def message(page: Page) -> Locator:
    return page.locator("textarea[name=message]")


def counter(page: Page) -> Locator:
    return page.locator("textarea[name=message] + [role=status]")


def test_what_is_pasted_stays_whole_and_is_refused_with_everything_kept(page: Page) -> None:
    text = "line\n" + "x" * 2095
    paste(page, text)
    expect(counter(page)).to_have_text("You have 100 characters too many")
    assert message(page).input_value() == text

    page.locator("[name=name]").fill("N" * 130)
    assert page.locator("[name=name]").input_value() == "N" * 130
    page.get_by_role("button", name="Send the request").click()

    expect(page).to_have_title(re.compile("^Error:"))
    refused = page.get_by_role("alert").get_by_role("link")
    expect(refused).to_have_text(["Enter a name of at most 120 characters.", REFUSAL])
    kept = [page.locator(f"[name={name}]").input_value() for name in ("name", "message", "phone")]
    assert kept == ["N" * 130, text, "972-555-0134"]
    expect(counter(page)).to_have_text("You have 100 characters too many")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 1799, ""),
        ("x" * 1800, "You have 200 characters left"),
        ("x" * 1999, "You have 1 character left"),
        ("x" * 2000, "You have 0 characters left"),
        ("x" * 2001, "You have 1 character too many"),
        ("x" * 3234, "You have 1,234 characters too many"),
        ("a\r\n" * 950 + "x", "You have 99 characters left"),
        ("👩\u200d⚕️" * 450, "You have 200 characters left"),
        ("  " + "x" * 1900 + " \n ", "You have 100 characters left"),
    ],
    ids=["far", "near", "one", "none", "one over", "far over", "lines", "emoji", "spaces"],
)
def test_the_room_is_counted_as_the_server_counts_it(page: Page, text: str, said: str) -> None:
    paste(page, "x" * 1950)
    expect(counter(page)).to_have_text("You have 50 characters left")
    paste(page, text)
    expect(counter(page)).to_have_text(said)


def test_the_room_is_told_once_a_second_at_most(page: Page) -> None:
    paste(page, "x" * 1850)
    expect(counter(page)).to_have_text("You have 150 characters left")
    counter(page).evaluate(CHANGES)
    page.keyboard.type("y" * 20)
    expect(counter(page)).to_have_text("You have 130 characters left")
    assert page.evaluate("window.changes") <= 2


def test_what_is_too_long_is_refused_and_kept_with_scripts_off_too(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    fill(page)
    message(page).fill("x" * 2100)
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text([REFUSAL])
    assert message(page).input_value() == "x" * 2100
    assert counter(page).text_content() == ""
