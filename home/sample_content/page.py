"""How a page of the sample is written down."""

from dataclasses import dataclass, field
from typing import Any

from clinic_site.pages import BasePage

Blocks = list[tuple[str, Any]]


@dataclass(frozen=True)
class SamplePage:
    """A page by its address. A parent stands before its children in every list of pages."""

    address: str
    model: type[BasePage]
    title: str
    summary: str
    fields: dict[str, Any] = field(default_factory=dict)
    body: Blocks = field(default_factory=list)
    in_menu: bool = False
    is_draft: bool = False

    @property
    def slug(self) -> str:
        """The last part of the address; the home page, whose slug nobody sees, has one of its own."""
        return self.address.strip("/").rpartition("/")[2] or "front"

    @property
    def parent(self) -> str | None:
        """The address of the page above; None for the home page."""
        if self.address == "/":
            return None
        above = self.address.strip("/").rpartition("/")[0]
        return f"/{above}/" if above else "/"


def link(address: str, words: str) -> str:
    """A link to another page of the sample, which follows that page when staff move it."""
    return f'<a linktype="page" id="{address}">{words}</a>'


def questions(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """The items of a `faq` block, from pairs of question and answer."""
    return [{"question": question, "answer": answer} for question, answer in pairs]


def points(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """The items of a `steps` or `benefits_risks` block, from pairs of title and text."""
    return [{"title": title, "text": text} for title, text in pairs]
