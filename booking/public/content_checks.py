"""What staff are advised to mend in the texts of the booking page and of its extra questions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clinic_site.content_checks import Finding

from . import wording, wording_es
from .promises import place_of, place_of_kind

if TYPE_CHECKING:
    from .page import BookingPage

# What visitors and search engines read of the page, by field; with the words of the editor where
# the field itself has others.
PAGE_TEXTS = {
    "title": "",
    "seo_title": _("Title in search results"),
    "search_description": _("Description in search results"),
    "summary": "",
    "introduction": "",
    "next_steps": "",
    "confirmation_text": "",
}
QUESTION_TEXTS = ("label", "help_text", "choices", "default_value")

# What to look for, what it is called, and what to do about it.
WORD_CHECKS = (
    (
        wording.ELSEWHERE + wording.ORDINARY_MESSAGES + wording_es.ORDINARY_MESSAGES,
        _("Leads past the form"),
        _(
            "%(place)s: take out “%(found)s”. What people send past this form is not encrypted. Ask "
            "for it in the form, or by phone."
        ),
    ),
    (
        wording.CLAIMS + wording_es.CLAIMS,
        _("Promises too much"),
        _(
            "%(place)s: “%(found)s” is more than this site can keep. Say what it does: what people "
            "send is encrypted before it is stored."
        ),
    ),
    (
        wording.OWN_FACTS + wording_es.OWN_FACTS,
        _("Repeats the line above the form"),
        _(
            "%(place)s: take out “%(found)s”. The line above the form says who can open a request and "
            "when it is deleted, and stays right when that changes."
        ),
    ),
)


def wording_findings(page: "BookingPage") -> Iterator[Finding]:
    """Words by which visitors would be misled on where to write and what becomes of it."""
    for place, text in _texts(page):
        for patterns, name, help_text in WORD_CHECKS:
            if found := wording.found(patterns, text):
                yield Finding(str(name), help_text % {"place": place, "found": found})


def _texts(page: "BookingPage") -> Iterator[tuple[str, str]]:
    """(what staff call the place, text) of everything that they wrote."""
    for name, heading in PAGE_TEXTS.items():
        field = page._meta.get_field(name)
        yield str(heading or capfirst(field.verbose_name)), getattr(page, name)
    for question in page.get_form_fields():
        yield from ((place_of(question), getattr(question, name)) for name in QUESTION_TEXTS)
    for kind in page.visit_kinds.all():
        yield place_of_kind(kind), kind.label
