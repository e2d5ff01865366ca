"""The main job in a real browser: from the front door to a request that a reviewer reads."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from clinic_site.tests.fixtures import next_weekday
from clinic_site.tests.trial import Trial

MESSAGE = "I would like to talk about treatment options."


def fill_request(page: Page, name: str, *, message: str = MESSAGE) -> None:
    """Fill the form in as a person would, by its labels."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Phone call").check()
    page.get_by_label("Phone number").fill("972-555-0134")
    page.get_by_label("You may leave a voicemail").check()
    page.get_by_role("radio", name=re.compile("^Allen")).check()
    page.get_by_label("On a certain day").check()
    page.get_by_label("Preferred day").fill(next_weekday().isoformat())
    page.get_by_role("group", name="Preferred time of day").get_by_label("Any time").check()
    page.get_by_label("What would you like us to know?").fill(message)
    page.get_by_label("I agree that the clinic").check()


def send_request(page: Page, name: str) -> str:
    """Send a request and return its reference."""
    page.goto("/book/")
    fill_request(page, name)
    page.get_by_role("button", name="Send the request").click()
    expect(page).to_have_url(re.compile(r"/book/received/\?"))
    found = re.search(r"\b[34679ACDEFGHJKMNPQRTWXY]{8}\b", page.locator("main").inner_text())
    assert found is not None
    return found.group()


def sign_in(page: Page, trial: Trial, role: str) -> None:
    account = trial.access["accounts"][role]
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(account["username"])
    page.get_by_label("Password").fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/admin/$"))


def unlock(page: Page, trial: Trial, role: str) -> None:
    page.goto("/admin/vault/unlock/")
    page.get_by_label("Passphrase").fill(trial.access["vault"]["passphrases"][role])
    page.locator("main").get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("The vault is unlocked in this session.")).to_be_visible()


@pytest.fixture
def problems(new_context: Callable[..., BrowserContext]) -> list[str]:
    return []


def watch(context: BrowserContext, problems: list[str]) -> None:
    """Collect script errors, policy violations and requests to other hosts."""
    context.on(
        "console", lambda m: problems.append(m.text) if m.type in {"error", "warning"} else None
    )
    context.on("weberror", lambda e: problems.append(str(e.error)))
    context.on(
        "request",
        lambda r: (
            None
            if "//127.0.0.1:" in r.url or r.url.startswith(("data:", "blob:"))
            else problems.append(r.url)
        ),
    )


def test_a_visitor_asks_and_a_booking_administrator_reads_exports_and_locks(
    trial: Trial, new_context: Callable[..., BrowserContext], problems: list[str]
) -> None:
    visitor = new_context()
    watch(visitor, problems)
    page = visitor.new_page()
    page.goto("/")
    page.get_by_role("link", name=re.compile("How does ketamine work")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ketamine")
    page.get_by_role("link", name=re.compile("Request an appointment")).first.click()
    expect(page).to_have_url(re.compile(r"/book/$"))
    reference = send_request(page, "Robin Sample")
    expect(page.get_by_role("heading", level=1)).to_contain_text("not yet an appointment")
    assert visitor.cookies() == []
    assert problems == []

    page = new_context(accept_downloads=True).new_page()
    sign_in(page, trial, "booking_administrator")
    page.goto("/admin/booking/submission/")
    expect(page.get_by_role("link", name=reference)).to_be_visible()
    expect(page.get_by_text("Robin Sample")).to_have_count(0)
    unlock(page, trial, "booking_administrator")
    page.goto("/admin/booking/submission/")
    row = page.get_by_role("row").filter(has_text=reference)
    expect(row.get_by_role("cell", name="Robin Sample")).to_be_visible()

    page.get_by_role("link", name=reference).click()
    expect(page.get_by_text(MESSAGE)).to_be_visible()
    expect(page.get_by_role("link", name="Call")).to_have_attribute("href", "tel:9725550134")
    page.get_by_label("Status").select_option("contacted")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"Request {reference} is saved.")).to_be_visible()

    page.goto("/admin/booking/submission/export/")
    page.get_by_label("Passphrase").fill(
        trial.access["vault"]["passphrases"]["booking_administrator"]
    )
    page.locator("[name=reason]").select_option("reach")
    with page.expect_download() as download:
        page.locator("main").get_by_role("button", name="Export", exact=True).click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    (exported,) = [each for each in rows if each["Reference"] == reference]
    assert (exported["Your name"], exported["Phone number"], exported["Status"]) == (
        "Robin Sample",
        "(972) 555-0134",
        "Contacted",
    )

    page.goto("/admin/vault/")
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Locked")
    page.goto("/admin/booking/submission/")
    expect(page.get_by_text("Robin Sample")).to_have_count(0)


def test_everything_a_visitor_needs_works_with_scripts_off(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/articles/how-does-ketamine-work-for-depression/")
    page.locator("summary").first.click()
    expect(page.locator("details[open]")).to_have_count(1)
    page.goto("/book/")
    fill_request(page, "Kim Noscript")
    page.get_by_label("Phone number").fill("12")
    page.get_by_role("button", name="Send the request").click()

    expect(page).to_have_title(re.compile("^Error:"))
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Enter a phone number with its area code")
    assert page.get_by_label("Your name").input_value() == "Kim Noscript"
    problem.get_by_role("link").first.click()
    page.get_by_label("Phone number").fill("972-555-0134")
    page.get_by_role("button", name="Check your answers first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_role("button", name="Change Your name").click()
    page.get_by_label("Your name").fill("Kim No Script")
    page.get_by_role("button", name="Check your answers first").click()
    expect(page.get_by_text("Kim No Script")).to_be_visible()
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("not yet an appointment")


def test_a_visitor_withdraws_what_was_sent_without_scripts_on_a_phone(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    phone = {"width": 360, "height": 740}
    page = new_context(java_script_enabled=False, viewport=phone).new_page()
    reference = send_request(page, "Robin Withdrawn")
    code = page.locator("#to-withdraw ~ p .reference").inner_text()
    page.get_by_role("link", name="/book/withdraw/").click()
    page.get_by_label("Reference").fill(reference.lower())
    page.get_by_label("Code to withdraw it").fill("AAAA BBBB")
    page.get_by_role("button", name="Withdraw the request").click()
    expect(page).to_have_title(re.compile("^Error:"))
    page.get_by_label("Code to withdraw it").fill(code)
    page.get_by_role("button", name="Withdraw the request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is withdrawn")

    desk = new_context().new_page()
    sign_in(desk, trial, "booking_reviewer")
    unlock(desk, trial, "booking_reviewer")
    desk.goto("/admin/booking/submission/?status=withdrawn")
    row = desk.get_by_role("row").filter(has_text=reference)
    expect(row.get_by_role("cell", name="Withdrawn").first).to_be_visible()
    desk.get_by_role("link", name=reference).click()
    expect(desk.get_by_text("The visitor has withdrawn this request.")).to_be_visible()


def test_the_back_button_and_a_reload_after_sending_store_nothing_twice(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    reference = send_request(page, "Pat Reload")
    page.reload()
    expect(page.get_by_text(reference)).to_be_visible()
    page.go_back()
    page.go_forward()

    desk = new_context().new_page()
    sign_in(desk, trial, "booking_reviewer")
    unlock(desk, trial, "booking_reviewer")
    desk.goto("/admin/booking/submission/")
    expect(desk.get_by_role("cell", name="Pat Reload")).to_have_count(1)
