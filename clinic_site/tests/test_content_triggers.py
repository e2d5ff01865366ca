"""The triggers: inside transactions, through migrations, and what tells that one is missing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from clinic_site.checks import check_changes_are_noticed
from clinic_site.models import ContentChange
from clinic_site.remembered import changes, version
from clinic_site.remembered.version import content_changed, content_version, recent_version
from clinic_site.tests.rows import undone

BY_ITSELF = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def standing() -> set[tuple[str, str]]:
    return set(changes._standing())


def drop(table: str) -> None:
    """As a restore leaves it that forgot a trigger."""
    name = next(name for of, name in standing() if of == table)
    changes._run([changes._dropping((table, name))])


def found() -> list[tuple[str, bool]]:
    return [
        (error.id, "booking_location" in error.msg)
        for error in check_changes_are_noticed(databases=["default"])
    ]


# Transactions ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_rolled_back_raises_nothing_and_its_version_never_comes_again() -> None:
    before = content_version()
    with undone():
        Redirect.objects.create(old_path="/a", redirect_link="/")
        inside = content_version()
    assert content_version() == before
    Redirect.objects.create(old_path="/a", redirect_link="/")
    assert len({before, inside, content_version()}) == 3


@BY_ITSELF
def test_a_change_is_seen_when_it_is_committed_however_late() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    begun, go_on = Event(), Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                Redirect.objects.create(old_path="/slow", redirect_link="/")
                begun.set()
                assert go_on.wait(timeout=30)
        finally:
            connections.close_all()

    seen = [content_version()]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(slow)
        assert begun.wait(timeout=30)
        assert content_version() == seen[0]
        Redirect.objects.create(old_path="/quick", redirect_link="/")
        seen.append(content_version())
        go_on.set()
        waiting.result(timeout=30)
    seen.append(content_version())
    assert len(set(seen)) == 3


@pytest.mark.django_db
def test_rows_and_whole_tables_deleted_by_sql_raise_it() -> None:
    for path in "abc":
        Redirect.objects.create(old_path=f"/{path}", redirect_link="/")
    connection.check_constraints()  # PostgreSQL empties no table that waits for that
    before = content_version()
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE wagtailredirects_redirect"
            if connection.vendor == "postgresql"
            else "DELETE FROM wagtailredirects_redirect"
        )
    assert content_version() != before


# Migrations ------------------------------------------------------------------------------------


@pytest.fixture
def newest() -> Iterator[None]:
    """All migrations, whatever a test took back."""
    yield
    call_command("migrate", verbosity=0)


@BY_ITSELF
def test_migrating_with_nothing_to_do_leaves_the_triggers_and_the_version() -> None:
    before, marks = standing(), content_version()
    call_command("migrate", verbosity=0)
    assert (standing(), content_version()) == (before, marks)


@BY_ITSELF
def test_migrating_brings_back_what_is_missing_and_leaves_a_mark() -> None:
    before, marks = standing(), content_version()
    drop("booking_location")
    call_command("migrate", verbosity=0)
    assert standing() == before
    assert content_version() != marks


@BY_ITSELF
def test_an_app_that_migrates_back_and_forth_keeps_the_triggers_whole(newest: None) -> None:
    marks = [content_version()]
    for number in ("0012", "0013"):
        call_command("migrate", "articles", number, verbosity=0)
        assert changes.missing_triggers() == []
        assert content_version() not in marks
        marks.append(content_version())
    Redirect.objects.create(old_path="/a", redirect_link="/")
    assert content_version() not in marks


@BY_ITSELF
def test_the_table_of_marks_may_go_and_come(newest: None) -> None:
    call_command("migrate", "clinic_site", "0003", verbosity=0)
    assert (standing(), found()) == (set(), [])
    Redirect.objects.create(old_path="/a", redirect_link="/")
    call_command("migrate", "clinic_site", verbosity=0)
    assert standing()
    assert (changes.missing_triggers(), ContentChange.objects.count() > 0) == ([], True)


@BY_ITSELF
def test_a_migration_that_died_half_way_keeps_everybody_from_remembering(newest: None) -> None:
    changes.drop_triggers()
    changes.drop_triggers()  # the next try
    assert standing() == set()
    assert len({content_version() for _ in range(9)}) == 9
    call_command("migrate", verbosity=0)
    assert content_version() == content_version()
    assert changes.missing_triggers() == []


# The check -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_check_names_the_table_whose_trigger_is_missing() -> None:
    assert found() == []
    drop("booking_location")
    assert found() == [("clinic_site.E001", True)]
    assert check_changes_are_noticed(databases=None) == []
    assert changes.renew_triggers()
    assert (found(), changes.renew_triggers()) == ([], False)


@pytest.mark.django_db
def test_a_trigger_that_is_switched_off_is_missing() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite switches no trigger off")
    changes._run(["ALTER TABLE booking_location DISABLE TRIGGER USER"])
    assert found() == [("clinic_site.E001", True)]
    assert changes.renew_triggers()
    assert found() == []


def test_every_name_fits_postgresql(db: None) -> None:
    names = [name for _table, name in standing()]
    assert max(map(len, names)) <= 63
    assert len(set(names)) == len(names)


# Marks that are not needed any more --------------------------------------------------------------


def leave_marks(count: int, *, days: int) -> None:
    day = timezone.now() - timedelta(days=days)
    last = ContentChange.objects.count()
    ContentChange.objects.bulk_create(
        [ContentChange(pk=2**47 + last + number, changed_at=day) for number in range(count)]
    )


@pytest.mark.django_db
def test_old_marks_are_forgotten_once_there_are_many() -> None:
    ContentChange.objects.all().delete()
    leave_marks(changes.MARKS_KEPT - 1, days=2)
    content_changed()
    few = content_version()
    assert (changes.forget_old_changes(), content_version()) == (0, few)

    content_changed()
    call_command("publish_scheduled", dryrun=True, stdout=None)
    assert ContentChange.objects.count() == changes.MARKS_KEPT + 1
    call_command("publish_scheduled")
    assert ContentChange.objects.count() == 2
    assert changes.forget_old_changes() == 0


@pytest.mark.django_db
def test_a_hundred_thousand_marks_are_counted() -> None:
    leave_marks(100_000, days=0)
    assert content_version()[0] >= 100_000


# What a process remembers ------------------------------------------------------------------------


class Readings:
    """Stands for the database and the clock: another version each time it is asked, no time passing."""

    def __init__(self) -> None:
        self.count, self.now = 0, 0.0

    def ask(self) -> tuple[int, int]:
        self.count += 1
        return self.count, 0


@pytest.fixture
def readings(monkeypatch: Any, settings: Any) -> Iterator[Readings]:
    found = Readings()
    settings.CONTENT_VERSION_SECONDS = 1.0
    monkeypatch.setattr(version, "content_version", found.ask)
    monkeypatch.setattr(version, "time", SimpleNamespace(monotonic=lambda: found.now))
    version.forget_version()
    yield found
    version.forget_version()


@pytest.mark.django_db
def test_a_process_asks_once_in_a_second(readings: Readings) -> None:
    assert [recent_version(), recent_version()] == [(1, 0), (1, 0)]
    readings.now = 0.99
    assert recent_version() == (1, 0)
    readings.now = 1.0
    assert [recent_version(), recent_version()] == [(2, 0), (2, 0)]
    version.forget_version()
    assert recent_version() == (3, 0)


@pytest.mark.django_db
def test_threads_ask_once_together(readings: Readings) -> None:
    def ask(_number: int) -> Any:
        try:
            return recent_version()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(200))) == {(1, 0)}
    assert readings.count == 1


@pytest.mark.django_db
def test_what_a_transaction_reads_is_told_nobody_else(readings: Readings) -> None:
    assert recent_version() == (1, 0)
    with transaction.atomic():
        assert recent_version() == (2, 0)
    assert recent_version() == (1, 0)


@pytest.mark.django_db
def test_a_database_that_is_away_is_asked_again(monkeypatch: Any, readings: Readings) -> None:
    away = Mock(side_effect=[OperationalError, (7, 7)])
    monkeypatch.setattr(version, "content_version", away)
    with pytest.raises(OperationalError):
        recent_version()
    assert recent_version() == (7, 7)
