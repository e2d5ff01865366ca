"""Telling staff each morning which promises were missed, and have not been made good."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import ngettext

from clinic_site.clinic_time import clinic_today, in_clinic_time

from ..choices import WAITING
from ..locations.hours import moment_in_words
from .models import RequestMails
from .new_requests import MORNING
from .wording import AtLocation, mail


def tell(to: RequestMails) -> bool:
    """Write that person's mail of today; False where they want none, have it or need none, or before
    the morning."""
    today = clinic_today()
    if not to.wants_overdue or to.overdue_told_on == today:
        return False
    if in_clinic_time(timezone.now()).time() < MORNING:
        return False
    found = _overdue(to)
    if not found:
        return False
    with transaction.atomic():
        mine, _made = RequestMails.objects.get_or_create(user=to.user)
        not_yet = RequestMails.objects.filter(pk=mine.pk).exclude(overdue_told_on=today)
        if not not_yet.update(overdue_told_on=today):
            return False
        mail(to, found, tab="overdue", say=_sentence)
    return True


def _overdue(to: RequestMails) -> list[AtLocation]:
    rows = to.rows().filter(status__in=WAITING, due_at__lt=timezone.now())
    by_location = rows.values_list("location", "location__name")
    return [
        AtLocation(*values)
        for values in by_location.annotate(count=Count("pk"), first=Min("due_at"))
    ]


def _sentence(count: int, due: datetime | None) -> str:
    words = {"count": count, "due": moment_in_words(due) if due else ""}
    return (
        ngettext(
            "%(count)d request was not answered by the time promised, %(due)s",
            "%(count)d requests were not answered by the time promised, the first by %(due)s",
            count,
        )
        % words
    )
