"""Anchors of headings, the same for the contents list and for the text itself."""

import re
from html import unescape

from django.utils.html import strip_tags
from django.utils.text import slugify

_H2 = re.compile(r"<h2(?P<attributes>[^>]*)>(?P<inner>.*?)</h2>", re.DOTALL)

# Ids that templates of pages with a body give to parts of their own.
TEMPLATE_IDS = frozenset(
    {
        "article-sources",
        "latest-articles",
        "main-content",
        "on-this-page",
        "the-locations",
        "the-team",
    }
)


def anchor(text: str) -> str:
    """The id of a heading: its words in ASCII, at most 60 characters, never empty."""
    return slugify(text)[:60].strip("-") or "section"


class Anchors:
    """Gives each heading of one page an id that no other has: "risks", then "risks-2"."""

    def __init__(self) -> None:
        self._taken = set(TEMPLATE_IDS)

    def add(self, text: str) -> str:
        """The id of the next heading of the page."""
        name = first = anchor(text)
        number = 2
        while name in self._taken:
            name = f"{first}-{number}"
            number += 1
        self._taken.add(name)
        return name


def h2_texts(html: str) -> list[str]:
    """The text of each h2, in order."""
    return [_words(match) for match in _H2.finditer(html)]


def add_h2_ids(html: str, anchors: Anchors) -> str:
    """The same HTML with an id on each h2."""
    return _H2.sub(
        lambda match: f'<h2 id="{anchors.add(_words(match))}">{match["inner"]}</h2>', html
    )


def _words(match: re.Match[str]) -> str:
    return unescape(strip_tags(match["inner"])).strip()
