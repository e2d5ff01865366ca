"""Stored requests counted in cells: week, location, what became of the promise, hours to first contact.

A request is counted in one cell, by its clear columns alone, in a query that returns no row of its own:
the most that comes back is the number of cells, twice. Deleted ones are kept in the same cells (tallies.py),
so that a report says the same before and after a deletion, but for what waited until then: of that nothing
more can come, so it waits no longer.

- A **request** is a form that was sent. What was sent again with corrections is the same request: it
  counts as the one that came first. Spam is none; what is withdrawn was one all the same. What was sent
  again after all before it was withdrawn or filed as spam is a request of its own, while the first one
  is still stored.
- Its **week** begins on Monday at midnight at the clinic, on days when clocks change too.
- **First contact** is when it, or what corrects it, was first set to contacted, scheduled or closed. What
  has such a status and no time of it was contacted at a time that nobody knows, and counts neither way.
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
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.utils import timezone

from clinic_site.clinic_time import clinic_midnight, clinic_today

from ..choices import TAKEN_UP, Outcome, Status
from .models import Submission

# The current week and all that began in the twelve months before.
WEEKS = 53
WEEK = timedelta(days=7)
# What is sent after these with the same form corrects nothing.
FALLEN = (Status.SPAM, Status.WITHDRAWN)

HOUR = 3600
DAY_HOURS = 24
WHOLE_HOURS = 2 * DAY_HOURS
LONGEST = 30 * DAY_HOURS
LONGER = LONGEST + DAY_HOURS
UNKNOWN = LONGER + 1


class Cell(NamedTuple):
    """`hours` is 0 where nobody was in touch yet, LONGER for more than LONGEST, and UNKNOWN where nobody waits
    and there is no time to tell."""

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
    since, until = clinic_midnight(weeks[0]), clinic_midnight(weeks[-1] + WEEK)
    within = rows.filter(received_at__gte=since, received_at__lt=until)
    first = within.filter(correction=0).exclude(status=Status.SPAM)
    cells = Counter[Cell]()
    # Not one condition: the index of the first ones would not do for it.
    groups = _groups(first, weeks).union(_groups(_sent_anew(within), weeks), all=True)
    for week, location, outcome, hours, number in groups:
        cells[Cell(weeks[week], location, outcome, hours)] += number
    return cells


def of_deleted(cell: Cell) -> Cell:
    """Where one goes that was deleted: it waits no longer, and a promise that was not due binds nobody."""
    if cell.outcome == Outcome.WITHDRAWN:
        return cell
    outcome = Outcome.NONE if cell.outcome == Outcome.OPEN else cell.outcome
    return Cell(cell.week, cell.location, outcome, cell.hours or UNKNOWN)


def _sent_anew(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """Those before which nothing of their form was ever a request that still stands."""
    same_form = Submission.objects.filter(form_digest=OuterRef("form_digest"))
    before = same_form.filter(correction__lt=OuterRef("correction"))
    standing = rows.filter(correction__gt=0).exclude(status__in=FALLEN)
    # Where the first one is gone nobody knows whether it was counted.
    return standing.filter(
        Exists(same_form.filter(correction=0)), ~Exists(before.exclude(status__in=FALLEN))
    )


def _groups(rows: QuerySet[Submission], weeks: list[date]) -> QuerySet[Submission, Any]:
    seconds = _Seconds("contacted_at", "received_at")
    counted = rows.annotate(
        week=_week(weeks), outcome=_outcome(), seconds=seconds, hours=_hours()
    ).order_by()
    cells = counted.values_list("week", "location", "outcome", "hours")
    return cells.annotate(number=Count("*"))


def _week(weeks: list[date]) -> Case:
    """Its number among the weeks."""
    ends = [clinic_midnight(following) for _week, following in pairwise(weeks)]
    before = [When(received_at__lt=end, then=Value(number)) for number, end in enumerate(ends)]
    return Case(*before, default=Value(len(ends)), output_field=SmallIntegerField())


def _outcome() -> Case:
    untouched = Q(contacted_at=None)
    return Case(
        When(untouched & Q(status__in=TAKEN_UP), then=Value(Outcome.NONE)),
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
        When(contacted_at=None, status__in=TAKEN_UP, then=Value(UNKNOWN)),
        When(contacted_at=None, then=Value(0)),
        When(seconds__lte=HOUR, then=Value(1)),  # a clock that went backwards, too
        When(seconds__lte=WHOLE_HOURS * HOUR, then=hours),
        When(seconds__lte=LONGEST * HOUR, then=days * DAY_HOURS),
        default=Value(LONGER),
        output_field=IntegerField(),
    )
