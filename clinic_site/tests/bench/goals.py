"""The goals, and whether a run on this machine meets them. Nothing fails by them."""

from dataclasses import dataclass

from .printing import heading, row
from .rounds import GOALS_AT, Results, middle


@dataclass(frozen=True)
class Goal:
    """At least that many times the answers a second of another subject."""

    above: str
    below: str
    least: float
    aim: float
    connections: int = GOALS_AT


_STOCK, _CONSTANT, _PACKED = "stock Wagtail article", "constant bytes", "constant bytes, packed"
GOALS = [
    Goal("article, uncached", _STOCK, 1.5, 3),
    Goal("home, uncached", _STOCK, 1, 2),
    Goal("common questions, uncached", _STOCK, 1, 2),
    Goal("booking page, uncached", _STOCK, 1, 2),
    *(
        Goal(above, below, 0.85, 0.95, connections)
        for above, below in (
            ("article, kept", _CONSTANT),
            ("article, kept and packed", _PACKED),
            ("home, kept", _CONSTANT),
        )
        for connections in (8, 32)
    ),
    Goal("booking POST", "stock FormPage POST", 2, 4),
]
ALONE = "article, uncached"
ALONE_MOST, ALONE_AIM = 12.0, 6.0
WEIGHT_MOST, REQUESTS_MOST = 15 * 1024, 3


def verdict(*, least: bool, aim: bool | None) -> str:
    """What a goal came to; None for one that has no aim beyond its least."""
    if aim is None:
        return "met" if least else "not met"
    return f"least {'met' if least else 'not met'}, aim {'met' if aim else 'not met'}"


def times(value: float) -> str:
    """A ratio, small ones with more digits."""
    return f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def show(results: Results) -> None:
    """Every ratio that has a goal, with the lowest and the highest of the turns."""
    heading("Goals", "ratio", "lowest - highest", "by CPU", "least", "aim", "")
    for goal in GOALS:
        found = results.ratio(goal.above, goal.below, goal.connections)
        row(
            f"{goal.above} / {goal.below} ({goal.connections})",
            f"{times(found.middle)} x",
            f"{times(found.lowest)} - {times(found.highest)}",
            f"{times(results.cpu_ratio(goal.above, goal.below, goal.connections))} x",
            f"{goal.least:g}",
            f"{goal.aim:g}",
            verdict(least=found.middle >= goal.least, aim=found.middle >= goal.aim),
        )
    every = [figure.run.p95 for figure in results.of(ALONE, 1)]
    alone = middle(every)
    row(
        f"p95 of one visitor alone: {ALONE}",
        f"{alone:.1f} ms",
        f"{min(every):.1f} - {max(every):.1f}",
        "",
        f"{ALONE_MOST:g}",
        f"{ALONE_AIM:g}",
        verdict(least=alone <= ALONE_MOST, aim=alone <= ALONE_AIM),
    )
