"""From a site without a vault to two people who open requests, as a newcomer would do it."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clinic_site.tests.browser.conftest import PATIENCE
from clinic_site.tests.browser.test_journey import sign_in
from clinic_site.tests.trial import Trial, running_trial

FIVE_MINUTES = 5 * 60
CLICKS_FOR_A_SECOND_REVIEWER = 6


@pytest.fixture(scope="module")
def empty_trial(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Trial]:
    """A running site on which nobody has set up the vault."""
    var = tmp_path_factory.mktemp("empty") / "var"
    with running_trial(var, prepared, with_vault=False) as trial:
        yield trial


@pytest.fixture
def person(browser: Browser, empty_trial: Trial) -> Iterator[Callable[..., Page]]:
    """person(name) signs that account in, in a browser profile of its own."""
    contexts: list[BrowserContext] = []

    def make(name: str | None = None, **options: object) -> Page:
        context = browser.new_context(base_url=empty_trial.url, locale="en-US", **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if name:
            sign_in(page, empty_trial, name)
        return page

    yield make
    for context in contexts:
        context.close()


class Clicks:
    """Presses links and buttons by their names, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def press(self, page: Page, role: str, name: str, *, within: str = "main") -> None:
        page.locator(within).get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        self.count += 1


def type_groups_back(page: Page) -> None:
    """Read the two groups that are asked for from the sheet, and type them."""
    fields = page.locator("input[name^=group_]")
    expect(fields).to_have_count(2)
    for field in fields.all():
        number = int((field.get_attribute("name") or "").removeprefix("group_"))
        field.fill(page.locator(".sheet-group").nth(number - 1).inner_text().lower())


def test_a_newcomer_sets_the_vault_up_and_adds_a_second_reviewer(
    person: Callable[..., Page], empty_trial: Trial
) -> None:
    visitor = person()
    visitor.goto("/book/")
    expect(visitor.locator("form[method=post]")).to_have_count(0)
    ada = person("ada")

    # Set-up: from the admin's front page, with no document at hand.
    began = time.monotonic()
    press = Clicks().press
    press(ada, "link", "Vault", within="#wagtail-sidebar")
    expect(ada.get_by_text("When all of it is lost, the requests are lost.")).to_be_visible()
    press(ada, "link", "Set up the vault")
    passphrase = ada.locator(".desk-passphrase").inner_text()
    assert len(passphrase.split()) == 6
    press(ada, "button", "Continue to the recovery sheet")
    expect(ada.locator(".sheet-group")).to_have_count(14)
    expect(ada.locator(".sheet svg")).to_be_visible()
    type_groups_back(ada)
    press(ada, "button", "Finish")
    expect(ada.get_by_text("The vault is set up.")).to_be_visible()
    expect(ada.get_by_text(re.compile("^VAULT_PIN=[0-9a-f]{64}$"))).to_be_visible()
    press(ada, "link", "Unlock")
    ada.get_by_label("Passphrase").fill(passphrase)
    press(ada, "button", "Unlock")
    expect(ada.get_by_text("The vault is unlocked in this session.")).to_be_visible()
    assert time.monotonic() - began < FIVE_MINUTES

    visitor.reload()
    expect(visitor.get_by_role("button", name="Send")).to_be_visible()

    # A second reviewer: both are signed in, on the admin's front page.
    ben = person("ben")
    ada.goto("/admin/")
    clicks = Clicks()
    clicks.press(ben, "link", "Vault", within="#wagtail-sidebar")
    clicks.press(ben, "link", "Request access")
    bens_passphrase = ben.locator(".desk-passphrase").inner_text()
    ben.get_by_label("Your sign-in password").fill(
        empty_trial.access["accounts"]["ben"]["password"]
    )
    clicks.press(ben, "button", "Set this passphrase")
    words = ben.locator(".desk-words").inner_text()
    clicks.press(ada, "link", "Vault", within="#wagtail-sidebar")
    expect(ada.locator(".desk-words")).to_have_text(words)
    ada.get_by_label("Your passphrase").fill(passphrase)
    clicks.press(ada, "button", "Give access")
    expect(ada.get_by_text("Ben Second (ben) has access from now on.")).to_be_visible()
    assert clicks.count <= CLICKS_FOR_A_SECOND_REVIEWER

    ben.goto("/admin/vault/unlock/")
    ben.get_by_label("Passphrase").fill(bens_passphrase)
    press(ben, "button", "Unlock")
    expect(ben.get_by_text("The vault is unlocked in this session.")).to_be_visible()
