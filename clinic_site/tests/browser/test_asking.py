"""A question follows from the answer to another: with and without scripts, on a phone and much enlarged."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from clinic_site.tests.fixtures import next_weekday

from .places import choose
from .test_reflow import overflow

PHONE = {"width": 360, "height": 740}
# 1280 by 1024 pixels at 400 %, as WCAG 2.2 counts it in success criterion 1.4.10.
ENLARGED = {"width": 320, "height": 256}
LOOKS: dict[str, dict[str, Any]] = {
    "a phone": {"viewport": PHONE},
    "a phone without scripts": {"viewport": PHONE, "java_script_enabled": False},
    "400 %": {"viewport": ENLARGED},
    "400 % without scripts": {"viewport": ENLARGED, "java_script_enabled": False},
}
# Asked for by what was answered before; the rest is always asked.
FOLLOWING = (
    *("phone", "voicemail_ok", "call_time", "if_answered", "email", "patient_name", "age_group"),
    *("visit_by", "weekdays", "parts"),
    *("preferred_day", "preferred_time", "second_day", "second_time"),
)

Contexts = Callable[..., BrowserContext]


def shown(page: Page) -> set[str]:
    """Which of the questions that follow from others can be seen."""
    return {name for name in FOLLOWING if page.locator(f"[data-field={name}]").first.is_visible()}


def at(page: Page, place: str) -> None:
    page.get_by_role("radio", name=re.compile(f"^{place}")).check()


def press(page: Page, number: int) -> None:
    """Send, or look the answers over first."""
    page.locator("main form .button").nth(number).click()


def ask_for_a_child(page: Page, address: str) -> str:
    """All that a parent answers, by the names of fields in whatever language; the reference."""
    page.goto(address)
    assert shown(page) == set()
    page.locator("[name=name]").fill("Robin Sample")
    choose(page, contact_by="text")
    assert shown(page) == {"phone"}
    page.locator("[name=phone]").fill("+52 55 1234 5678 (cell)")
    choose(page, for_whom="child", been_before="new")
    at(page, "Dallas")
    choose(page, visit_by="video", when="weekdays")
    page.locator("[name=weekdays]").nth(1).check()
    page.locator("[name=parts][value=afternoon]").check()
    page.locator("[name=visit_kind]").first.check()
    page.locator("[name=consent]").check()
    assert shown(page) == {"phone", "patient_name", "age_group", "visit_by", "weekdays", "parts"}
    assert overflow(page) == []

    press(page, 1)
    wrong = page.locator(".error-summary a")
    expect(wrong).to_have_count(2)
    assert [link.get_attribute("href") for link in wrong.all()] == [
        "#id_patient_name",
        "#id_age_group_0",
    ]
    assert overflow(page) == []
    wrong.first.click()
    page.locator("[name=patient_name]").fill("Kim Sample")
    choose(page, age_group="13_17")
    press(page, 1)

    expect(page.locator("dl.answers").nth(1)).to_contain_text("Kim Sample")
    page.wait_for_load_state()
    given = page.locator("dl.answers").all_inner_texts()
    assert "+52 55 1234 5678" in " ".join(given)
    assert overflow(page) == []
    press(page, 0)
    expect(page).to_have_url(re.compile(r"/book/received/\?"))
    assert overflow(page) == []
    return page.locator(".received .reference").inner_text()


@pytest.mark.parametrize("look", LOOKS)
def test_a_parent_asks_for_a_child(new_context: Contexts, look: str) -> None:
    page = new_context(**LOOKS[look]).new_page()
    assert re.fullmatch(r"[0-9A-Z ]{8,9}", ask_for_a_child(page, "/book/"))


@pytest.mark.parametrize("look", LOOKS)
def test_each_answer_shows_the_questions_that_it_needs_and_no_other(
    new_context: Contexts, look: str
) -> None:
    page = new_context(**LOOKS[look]).new_page()
    page.goto("/book/")
    calls = {"phone", "voicemail_ok", "call_time", "if_answered"}
    days = {"preferred_day", "preferred_time", "second_day", "second_time"}
    for answer, follow in [
        ({"contact_by": "phone"}, calls),
        ({"for_whom": "other"}, calls | {"patient_name"}),
        ({"for_whom": "child"}, calls | {"patient_name", "age_group"}),
        ({"for_whom": "self"}, calls),
        ({"when": "day"}, calls | days),
        ({"when": "weekdays"}, calls | {"weekdays", "parts"}),
        ({"when": "soonest"}, calls),
        ({"contact_by": "email"}, {"email"}),
        ({"contact_by": "text"}, {"phone"}),
    ]:
        choose(page, **answer)
        assert (answer, shown(page)) == (answer, follow)
    page.locator("[name=receipt_wanted]").check()
    assert shown(page) == {"phone", "email"}
    at(page, "Dallas")
    assert shown(page) == {"phone", "email", "visit_by"}
    at(page, "Allen")
    assert shown(page) == {"phone", "email"}


def test_what_was_typed_and_is_sent_stays_to_be_seen_and_changed(new_context: Contexts) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto("/book/")
    choose(page, contact_by="phone")
    page.locator("[name=phone]").fill("972-555-0134")
    page.locator("[name=if_answered]").fill("Say nothing")
    page.locator("[name=voicemail_ok]").check()
    choose(page, contact_by="email")
    assert shown(page) == {"phone", "voicemail_ok", "if_answered", "email"}
    page.locator("[name=voicemail_ok]").uncheck()
    page.locator("[name=name]").fill("Robin Sample")
    page.locator("[name=email]").fill("robin@example.com")
    at(page, "Allen")
    page.locator("[name=consent]").check()
    press(page, 1)
    changes = page.locator("dl.answers button")
    expect(changes.first).to_be_visible()
    page.wait_for_load_state()
    names = [" ".join(button.inner_text().split()) for button in changes.all()]
    assert "Change If somebody else answers" in names
    assert "Change A good time to call" not in names
    # Each answer that can be changed leads to a question that can be seen.
    for number, name in enumerate(names):
        changes.nth(number).click()
        expect(page.locator(":target")).to_be_visible()
        assert page.locator(":target").count() == 1, name
        page.go_back()


def test_with_scripts_only_times_that_the_location_has_are_offered(new_context: Contexts) -> None:
    page = new_context(viewport=PHONE).new_page()
    page.goto("/book/")
    evening = page.locator("[name=parts][value=evening]")
    choose(page, when="weekdays")
    expect(evening).to_be_visible()
    at(page, "Frisco")
    at(page, "Allen")
    expect(evening).to_be_hidden()
    expect(page.locator("[name=parts][value=morning]")).to_be_visible()
    choose(page, when="day")
    expect(page.locator("[name=preferred_time][value=evening]")).to_be_hidden()
    expect(page.locator("[name=preferred_time][value=any]")).to_be_visible()
    at(page, "Frisco")
    expect(page.locator("[name=preferred_time][value=evening]")).to_be_visible()


def test_who_passes_another_location_loses_no_time_that_was_chosen(new_context: Contexts) -> None:
    page = new_context(viewport=PHONE).new_page()
    page.goto("/book/")
    choose(page, when="weekdays")
    at(page, "Frisco")
    chosen = page.locator("[name=parts][value=evening]")
    chosen.check()
    for key in ("ArrowUp", "ArrowUp", "ArrowDown"):
        page.locator("[name=location]:checked").press(key)
        expect(chosen).to_be_checked()
        expect(chosen).to_be_visible()
    page.locator("[name=location]:checked").press("ArrowDown")
    expect(page.get_by_role("radio", name=re.compile("^Frisco"))).to_be_checked()


def other_page(page: Page, pattern: str, instead: str) -> None:
    """The form as another clinic may have it."""

    def change(route: Route) -> None:
        answer = route.fetch()
        text, found = re.subn(pattern, instead, answer.text())
        assert found
        route.fulfill(response=answer, body=text)

    page.route("**/book/", change)
    page.goto("/book/")


def test_questions_of_staff_are_none_of_the_times(new_context: Contexts) -> None:
    page = new_context().new_page()
    extra = '<div class="option"><input type="radio" name="your_first_time" value="Yes">Yes</div>'
    other_page(page, r'(?=<div class="trap")', extra)
    page.locator("[name=your_first_time]").check()
    at(page, "Allen")
    expect(page.locator("[name=your_first_time]")).to_be_visible()
    expect(page.locator("[name=your_first_time]")).to_be_checked()


def test_a_location_whose_hours_are_not_known_offers_all_times(new_context: Contexts) -> None:
    page = new_context().new_page()
    other_page(page, r'data-hours="[^"]*"', 'data-hours=""')
    choose(page, when="weekdays")
    at(page, "Allen")
    expect(page.locator("[name=weekdays]").first).to_be_visible()
    expect(page.locator("[name=parts][value=evening]")).to_be_visible()


def test_a_refusal_leads_to_the_first_choice_that_shows(new_context: Contexts) -> None:
    page = new_context().new_page()
    page.goto("/book/")
    choose(page, contact_by="phone", when="weekdays")
    at(page, "Allen")
    press(page, 0)
    expect(page.locator(".error-summary")).to_be_visible()
    page.wait_for_load_state()
    # As at a location that is closed on Mondays.
    page.locator("[name=weekdays]").first.locator("..").evaluate("one => { one.hidden = true; }")
    page.locator(".error-summary a[href='#id_weekdays_0']").click()
    expect(page.locator("[name=weekdays]").nth(1)).to_be_focused()


def test_a_browser_that_hides_nothing_says_what_belongs_together(new_context: Contexts) -> None:
    page = new_context().new_page()
    page.goto("/book/")
    together = page.get_by_text("Some questions count only with the answer before them")
    expect(together).to_be_hidden()
    page.route("**/*.css", lambda route: route.abort())
    page.reload()
    expect(together).to_be_visible()
    assert shown(page) == set(FOLLOWING)


def test_without_scripts_a_time_that_the_location_lacks_is_named_and_refused(
    new_context: Contexts,
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto("/book/")
    choose(page, when="weekdays")
    expect(page.locator("[data-field=parts] .hint")).to_contain_text("only Frisco")
    at(page, "Allen")
    page.locator("[name=weekdays]").first.check()
    page.locator("[name=parts][value=evening]").check()
    press(page, 0)
    refusal = "Allen is closed on Monday at the times that you chose. Choose other days or times."
    expect(page.locator("[data-field=weekdays] .error")).to_contain_text(refusal)
    expect(page.locator("[name=parts][value=evening]")).to_be_checked()


def test_a_calendar_offers_today_to_a_year_ahead(new_context: Contexts) -> None:
    page = new_context().new_page()
    page.goto("/book/")
    choose(page, when="day")
    page.locator("[name=preferred_day]").fill("2020-01-01")
    assert page.locator("[name=preferred_day]").evaluate("one => one.validity.rangeUnderflow")
    page.locator("[name=preferred_day]").fill(next_weekday().isoformat())
    assert page.locator("[name=preferred_day]").evaluate("one => one.validity.valid")
