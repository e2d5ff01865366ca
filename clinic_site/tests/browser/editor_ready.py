"""When Wagtail's editor has begun to look for changes: what is typed earlier is none to it.

It takes note of what stands in a form two seconds after it was opened, and on most pages twice.
"""

from playwright.sync_api import Page

COUNT_NOTES = """
let begun = 0, noted = 0;
function look() {
    if (begun && noted >= begun && document.readyState === "complete")
        document.documentElement.dataset.isNoted = "";
}
addEventListener("w-unsaved:ready", () => { begun += 1; });
addEventListener("w-unsaved:watch-edits", () => { noted += 1; look(); });
addEventListener("load", look);
"""


def wait_until_noted(page: Page) -> None:
    """The page's context runs COUNT_NOTES, as those of the fixture `new_context` do."""
    page.wait_for_selector("html[data-is-noted]")
