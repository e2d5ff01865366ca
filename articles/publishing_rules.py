"""What an article must say before readers see it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic_site.publishing.rules import Problem

from .blocks import missing_risks
from .starter import STARTER_SLUG, left_over

if TYPE_CHECKING:
    from .models import ArticlePage


def article_problems(article: "ArticlePage") -> Iterator[Problem]:
    """Every rule that the article breaks, with what to add."""
    if article.slug == STARTER_SLUG:
        yield Problem(
            _(
                "This is the starter for new articles, so it stays a draft. Copy it and edit the copy."
            )
        )
        return
    yield from _unbalanced(article)
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
    yield from _half_reviewed(article)
    yield from _unfinished(article)


def _unbalanced(article: "ArticlePage") -> Iterator[Problem]:
    for child in article.body:
        if child.block_type == "benefits_risks" and (reason := missing_risks(child.value)):
            place = f"{child.block.label}, {child.block.child_blocks['risks'].label}"
            yield Problem(reason, "body", place)


def _half_reviewed(article: "ArticlePage") -> Iterator[Problem]:
    """A reviewer without the day of the review, or a day without a reviewer."""
    reason = _("The reviewer and the day of the review go together: give both or neither.")
    if article.reviewer_id and not article.last_reviewed:
        yield Problem(reason, "last_reviewed", _("Last reviewed"))
    if article.last_reviewed and not article.reviewer_id:
        yield Problem(reason, "reviewer", _("Reviewer"))


def _unfinished(article: "ArticlePage") -> Iterator[Problem]:
    """Placeholders of the starter outside the body; the body refuses its own, at each block."""
    for name in ("title", "summary", "approval_note"):
        if reason := left_over(getattr(article, name)):
            field = article._meta.get_field(name)  # noqa: SLF001  (public)
            yield Problem(reason, name, capfirst(str(field.verbose_name)))
