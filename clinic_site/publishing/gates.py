"""A page that breaks its own rules is never published, by whatever road.

Below every road but the editor's form lie two gates: a page that is saved live (`BasePage.save`,
`refuse_plain_page`) and a revision that is given a time to go live (`refuse_schedule`). Writing to
the database past Django's `save` is no road that they watch. What they refuse reaches a person as a
message (`middleware.py`), and `publish_scheduled` as a line of its output.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from .rules import Problem, problems_of


class PublishingRefused(ValidationError):
    """Raised instead of publishing a page; carries every problem of it."""

    def __init__(self, page: Any, problems: Iterable[Problem]) -> None:
        self.page = page
        reasons: dict[str, list[str]] = {}
        for problem in problems:
            field = NON_FIELD_ERRORS if problem.child else problem.field
            reasons.setdefault(field, []).append(str(problem))
        super().__init__(reasons)


def refuse_broken_page(page: Any) -> None:
    """Raises PublishingRefused with every problem when the page must not be live."""
    if problems := problems_of(page):
        raise PublishingRefused(page, problems)


def refuse_schedule(sender: type[models.Model], instance: Any, **kwargs: Any) -> None:
    """Receiver: a revision that breaks the rules gets no time to go live."""
    if instance.approved_go_live_at:
        refuse_broken_page(instance.as_object())


def refuse_plain_page(sender: Any, instance: Any, *, raw: bool = False, **kwargs: Any) -> None:
    """Receiver: nor does a page go live by its row in Wagtail's table of all pages."""
    if raw or not instance.pk or not instance.live:
        return
    if not sender.objects.filter(pk=instance.pk, live=True).exists():
        refuse_broken_page(instance.specific)
