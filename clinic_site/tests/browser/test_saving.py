"""An editor alone on a slow site: one save at a time, nothing typed lost, no conflict with oneself."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from clinic_site.tests.trial import Trial, running_trial

from .editor import DRAFTS, PATIENCE, WATCH, Editor
from .line import Late, Line
from .test_journey import sign_in, watch

SLOW = 5_000
SAVING = "Saving what you typed…"
LATE: list[Late] = ["request", "answer"]

THEIRS = """
from django.contrib.auth import get_user_model
from wagtail.models import Page
page = Page.objects.get(draft_title={title!r}).specific.get_latest_revision_as_object()
page.summary = "Theirs"
page.save_revision(user=get_user_model().objects.get(username="administrator"))
"""
SUBMIT = """
from django.contrib.auth import get_user_model
from wagtail.models import Page
page = Page.objects.get(draft_title={title!r})
page.get_workflow().start(page, get_user_model().objects.get(username="editor"))
"""
DECISIONS = """
import json
from wagtail.models import TaskState
print(json.dumps(list(TaskState.objects.order_by("pk").values_list("status", "comment"))))
"""
BIOGRAPHIES = """
import json
from articles.models import Clinician
versions = Clinician.objects.get(pk=1).revisions.order_by("pk")
print(json.dumps([version.content["biography"] for version in versions]))
"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with running_trial(tmp_path_factory.mktemp("saving") / "var") as trial:
        yield trial


@pytest.fixture(scope="module")
def drafts(trial: Trial) -> Iterator[tuple[str, int]]:
    """Whole articles that nobody has published, by title and number; each has one version, "First"."""
    return iter(json.loads(trial.shell(DRAFTS)))


@pytest.fixture(scope="module")
def cookies() -> dict[str, Any]:
    return {}


@pytest.fixture
def problems() -> list[str]:
    return []


@pytest.fixture
def at_work(
    trial: Trial,
    new_context: Callable[..., BrowserContext],
    cookies: dict[str, Any],
    problems: list[str],
) -> Callable[..., Editor]:
    """at_work(role) is signed in; script errors, and conflicts that are shown, are collected."""

    def make(role: str = "editor", title: str = "draft") -> Editor:
        context = new_context(
            viewport={"width": 1280, "height": 1000}, storage_state=cookies.get(role)
        )
        watch(context, problems)
        context.add_init_script(WATCH)
        page = context.new_page()
        if role not in cookies:
            sign_in(page, trial, role)
            cookies[role] = context.storage_state()
        return Editor(page, Line(context), trial, title)

    return make


@pytest.fixture
def at_draft(
    at_work: Callable[..., Editor], drafts: Iterator[tuple[str, int]]
) -> Callable[..., Editor]:
    """at_draft(role) has a draft of their own before them."""

    def make(role: str = "editor", *, has_clock: bool = False) -> Editor:
        title, number = next(drafts)
        editor = at_work(role, title)
        if has_clock:
            editor.page.clock.install()
        editor.open(f"/admin/pages/{number}/edit/")
        return editor

    return make


# A save while an autosave is under way ---------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "button", "said", "late"),
    [
        ("editor", "Save draft", "has been updated", "request"),
        ("editor", "Save draft", "has been updated", "answer"),
        ("editor", "Submit to Clinical review", "has been submitted for moderation", "request"),
        ("administrator", "Publish", "has been published", "answer"),
    ],
)
def test_a_save_waits_for_the_answer_to_the_autosave(
    at_draft: Callable[..., Editor],
    problems: list[str],
    role: str,
    button: str,
    said: str,
    late: Late,
) -> None:
    editor = at_draft(role)
    editor.begin_autosave("One", late)
    editor.summarise("One and two")
    editor.press(button)
    editor.press_save_key()
    editor.page.wait_for_timeout(SLOW)
    expect(editor.page.get_by_text(SAVING)).to_be_visible()
    editor.line.let_go()
    editor.expect_said(said)
    assert editor.line.saves == ["autosave", "save"]
    assert editor.versions == [["First", "One", "One and two"]]
    assert problems == []


@pytest.mark.parametrize("late", LATE)
def test_a_save_while_the_first_autosave_makes_the_page_makes_no_second_one(
    at_work: Callable[..., Editor], problems: list[str], late: Late
) -> None:
    editor = at_work(title=f"made-once-{late}")
    editor.page.goto("/admin/")
    editor.page.get_by_role("link", name=re.compile("^Write an article")).click()
    editor.page.wait_for_selector("html[data-is-noted]")
    editor.page.locator("#id_title").fill(editor.title)
    editor.begin_autosave("One", late)
    editor.summarise("One and two")
    editor.press("Save draft")
    editor.page.wait_for_timeout(SLOW)
    editor.line.let_go()
    editor.expect_said("has been updated")
    assert editor.versions == [["One", "One and two"]]
    assert problems == []


def test_a_workflow_waits_for_the_autosave_begun_behind_its_window(
    at_draft: Callable[..., Editor], problems: list[str]
) -> None:
    editor = at_draft("clinical_reviewer")
    editor.trial.shell(SUBMIT.format(title=editor.title))
    editor.open(editor.page.url)
    editor.press("Return with a comment")
    window = editor.page.locator(".modal")
    window.get_by_role("textbox").fill("Too long.")
    editor.begin_autosave("One", "answer")
    window.get_by_role("button", name="Return with a comment").click()
    expect(editor.page.get_by_text(SAVING)).to_be_visible()
    editor.line.let_go()
    editor.expect_said("has been updated")
    assert editor.line.saves == ["autosave", "save"]
    assert json.loads(editor.trial.shell(DECISIONS))[-1:] == [["rejected", "Too long."]]
    assert problems == []


def test_a_clinician_is_saved_as_a_page_is(
    at_work: Callable[..., Editor], problems: list[str]
) -> None:
    editor = at_work("administrator")
    before = json.loads(editor.trial.shell(BIOGRAPHIES))
    editor.open("/admin/snippets/articles/clinician/edit/1/")
    biography = editor.page.locator("#id_biography")
    editor.line.hold("autosave", "request")
    biography.fill("One")
    editor.line.wait_until_held(editor.page)
    biography.fill("One and two")
    editor.press("Save draft")
    editor.line.let_go()
    editor.expect_said("updated")
    assert json.loads(editor.trial.shell(BIOGRAPHIES)) == [*before, "One", "One and two"]
    assert problems == []


def test_after_a_refusal_the_editor_is_still_alone_and_what_is_typed_is_autosaved(
    at_draft: Callable[..., Editor], problems: list[str]
) -> None:
    editor = at_draft()
    editor.page.get_by_role("textbox", name="Approval note").fill("")
    editor.begin_autosave("Refused", "request")
    editor.press("Submit to Clinical review")
    editor.line.let_go()
    expect(editor.page.get_by_text("Go to the first error")).to_be_visible(timeout=PATIENCE)
    saved = editor.page.locator("[data-w-autosave-state-value=saved]")
    expect(saved).to_be_visible(timeout=PATIENCE)
    editor.look_who_else_edits()
    editor.expect_autosaved("Mended")
    assert editor.versions == [["First", "Refused", "Mended"]]
    assert problems == []


# What else is under way ------------------------------------------------------------------------


def test_while_a_save_is_answered_nothing_is_autosaved_saved_twice_or_typed_into_nothing(
    at_draft: Callable[..., Editor], problems: list[str]
) -> None:
    editor = at_draft()
    editor.line.hold("save", "answer")
    editor.summarise("Typed and saved at once")
    editor.press_save_key()
    editor.line.wait_until_held(editor.page)
    editor.press_save_key()
    editor.page.keyboard.type("nowhere")
    editor.page.wait_for_timeout(SLOW)
    editor.line.let_go()
    editor.expect_said("has been updated")
    assert editor.line.saves == ["save"]
    assert editor.versions == [["First", "Typed and saved at once"]]
    assert problems == []


def test_a_ping_that_arrives_after_an_autosave_tells_of_nobody_else(
    at_draft: Callable[..., Editor], problems: list[str]
) -> None:
    editor = at_draft()
    editor.line.hold("ping", "request")
    editor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    editor.line.wait_until_held(editor.page)
    editor.expect_autosaved("One")
    editor.line.let_go()
    editor.look_who_else_edits()
    assert problems == []


def test_what_is_typed_just_before_an_answer_is_autosaved_too(
    at_draft: Callable[..., Editor], problems: list[str]
) -> None:
    editor = at_draft()
    editor.begin_autosave("One", "answer")
    with editor.page.expect_response(
        lambda answer: "One and two" in (answer.request.post_data or "")
    ):
        editor.summarise("One and two")
        editor.line.let_go()
    assert editor.versions == [["First", "One and two"]]
    assert problems == []


# When an answer is bad or never comes ----------------------------------------------------------


def test_a_save_goes_on_when_the_autosave_before_it_is_refused(
    at_draft: Callable[..., Editor],
) -> None:
    editor = at_draft()
    for status in (400, 403, 500):
        editor.begin_autosave("Half", "request")
        editor.summarise(f"Saved after {status}")
        editor.press("Save draft")
        editor.line.refuse(status)
        editor.expect_said("has been updated")
        editor.page.wait_for_selector("html[data-is-noted]")
    assert editor.versions == [["First", "Saved after 400", "Saved after 403", "Saved after 500"]]


def test_a_lost_connection_is_told_before_the_form_is_sent_into_nothing(
    at_draft: Callable[..., Editor],
) -> None:
    editor = at_draft()
    editor.begin_autosave("One", "request")
    editor.press("Save draft")
    editor.line.cut()
    dialog = editor.page.get_by_role("dialog")
    expect(dialog).to_contain_text("A network error occurred")
    assert editor.line.saves == ["autosave"]
    dialog.get_by_role("button", name="Save draft").click()
    editor.expect_said("has been updated")
    assert editor.versions == [["First", "One"]]


def test_somebody_else_who_saved_is_named_before_their_version_is_covered(
    at_draft: Callable[..., Editor],
) -> None:
    editor = at_draft()
    editor.begin_autosave("Mine", "request")
    editor.press("Save draft")
    editor.trial.shell(THEIRS.format(title=editor.title))
    editor.line.let_go()
    dialog = editor.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Administrator saved a new version", timeout=PATIENCE)
    assert editor.versions == [["First", "Theirs"]]
    dialog.get_by_role("button", name="Save draft").click()
    editor.expect_said("has been updated")
    assert editor.versions == [["First", "Theirs", "Mine"]]


def test_a_save_waits_half_a_minute_for_an_autosave_and_no_longer(
    at_draft: Callable[..., Editor], problems: list[str]
) -> None:
    editor = at_draft(has_clock=True)
    editor.begin_autosave("One", "request")
    editor.press("Save draft")
    editor.page.clock.fast_forward(30_000)
    editor.expect_said("has been updated")
    assert editor.versions == [["First", "One"]]
    assert problems == []


def test_a_save_that_is_never_answered_keeps_what_was_typed_and_can_be_pressed_again(
    at_draft: Callable[..., Editor], problems: list[str]
) -> None:
    editor = at_draft(has_clock=True)
    editor.line.hold("save", "request")
    editor.summarise("Kept")
    editor.press_save_key()
    editor.line.wait_until_held(editor.page)
    editor.line.refuse(204)  # brings no page
    expect(editor.page.get_by_text(SAVING)).to_be_visible()
    editor.page.clock.fast_forward(30_000)
    expect(editor.page.get_by_text("What you typed is still here: save once more.")).to_be_visible()
    editor.press("Save draft")
    editor.expect_said("has been updated")
    [(first, *typed)] = editor.versions
    assert first == "First"
    assert set(typed) == {"Kept"}  # twice, when an autosave comes before the second press
    assert problems == []
