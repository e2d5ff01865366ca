"""Back, a stop, a lost connection: whoever fills the form in loses nothing of it, and is heard."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clinic_site.tests.trial import Trial

from .conftest import PATIENCE
from .test_journey import MESSAGE, fill_request, send_request, sign_in, unlock

SEND = "Send the request"
CHECK = "Check your answers first"
WHETHER_KEPT = "addEventListener('pageshow', (event) => { window.wasKept = event.persisted; });"
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def keeping(chromium: Callable[..., Browser]) -> Iterator[Browser]:
    """Chromium as people have it: pages that were left are kept whole, which Playwright switches off."""
    browser = chromium(
        "--enable-features=BackForwardCache", ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


@pytest.fixture(params=["pages kept whole", "pages drawn anew"])
def memory(request: pytest.FixtureRequest) -> str:
    """For what depends on how a browser goes back."""
    return str(request.param)


@pytest.fixture
def opened(
    request: pytest.FixtureRequest, keeping: Browser, browser: Browser, trial: Trial
) -> Iterator[Opened]:
    """opened(**options) is a new window on the trial; `wasKept` in it tells how a page came back."""
    contexts: list[BrowserContext] = []
    is_drawn_anew = "drawn anew" in request.node.name

    def new_page(**options: object) -> Page:
        chosen = browser if is_drawn_anew else keeping
        context = chosen.new_context(base_url=trial.url, locale="en-US", **options)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(WHETHER_KEPT)
        contexts.append(context)
        return context.new_page()

    yield new_page
    for context in contexts:
        context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def wait_until_whole(page: Page) -> None:
    """An answer to a form that is left before all of it came cannot be gone back to."""
    page.wait_for_load_state()


def back(page: Page) -> None:
    """As the button does it: a page that was kept whole loads nothing, which Playwright would wait for."""
    devtools = page.context.new_cdp_session(page)
    history = devtools.send("Page.getNavigationHistory")
    before = history["entries"][history["currentIndex"] - 1]
    devtools.send("Page.navigateToHistoryEntry", {"entryId": before["id"]})


def reference(page: Page) -> str:
    expect(page).to_have_url(re.compile(r"/book/received/\?"))
    return page.locator(".received .reference").inner_text()


def typed(page: Page) -> tuple[str, str, str]:
    """Name, phone number and message as they stand in the form."""
    labels = ("Your name", "Phone number", "What would you like us to know?")
    name, phone, message = (page.get_by_label(label).input_value() for label in labels)
    return name, phone, message


# Back -------------------------------------------------------------------------------------------


def test_what_is_corrected_after_back_is_heard(memory: str, opened: Opened, trial: Trial) -> None:
    page = opened()
    first = send_request(page, "Robin Corrected")
    back(page)
    expect(page.get_by_label("Phone number")).to_have_value("972-555-0134")
    assert page.evaluate("window.wasKept") is ("whole" in memory)
    page.get_by_label("Phone number").fill("972-555-0177")
    press(page, SEND)
    second = reference(page)
    expect(page.get_by_text(f"You sent this form before, as {first}.")).to_be_visible()

    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    page.goto("/admin/booking/submission/")
    expect(page.get_by_role("cell", name=f"Corrects {first}")).to_be_visible()
    page.get_by_role("link", name=second).click()
    expect(page.get_by_text("(972) 555-0177").first).to_be_visible()


def test_sending_again_after_back_without_a_change_is_the_same_request(
    memory: str, opened: Opened
) -> None:
    page = opened()
    first = send_request(page, "Robin Again")
    back(page)
    expect(page.get_by_label("Phone number")).to_have_value("972-555-0134")
    press(page, SEND)
    assert reference(page) == first


def test_questions_that_followed_from_an_answer_are_there_after_back_with_theirs(
    memory: str, opened: Opened
) -> None:
    page = opened()
    page.goto("/book/")
    fill_request(page, "Robin Parent")
    page.get_by_label("If somebody else answers").fill("Say nothing")
    page.get_by_label("For my child").check()
    page.get_by_label("The patient's name").fill("Kim Sample")
    page.get_by_label("6 to 12").check()
    page.get_by_role("radio", name=re.compile("^Dallas")).check()
    page.get_by_label("By video", exact=True).check()
    press(page, CHECK)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    wait_until_whole(page)
    back(page)
    expect(page.get_by_label("The patient's name")).to_have_value("Kim Sample")
    expect(page.get_by_label("If somebody else answers")).to_have_value("Say nothing")
    for answer in ("For my child", "6 to 12", "By video", "On a certain day", "Phone call"):
        expect(page.get_by_label(answer, exact=True)).to_be_visible()
        expect(page.get_by_label(answer, exact=True)).to_be_checked()
    press(page, SEND)
    reference(page)


def test_back_to_a_page_with_errors_shows_it_with_everything_typed(
    memory: str, opened: Opened
) -> None:
    page = opened()
    page.goto("/book/")
    fill_request(page, "Robin Mistaken")
    page.get_by_label("Phone number").fill("12")
    press(page, SEND)
    expect(page).to_have_title(re.compile("^Error:"))
    wait_until_whole(page)
    page.get_by_role("link", name="Common questions").first.click()
    expect(page).to_have_url(re.compile("/common-questions/"))
    back(page)
    expect(page).to_have_title(re.compile("^Error:"))
    assert typed(page) == ("Robin Mistaken", "12", MESSAGE)
    page.get_by_label("Phone number").fill("972-555-0134")
    press(page, SEND)
    reference(page)


def test_back_to_the_check_page_shows_every_answer_and_never_that_nothing_was_sent(
    memory: str, opened: Opened
) -> None:
    page = opened()
    page.goto("/book/")
    fill_request(page, "Robin Checking")
    press(page, CHECK)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    wait_until_whole(page)
    press(page, SEND)
    first = reference(page)
    back(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.get_by_text("Robin Checking")).to_be_visible()
    assert "othing has been sent" not in page.locator("main").inner_text()
    press(page, "Change Phone number")
    page.get_by_label("Phone number").fill("972-555-0178")
    press(page, SEND)
    reference(page)
    expect(page.get_by_text(f"You sent this form before, as {first}.")).to_be_visible()


# A send that does not arrive --------------------------------------------------------------------

# A page whose send hangs answers to no locator, so it presses, stops and tells by itself.
PRESS = """([pressed, stopped]) => {
    const status = document.querySelector("[data-sending]");
    const tell = () => status.textContent && console.log(status.textContent);
    new MutationObserver(tell).observe(status, {childList: true});
    setTimeout(() => document.querySelector("main .buttons .button").click(), pressed);
    if (stopped) setTimeout(() => window.stop(), stopped);
}"""


def send_into_nothing(page: Page, stopped: int = 0) -> list[str]:
    """Press the button of a form that no answer comes to; what its visitor is told meanwhile."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.route("**/book/send/", lambda route: None)
    page.evaluate(PRESS, [50, stopped])
    deadline = time.monotonic() + PATIENCE / 1000
    while len(told) < 2 and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    return told


def test_a_send_that_was_stopped_says_so_and_may_be_sent_again(opened: Opened) -> None:
    page = opened()
    page.goto("/book/")
    fill_request(page, "Robin Stopped")
    sending, stopped = send_into_nothing(page, stopped=500)
    assert (sending, stopped[:14]) == ("Sending your request …", "This was not s")
    assert typed(page) == ("Robin Stopped", "972-555-0134", MESSAGE)
    page.unroute_all(behavior="ignoreErrors")
    press(page, SEND)
    reference(page)


def test_a_send_that_takes_long_may_be_sent_again_without_a_stop(opened: Opened) -> None:
    page = opened()
    page.goto("/book/")
    fill_request(page, "Robin Waiting")
    sending, waited = send_into_nothing(page)
    assert (sending, waited[:14]) == ("Sending your request …", "This was not s")


def test_a_send_whose_connection_breaks_leaves_the_form_as_it_was_behind_back(
    opened: Opened,
) -> None:
    page = opened()
    page.goto("/book/")
    fill_request(page, "Robin Broken")
    page.route("**/book/send/", lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name=SEND).click(no_wait_after=True)
    page.wait_for_function("!document.forms.length")  # the browser's own page
    page.unroute_all(behavior="ignoreErrors")
    page.go_back(wait_until="commit")
    expect(page.get_by_label("Your name")).to_have_value("Robin Broken")
    assert typed(page) == ("Robin Broken", "972-555-0134", MESSAGE)
    press(page, SEND)
    reference(page)


def test_who_is_offline_is_told_and_keeps_what_was_typed(opened: Opened) -> None:
    page = opened()
    page.goto("/book/")
    fill_request(page, "Robin Underground")
    page.context.set_offline(True)
    press(page, SEND)
    expect(page.get_by_text("You are offline. Nothing was sent")).to_be_visible()
    assert typed(page) == ("Robin Underground", "972-555-0134", MESSAGE)
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_have_count(0)
    press(page, SEND)
    reference(page)


def test_a_double_click_sends_one_request(opened: Opened, trial: Trial) -> None:
    page = opened()
    page.goto("/book/")
    fill_request(page, "Robin Hasty")
    page.get_by_role("button", name=SEND).dblclick()
    reference(page)
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    page.goto("/admin/booking/submission/")
    expect(page.get_by_role("cell", name="Robin Hasty")).to_have_count(1)


# Scripts off ------------------------------------------------------------------------------------


def test_without_scripts_back_keeps_everything_too(memory: str, opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    page.goto("/book/")
    fill_request(page, "Robin Plain")
    press(page, CHECK)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    wait_until_whole(page)
    press(page, SEND)
    reference(page)
    back(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.get_by_text("Robin Plain")).to_be_visible()
