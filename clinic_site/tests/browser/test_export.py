"""An export in a browser: how far it is, a way to stop it, and nothing left in the field."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .test_journey import send_request, sign_in

pytestmark = pytest.mark.browser
ADDRESS = "/admin/booking/submission/export/"
ROLE = "booking_administrator"


@pytest.fixture
def page(trial: Any, new_context: Callable[..., BrowserContext]) -> Page:
    """The export page of a trial that has a request."""
    send_request(new_context().new_page(), "Robin Sample")
    page = new_context(accept_downloads=True).new_page()
    sign_in(page, trial, ROLE)
    page.goto(ADDRESS)
    return page


def choose(page: Page, passphrase: str) -> None:
    page.get_by_label("Passphrase").fill(passphrase)
    page.locator("[name=reason]").select_option("person")
    page.locator("[name=columns][value=status]").check()


def press(page: Page) -> None:
    page.locator("main").get_by_role("button", name="Export", exact=True).click()


def state(page: Page) -> Any:
    return page.locator("[data-export-state]")


@pytest.mark.parametrize("file_format", ["CSV", "XLSX"])
def test_the_page_says_how_many_went_out_and_forgets_the_passphrase(
    trial: Any, page: Page, file_format: str
) -> None:
    choose(page, trial.access["vault"]["passphrases"][ROLE])
    page.get_by_label(re.compile(file_format)).check()
    with page.expect_download() as download:
        press(page)
    assert download.value.suggested_filename.endswith(f".{file_format.lower()}")
    assert download.value.path().stat().st_size > 100
    expect(state(page).get_by_role("status")).to_have_text(re.compile(r"^\d+ requests? went out"))
    expect(page.get_by_label("Passphrase")).to_have_value("")
    expect(state(page).get_by_role("button")).to_be_hidden()
    expect(page.locator("[name=reason]")).to_have_value("person")
    # And once more, on the same page.
    choose(page, trial.access["vault"]["passphrases"][ROLE])
    with page.expect_download():
        press(page)


def test_a_wrong_passphrase_says_so_and_keeps_the_rest(page: Page) -> None:
    choose(page, "plank otter seven velvet maple drum")
    press(page)
    expect(page.get_by_text("This passphrase does not open the vault.")).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value("person")
    expect(page.get_by_label("Passphrase")).to_have_value("")
    expect(page.get_by_label("Passphrase")).to_be_focused()
    expect(state(page)).to_be_hidden()


def test_an_export_can_be_stopped(trial: Any, page: Page) -> None:
    """A line on which nothing comes: the request is held until it is given up."""
    page.route(f"**{ADDRESS}", lambda route: None)
    choose(page, trial.access["vault"]["passphrases"][ROLE])
    press(page)
    expect(page.get_by_label("Passphrase")).to_have_value("")
    expect(state(page).locator("progress")).to_be_visible()
    state(page).get_by_role("button", name="Cancel the export").click()
    expect(state(page).get_by_role("status")).to_have_text(re.compile("^The export broke off"))
    expect(page.locator("main").get_by_role("button", name="Export", exact=True)).to_be_enabled()


def test_without_scripts_it_is_a_plain_download(
    trial: Any, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(accept_downloads=True, java_script_enabled=False).new_page()
    sign_in(page, trial, ROLE)
    page.goto(ADDRESS)
    choose(page, trial.access["vault"]["passphrases"][ROLE])
    with page.expect_download() as download:
        press(page)
    assert download.value.path().read_text(encoding="utf-8-sig").startswith("Reference,Received")
