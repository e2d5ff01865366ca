"""The figures as a table, the same cells on the page and in the file, and as charts that show all of them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...submissions.cells import DAY_HOURS, LONGER, LONGEST, WHOLE_HOURS
from ...submissions.statistics import Figures, Numbers
from ..export.cells import safe_cell
from .charts import Chart, Column, columns, round_above, spans


@dataclass(frozen=True)
class Row:
    """Of a week, or of all together where `week` is None."""

    week: date | None
    cells: list[str]


def header(figures: Figures) -> list[str]:
    """Above the columns, the week's first."""
    return [
        _("Week of"),
        *figures.locations.values(),
        _("Requests"),
        _("Half within (hours)"),
        _("9 in 10 within (hours)"),
        _("Promises kept"),
        _("Promises not kept"),
        _("Kept (%)"),
        _("Withdrawn before contact"),
        _("Not contacted yet"),
    ]


def rows(figures: Figures) -> Iterator[Row]:
    """The newest week first, and all together last."""
    for week, numbers in reversed(list(figures.weeks.items())):
        yield Row(week, _cells(figures, numbers))
    yield Row(None, _cells(figures, figures.total))


def _cells(figures: Figures, numbers: Numbers) -> list[str]:
    return [
        *(str(numbers.at[place]) for place in figures.locations),
        str(numbers.requests),
        _hours(numbers.half_within),
        _hours(numbers.most_within),
        str(numbers.kept),
        str(numbers.late),
        "" if numbers.kept_share is None else str(numbers.kept_share),
        str(numbers.withdrawn),
        str(numbers.waiting),
    ]


def _hours(hours: int | None) -> str:
    if hours is None:
        return ""
    return _("over %(hours)d") % {"hours": LONGEST} if hours == LONGER else str(hours)


def in_words(hours: int | None) -> str:
    """As people say it; empty for none."""
    if hours is None:
        return ""
    if hours == LONGER:
        return _("more than 30 days")
    if hours <= WHOLE_HOURS:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = hours // DAY_HOURS
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def csv_file(figures: Figures) -> bytes:
    """The table: UTF-8 with a byte order mark, CRLF, days as ISO 8601 writes them."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([safe_cell(name) for name in header(figures)])
    for row in rows(figures):
        first = row.week.isoformat() if row.week else _("All weeks")
        writer.writerow([first, *map(safe_cell, row.cells)])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


# The same as charts ---------------------------------------------------------------------------------


def charts(figures: Figures) -> list[Chart]:
    """How many came, at each location where there are several, how soon they were answered, and whether in
    time. Of one week at least."""
    places = figures.locations if len(figures.locations) > 1 else {}
    highest = round_above(max(numbers.requests for numbers in figures.weeks.values()))
    return [
        _requests(figures),
        *(_at(figures, place, name, highest) for place, name in places.items()),
        _contact(figures),
        _promises(figures),
    ]


def _requests(figures: Figures) -> Chart:
    weeks = [
        Column(
            week,
            _(
                "%(week)s: %(requests)d requests, %(withdrawn)d of them withdrawn before contact, "
                "%(waiting)d not contacted yet"
            )
            % {
                "week": _day(week),
                "requests": numbers.requests,
                "withdrawn": numbers.withdrawn,
                "waiting": numbers.waiting,
            },
            numbers.requests,
        )
        for week, numbers in figures.weeks.items()
    ]
    return columns(
        "requests", _("Requests a week"), _("A bar for each week: how many came."), weeks
    )


def _at(figures: Figures, place: int, name: str, highest: int) -> Chart:
    weeks = [
        Column(
            week,
            _("%(week)s: %(requests)d requests for %(location)s")
            % {"week": _day(week), "requests": numbers.at[place], "location": name},
            numbers.at[place],
        )
        for week, numbers in figures.weeks.items()
    ]
    title = _("Requests a week: %(location)s") % {"location": name}
    description = _("A bar for each week: how many came for this location, on the scale of all.")
    return columns(f"location-{place}", title, description, weeks, highest=highest)


def _contact(figures: Figures) -> Chart:
    weeks = [
        Column(week, _contact_words(week, numbers), numbers.half_within, numbers.most_within)
        for week, numbers in figures.weeks.items()
    ]
    description = _(
        "For each week a dot at the time within which half of the requests were contacted, and a bar "
        "from there up to the time within which nine in ten were. Each step of the scale is a multiple."
    )
    return spans("contact", _("Time to first contact"), description, weeks)


def _contact_words(week: date, numbers: Numbers) -> str:
    if numbers.half_within is None:
        return _("%(week)s: nobody was contacted") % {"week": _day(week)}
    return _("%(week)s: half within %(half)s, 9 in 10 within %(most)s") % {
        "week": _day(week),
        "half": in_words(numbers.half_within),
        "most": in_words(numbers.most_within),
    }


def _promises(figures: Figures) -> Chart:
    weeks = [
        Column(week, _promise_words(week, numbers), numbers.kept_share)
        for week, numbers in figures.weeks.items()
    ]
    description = _("A bar for each week: how many of a hundred promises were kept.")
    return columns("promises", _("Promises kept (%)"), description, weeks, highest=100)


def _promise_words(week: date, numbers: Numbers) -> str:
    if numbers.kept_share is None:
        return _("%(week)s: no promise fell due") % {"week": _day(week)}
    return _("%(week)s: %(kept)d kept, %(late)d not kept, %(share)d %%") % {
        "week": _day(week),
        "kept": numbers.kept,
        "late": numbers.late,
        "share": numbers.kept_share,
    }


def _day(week: date) -> str:
    return _("Week of %(day)s") % {"day": date_format(week)}
