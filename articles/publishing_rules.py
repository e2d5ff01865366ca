"""What an article must say, and what a review must be, before readers see it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.forms import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic_site.publishing.rules import Problem

from .starter import left_over

if TYPE_CHECKING:
    from .pages import ArticlePage
    from .reviewed import Reviewed


REQUIRED = Field.default_error_messages["required"]  # the form's own words


def starter_problem() -> Problem:
    """Why the starter is never published."""
    return Problem(
        _("This is the starter for new articles, so it stays a draft. Copy it and edit the copy.")
    )


def article_problems(article: "ArticlePage") -> Iterator[Problem]:
    """Every rule that the article breaks beside those of its blocks and its review."""
    if not article.approval_note.strip():
        yield Problem(
            _("Write what regulators have and have not approved for what this article describes."),
            "approval_note",
            _("Approval note"),
        )
    if not article.sources.count():
        yield Problem(
            _("Add at least one source, with its title, publisher and year."),
            "sources",
            _("Sources"),
        )
    yield from _incomplete_sources(article)
    yield from _unfinished(article)


def _incomplete_sources(article: "ArticlePage") -> Iterator[Problem]:
    """The form asks for what a row lacks; this is for the roads to readers that pass by the form."""
    for number, source in enumerate(article.sources.all(), 1):
        for name in ("title", "publisher", "year"):
            if not getattr(source, name):
                label = source._meta.get_field(name).verbose_name
                place = f"{_('Sources')} {number}, {capfirst(str(label))}"
                yield Problem(str(REQUIRED), name, place, source)


def _unfinished(article: "ArticlePage") -> Iterator[Problem]:
    """Placeholders of the starter outside the body; the body refuses its own, at each block."""
    for name in ("title", "summary", "approval_note"):
        if reason := left_over(getattr(article, name)):
            field = article._meta.get_field(name)
            yield Problem(reason, name, capfirst(str(field.verbose_name)))


def review_problems(page: "Reviewed") -> Iterator[Problem]:
    """A reviewer without the day of the review, or a day without a reviewer."""
    reason = _("The reviewer and the day of the review go together: give both or neither.")
    if page.reviewer_id and not page.last_reviewed:
        yield Problem(reason, "last_reviewed", _("Last reviewed"))
    if page.last_reviewed and not page.reviewer_id:
        yield Problem(reason, "reviewer", _("Reviewer"))
