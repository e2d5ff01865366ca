"""Which articles are to be reviewed again."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from clinic_site.to_do import ToDo

from .choices import DUE_NOW
from .pages import ArticlePage
from .permissions import can_review, can_see_reviews
from .review_dates import in_state


def to_do(user: Any) -> Iterator[ToDo]:
    """For whoever reviews them: those whose date has come, not those that are due soon."""
    if not (can_review(user) and can_see_reviews(user)):
        return
    if count := ArticlePage.objects.live().filter(in_state(DUE_NOW)).count():
        text = ngettext(
            "%d published article is due for a new clinical review.",
            "%d published articles are due for a new clinical review.",
            count,
        )
        yield ToDo(text % count, f"{reverse('articles_reviews')}?state={DUE_NOW}")
