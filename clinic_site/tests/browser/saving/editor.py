"""An editor at work on a page of the trial, in a browser's window and over a line that can be slow."""

import json
from dataclasses import dataclass

from playwright.sync_api import Page, Request, expect

from clinic_site.tests.browser.editor_ready import wait_until_noted
from clinic_site.tests.trial import Trial

from .line import Late, Line, kind_of

SAVING = "Saving what you typed…"

WATCH = """
new MutationObserver(() => {
    if (document.querySelector("[class*=editing-sessions__session--]"))
        console.warn("Somebody else is said to save or to edit");
}).observe(document, { childList: true, subtree: true });
"""

# A check for changes comes between two fields that are filled one after the other.
TYPE = """
fields => {
    for (const [name, text] of Object.entries(fields)) {
        const field = document.getElementById(`id_${name}`);
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    }
}
"""

DRAFTS = """
import json
from articles.models import ArticlePage
article = ArticlePage.objects.get(slug="how-does-ketamine-work-for-depression")
def draft(title):
    changes = {"title": title, "slug": title, "summary": "First"}
    return article.copy(update_attrs=changes, keep_live=False, copy_revisions=False).pk
print(json.dumps([(title, draft(title)) for title in map("draft-{}".format, range(20))]))
"""
VERSIONS = """
import json
from wagtail.models import Page
print(json.dumps([
    [version.content["summary"] for version in page.revisions.order_by("pk")]
    for page in Page.objects.filter(draft_title={title!r}).order_by("pk")
]))
"""


@dataclass
class Editor:
    page: Page
    line: Line
    trial: Trial
    title: str

    def open(self, address: str) -> None:
        self.page.goto(address)
        wait_until_noted(self.page)

    def summarise(self, text: str) -> None:
        self.page.get_by_role("textbox", name="Summary").fill(text)

    def begin_autosave(self, text: str, late: Late, **others: str) -> None:
        """Type, into other fields at the same moment; returns once the autosave is held up."""
        self.line.hold("autosave", late)
        self.page.keyboard.press("Shift")  # somebody is there
        self.page.evaluate(TYPE, {"summary": text, **others})
        self.line.wait_until_held(self.page)

    def press(self, name: str) -> None:
        button = self.page.locator("[data-edit-form]").get_by_role("button", name=name, exact=True)
        if not button.is_visible():
            self.page.get_by_role("button", name="More actions").click()
        button.click()

    def press_save_key(self) -> None:
        """Returns at once, where a click waits for the page that it leads to."""
        self.page.keyboard.press("Control+s")

    def expect_said(self, words: str) -> None:
        """Heard once: the page that a save leaves still says what the save before it did."""
        messages = self.page.locator(".messages")
        expect(messages).to_contain_text(words)
        messages.evaluate("list => list.replaceChildren()")

    def expect_autosaved(self, text: str) -> None:
        """Type; returns with the answer to the autosave of that, not of one that was under way."""
        with self.page.expect_response(lambda answer: is_autosave_of(text, answer.request)):
            self.summarise(text)

    def expect_kept(self, text: str) -> None:
        """In one version, or in two where an autosave came before the press: that is a matter of time."""
        [(first, *typed)] = self.versions
        assert first == "First"
        assert set(typed) == {text}

    def look_who_else_edits(self) -> None:
        """Coming back to a window, Wagtail asks the site at once."""
        with self.page.expect_response(lambda answer: kind_of(answer.request) == "ping"):
            self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    @property
    def versions(self) -> list[list[str]]:
        """The summary in every version, of every page of this title."""
        found: list[list[str]] = json.loads(self.trial.shell(VERSIONS.format(title=self.title)))
        return found


def is_autosave_of(summary: str, request: Request) -> bool:
    sent = f'name="summary"\r\n\r\n{summary}\r\n'
    return kind_of(request) == "autosave" and sent in (request.post_data or "")
