"""When a page was reviewed, when it is due again, and what that makes of it."""

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from clinic_site.clinic_time import clinic_today

from .choices import DUE_NOW, ReviewState

if TYPE_CHECKING:
    from .reviewed import Reviewed

REVIEW_MONTHS = 12
# So long before its date, staff are told.
SOON = timedelta(days=30)
# So long after its date, readers are told.
OVERDUE_MONTHS = 3


def months_later(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it has none."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def review_state(page: "Reviewed") -> ReviewState:
    today = clinic_today()
    if not page.is_reviewed or page.next_review is None:
        return ReviewState.NEVER
    if page.next_review <= months_later(today, -OVERDUE_MONTHS):
        return ReviewState.OVERDUE
    if page.next_review <= today:
        return ReviewState.DUE
    if page.next_review <= today + SOON:
        return ReviewState.SOON
    return ReviewState.CURRENT


def in_state(state: str) -> Q:
    """The pages whose `review_state` is that one, or, by DUE_NOW, of which the date has come."""
    today = clinic_today()
    long_ago = months_later(today, -OVERDUE_MONTHS)
    reviewed = Q(reviewer__isnull=False, last_reviewed__isnull=False, next_review__isnull=False)
    if state == DUE_NOW:
        return reviewed & Q(next_review__lte=today)
    return {
        ReviewState.NEVER: ~reviewed,
        ReviewState.OVERDUE: reviewed & Q(next_review__lte=long_ago),
        ReviewState.DUE: reviewed & Q(next_review__gt=long_ago, next_review__lte=today),
        ReviewState.SOON: reviewed & Q(next_review__gt=today, next_review__lte=today + SOON),
        ReviewState.CURRENT: reviewed & Q(next_review__gt=today + SOON),
    }[ReviewState(state)]
