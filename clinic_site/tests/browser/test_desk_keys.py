"""The desk by keyboard: through the list, into a request, on to the next; and ticking all at once."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from clinic_site.tests.browser.test_journey import sign_in, unlock
from clinic_site.tests.trial import Trial

LIST = "/admin/booking/submission/"
REFERENCES = ["AAAAAAAA", "CCCCCCCC", "DDDDDDDD"]
FILL = """
from datetime import timedelta
from django.utils import timezone
from booking.models import BookingPage, Location, Submission
from booking.tests.factories import sealed_request, store
Submission.objects.all().delete()
page, place, now = BookingPage.objects.first(), Location.objects.first(), timezone.now()
store(
    sealed_request(page, place, reference=letter * 8, due_at=now + timedelta(minutes=minutes))
    for minutes, letter in enumerate("ACD")
)
"""
STATUSES = """
from booking.models import Submission
print(*Submission.objects.order_by("reference").values_list("status", flat=True))
"""


@pytest.fixture
def desk(trial: Trial, new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """The list with three requests, the vault unlocked."""
    trial.shell(FILL)
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    page.goto(LIST)
    yield page
    trial.shell("from booking.models import Submission\nSubmission.objects.all().delete()")


def here(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent")
    return text


def saved(page: Page, reference: str) -> None:
    expect(page.get_by_text(f"Request {reference} is saved.")).to_be_visible()
    page.wait_for_load_state()


def test_a_morning_without_a_mouse(desk: Page, trial: Trial) -> None:
    places = []
    for key in ("j", "j", "j", "j", "k", "k"):
        desk.keyboard.press(key)
        places.append(REFERENCES.index(here(desk)))
    assert places == [0, 1, 2, 2, 1, 0]
    desk.keyboard.press("c")
    saved(desk, REFERENCES[0])

    desk.keyboard.press("j")
    desk.keyboard.press("o")
    desk.wait_for_url("**/inspect/**")
    expect(desk.get_by_role("heading", name="Robin Sample")).to_be_visible()
    desk.wait_for_load_state()
    desk.keyboard.press("c")
    saved(desk, REFERENCES[1])
    desk.keyboard.press("j")
    expect(desk.locator("h1")).to_contain_text(REFERENCES[2])
    assert trial.shell(STATUSES).split() == ["contacted", "contacted", "new"]


def test_a_slash_leads_to_the_search_and_letters_typed_there_are_letters(desk: Page) -> None:
    desk.keyboard.press("/")
    expect(desk.get_by_label("Search in answers")).to_be_focused()
    desk.keyboard.type("jock")
    expect(desk.get_by_label("Search in answers")).to_have_value("jock")
    assert desk.url.endswith(LIST)


def test_the_keys_are_told_where_wagtail_tells_its_own(desk: Page) -> None:
    desk.keyboard.press("?")
    row = desk.get_by_role("dialog").get_by_role("row", name="Next and previous request")
    expect(row).to_be_visible()
    expect(row).to_contain_text("j, k")


def test_no_key_reaches_through_the_dialog_that_tells_them(desk: Page, trial: Trial) -> None:
    desk.locator(".field-reference a").first.click()
    desk.wait_for_url("**/inspect/**")
    desk.wait_for_load_state()
    address = desk.url
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    for key in ("c", "j", "n"):
        desk.keyboard.press(key)
    expect(desk.get_by_role("dialog")).to_be_visible()
    assert desk.url == address
    assert trial.shell(STATUSES).split() == ["new"] * 3


def test_a_name_typed_after_a_slash_gets_into_no_address(
    desk: Page, trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    sign_in(page, trial, "administrator")
    page.goto(LIST)  # locked: only references can be found
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("quill")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No request has this reference.")).to_be_visible()
    assert page.url.partition("?")[0].endswith(LIST)
    assert "quill" not in page.url


def test_all_are_ticked_at_once_and_one_is_not(desk: Page, trial: Trial) -> None:
    desk.get_by_label("Tick all").check()
    expect(desk.locator("[name=ticked]:checked")).to_have_count(3)
    desk.get_by_label(REFERENCES[1], exact=True).uncheck()
    assert desk.get_by_label("Tick all").evaluate("one => one.indeterminate")
    desk.locator(".desk-many [name=status]").select_option("closed")
    desk.get_by_role("button", name="Change").click()
    expect(desk.get_by_text("2 requests are saved.")).to_be_visible()
    assert trial.shell(STATUSES).split() == ["closed", "new", "closed"]


def test_who_switched_keys_off_presses_none(desk: Page, trial: Trial) -> None:
    trial.shell(
        "from wagtail.users.models import UserProfile\n"
        "from django.contrib.auth import get_user_model\n"
        "user = get_user_model().objects.get(username='booking_reviewer')\n"
        "UserProfile.objects.update_or_create(user=user, defaults={'keyboard_shortcuts': False})"
    )
    try:
        desk.reload()
        desk.locator(".field-reference a").first.focus()
        for key in ("c", "j", "o"):
            desk.keyboard.press(key)
        assert here(desk) == REFERENCES[0]
        assert trial.shell(STATUSES).split() == ["new"] * 3
    finally:
        trial.shell(
            "from wagtail.users.models import UserProfile\nUserProfile.objects.all().delete()"
        )


def test_without_scripts_every_press_is_a_button(
    trial: Trial, desk: Page, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(java_script_enabled=False)
    context.add_cookies(desk.context.cookies())
    page = context.new_page()
    page.goto(LIST)
    expect(page.get_by_label("Tick all")).to_be_hidden()
    page.get_by_role("row", name=REFERENCES[2]).get_by_role(
        "button", name="Contacted, mine"
    ).click()
    expect(page.get_by_text(f"Request {REFERENCES[2]} is saved.")).to_be_visible()
    assert trial.shell(STATUSES).split() == ["new", "new", "contacted"]
