"""axe on the staff pages that this project adds, in light and dark, on a phone and a desk.

What stands in `main` is held; Wagtail's own menu and header around it are Wagtail's to mend.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from clinic_site.tests.browser.places import all_places
from clinic_site.tests.browser.test_accessibility import in_every_look
from clinic_site.tests.browser.test_journey import sign_in, unlock
from clinic_site.tests.browser.test_reflow import overflow
from clinic_site.tests.trial import Trial

LOCKED = {
    "dashboard": "/admin/",
    "account": "/admin/account/",
    "unlock": "/admin/vault/unlock/",
    "vault, locked": "/admin/vault/",
    "list, locked": "/admin/booking/submission/",
    "figures": "/admin/reports/requests/",
    "request access": "/admin/vault/access/request/",
    "recover": "/admin/vault/recover/",
}
UNLOCKED = {
    "vault": "/admin/vault/",
    "list": "/admin/booking/submission/",
    "call": "/admin/booking/submission/call/",
    "day": "/admin/booking/submission/day/",
    "export": "/admin/booking/submission/export/",
    "change passphrase": "/admin/vault/passphrase/",
    "new sheet": "/admin/vault/sheet/",
}
# What people see who write and review pages.
WRITING = {
    "dashboard": "/admin/",
    "guide": "/admin/guide/",
    "reviews": "/admin/reports/reviews/",
}


def looked_at(page: Page, wrong: dict[str, object], name: str) -> None:
    """What axe finds in every look, and what reaches over the edge of a phone."""
    if problems := in_every_look(page, "main"):
        wrong[name] = problems
    page.set_viewport_size({"width": 320, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        wrong[f"{name}, sideways"] = overflow(page)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_every_staff_page_has_no_violation(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    all_places(trial.url)["confirmation"](new_context().new_page())  # a request to work on
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    wrong: dict[str, object] = {}
    sign_in(page, trial, "booking_administrator")
    for name, address in LOCKED.items():
        assert page.goto(address).status == 200, address
        looked_at(page, wrong, name)
    page.goto("/admin/vault/unlock/")
    page.get_by_label("Passphrase").fill("not the passphrase")
    page.locator("main").get_by_role("button", name="Unlock").click()
    expect(page).to_have_title(re.compile("Error:"))
    looked_at(page, wrong, "unlock, refused")
    unlock(page, trial, "booking_administrator")
    for name, address in UNLOCKED.items():
        assert page.goto(address).status == 200, address
        looked_at(page, wrong, name)
    page.goto("/admin/booking/submission/")
    page.get_by_label("Search").first.fill("Toni")
    page.locator("main").get_by_role("button", name="Search").click()
    page.wait_for_url("**/search/**")
    looked_at(page, wrong, "search")
    page.locator("main table a").first.click()
    page.wait_for_url("**/inspect/**")
    looked_at(page, wrong, "request")
    page.get_by_role("button", name="Save the note", exact=True).click()
    expect(page.get_by_text("Write the note first.")).to_be_in_viewport()
    looked_at(page, wrong, "request, note refused")
    page.locator("[name=text]").fill("Called back.")
    page.get_by_role("button", name="Save the note", exact=True).click()
    for fold in ("Delete this note", "Make an appointment"):
        page.locator("summary", has_text=fold).click()
    looked_at(page, wrong, "request, with a note")
    page.goto("/admin/booking/submission/call/")
    page.get_by_role("button", name="Save the request").click()
    expect(page).to_have_title(re.compile("Error:"))
    looked_at(page, wrong, "call, refused")
    print(f"A: {len(LOCKED) + len(UNLOCKED) + 6} staff pages: {wrong}")
    assert wrong == {}


@pytest.mark.parametrize("role", ["editor", "clinical_reviewer"])
def test_what_writers_and_reviewers_see_has_no_violation(
    trial: Trial, new_context: Callable[..., BrowserContext], role: str
) -> None:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    wrong: dict[str, object] = {}
    sign_in(page, trial, role)
    for name, address in WRITING.items():
        assert page.goto(address).status == 200, address
        looked_at(page, wrong, name)
    assert wrong == {}
