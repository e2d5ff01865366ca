"""An editor alone on a slow site: one save at a time, nothing typed lost, no conflict with oneself."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from clinic_site.tests.browser.editor_ready import wait_until_noted

from .editor import SAVING, Editor, is_autosave_of
from .line import Late

SLOW = 5_000
LATE: list[Late] = ["request", "answer"]

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
    wait_until_noted(editor.page)
    editor.begin_autosave("One", late, title=editor.title)
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
    editor.begin_autosave("Refused", "request", approval_note="")
    editor.press("Submit to Clinical review")
    editor.line.let_go()
    expect(editor.page.get_by_text("Go to the first error")).to_be_visible()
    saved = editor.page.locator("[data-w-autosave-state-value=saved]")
    expect(saved).to_be_visible()
    editor.look_who_else_edits()
    editor.expect_autosaved("Mended")
    assert editor.versions == [["First", "Refused", "Mended"]]
    assert problems == []


# Before anything is typed ----------------------------------------------------------------------


def test_a_form_that_is_still_being_built_is_no_edit(
    at_draft: Callable[..., Editor], problems: list[str]
) -> None:
    editor = at_draft()
    editor.page.evaluate("document.getElementById('id_summary').value = 'Built'")
    editor.page.wait_for_timeout(SLOW)
    assert editor.line.saves == []
    editor.expect_autosaved("Typed")
    assert editor.versions == [["First", "Typed"]]
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
    assert editor.line.saves in (["save"], ["autosave", "save"])  # begun before the key was pressed
    editor.expect_kept("Typed and saved at once")
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
    with editor.page.expect_response(lambda answer: is_autosave_of("One and two", answer.request)):
        editor.summarise("One and two")
        editor.line.let_go()
    assert editor.versions == [["First", "One and two"]]
    assert problems == []
