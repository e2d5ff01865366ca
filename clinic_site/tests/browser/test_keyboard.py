"""Every page by keyboard alone: each stop is seen, in the order of the page, and nothing covers it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from clinic_site.tests.browser.places import all_places, choose
from clinic_site.tests.trial import Trial

MOST_STOPS = 150
# What has focus: its place in the document, its look, and whether it is seen where it stands.
STOP = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    const seen = box.width > 0 && box.height > 0 && box.top >= 0 && box.left >= 0
        && box.top < innerHeight && box.right <= innerWidth + 1;
    const x = Math.min(box.left + box.width / 2, innerWidth - 1);
    const y = Math.min(box.top + Math.min(box.height, 40) / 2, innerHeight - 1);
    const line = [...one.getClientRects()][0];
    const top = document.elementFromPoint(line.left + line.width / 2, line.top + Math.min(line.height, 40) / 2);
    return {
        place: [...document.querySelectorAll("*")].indexOf(one),
        name: `${one.tagName} ${(one.textContent || one.name || "").trim().slice(0, 40)}`,
        marked: style.outlineStyle == "solid" && parseFloat(style.outlineWidth) >= 3,
        seen,
        free: !!top && (one.contains(top) || top.contains(one) || top.closest("label")?.control === one),
    };
}"""
# What a person can reach, radio buttons of one question once; not what another answer would ask for.
REACHABLE = """() => {
    const names = new Set();
    return [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    )].filter(one => {
        if (one.tabIndex < 0 || one.closest("[hidden], .trap") || one.disabled) return false;
        if (one.closest("details:not([open])") && one.tagName != "SUMMARY") return false;
        if (one.closest(".field")?.checkVisibility() === false) return false;
        if (one.type != "radio") return true;
        if (names.has(one.name)) return false;
        return names.add(one.name);
    }).length;
}"""


# Tab goes on from what was pressed last: from the end it begins anew at the top.
TO_THE_END = """() => {
    const end = document.createElement("p");
    end.tabIndex = -1;
    document.body.append(end);
    end.focus();
    end.remove();
    getSelection().removeAllRanges();
    scrollTo(0, 0);
}"""


def stops(page: Page) -> list[dict[str, Any]]:
    """Every stop of the Tab key from the top of the page, each once."""
    page.evaluate(TO_THE_END)
    found: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or (found and stop["place"] == found[0]["place"]):
            break
        if not found or stop["place"] != found[-1]["place"]:  # a date has several parts
            found.append(stop)
    return found


def problems(found: list[dict[str, Any]], reachable: int) -> list[str]:
    wrong = [
        f"{stop['name']}: not {quality}"
        for stop in found
        for quality in ("marked", "seen", "free")
        if not stop[quality]
    ]
    order = [stop["place"] for stop in found]
    if order != sorted(order):
        wrong.append("not in the order of the page")
    if not found or not found[0]["name"].startswith("A Skip to the content"):
        wrong.append("the skip link is not first")
    if len(found) != reachable:
        wrong.append(f"{len(found)} stops, {reachable} to be reached")
    return wrong


def test_every_stop_is_seen_in_order_and_uncovered(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    wrong, count = {}, 0
    for place, go in all_places(trial.url).items():
        if place in {"form with errors", "withdrawal refused"}:
            continue  # focus stands in the summary there; see below
        go(page)
        found = stops(page)
        count += len(found)
        if found_wrong := problems(found, page.evaluate(REACHABLE)):
            wrong[place] = found_wrong
    print(f"D: {count} stops: {sum(map(len, wrong.values()))} problems")
    assert wrong == {}


def test_the_check_bites_on_a_wrong_specimen(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto("/book/received/")
    page.evaluate(
        """() => {
            document.querySelector(".skip-link").remove();
            document.querySelector(".brand").style.outline = "0";
            document.querySelector(".site-nav a").tabIndex = 5;
            document.querySelector("main a").style.position = "absolute";
            document.querySelector("main a").style.left = "-99px";
        }"""
    )
    found = {problem.partition(": ")[2] or problem for problem in problems(stops(page), 0)}
    assert {
        "not marked",
        "not seen",
        "not in the order of the page",
        "the skip link is not first",
    } <= found


def test_the_skip_link_leads_past_the_menu(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context().new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)") is True


@pytest.mark.parametrize(
    ("chosen", "refused"),
    [
        ({}, ["name", "contact_by", "location", "consent"]),
        (
            {"contact_by": "phone", "for_whom": "child", "when": "day"},
            ["name", "phone", "patient_name", "age_group", "location", "preferred_day", "consent"],
        ),
        (
            {"contact_by": "email", "for_whom": "other", "when": "weekdays"},
            ["name", "email", "patient_name", "location", "weekdays", "consent"],
        ),
    ],
    ids=["nothing chosen", "phone, child, day", "e-mail, other, weekdays"],
)
def test_refusals_take_focus_and_lead_to_their_fields(
    new_context: Callable[..., BrowserContext], chosen: dict[str, str], refused: list[str]
) -> None:
    page = new_context().new_page()
    page.goto("/book/")
    choose(page, **chosen)
    page.locator("main").get_by_role("button", name="Send the request").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Request an appointment – NorTex Psychiatry")
    links = summary.get_by_role("link")
    expect(links).to_have_count(len(refused))
    for link, name in zip(links.all(), refused, strict=True):
        link.focus()
        page.keyboard.press("Enter")
        target = page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']")
        expect(target).to_be_focused()
        expect(target).to_have_attribute("name", name)


def test_going_back_to_change_an_answer_lands_on_its_field(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    all_places(trial.url)["check of the answers"](page)
    page.get_by_role("button", name="Change Phone number").click()
    expect(page).to_have_url(f"{trial.url}/book/change/#id_phone")
    expect(page.get_by_label("Phone number")).to_have_value("972-555-0134")
    page.keyboard.press("Tab")  # from the target of the address
    assert page.locator("#id_phone").bounding_box() is not None


def test_a_form_is_sent_once_and_says_that_it_is_sending(
    trial: Trial, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    all_places(trial.url)["check of the answers"](page)
    sent: list[str] = []
    said: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if each.method == "POST" else None)
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(
        """() => {
            const status = document.querySelector("[role=status]");
            new MutationObserver(() => console.log(status.textContent)).observe(status, {childList: true});
        }"""
    )
    page.get_by_role("button", name="Send the request").dblclick(no_wait_after=True)
    page.wait_for_url("**/book/received/**")
    assert (sent, said) == ([f"{trial.url}/book/send/"], ["Sending your request …"])
