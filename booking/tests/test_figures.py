"""The front desk in numbers: what counts as what, in figures told by hand, before and after a deletion."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.log_actions import log

from booking.models import Location, RequestTally, Submission
from booking.submissions.cells import LONGER, weeks_until_now
from booking.submissions.handling import change, seen_values, withdraw
from booking.submissions.statistics import Figures, figures, within
from booking.submissions.tallies import delete_requests
from booking.tests.factories import LocationFactory, failing_on, sealed_note, sealed_request, store
from booking.upkeep import retention

# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Make = Callable[..., Submission]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.fixture
def come(make: Make) -> Callable[..., Submission]:
    """A request of that moment, contacted after so many hours, if any, and promised within a day."""

    def make_one(received: str, hours: float | None = None, **columns: Any) -> Submission:
        moment = at(received)
        contacted = None if hours is None else moment + hours * HOUR
        status = "new" if hours is None else "contacted"
        return make(
            received_at=moment,
            contacted_at=contacted,
            **{"status": status, "due_at": moment + 24 * HOUR, **columns},
        )

    return make_one


def weeks(found: Figures) -> dict[str, tuple[Any, ...]]:
    """Those in which something came: requests, half within, most within, kept, late, withdrawn, waiting."""
    return {
        week.isoformat(): (
            *(each.requests, each.half_within, each.most_within),
            *(each.kept, each.late, each.withdrawn, each.waiting),
        )
        for week, each in found.weeks.items()
        if each.requests
    }


# What counts as what --------------------------------------------------------------------------------


def test_a_clinic_without_requests_has_fifty_three_empty_weeks(site: SimpleNamespace) -> None:
    found = figures()
    assert list(found.weeks) == weeks_until_now()
    assert (len(found.weeks), min(found.weeks), max(found.weeks)) == (
        53,
        date(2025, 12, 1),
        date(2026, 11, 30),
    )
    assert {
        (each.requests, each.half_within, each.kept_share) for each in found.weeks.values()
    } == {(0, None, None)}
    assert found.locations == {site.location.pk: "Allen"}
    assert found.total.at == {site.location.pk: 0}


def test_one_request_is_its_own_median(come: Any) -> None:
    come("2026-11-24 15:00", hours=2.5)
    assert weeks(figures()) == {"2026-11-23": (1, 3, 3, 1, 0, 0, 0)}
    assert figures().total.kept_share == 100


def test_where_nobody_was_contacted_there_is_no_time_and_every_promise_that_is_over_is_late(
    come: Any,
) -> None:
    come("2026-11-24 15:00")
    come("2026-11-27 15:00", status="check")
    come("2026-11-30 15:00")
    assert weeks(figures()) == {
        "2026-11-23": (2, None, None, 0, 2, 0, 2),
        "2026-11-30": (1, None, None, 0, 0, 0, 1),
    }
    assert figures().weeks[date(2026, 11, 30)].kept_share is None
    assert figures().total.kept_share == 0


def test_figures_by_hand(come: Any, site: SimpleNamespace) -> None:
    other = LocationFactory(name="Frisco")
    for hours in (0.2, 1, 1.001, 4, 5, 20, 24, 25, 30, 48.5):
        come("2026-11-10 15:00", hours=hours)
    come("2026-11-10 15:00", hours=2, location=other)
    come("2026-11-10 15:00", hours=2, due_at=None)
    come("2026-11-10 15:00", status="withdrawn", sealed=b"")
    come("2026-11-10 15:00", hours=3, status="withdrawn", sealed=b"")
    come("2026-11-10 15:00", status="spam")
    come("2026-11-10 15:00", hours=1, status="spam")

    found = figures()
    # 1 1 2 2 2 3 4 5 20 24 25 30 72: the seventh and the twelfth of thirteen.
    assert weeks(found) == {"2026-11-09": (14, 4, 30, 9, 3, 1, 0)}
    assert found.weeks[date(2026, 11, 9)].at == {site.location.pk: 13, other.pk: 1}
    assert found.total.kept_share == 75
    assert weeks(figures(location=other.pk)) == {"2026-11-09": (1, 2, 2, 1, 0, 0, 0)}
    assert figures(location=other.pk).locations == {other.pk: "Frisco"}


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (-1, 1),
        (0, 1),
        (1, 1),
        (1.001, 2),
        (47.5, 48),
        (48, 48),
        (48.001, 72),
        (720, 720),
        (720.001, LONGER),
        (8000, LONGER),
    ],
)
def test_hours_are_rounded_up_to_hours_then_to_days(come: Any, hours: float, told: int) -> None:
    come("2025-12-02 15:00", hours=hours)
    assert figures().total.half_within == told


@pytest.mark.parametrize(
    ("received", "week"),
    [
        # Clocks go back on November 1 and forward on March 8: weeks of 169 and 167 hours.
        ("2026-10-26 04:59", "2026-10-19"),
        ("2026-10-26 05:00", "2026-10-26"),
        ("2026-11-02 05:59:59.999", "2026-10-26"),
        ("2026-11-02 06:00", "2026-11-02"),
        ("2026-03-02 06:00", "2026-03-02"),
        ("2026-03-09 04:59", "2026-03-02"),
        ("2026-03-09 05:00", "2026-03-09"),
    ],
)
def test_a_week_begins_at_midnight_at_the_clinic_when_clocks_change_too(
    come: Any, received: str, week: str
) -> None:
    come(received, hours=1)
    assert list(weeks(figures())) == [week]


def test_hours_that_pass_while_clocks_change_are_those_of_a_stopwatch(come: Any) -> None:
    come(
        "2026-11-01 05:30", hours=3
    )  # half past midnight; it is half past two when 3 h have passed
    assert figures().total.half_within == 3


def test_a_form_that_was_corrected_is_one_request_and_counts_as_it_came_first(come: Any) -> None:
    first = come("2026-11-10 15:00", hours=2)
    for correction in (1, 2):
        come("2026-11-17 15:00", form_digest=bytes(first.form_digest), correction=correction)
    assert weeks(figures()) == {"2026-11-09": (1, 2, 2, 1, 0, 0, 0)}


@pytest.mark.parametrize("fallen", ["spam", "withdrawn"])
def test_what_is_sent_again_after_all_before_it_has_fallen_is_a_request_of_its_own(
    come: Any, fallen: str
) -> None:
    columns: dict[str, Any] = {"form_digest": b"f" * 32}
    come("2026-11-10 15:00", status=fallen, **columns)
    come("2026-11-17 15:00", correction=1, status=fallen, **columns)
    come("2026-11-17 16:00", correction=2, hours=2, **columns)
    come("2026-11-24 15:00", correction=3, hours=3, **columns)  # corrects the one before
    withdrawn = fallen == "withdrawn"
    expected = {"2026-11-09": (1, None, None, 0, 0, 1, 0)} if withdrawn else {}
    expected["2026-11-16"] = (1, 2, 2, 1, 0, 0, 0)
    assert weeks(figures()) == expected
    delete_requests(Submission.objects.values_list("pk", flat=True))
    assert weeks(figures()) == expected


def test_what_corrects_a_request_that_was_deleted_is_not_counted_again(come: Any) -> None:
    first = come("2026-11-10 15:00", hours=2)
    come("2026-11-17 15:00", form_digest=bytes(first.form_digest), correction=1)
    delete_requests([first.pk])
    assert weeks(figures()) == {"2026-11-09": (1, 2, 2, 1, 0, 0, 0)}


def test_what_was_taken_up_at_a_time_that_nobody_knows_counts_neither_way(come: Any) -> None:
    for status in ("contacted", "scheduled", "closed"):
        come("2026-11-10 15:00", status=status)
    come("2026-11-30 15:00", status="closed")
    found = {
        "2026-11-09": (3, None, None, 0, 0, 0, 0),
        "2026-11-30": (1, None, None, 0, 0, 0, 0),
    }
    assert weeks(figures()) == found
    delete_requests(Submission.objects.values_list("pk", flat=True))
    assert weeks(figures()) == found


def test_what_is_older_than_a_year_is_left_out(come: Any) -> None:
    come("2025-12-01 05:59", hours=1)
    assert weeks(figures()) == {}


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (None, None, ["2026-11-09", "2026-11-16", "2026-11-23"]),
        ("2026-11-16", None, ["2026-11-16", "2026-11-23"]),
        ("2026-11-22", None, ["2026-11-16", "2026-11-23"]),
        ("2026-11-23", None, ["2026-11-23"]),
        (None, "2026-11-22", ["2026-11-09", "2026-11-16"]),
        ("2026-11-16", "2026-11-16", ["2026-11-16"]),
        ("2020-01-01", "2020-12-31", []),
        ("2027-01-01", None, []),
        ("0001-01-01", "9999-12-31", ["2026-11-09", "2026-11-16", "2026-11-23"]),
        ("9999-12-31", None, []),
    ],
)
def test_a_span_takes_every_week_that_it_touches(
    come: Any, since: str | None, until: str | None, found: list[str]
) -> None:
    for day in ("2026-11-10", "2026-11-17", "2026-11-24"):
        come(f"{day} 15:00", hours=1)
    span = {
        "since": since and date.fromisoformat(since),
        "until": until and date.fromisoformat(until),
    }
    assert list(weeks(figures(**span))) == found
    assert figures(**span).total.requests == len(found)


@pytest.mark.parametrize(
    ("percent", "numbers", "value"),
    [
        (50, {}, None),
        (50, {7: 1}, 7),
        (50, {1: 1, 2: 1}, 1),
        (50, {1: 1, 2: 1, 3: 1}, 2),
        (90, {1: 9, 50: 1}, 1),
        (90, {1: 8, 50: 2}, 50),
    ],
)
def test_the_nearest_rank(percent: int, numbers: dict[int, int], value: int | None) -> None:
    assert within(percent, numbers) == value


def test_a_location_that_is_not_offered_any_more_stands_there_while_it_has_figures(
    come: Any, site: SimpleNamespace
) -> None:
    LocationFactory(name="Never", active=False)
    closed = LocationFactory(name="Closed", active=False)
    come("2026-11-24 15:00", hours=1, location=closed)
    assert set(figures().locations.values()) == {"Allen", "Closed"}


@pytest.mark.parametrize("number", [1, 40])
def test_however_many_requests_there_are_three_queries_are_asked(
    come: Any, number: int, django_assert_num_queries: Any
) -> None:
    for each in range(number):
        come(f"2026-11-{each % 28 + 1:02} 15:00", hours=each)
    delete_requests([Submission.objects.values_list("pk", flat=True)[0]])
    with django_assert_num_queries(3):
        figures()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite tells it")
def test_no_row_is_opened_but_of_what_was_sent_again(come: Any) -> None:
    """A row is large for its blob: an index has to answer by itself."""
    come("2026-11-10 15:00", hours=2)
    with CaptureQueriesContext(connection) as asked:
        figures()
    (statement,) = [each["sql"] for each in asked if '"booking_submission"' in each["sql"]]
    first, again = statement.split(" UNION ALL ")
    with connection.cursor() as cursor:
        plans = [
            [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {each}").fetchall()]
            for each in (first, again)
        ]
    index = "COVERING INDEX booking_requests_figures"
    assert [index in plan for plan in plans[0] if "booking_submission" in plan] == [True]
    assert [plan for plan in plans[1] if "SCAN booking_submission" in plan] == []


# When somebody was first in touch -------------------------------------------------------------------


def put(request: Submission, status: str) -> datetime | None:
    """Give it that status, as whoever sees it as it is; returns when it was first contacted."""
    now = Submission.objects.get(pk=request.pk)
    change(request.pk, seen=seen_values(now), to={"status": status})
    return Submission.objects.get(pk=request.pk).contacted_at


def test_the_first_time_that_a_request_is_taken_up_stays(make: Make, clock: Any) -> None:
    request = make()
    first = [put(request, "check"), put(request, "contacted")]
    clock.shift(HOUR)
    later = [put(request, each) for each in ("scheduled", "closed", "spam", "contacted")]
    assert first == [None, NOW]
    assert later == [NOW] * 4


def test_who_sets_it_back_to_waiting_says_that_it_was_not_taken_up(make: Make, clock: Any) -> None:
    request = make()
    assert [put(request, "closed"), put(request, "new")] == [NOW, None]
    clock.shift(HOUR)
    assert put(request, "scheduled") == NOW + HOUR


def test_what_was_filed_as_spam_by_mistake_comes_back_with_its_time(make: Make, clock: Any) -> None:
    request = make()
    assert put(request, "contacted") == NOW
    clock.shift(HOUR)
    back = [put(request, each) for each in ("spam", "check", "new", "spam", "new", "contacted")]
    assert back == [NOW] * 6


def test_a_time_that_nobody_knows_is_not_made_up(make: Make) -> None:
    request = make(status="contacted")
    assert [put(request, each) for each in ("scheduled", "closed")] == [None, None]


def test_who_is_reached_about_a_correction_is_reached_about_the_request(
    come: Any, clock: Any
) -> None:
    first = come("2026-11-30 15:00")
    form = {"form_digest": bytes(first.form_digest)}
    gone = come("2026-11-30 15:00", correction=1, status="withdrawn", sealed=b"", **form)
    unknown = come("2026-11-30 15:00", correction=2, status="closed", **form)
    last, other = come("2026-11-30 15:30", correction=3, **form), come("2026-11-30 15:00")
    put(last, "check")
    assert figures().total.waiting == 2
    put(last, "contacted")
    rows = dict(Submission.objects.values_list("pk", "contacted_at"))
    of = [rows[each.pk] for each in (first, gone, unknown, last, other)]
    assert of == [NOW, None, None, NOW, None]
    assert weeks(figures()) == {"2026-11-30": (2, 1, 1, 1, 0, 0, 1)}

    clock.shift(HOUR)
    assert put(last, "new") is None
    assert put(first, "closed") == NOW
    assert put(last, "contacted") == NOW + HOUR
    assert Submission.objects.get(pk=first.pk).contacted_at == NOW


def test_spam_was_never_contacted_and_an_assignee_changes_nothing(
    make: Make, users: dict[str, Any]
) -> None:
    request = make()
    assert put(request, "spam") is None
    taken = make(status="contacted", contacted_at=NOW - HOUR)
    to = {"assignee": users["booking_reviewer"]}
    change(taken.pk, seen=seen_values(taken), to=to)
    assert Submission.objects.get(pk=taken.pk).contacted_at == NOW - HOUR
    # Taken up before the time of that was kept: nobody knows when, and the one who gets it did not do it.
    older = make(status="contacted")
    change(older.pk, seen=seen_values(older), to=to)
    assert Submission.objects.get(pk=older.pk).contacted_at is None


def test_withdrawing_leaves_the_time_as_it_was(make: Make) -> None:
    request = make(status="contacted", contacted_at=NOW - HOUR, withdrawal_digest=b"w" * 32)
    withdraw(request.reference, b"w" * 32)
    assert Submission.objects.get(pk=request.pk).contacted_at == NOW - HOUR


def test_the_migration_tells_it_by_the_log(make: Make) -> None:
    """Each row: what was logged, an hour apart, and the hour of the first contact that follows from it."""
    ways: dict[tuple[str, ...], int | None] = {
        (): None,
        ("contacted",): 0,
        ("contacted", "scheduled", "closed"): 0,
        ("check", "closed"): 1,
        ("contacted", "new", "contacted"): 2,
        ("spam", "new", "scheduled"): 2,
        ("contacted", "spam"): 0,
        ("contacted", "new"): None,
    }
    made = {}
    for way in ways:
        request = made[way] = make(status=way[-1] if way else "new")
        for number, status in enumerate(way):
            with time_machine.travel(NOW + number * HOUR, tick=False):
                log(instance=request, action="booking.status", data={"after": {"status": status}})
    gone = make()
    log(instance=gone, action="booking.status", data={"after": {"status": "closed"}})
    gone.delete()
    known = make(status="closed", contacted_at=NOW - HOUR)
    log(instance=known, action="booking.status", data={"after": {"status": "closed"}})

    import_module("booking.migrations.0027_contacted_as_logged").set_contacted(apps, None)

    found = {way: Submission.objects.get(pk=each.pk).contacted_at for way, each in made.items()}
    assert found == {way: None if hour is None else NOW + hour * HOUR for way, hour in ways.items()}
    assert Submission.objects.get(pk=known.pk).contacted_at == NOW - HOUR


# What is left of what was deleted -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_purge_changes_no_figure(site: SimpleNamespace, vault: Any, seed: int) -> None:
    random, places = Random(seed), [site.location, LocationFactory(name="Frisco")]
    rows = []
    for _ in range(150):
        received = NOW - timedelta(minutes=random.randrange(53 * 7 * 24 * 60))
        hours = random.choice([None, random.random() * 3, random.random() * 900])
        waiting = ["new", "check", "withdrawn", "spam"]
        rows.append(
            sealed_request(
                site.book,
                random.choice(places),
                received_at=received,
                contacted_at=None if hours is None else received + hours * HOUR,
                due_at=random.choice([None, received + 30 * HOUR]),
                status=random.choice(waiting if hours is None else ["contacted", "closed", "spam"]),
                delete_after=random.choice([date(2026, 11, 29), date(2027, 11, 30)]),
            )
        )
    store(rows)
    before, narrow = figures(), figures(since=date(2026, 5, 1), location=places[1].pk)

    deleted = retention.purge()
    assert 0 < deleted.requests < 150
    assert but_for_waiting(figures()) == but_for_waiting(before)
    found = figures(since=date(2026, 5, 1), location=places[1].pk)
    assert but_for_waiting(found) == but_for_waiting(narrow)
    left = Submission.objects.filter(received_at__gte=at("2025-12-01 06:00"))
    assert figures().total.waiting == left.filter(status__in=["new", "check"]).count()
    Submission.objects.update(delete_after=date(2026, 11, 29))
    retention.purge()
    assert Submission.objects.count() == 0
    assert but_for_waiting(figures()) == but_for_waiting(before)
    assert figures().total.waiting == 0 < before.total.waiting


def but_for_waiting(found: Figures) -> list[Any]:
    """All that stays as it was when requests are deleted."""
    numbers = [found.total, *found.weeks.values()]
    return [found.locations, list(found.weeks), *(replace(each, waiting=0) for each in numbers)]


def test_what_was_deleted_before_anybody_was_in_touch_waits_no_longer(
    come: Any, clock: Any
) -> None:
    come("2026-11-10 15:00")
    come("2026-11-30 15:00")
    assert figures().total.waiting == 2
    delete_requests(Submission.objects.values_list("pk", flat=True))
    told = {
        "2026-11-09": (1, None, None, 0, 1, 0, 0),
        "2026-11-30": (1, None, None, 0, 0, 0, 0),
    }
    assert weeks(figures()) == told
    clock.shift(timedelta(days=3))  # the promise would be over
    assert weeks(figures()) == told


def test_one_that_staff_delete_stays_in_the_figures_too(
    come: Any, sign_in: Callable[..., Client]
) -> None:
    request = come("2026-11-24 15:00", hours=2.5)
    before = figures()
    sign_in("booking_administrator").post(f"/admin/booking/submission/delete/{request.pk}/")
    assert Submission.objects.count() == 0
    assert figures() == before


def test_what_is_kept_tells_no_request_apart(come: Any, site: SimpleNamespace) -> None:
    made = [come(f"2026-11-24 15:0{minute}", hours=2.5) for minute in range(3)]
    for request in made:  # on days of their own
        delete_requests([request.pk])
    assert [
        (each.week, each.location, each.outcome, each.hours, each.requests)
        for each in RequestTally.objects.all()
    ] == [(date(2026, 11, 23), site.location, "kept", 3, 3)]
    names = {field.name for field in RequestTally._meta.get_fields()}
    assert names == {"id", "week", "location", "outcome", "hours", "requests"}


def test_spam_and_what_is_older_than_the_report_leave_nothing(come: Any) -> None:
    old, spam = come("2025-11-24 15:00", hours=1), come("2026-11-24 15:00", status="spam")
    assert delete_requests([old.pk, spam.pk]) == (2, 0)
    assert RequestTally.objects.count() == 0


def test_numbers_go_when_no_report_shows_their_week(come: Any, clock: Any) -> None:
    delete_requests([come("2025-12-02 15:00", hours=1).pk, come("2026-11-24 15:00", hours=1).pk])
    clock.shift(timedelta(days=6))
    retention.purge()
    assert RequestTally.objects.count() == 2
    clock.shift(timedelta(days=1))
    retention.purge()
    assert [each.week for each in RequestTally.objects.all()] == [date(2026, 11, 23)]


def test_what_was_deleted_is_counted_or_nothing_is(come: Any) -> None:
    request = come("2026-11-24 15:00", hours=1)
    sealed_note(request).save()
    with pytest.raises(RuntimeError), failing_deletion():
        delete_requests([request.pk])
    assert (Submission.objects.count(), RequestTally.objects.count()) == (1, 0)
    assert delete_requests([request.pk]) == (1, 1)
    assert delete_requests([request.pk]) == (0, 0)
    assert RequestTally.objects.get().requests == 1


def failing_deletion() -> Any:
    return connection.execute_wrapper(
        failing_on('DELETE FROM "booking_submission"', error=RuntimeError)
    )


def test_requests_are_deleted_where_their_numbers_are_kept_and_nowhere_else() -> None:
    rooms = [settings.BASE_DIR / "booking" / room for room in ("submissions", "desk", "upkeep")]
    found = {path.name for room in rooms for path in room.rglob("*.py") if deletes(path)}
    # The others delete notes, and a search that was looked through.
    assert found == {"handling.py", "notes.py", "searches.py", "tallies.py"}


def deletes(path: Path) -> bool:
    return ".delete()" in path.read_text(encoding="utf-8")


def test_a_location_of_which_figures_are_kept_is_not_deleted(
    come: Any, site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    delete_requests([come("2026-11-24 15:00", hours=1).pk])
    response = sign_in("editor").post(
        f"/admin/snippets/booking/location/delete/{site.location.pk}/"
    )
    assert response["Location"] == f"/admin/snippets/booking/location/edit/{site.location.pk}/"
    assert Location.objects.count() == 1
