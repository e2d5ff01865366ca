"""Anchors of headings, the same for the contents list and for the text itself."""

import re

from django.utils.html import strip_tags
from django.utils.text import slugify

_H2 = re.compile(r"<h2(?P<attributes>[^>]*)>(?P<inner>.*?)</h2>", re.DOTALL)


def anchor(text: str) -> str:
    """The id of a heading: its words in ASCII, at most 60 characters, never empty."""
    return slugify(text)[:60].strip("-") or "section"


def h2_texts(html: str) -> list[str]:
    """The text of each h2, in order."""
    return [strip_tags(match["inner"]).strip() for match in _H2.finditer(html)]


def add_h2_ids(html: str) -> str:
    """The same HTML with an id on each h2."""

    def with_id(match: re.Match[str]) -> str:
        return f'<h2 id="{anchor(strip_tags(match["inner"]))}">{match["inner"]}</h2>'

    return _H2.sub(with_id, html)
