"""The Spanish site, as it is made by translating: held to what the English one is held to."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from clinic_site.tests.browser.test_accessibility import in_every_look
from clinic_site.tests.browser.test_reflow import BACK, CHANGES, LOW, overflow
from clinic_site.tests.trial import Trial

ADDRESSES = ("/es/", "/es/book/", "/es/book/received/", "/es/nothing-here/", "/")
TRANSLATE = """
from booking.models import BookingPage
from home.models import HomePage
from home.tests.spanish import translate
translate(HomePage.objects.get(), title="Inicio", heading="Atención que se toma su tiempo")
translate(BookingPage.objects.get(), title="Solicitar una cita")
"""
TAKE_AWAY = """
from wagtail.models import Locale, Page
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
    for address in ADDRESSES:
        page.goto(address)
        wrong[address] = in_every_look(page)
    assert {address: found for address, found in wrong.items() if found} == {}


def test_longer_words_do_not_make_a_page_scroll_sideways(
    spanish: None, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    wrong: dict[str, list[str]] = {}
    for address in ADDRESSES:
        page.goto(address)
        for change, (width, script) in CHANGES.items():
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(script)
            if problems := [*overflow(page), *page.evaluate(LOW)]:
                wrong[f"{address}, {change}"] = problems
            page.evaluate(BACK)
    assert wrong == {}


def test_the_switch_is_large_enough_to_press_and_leads_there_and_back(
    spanish: None, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/book/")
        assert press_switch(page, "Español") == "/es/book/"
        assert press_switch(page, "English") == "/book/"


def press_switch(page: Page, name: str) -> str:
    """The path that it leads to."""
    link = page.get_by_role("link", name=name, exact=True)
    box = link.bounding_box()
    assert box is not None
    assert (box["width"] >= 44, box["height"] >= 44) == (True, True)
    link.click()
    path: str = page.evaluate("location.pathname")
    return path
