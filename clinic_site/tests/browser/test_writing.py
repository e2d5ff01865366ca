"""An editor's whole task in a real browser: from the blank page to an article that readers trust."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from articles.review_dates import clinic_today
from clinic_site.tests.trial import Trial, running_trial

from .editor_ready import wait_until_noted
from .test_journey import sign_in, watch
from .typist import Typist

MINUTES = 15

UNBALANCED = "Is light better than a pill?"
TITLE = "Can bright light help with winter depression?"
SUMMARY = (
    "How light therapy is thought to work for winter depression, whom it may help, and which risks "
    "to weigh before you try it."
)
HEADING = "What it is"
TEXT = (
    "In light therapy you sit near a bright lamp each morning, for about half an hour. The light is "
    "thought to act on the clock in the brain, which runs late in some people when days are short. "
    "How well it works differs from person to person, and it is not known why. Ask your clinician "
    "before you begin, above all if you take medicines or have an illness of the eyes."
)
BENEFITS = [
    ("Relief within days", "Some people feel a change in the first or second week."),
    ("No medicine", "It can be used beside other treatment or on its own."),
]
RISKS = [
    (
        "Headache and tired eyes",
        "They are common at first and often pass when sessions are shorter.",
    ),
    ("Mania", "In people with bipolar disorder, light can set off mania."),
]
QUESTIONS = [
    ("Is daylight enough?", "A walk at noon helps some people. A lamp is the same on every day."),
    ("Does a health plan pay?", "Some plans pay for a lamp. Ask yours before you buy one."),
]
DESCRIPTION = "A lamp stands on a table beside a cup."
APPROVAL = "The FDA has not approved any lamp for the treatment of depression."
SOURCE = ("Seasonal Affective Disorder", "National Institute of Mental Health", "2023")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Trial]:
    with running_trial(tmp_path_factory.mktemp("writing") / "var", prepared) as trial:
        yield trial


@pytest.fixture
def problems() -> list[str]:
    return []


@pytest.fixture
def person(
    trial: Trial, new_context: Callable[..., BrowserContext], problems: list[str]
) -> Callable[[str], Typist]:
    """person(role) signs in; script errors, refused policies and other hosts are collected."""

    def make(role: str) -> Typist:
        context = new_context(viewport={"width": 1280, "height": 1000})
        watch(context, problems)
        page = context.new_page()
        sign_in(page, trial, role)
        return Typist(page)

    return make


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.jpg"
    Image.new("RGB", (1600, 1000), "tan").save(path)
    return path


# What an editor does ---------------------------------------------------------------------------


def add_block(editor: Typist, name: str) -> Locator:
    """Press the last plus sign of the body and choose; returns the new block."""
    body = editor.page.get_by_role("region", name="Body", exact=True)
    blocks = body.locator("[data-streamfield-stream-container] > [data-streamfield-child]")
    before = blocks.count()
    editor.click(body.get_by_role("button", name="Insert a block", exact=True).last)
    options = editor.page.get_by_role("option")
    editor.click(editor.page.get_by_role("option", name=name, exact=True))
    expect(blocks).to_have_count(before + 1)
    expect(options).to_have_count(0)
    return blocks.last


def begin(editor: Typist, title: str) -> None:
    editor.click(editor.page.get_by_role("link", name=re.compile("^Write an article")))
    editor.fill(editor.page.locator("#id_title"), title)
    editor.fill(editor.page.get_by_role("textbox", name="Summary"), SUMMARY)


def write_text(editor: Typist) -> None:
    block = add_block(editor, "Text")
    editor.press("/")
    heading = block.get_by_role("textbox").locator("h2")
    editor.click_until(editor.page.get_by_role("option", name="Heading 2"), heading)
    editor.type(HEADING)
    editor.press("Enter")
    editor.type(TEXT)
    expect(block.get_by_role("textbox")).to_contain_text(TEXT)


def points_of(block: Locator, name: str) -> Locator:
    """The list of benefits, or that of risks."""
    return block.locator(f'[data-contentpath="{name}"]')


def add_point(editor: Typist, points: Locator, number: int, title: str, text: str) -> None:
    if points.get_by_role("textbox").count() < 2 * number:
        editor.click(points.get_by_role("button", name="Add", exact=True).last)
    editor.fill(points.get_by_role("textbox").nth(2 * number - 2), title)
    editor.fill(points.get_by_role("textbox").nth(2 * number - 1), text)


def weigh(editor: Typist, benefits: list[tuple[str, str]], risks: list[tuple[str, str]]) -> None:
    block = add_block(editor, "Benefits and risks")
    for name, values in (("benefits", benefits), ("risks", risks)):
        for number, (title, text) in enumerate(values, 1):
            add_point(editor, points_of(block, name), number, title, text)


def answer_questions(editor: Typist) -> None:
    block = add_block(editor, "Questions and answers")
    for number, (question, answer) in enumerate(QUESTIONS):
        fields = points_of(block, "questions").get_by_role("textbox")
        editor.fill(fields.nth(2 * number), question)
        editor.fill(fields.nth(2 * number + 1), answer)


def upload_picture(editor: Typist, photo: Path) -> None:
    block = add_block(editor, "Picture")
    editor.click(block.get_by_role("button", name="Choose an image"))
    dialog = editor.page.get_by_role("dialog")
    editor.click(dialog.get_by_role("tab", name="Upload"))
    editor.choose_file(dialog.locator("input[type=file]"), photo)
    title = dialog.get_by_label("Title")
    expect(title).to_have_value("lamp")  # from the name of the file
    editor.fill(title, " by the window")
    expect(title).to_have_value("lamp by the window")
    editor.fill(dialog.get_by_label("Description"), DESCRIPTION)
    editor.click(dialog.get_by_role("button", name="Upload"))
    expect(block.get_by_label("Alt text")).to_have_value(DESCRIPTION)  # comes along by itself


def name_source(editor: Typist) -> None:
    editor.fill(editor.page.get_by_role("textbox", name="Approval note"), APPROVAL)
    sources = editor.page.get_by_role("region", name="Sources", exact=True)
    editor.click(sources.get_by_role("button", name="Add source"))
    for label, text in zip(("Title", "Publisher", "Year"), SOURCE, strict=True):
        editor.fill(sources.get_by_label(label), text)


def submit(editor: Typist) -> None:
    editor.click(editor.page.get_by_role("button", name="Submit to Clinical review"))


def expect_submitted(page: Page, title: str) -> None:
    expect(page.get_by_text(f"'{title}' has been submitted for moderation")).to_be_visible()


def minutes_of(typist: Typist, started: float) -> float:
    """The person's time, and all the time that the browser and the site took besides."""
    return (typist.seconds + time.monotonic() - started) / 60


# From the blank page to the reader -------------------------------------------------------------


def test_an_editor_writes_a_whole_article_within_a_quarter_of_an_hour_and_readers_get_it_reviewed(
    trial: Trial,
    person: Callable[[str], Typist],
    new_context: Callable[..., BrowserContext],
    problems: list[str],
    photo: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    editor = person("editor")
    started = time.monotonic()
    begin(editor, TITLE)
    write_text(editor)
    weigh(editor, BENEFITS, RISKS)
    answer_questions(editor)
    upload_picture(editor, photo)
    name_source(editor)
    submit(editor)
    expect_submitted(editor.page, TITLE)
    minutes = minutes_of(editor, started)
    with capsys.disabled():
        print(f"\nan article: {dict(editor.counts)}, {minutes:.1f} minutes")
    assert minutes <= MINUTES

    visitor = new_context().new_page()
    address = "/articles/can-bright-light-help-with-winter-depression/"
    answer = visitor.goto(address)
    assert answer is not None
    assert answer.status == 404

    reviewer = person("clinical_reviewer")
    reviewer.click(reviewer.page.locator("main").get_by_role("link", name=TITLE))
    expect(reviewer.page.locator("#id_title")).to_have_value(TITLE)
    reviewer.click(reviewer.page.get_by_role("button", name="More actions"))
    reviewer.click(reviewer.page.get_by_role("button", name="Approve and Publish", exact=True))
    expect(reviewer.page.locator(".messages")).to_contain_text(TITLE)

    visitor.goto(address)
    main = visitor.locator("main")
    expect(main.get_by_role("heading", level=1)).to_have_text(TITLE)
    for words in (SUMMARY, HEADING, TEXT, APPROVAL, SOURCE[0], *sum([*BENEFITS, *RISKS], ())):
        expect(main.get_by_text(words).first).to_be_visible()
    for question, words in QUESTIONS:
        main.get_by_text(question, exact=True).click()
        expect(main.get_by_text(words)).to_be_visible()
    expect(main.get_by_role("img", name=DESCRIPTION)).to_be_visible()
    review = main.locator(".byline").filter(has_text="Clinically reviewed by")
    expect(review).to_contain_text("Clayton L. Allison, M.D.")
    expect(review.locator("time")).to_have_attribute("datetime", clinic_today().isoformat())
    assert problems == []


# An unbalanced article -------------------------------------------------------------------------


def values_of(page: Page) -> list[str]:
    """Everything in the fields of the editor's first tab, in order."""
    fields = page.get_by_role("tabpanel", name="Content").get_by_role("textbox")
    return [
        field.input_value() if field.evaluate("tag => 'value' in tag") else field.inner_text()
        for field in fields.all()
    ]


def test_more_benefits_than_risks_are_refused_at_their_block_and_nothing_typed_is_lost(
    person: Callable[[str], Typist], new_context: Callable[..., BrowserContext], problems: list[str]
) -> None:
    editor = person("editor")
    page = editor.page
    third = ("A steady day", "Getting up at one time each day helps many people.")
    begin(editor, UNBALANCED)
    write_text(editor)
    weigh(editor, [*BENEFITS, third], RISKS[:1])
    name_source(editor)
    typed = values_of(page)
    assert [words for words in (UNBALANCED, SUMMARY, *third, *RISKS[0]) if words not in typed] == []

    submit(editor)
    editor.click(page.get_by_role("button", name="Go to the first error"))
    refusal = page.locator(":focus")
    expect(refusal).to_be_in_viewport()
    expect(refusal).to_have_text(
        "Add at least 2 more risks: there must be as many risks as benefits."
    )
    block = page.get_by_role("region", name="Benefits and risks Benefits and risks")
    risks = points_of(block, "risks")
    expect(risks.locator(".help-critical")).to_have_count(1)
    assert values_of(page) == typed

    editor.click(page.get_by_role("button", name="More actions"))
    editor.click(page.get_by_role("button", name="Save draft"))
    expect(page.get_by_text(f"'{UNBALANCED}' has been updated")).to_be_visible()
    page.reload()
    expect(page.locator("#id_title")).to_have_value(UNBALANCED)
    assert values_of(page) == typed
    answer = new_context().new_page().goto("/articles/is-light-better-than-a-pill/")
    assert answer is not None
    assert answer.status == 404

    add_point(editor, risks, 2, *RISKS[1])
    add_point(editor, risks, 3, "Burns", "Lamps that are not made for this can burn the skin.")
    submit(editor)
    expect_submitted(page, UNBALANCED)
    assert [text for text in problems if "404" not in text] == []


# What kept editors from saving -----------------------------------------------------------------


def test_enter_in_the_title_submits_nothing_and_a_second_page_of_that_title_is_saved(
    person: Callable[[str], Typist], problems: list[str]
) -> None:
    editor = person("editor")
    page = editor.page
    for _ in range(2):
        page.goto("/admin/")
        editor.click(page.get_by_role("link", name=re.compile("^Write an article")))
        wait_until_noted(page)
        editor.fill(page.locator("#id_title"), "Twins")
        editor.press("Enter")
        expect(page).to_have_url(re.compile(r"/admin/pages/\d+/edit/$"))
        expect(page.locator("#id_title")).to_be_focused()
    assert problems == []
