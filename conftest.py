"""The database of the tests. pytest lets fixtures of a plugin be replaced here and nowhere deeper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from clinic_site.tests import databases
from clinic_site.tests.migrated import Migrated


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    prepared: Path,
) -> Iterator[None]:
    """As pytest-django's, but for `migrate`: the first process of a run does it, the others wait and copy.

    Where it fails, it fails in each of them.
    """
    migrated = Migrated(prepared)
    name = connection.creation._get_test_db_name()  # noqa: SLF001  (Django asks itself alone)
    databases.drop_test(name)  # of a run that was killed
    with django_db_blocker.unblock():
        with migrated.alone():
            if migrated.is_there():
                migrated.copy_to(name)
                made = None
            else:
                made = set_up()
                connection.close()
                migrated.keep(name)
        made = made or set_up()
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


def set_up() -> list[object]:
    """Open the test database as it is, with the migrations that it lacks."""
    aliases = {DEFAULT_DB_ALIAS}
    made: list[object] = setup_databases(
        verbosity=0, interactive=False, keepdb=True, aliases=aliases, serialized_aliases=aliases
    )
    return made
