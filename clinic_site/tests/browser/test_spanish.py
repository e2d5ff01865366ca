"""The Spanish site, as it is made by translating: held to what the English one is held to."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from clinic_site.tests.browser.places import Places, forms_that_ask_most, visit
from clinic_site.tests.browser.test_accessibility import in_every_look
from clinic_site.tests.browser.test_asking import LOOKS, ask_for_a_child
from clinic_site.tests.browser.test_journey import fill_request
from clinic_site.tests.browser.test_reflow import BACK, CHANGES, LOW, overflow
from clinic_site.tests.trial import Trial

CODES = {"English": "en", "Español": "es"}
ADDRESSES = (
    "/es/",
    "/es/book/",
    "/es/book/withdraw/",
    "/es/book/received/",
    "/es/nothing-here/",
    "/",
)
PLACES: Places = {
    **{address: partial(visit, address) for address in ADDRESSES},
    **forms_that_ask_most("/es/book/"),
}
TRANSLATE = """
from booking.models import BookingPage
from home.models import HomePage
from home.tests.spanish import translate
translate(HomePage.objects.get(), title="Inicio", heading="Atención que se toma su tiempo")
translate(BookingPage.objects.get(), title="Solicitar una cita")
"""
TAKE_AWAY = """
from wagtail.models import Locale, Page
from booking.models import Submission
Submission.objects.filter(page__locale__language_code="es").delete()
Page.objects.get(locale__language_code="es", depth=2).delete()
Locale.objects.get(language_code="es").delete()
"""


@pytest.fixture(scope="module")
def spanish(trial: Trial) -> Iterator[None]:
    """The trial with a Spanish tree; afterwards it is as it was."""
    trial.shell(TRANSLATE)
    yield
    trial.shell(TAKE_AWAY)


def test_spanish_pages_have_no_violation(
    spanish: None, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    wrong = {}
    for place, go in PLACES.items():
        go(page)
        wrong[place] = in_every_look(page)
    assert {place: found for place, found in wrong.items() if found} == {}


def test_longer_words_do_not_make_a_page_scroll_sideways(
    spanish: None, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    wrong: dict[str, list[str]] = {}
    for place, go in PLACES.items():
        go(page)
        for change, (width, script) in CHANGES.items():
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(script)
            if problems := [*overflow(page), *page.evaluate(LOW)]:
                wrong[f"{place}, {change}"] = problems
            page.evaluate(BACK)
    assert wrong == {}


def test_the_switch_is_large_enough_to_press_and_leads_there_and_back(
    spanish: None, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/book/")
        assert press_switch(page, "Español") == "/es/book/change/"
        assert press_switch(page, "English") == "/book/change/"
        page.goto("/")
        assert press_switch(page, "Español", "link") == "/es/"
        assert press_switch(page, "English", "link") == "/"


def press_switch(page: Page, name: str, kind: Literal["button", "link"] = "button") -> str:
    """The path that it leads to."""
    switch = page.get_by_role(kind, name=name, exact=True)
    box = switch.bounding_box()
    assert box is not None
    assert (box["width"] >= 44, box["height"] >= 44) == (True, True)
    switch.click()
    expect(page.locator("html")).to_have_attribute("lang", CODES[name])
    page.wait_for_load_state()
    return urlsplit(page.url).path


@pytest.mark.parametrize("look", ["a phone", "400 % without scripts"])
def test_a_parent_asks_for_a_child_in_spanish(
    spanish: None, new_context: Callable[..., BrowserContext], look: str
) -> None:
    page = new_context(**LOOKS[look]).new_page()
    assert ask_for_a_child(page, "/es/book/")
    assert page.locator("html").get_attribute("lang") == "es"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_the_switch_takes_along_what_was_typed(
    spanish: None, new_context: Callable[..., BrowserContext], scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto("/book/")
    fill_request(page, "Robin Bilingual")
    form = answers_on(page)
    page.get_by_role("button", name="Español", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert answers_on(page) == form
    page.get_by_label("Su nombre").fill("")
    page.get_by_role("button", name="Enviar la solicitud", exact=True).click()
    expect(page).to_have_title(re.compile("^Error:"))
    page.wait_for_load_state()  # a form that is still coming would take along a part of it
    page.get_by_role("button", name="English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert answers_on(page) == {**form, "name": ""}
    page.get_by_label("Your name").fill("Robin Bilingual")
    page.get_by_role("button", name="Check your answers first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_role("button", name="Español", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revise sus respuestas")
    expect(page.get_by_text("Robin Bilingual")).to_be_visible()
    page.get_by_role("button", name="English", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_role("button", name="Send the request", exact=True).click()
    expect(page).to_have_url(re.compile("/book/received/"))


def answers_on(page: Page) -> dict[str, str]:
    """Every answer that stands in the form, by its name; Playwright reads it without the page's scripts."""
    page.wait_for_load_state()
    found = {}
    for field in page.locator("main form").locator("input:not([type=hidden]), textarea").all():
        kind, name = field.get_attribute("type"), field.get_attribute("name") or ""
        if kind not in {"radio", "checkbox"}:
            found[name] = field.input_value()
        elif field.is_checked():
            found[name] = field.get_attribute("value") or "on"
    return found


def test_enter_in_a_field_sends_and_changes_no_language(
    spanish: None, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.goto("/book/")
    fill_request(page, "Robin Entering")
    page.get_by_label("Your name").press("Enter")
    expect(page).to_have_url(re.compile("/book/received/"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
