"""The front desk in numbers, week by week: how many requests came, how soon they were answered, and whether
in time. Clear columns alone; what counts as what stands in cells.py.

- **half within** and **most within**: the number of hours within which half, and nine in ten, of the requests
  that were contacted were so: the nearest rank, that is the smallest number of which at least so many are not
  above. As cells.py rounds hours; None where nobody was contacted.
- **kept share**: whole percents of kept among kept and late, rounded down, so that 100 says every one; None
  where there is neither.
- **waiting**: nobody has been in touch yet, and it is neither withdrawn by its visitor nor deleted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..choices import Outcome
from ..locations.models import Location
from .cells import (
    UNKNOWN,
    WEEK,
    Cell,
    cells_of,
    first_week,
    of_deleted,
    weeks_until_now,
)
from .models import Submission
from .tallies import RequestTally

HALF, MOST = 50, 90


@dataclass(frozen=True)
class Numbers:
    """Of some requests. `at` is how many there were by location."""

    at: Mapping[int, int]
    requests: int
    half_within: int | None
    most_within: int | None
    kept: int
    late: int
    withdrawn: int
    waiting: int

    @property
    def kept_share(self) -> int | None:
        promised = self.kept + self.late
        return self.kept * 100 // promised if promised else None


@dataclass(frozen=True)
class Figures:
    """Each week by its Monday, the oldest first, and all together."""

    locations: Mapping[int, str]
    weeks: Mapping[date, Numbers]
    total: Numbers


def figures(
    *, since: date | None = None, until: date | None = None, location: int | None = None
) -> Figures:
    """Of the weeks with a day in that span, among those that are shown today; of one location or of all.

    Three queries, whatever there is. A location stands there when it is offered or had requests.
    """
    cells = _all_cells()
    weeks = [
        week
        for week in weeks_until_now()
        if (since is None or week + WEEK > since) and (until is None or week <= until)
    ]
    chosen = {
        cell: number
        for cell, number in cells.items()
        if weeks and weeks[0] <= cell.week <= weeks[-1] and location in (None, cell.location)
    }
    places = _locations({cell.location for cell in chosen}, location)
    by_week: dict[date, Counter[Cell]] = {week: Counter() for week in weeks}
    for cell, number in chosen.items():
        by_week[cell.week][cell] += number
    return Figures(
        locations=places,
        weeks={week: _numbers(cells, places) for week, cells in by_week.items()},
        total=_numbers(chosen, places),
    )


def _all_cells() -> Counter[Cell]:
    """Of what is stored and of what was deleted."""
    cells = cells_of(Submission.objects.all())
    tallies = RequestTally.objects.filter(week__gte=first_week())
    columns = tallies.values_list("week", "location", "outcome", "hours", "requests")
    for week, place, outcome, hours, number in columns:
        cells[of_deleted(Cell(week, place, outcome, hours))] += number
    return cells


def _locations(having: set[int], only: int | None) -> dict[int, str]:
    rows = Location.objects.values_list("pk", "name", "active")
    return {
        pk: name
        for pk, name, active in rows
        if (pk == only if only is not None else active or pk in having)
    }


def _numbers(cells: Mapping[Cell, int], locations: Mapping[int, str]) -> Numbers:
    at, outcomes, hours = dict.fromkeys(locations, 0), Counter[str](), Counter[int]()
    for cell, number in cells.items():
        at[cell.location] += number
        outcomes[cell.outcome] += number
        hours[cell.hours] += number
    waiting = hours.pop(0, 0) - outcomes[Outcome.WITHDRAWN]
    hours.pop(UNKNOWN, None)
    return Numbers(
        at=at,
        requests=sum(at.values()),
        half_within=within(HALF, hours),
        most_within=within(MOST, hours),
        kept=outcomes[Outcome.KEPT],
        late=outcomes[Outcome.LATE],
        withdrawn=outcomes[Outcome.WITHDRAWN],
        waiting=waiting,
    )


def within(percent: int, numbers: Mapping[int, int]) -> int | None:
    """The smallest value that at least so many percent are not above; `numbers` is how many have each."""
    needed = sum(numbers.values()) * percent
    passed = 0
    for value in sorted(numbers):
        passed += numbers[value]
        if passed * 100 >= needed:
            return value
    return None
