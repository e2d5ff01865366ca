"""What an editor typed, when the answer to a save is bad or never comes."""

from collections.abc import Callable

from playwright.sync_api import expect

from clinic_site.tests.browser.editor_ready import wait_until_noted

from .editor import SAVING, Editor

THEIRS = """
from django.contrib.auth import get_user_model
from wagtail.models import Page
page = Page.objects.get(draft_title={title!r}).specific.get_latest_revision_as_object()
page.summary = "Theirs"
page.save_revision(user=get_user_model().objects.get(username="administrator"))
"""


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
        wait_until_noted(editor.page)
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
    assert "save" not in editor.line.saves
    dialog.get_by_role("button", name="Save draft").click()
    editor.expect_said("has been updated")
    editor.expect_kept("One")


def test_somebody_else_who_saved_is_named_before_their_version_is_covered(
    at_draft: Callable[..., Editor],
) -> None:
    editor = at_draft()
    editor.begin_autosave("Mine", "request")
    editor.press("Save draft")
    editor.trial.shell(THEIRS.format(title=editor.title))
    editor.line.let_go()
    dialog = editor.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Administrator saved a new version")
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
    editor.expect_kept("Kept")
    assert problems == []
