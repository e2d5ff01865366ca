"""What staff are advised to mend on a page, in their own words. Nothing here stops a page.

A check takes a page (and what it needs besides) and yields what it found. `findings` runs them all;
a page type adds its own in `BasePage.content_findings`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from .readability import lix, page_text, page_values

# Words that promise what medicine cannot; the clinic's settings start with them.
OVERCLAIMING_WORDS = (
    "cure",
    "cures",
    "cured",
    "guarantee",
    "guarantees",
    "guaranteed",
    "breakthrough",
    "breakthroughs",
    "miracle",
    "miracles",
    "proven",
    "risk-free",
    "safe and effective",
)
# Link texts that say nothing of where they lead, in the languages that pages are written in.
VAGUE_LINKS = frozenset(
    {
        *(
            "click",
            "click here",
            "details",
            "here",
            "learn more",
            "link",
            "more",
            "more information",
        ),
        *("read more", "read this", "see here", "this", "this article", "this link", "this page"),
        *("aquí", "enlace", "este enlace", "haga clic", "haga clic aquí", "leer más", "más"),
        *("más información", "pulse aquí", "ver más"),
    }
)
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 70, 160
HARDEST_LEVEL = 40
_LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Finding:
    """A name for the list of checks, and a sentence on what to do."""

    name: str
    help: str


def findings(page: Any, overclaiming_words: Iterable[str] = OVERCLAIMING_WORDS) -> list[Finding]:
    """Everything found on a page, published or not."""
    return [
        *promises_too_much(page, overclaiming_words),
        *links_say_too_little(page),
        *lacks_a_good_description(page),
        *is_hard_to_read(page),
        *shows_pictures_to_some_only(page),
        *page.content_findings(),
    ]


def overclaims(text: str, words: Iterable[str]) -> list[str]:
    """Which of the words or phrases stand in the text, each once, as they are written there."""
    found: dict[str, str] = {}
    for phrase in words:
        inside = r"\s+".join(re.escape(part) for part in phrase.split())
        if inside and (match := re.search(rf"(?<!\w){inside}(?!\w)", text, re.IGNORECASE)):
            found.setdefault(match[0].casefold(), " ".join(match[0].split()))
    return list(found.values())


def promises_too_much(page: Any, words: Iterable[str]) -> Iterator[Finding]:
    around = (page.title, page.seo_title, page.search_description, page.summary)
    text = "\n".join([*(part or "" for part in around), page_text(page)])
    for word in overclaims(text, words):
        yield Finding(
            _("Promises too much"),
            _("“%(word)s” is on the clinic's list of words to avoid. Say what is known instead.")
            % {"word": word},
        )


def links_say_too_little(page: Any) -> Iterator[Finding]:
    for text in dict.fromkeys(_link_texts(page_values(page))):
        if text.casefold().strip(" .…!»›>") in VAGUE_LINKS:
            yield Finding(
                _("Link text says too little"),
                _(
                    "“%(text)s” does not say where the link leads. Link the words that do, for "
                    "example “how an infusion is given”."
                )
                % {"text": text},
            )


def lacks_a_good_description(page: Any) -> Iterator[Finding]:
    length = len((page.search_description or page.summary).strip())
    if not length:
        yield Finding(
            _("Summary is missing"),
            _("Tell in 70 to 160 characters what the reader finds here. Search engines show it."),
        )
    elif length < SHORTEST_DESCRIPTION:
        yield Finding(
            _("Summary is short"),
            _(
                "Search engines show 70 to 160 characters; this has %(count)d. Add what the reader "
                "finds here."
            )
            % {"count": length},
        )
    elif length > LONGEST_DESCRIPTION:
        yield Finding(
            _("Summary is long for search engines"),
            _(
                "They show 70 to 160 characters; this has %(count)d. Shorten it, or write a search "
                "description under Promote."
            )
            % {"count": length},
        )


def is_hard_to_read(page: Any) -> Iterator[Finding]:
    level = lix(page_text(page))
    if level > HARDEST_LEVEL:
        yield Finding(
            _("Hard to read"),
            _(
                "The reading level is %(level).1f, and 40 is as hard as it should get. Cut long "
                "sentences in two and choose shorter words."
            )
            % {"level": level},
        )


def shows_pictures_to_some_only(page: Any) -> Iterator[Finding]:
    for _picture in _pictures_without_alternative(page_values(page)):
        yield Finding(
            _("Picture without description"),
            _("Describe it for people who cannot see it, or tick that it is decorative."),
        )


def _link_texts(value: Any) -> Iterator[str]:
    """The texts of all links and buttons in a raw value."""
    if isinstance(value, str):
        for inside in _LINK.findall(value):
            yield " ".join(unescape(strip_tags(inside)).split())
    elif isinstance(value, list):
        for item in value:
            yield from _link_texts(item)
    elif isinstance(value, dict):
        if value.get("type") == "cta":
            yield value["value"].get("label", "")
        for item in value.values():
            yield from _link_texts(item)


def _pictures_without_alternative(value: Any) -> Iterator[dict[str, Any]]:
    """Every picture in a raw value that has neither alternative text nor the mark of decoration."""
    if isinstance(value, list):
        for item in value:
            yield from _pictures_without_alternative(item)
    elif isinstance(value, dict):
        if {"image", "alt_text", "decorative"} <= value.keys():
            silent = not value["decorative"] and not (value["alt_text"] or "").strip()
            if value["image"] and silent:
                yield value
        else:
            for item in value.values():
                yield from _pictures_without_alternative(item)
