"""`manage.py publish_scheduled`"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.management.commands.publish_scheduled import Command as PublishScheduled
from wagtail.models import Page, Revision

from clinic_site.publishing.rules import problems_of
from clinic_site.remembered.changes import forget_old_changes


class Command(PublishScheduled):
    help = (
        "Publish and unpublish what is due. A page that breaks its rules is left out: it stays as it "
        "is, its time is taken back so that it can be edited, its history says so, and the others go "
        "on. Exits 1 when a page was left out. Forgets old marks of changes when there are many."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        due = Revision.page_revisions.filter(approved_go_live_at__lt=timezone.now())
        left_out = 0
        for revision in due.order_by("approved_go_live_at"):
            if reasons := _refusal(revision):
                left_out += 1
                self._leave_out(revision, reasons, dry_run=options["dryrun"])
        super().handle(*args, **options)
        if not options["dryrun"]:
            forget_old_changes()
        if left_out:
            message = ngettext("%d page was left out.", "%d pages were left out.", left_out)
            raise CommandError(message % left_out)

    @transaction.atomic
    def _leave_out(self, revision: Revision, reasons: list[str], *, dry_run: bool) -> None:
        self.stderr.write(f"Left out: “{revision.object_str}”")
        for reason in reasons:
            self.stderr.write(f"  {reason}")
        if not dry_run:
            revision.approved_go_live_at = None
            revision.save(update_fields=["approved_go_live_at"])
            page = revision.content_object
            log(page, "clinic_site.left_out", revision=revision, data={"reasons": reasons})


def _refusal(revision: Revision) -> list[str]:
    """Why the page of the revision would not be published; empty when it will be."""
    page: Page = revision.as_object()
    reasons: list[str] = []
    try:
        page.full_clean()
    except ValidationError as refusal:
        reasons = refusal.messages
    return reasons + [str(problem) for problem in problems_of(page)]
