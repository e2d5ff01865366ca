"""Where the marks of a chart stand. A template draws them as SVG: templates/staff/includes/chart.html.

All charts have one size and as many columns as weeks, so that one may be read under the other. A chart tells
nothing by colour: one of columns has one kind of mark, one of spans a bar with a dot at its lower end. Each
column says its numbers in words. Positions are whole units of the drawing, y downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log2

from django.utils.formats import date_format
from django.utils.translation import gettext as _

WIDTH, HEIGHT = 643, 180
LEFT, TOP, BOTTOM = 60, 12, 152
MOST_STEP = 24
# Between two names of months, so that they do not run into each other.
MONTH_APART = 40

# Hours on the scale of a chart of spans, on which each step is a multiple.
SHORTEST_SPAN, LONGEST_SPAN = 1, 1024


@dataclass(frozen=True)
class Column:
    """What a week shows: nothing, a value from the ground up, or a span of two values."""

    day: date
    words: str
    value: int | None
    upper: int | None = None


@dataclass(frozen=True)
class Mark:
    """A bar, with a `dot` where it begins; where there is none `height` is 0. `left` is where the column of its
    week begins."""

    left: int
    x: int
    y: int
    width: int
    height: int
    words: str
    dot: int | None = None

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True)
class Label:
    """A word at the edge."""

    at: int
    text: str


@dataclass(frozen=True)
class Chart:
    """`step` is the width of a week's column."""

    name: str
    title: str
    description: str
    step: int
    marks: list[Mark]
    lines: list[Label]
    months: list[Label]

    width, height, left, top, bottom = WIDTH, HEIGHT, LEFT, TOP, BOTTOM

    @property
    def hit_height(self) -> int:
        return BOTTOM - TOP


def columns(
    name: str, title: str, description: str, weeks: Sequence[Column], *, highest: int = 0
) -> Chart:
    """A bar a week, from the ground up; the scale ends at `highest`, or above the largest value."""
    top = highest or round_above(max((week.value or 0 for week in weeks), default=0))
    step = _step(weeks)
    marks = []
    for number, week in enumerate(weeks):
        height = _share(week.value or 0, top)
        left = _left(number, step)
        marks.append(Mark(left, left + 1, BOTTOM - height, step - 3, height, week.words))
    lines = [Label(BOTTOM - _share(value, top), str(value)) for value in (0, top // 2, top)]
    return Chart(name, title, description, step, marks, lines, _months(weeks, step))


def spans(name: str, title: str, description: str, weeks: Sequence[Column]) -> Chart:
    """A bar a week from one number of hours to another, with a dot at the first; a day stands as far from
    two days as one hour from two."""
    step = _step(weeks)
    marks = []
    for number, week in enumerate(weeks):
        left = _left(number, step)
        x = left + step // 2 - 2
        if week.value is None or week.upper is None:
            marks.append(Mark(left, x, BOTTOM, 3, 0, week.words))
            continue
        lower, upper = _height(week.value), _height(week.upper)
        mark = Mark(left, x, BOTTOM - upper, 3, upper - lower, week.words, dot=BOTTOM - lower)
        marks.append(mark)
    lines = [Label(BOTTOM - _height(hours), words) for hours, words in _scale()]
    return Chart(name, title, description, step, marks, lines, _months(weeks, step))


def _scale() -> list[tuple[int, str]]:
    return [
        (1, _("1 hour")),
        (4, _("4 hours")),
        (24, _("1 day")),
        (24 * 7, _("1 week")),
        (24 * 30, _("30 days")),
    ]


def _step(weeks: Sequence[Column]) -> int:
    return min((WIDTH - LEFT) // max(len(weeks), 1), MOST_STEP)


def _left(number: int, step: int) -> int:
    return LEFT + number * step


def _share(value: int, highest: int) -> int:
    """How high it stands; what there is can be seen."""
    return max((BOTTOM - TOP) * value // highest, 1) if value else 0


def _height(hours: int) -> int:
    reach = log2(LONGEST_SPAN / SHORTEST_SPAN)
    return round((BOTTOM - TOP) * log2(max(hours, SHORTEST_SPAN) / SHORTEST_SPAN) / reach)


def round_above(value: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100 and so on: even, so that its half is a whole number, too."""
    power = 1
    while True:
        for first in (2, 4, 10):
            if first * power >= value:
                return first * power
        power *= 10


def _months(weeks: Sequence[Column], step: int) -> list[Label]:
    """Each month under its first week, as far as there is room; the year in place of January."""
    found: list[Label] = []
    before = None
    for number, week in enumerate(weeks):
        x = _left(number, step)
        has_room = not found or x - found[-1].at >= MONTH_APART
        if week.day.month != before and has_room and x <= WIDTH - MONTH_APART:
            found.append(Label(x, date_format(week.day, "Y" if week.day.month == 1 else "M")))
        before = week.day.month
    return found
