"""The article starter: a draft with every section, for staff to copy. Never a page for readers."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

STARTER_SLUG = "article-starter"


def refuse_publishing(slug: str) -> None:
    """Raise ValidationError for the starter; a copy of it has another slug."""
    if slug == STARTER_SLUG:
        raise ValidationError(
            _(
                "This is the starter for new articles, so it stays a draft. Copy it and edit the copy."
            )
        )
