"""Stored requests counted in cells: week, location, what became of the promise, hours to first contact.

A request is counted in one cell, by its clear columns alone, in a query that returns no row of its own:
the most that comes back is the number of cells. Deleted ones are kept in the same cells (tallies.py), so
that a report says the same before and after a deletion.

- A **request** is a form that was sent. What was sent again with corrections is the same request: it
  counts as the one that came first. Spam is none; what is withdrawn was one all the same.
- Its **week** begins on Monday at midnight at the clinic, on days when clocks change too.
- **First contact** is when it was first set to contacted, scheduled or closed.
- The **hours** to that are those that passed, nights and closed days with them. Up to two days they are
  rounded up to a whole hour, up to thirty to a whole day; whatever took longer is one day more.
- Its promise is **kept** by a first contact not after `due_at`. It is late when that came later, or has
  not come and `due_at` is over. One withdrawn before a first contact is neither.
"""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.utils import timezone

from clinic_site.clinic_time import clinic_midnight, clinic_today

from ..choices import Outcome, Status
from .models import Submission

# The current week and all that began in the twelve months before.
WEEKS = 53
WEEK = timedelta(days=7)

HOUR = 3600
DAY_HOURS = 24
WHOLE_HOURS = 2 * DAY_HOURS
LONGEST = 30 * DAY_HOURS
LONGER = LONGEST + DAY_HOURS


class Cell(NamedTuple):
    """`hours` is 0 where nobody was in touch, and LONGER for more than LONGEST."""

    week: date
    location: int
    outcome: str
    hours: int


class _Seconds(Func):
    """Whole seconds from the second of two times to the first. SQLite's own function: one of Python's takes
    ten times as long."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(ROUND((julianday(%(expressions)s)) * 86400) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(EXTRACT(EPOCH FROM (%(expressions)s)) AS integer)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ")


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def first_week() -> date:
    """The first one that a report shows today."""
    return week_of(clinic_today()) - (WEEKS - 1) * WEEK


def weeks_until_now() -> list[date]:
    """Every week that a report shows today, the current one last."""
    return [first_week() + number * WEEK for number in range(WEEKS)]


def cells_of(rows: QuerySet[Submission]) -> Counter[Cell]:
    """How many of the rows are in each cell, of weeks that a report shows today. One query."""
    weeks = weeks_until_now()
    seconds = _Seconds("contacted_at", "received_at")
    counted = _counted(rows, weeks).annotate(
        week=_week(weeks), outcome=_outcome(), seconds=seconds, hours=_hours()
    )
    groups = counted.order_by().values_list("week", "location", "outcome", "hours")
    return Counter(
        {
            Cell(weeks[week], location, outcome, hours): number
            for week, location, outcome, hours, number in groups.annotate(number=Count("*"))
        }
    )


def _counted(rows: QuerySet[Submission], weeks: list[date]) -> QuerySet[Submission]:
    since, until = clinic_midnight(weeks[0]), clinic_midnight(weeks[-1] + WEEK)
    within = rows.filter(received_at__gte=since, received_at__lt=until)
    return within.filter(correction=0).exclude(status=Status.SPAM)


def _week(weeks: list[date]) -> Case:
    """Its number among the weeks."""
    ends = [clinic_midnight(following) for _week, following in pairwise(weeks)]
    before = [When(received_at__lt=end, then=Value(number)) for number, end in enumerate(ends)]
    return Case(*before, default=Value(len(ends)), output_field=SmallIntegerField())


def _outcome() -> Case:
    untouched = Q(contacted_at=None)
    return Case(
        When(untouched & Q(status=Status.WITHDRAWN), then=Value(Outcome.WITHDRAWN)),
        When(due_at=None, then=Value(Outcome.NONE)),
        When(contacted_at__lte=F("due_at"), then=Value(Outcome.KEPT)),
        When(untouched & Q(due_at__gte=timezone.now()), then=Value(Outcome.OPEN)),
        default=Value(Outcome.LATE),
        output_field=CharField(),
    )


def _hours() -> Case:
    # Both databases divide whole numbers to whole numbers.
    hours = (F("seconds") + HOUR - 1) / HOUR
    days = (F("seconds") + DAY_HOURS * HOUR - 1) / (DAY_HOURS * HOUR)
    return Case(
        When(contacted_at=None, then=Value(0)),
        When(seconds__lte=HOUR, then=Value(1)),  # a clock that went backwards, too
        When(seconds__lte=WHOLE_HOURS * HOUR, then=hours),
        When(seconds__lte=LONGEST * HOUR, then=days * DAY_HOURS),
        default=Value(LONGER),
        output_field=IntegerField(),
    )
