"""Nobody needs to scroll sideways, or to aim: on a small phone, with large text, with wide spacing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from clinic_site.tests.browser.places import all_places
from clinic_site.tests.trial import Trial

# WCAG 2.2, success criterion 1.4.12.
TEXT_SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
TWICE_THE_TEXT = "() => { document.documentElement.style.fontSize = '200%'; }"
# Each with the width it is looked at in.
CHANGES = {
    "as it is": (320, "() => {}"),
    "text spacing": (320, TEXT_SPACING),
    "200 % text": (640, TWICE_THE_TEXT),
    "200 % text on a phone": (320, TWICE_THE_TEXT),
}
# Buttons and inputs that are lower than 44 px.
LOW = """() => [...document.querySelectorAll(
    "button, .button, .option, summary, textarea, select, input:not([type=hidden], [type=radio], [type=checkbox])"
)].filter(one => one.checkVisibility() && !one.closest(".trap, .visually-hidden")
    && one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 80))"""
BACK = "() => { document.adoptedStyleSheets = []; document.documentElement.style.fontSize = ''; }"


def overflow(page: Page) -> list[str]:
    """What reaches beyond the right edge, or is cut off by its own box."""
    page.wait_for_load_state()
    result: list[str] = page.evaluate(
        """() => {
            const edge = document.documentElement.clientWidth;
            const name = one => `${one.tagName.toLowerCase()}.${one.className}`;
            const all = [...document.body.querySelectorAll("*")].filter(
                one => !one.closest(".visually-hidden, .trap, .skip-link, svg"));
            const wide = document.documentElement.scrollWidth > edge ? ["page"] : [];
            const out = all.filter(one => one.getBoundingClientRect().right > edge + 1).map(name);
            const cut = all.filter(one => one.scrollWidth > one.clientWidth + 1
                && getComputedStyle(one).overflowX != "visible" && one.tagName != "INPUT").map(name);
            return [...wide, ...out, ...cut];
        }"""
    )
    return result


def test_no_page_scrolls_sideways_and_every_button_is_44_px_high(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    wrong: dict[str, list[str]] = {}
    places = all_places(trial.url)
    for place, go in places.items():
        go(page)
        for change, (width, script) in CHANGES.items():
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(script)
            if problems := [*overflow(page), *page.evaluate(LOW)]:
                wrong[f"{place}, {change}"] = problems
            page.evaluate(BACK)
    print(
        f"C: {len(places)} pages in {len(CHANGES)} ways: {len(wrong)} scroll sideways or have low buttons"
    )
    assert wrong == {}


def test_the_check_bites_on_a_button_that_is_too_low(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context().new_page()
    page.goto("/book/received/")
    assert page.evaluate(LOW) == []
    page.evaluate("() => { document.querySelector('.button').style.minHeight = '0'; }")
    assert len(page.evaluate(LOW)) == 1


@pytest.mark.parametrize("style", ["width: 400px", "width: 10px; overflow: hidden"])
def test_the_check_bites_on_what_is_too_wide(
    new_context: Callable[..., BrowserContext], style: str
) -> None:
    page = new_context(viewport={"width": 320, "height": 800}).new_page()
    page.goto("/book/received/")
    page.evaluate("style => { document.querySelector('h1').style.cssText = style; }", style)
    page.evaluate("() => { document.querySelector('h1').style.overflowWrap = 'normal'; }")
    assert overflow(page) != []
