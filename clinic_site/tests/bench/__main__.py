"""`make bench`: the whole table. Parts may be named: cost, load, weight, memory, start, growth; and
endurance, another ten minutes, which only runs when it is named.

BENCH_ROUNDS=5 rounds of BENCH_SECONDS=2 at 8 connections, half as long at 1 and 32;
BENCH_LOAD=python takes our own loop although wrk is there.
"""

import logging
import sys

from . import cost, endurance, goals, growth, load, machine, starting, trial_site, weight
from .printing import heading, plural, row
from .rounds import CONNECTIONS, ROUNDS, Results, measure, middle, seconds_at, wait_until_quiet
from .servers import shared_values, stop
from .subjects import Field, prepared

PARTS = ("cost", "load", "weight", "memory", "start", "growth")
LONG_PARTS = ("endurance",)


def main(asked: list[str]) -> None:
    known = [*PARTS, *LONG_PARTS]
    if unknown := set(asked) - set(known):
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are: {', '.join(known)}")
    parts = set(asked or PARTS)
    with trial_site.filled() as work:
        logging.disable(logging.ERROR)
        show_machine()
        if "cost" in parts:
            cost.show()
        if parts & {"load", "weight", "memory", "growth", "endurance"}:
            with prepared(work) as field:
                show_servers(field, parts)
        if "start" in parts:
            starting.show(work)


def show_machine() -> None:
    """Everything that figures depend on."""
    values = shared_values()
    told = ", ".join(f"{name} {value}" for name, value in sorted(values.items()))
    print(machine.describe())
    print(trial_site.database_line())
    print(
        "Load: "
        + ("wrk" if load.has_wrk() else "our own loop in Python, which costs a core itself")
    )
    print(f"gunicorn: {told}")


def show_servers(field: Field, parts: set[str]) -> None:
    """What needs servers. Growth comes last, since it changes what is served."""
    if "load" in parts:
        results = measure(field.subjects)
        show_results(field, results)
        goals.show(results)
    if "weight" in parts:
        weight.show(field.site)
    if "growth" in parts:
        growth.show(field.uncached)
    if "memory" in parts:
        show_memory(field)
    if "endurance" in parts:
        stop_others(field)
        endurance.show(field.site)


def show_results(field: Field, results: Results) -> None:
    lengths = ", ".join(f"{seconds_at(each)} s at {each}" for each in CONNECTIONS)
    print(f"\n{ROUNDS} rounds, {lengths} connections; packed: {field.encoding or 'not at all'}")
    print(f"A warm request of the stock article asks {field.stock_queries} queries.")
    for connections in CONNECTIONS:
        heading(plural(connections, "connection"), "answers/s", "p50", "p95", "CPU an answer", "")
        for subject in field.subjects:
            figures = results.of(subject.name, connections)
            row(
                subject.name,
                f"{middle(figure.run.rate for figure in figures):,.0f}",
                f"{middle(figure.run.p50 for figure in figures):.1f} ms",
                f"{middle(figure.run.p95 for figure in figures):.1f} ms",
                f"{middle(figure.cpu for figure in figures):.2f} ms",
                "",
            )


def show_memory(field: Field) -> None:
    """What the site alone keeps: libraries that other servers share with it would count by half."""
    wait_until_quiet(field.site)
    stop_others(field)
    found = field.site.memory_megabytes()
    heading("Memory after the load (PSS of master and workers, other servers stopped)", "MB", "")
    row("the site, front cache on", f"{found:.0f} MB" if found else "not told", "")


def stop_others(field: Field) -> None:
    servers = [field.uncached, *(subject.server for subject in field.subjects)]
    for server in servers:
        if server is not field.site:
            stop(server.process)


if __name__ == "__main__":
    main(sys.argv[1:])
