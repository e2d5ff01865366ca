"""Everything that one person is asked to do now, gathered from every app."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, TaskState, WorkflowState

import articles.to_do
import booking.desk.to_do
import booking.notifications.to_do
import booking.privacy_check.to_do
import booking.vault.to_do
import clinic_site.background.to_do
from clinic_site.to_do import ToDo

logger = logging.getLogger(__name__)


def pages(user: Any) -> Iterator[ToDo]:
    """What others wait for, then what came back to this person."""
    if count := TaskState.objects.reviewable_by(user).count():
        text = ngettext(
            "%d page was submitted and waits for your review.",
            "%d pages were submitted and wait for your review.",
            count,
        )
        url = f"{reverse('wagtailadmin_reports:workflow_tasks')}?reviewable=true"
        yield ToDo(text % count, url)
    back = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user
    )
    for state in back.order_by("created_at"):
        page = state.content_object
        if isinstance(page, Page) and page.permissions_for_user(user).can_edit():
            text = _("“%(title)s” came back to you: changes are asked for.")
            url = reverse("wagtailadmin_pages:edit", args=[page.pk])
            yield ToDo(text % {"title": page.get_admin_display_title()}, url)


# People before pages, and pages before machines.
SOURCES: tuple[Callable[[Any], Iterator[ToDo]], ...] = (
    booking.desk.to_do.to_do,
    booking.vault.to_do.to_do,
    pages,
    articles.to_do.to_do,
    booking.notifications.to_do.to_do,
    booking.privacy_check.to_do.to_do,
    clinic_site.background.to_do.to_do,
)


@dataclass(frozen=True)
class Gathered:
    """The sentences, urgent ones first, and whether a source could not be asked."""

    to_do: list[ToDo]
    is_incomplete: bool


def to_do_of(user: Any) -> Gathered:
    """In the order of SOURCES. One that fails takes nothing from the others."""
    found: list[ToDo] = []
    failed = False
    for source in SOURCES:
        try:
            found += source(user)
        except Exception:
            logger.exception("%s could not be asked what is to be done.", source.__module__)
            failed = True
    return Gathered(sorted(found, key=lambda each: not each.is_urgent), failed)
