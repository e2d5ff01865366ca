"""`manage.py publish_scheduled`"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.management.commands.publish_scheduled import Command as PublishScheduled
from wagtail.models import DraftStateMixin, Page, Revision

from clinic_site.publishing.rules import problems_of
from clinic_site.remembered.changes import forget_old_changes

logger = logging.getLogger(__name__)

DONE, LEFT_OUT, FAILED = "done", "left out", "failed"


class Command(PublishScheduled):
    help = (
        "Publish and unpublish what is due. A page that breaks its rules is left out: it stays as it "
        "is, its time is taken back so that it can be edited, its history says so, and the others go "
        "on. So they do when one fails, which is tried again. Exits 1 when one was left out or failed. "
        "Forgets old marks of changes when there are many."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            changes: list[Callable[[], Any]] = [
                partial(self._leave_out, revision, dry_run=True) for revision in _due()
            ]
            super().handle(*args, **options)
        else:
            changes = [*_ends(), *(partial(self._publish, revision) for revision in _due())]
            forget_old_changes()
        outcomes = Counter(_outcome(change) for change in changes)
        if outcomes[LEFT_OUT] or outcomes[FAILED]:
            raise CommandError(" ".join(_counts(outcomes)))

    def _publish(self, revision: Revision) -> str:
        # Taking its page down, or somebody in the admin, may have taken its time back meanwhile.
        still_due = _due().select_for_update().filter(pk=revision.pk).first()
        if still_due is None:
            return DONE
        if left_out := self._leave_out(still_due, dry_run=False):
            return left_out
        still_due.publish(log_action="wagtail.publish.scheduled")
        return DONE

    def _leave_out(self, revision: Revision, *, dry_run: bool) -> str:
        """What breaks its rules; says so. Empty when the revision may be published."""
        reasons = _refusal(revision)
        if not reasons:
            return ""
        self.stderr.write(f"Left out: “{revision.object_str}”")
        for reason in reasons:
            self.stderr.write(f"  {reason}")
        if not dry_run:
            revision.approved_go_live_at = None
            revision.save(update_fields=["approved_go_live_at"])
            page = revision.content_object
            log(page, "clinic_site.left_out", revision=revision, data={"reasons": reasons})
        return LEFT_OUT


def _due() -> QuerySet[Revision]:
    due = Revision.objects.filter(approved_go_live_at__lt=timezone.now())
    return due.order_by("approved_go_live_at")


def _ends() -> Iterator[Callable[[], Any]]:
    """Taking down what has come to its end."""
    kinds = [each for each in apps.get_models() if issubclass(each, DraftStateMixin)]
    for kind in [Page, *(each for each in kinds if not issubclass(each, Page))]:
        for one in _ended(kind):
            yield partial(_take_down, kind, one.pk)


def _ended(kind: Any) -> QuerySet[Any]:
    ended: QuerySet[Any] = kind.objects.filter(live=True, expire_at__lt=timezone.now())
    return ended.order_by("expire_at")


def _take_down(kind: Any, pk: Any) -> None:
    for one in _ended(kind).filter(pk=pk):  # unless somebody gave it another end meanwhile
        one.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _outcome(change: Callable[[], Any]) -> str:
    """Make one change, or nothing of it. Wagtail's own command ends with the first that fails."""
    try:
        with transaction.atomic():
            return change() or DONE
    except Exception:
        logger.exception("What was due could not be published or taken down.")
        return FAILED


def _counts(outcomes: Counter[str]) -> Iterator[str]:
    if left_out := outcomes[LEFT_OUT]:
        yield ngettext("%d page was left out.", "%d pages were left out.", left_out) % left_out
    if failed := outcomes[FAILED]:
        yield (
            ngettext("%d failed and is tried again.", "%d failed and are tried again.", failed)
            % failed
        )


def _refusal(revision: Revision) -> list[str]:
    """Why the page of the revision would not be published; empty when it will be, or is no page."""
    page = revision.as_object()
    if not isinstance(page, Page):
        return []
    reasons: list[str] = []
    try:
        page.full_clean()
    except ValidationError as refusal:
        reasons = refusal.messages
    return reasons + [str(problem) for problem in problems_of(page)]
