"""A database as an earlier commit left it becomes a new one, and its requests still open: see stored/."""

import json
import lzma
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from clinic_site.tests.databases import own_database
from clinic_site.tests.stored import FOLDER
from clinic_site.tests.stored.look import tables
from clinic_site.tests.test_migrations import landed

STORED = FOLDER / f"{connection.vendor}.xz"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the stored database stands, restored into one of its own."""
    content = lzma.decompress(STORED.read_bytes())
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("stored") / "clinic.sqlite3"
        file.write_bytes(content)
        yield f"sqlite:///{file}"
        return
    import psycopg

    with own_database() as database:
        with psycopg.connect(database["DATABASE_URL"]) as restoring:
            restoring.execute(content)
        yield database["DATABASE_URL"]


@pytest.fixture(scope="module")
def upgraded(address: str) -> dict[str, Any]:
    """What look.py says of it: the migrations it had and took, its tables, and what is seen in it."""
    command = [sys.executable, "-m", "clinic_site.tests.stored.look"]
    done = subprocess.run(
        [*command, str(STORED.with_suffix(".json"))],
        cwd=settings.BASE_DIR,
        env={**os.environ, "TEST_DATABASE_URL": address},
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def ours() -> list[str]:
    """Every migration that has landed, as Django names it: vault.0001_initial."""
    paths = map(Path, landed())
    return sorted(f"{path.parent.parent.name}.{path.stem}" for path in paths)


def test_it_takes_exactly_the_migrations_that_landed_since(upgraded: dict[str, Any]) -> None:
    apps = {name.partition(".")[0] for name in ours()}
    had, took = (
        [name for name in upgraded[key] if name.partition(".")[0] in apps]
        for key in ("had", "took")
    )
    assert sorted([*had, *took]) == ours()


@pytest.mark.django_db
def test_it_ends_with_the_tables_of_a_new_one(upgraded: dict[str, Any]) -> None:
    assert upgraded["tables"] == tables()


def test_its_pages_are_shown_and_its_requests_open_as_on_the_day_it_was_stored(
    upgraded: dict[str, Any],
) -> None:
    seen = json.loads(STORED.with_suffix(".json").read_text("utf-8"))["seen"]
    # What a machine had filed as spam, and no person, is to be looked at since booking.0012.
    for request in seen["requests"].values():
        if request["status"] == "spam":
            request["status"] = "check"
    assert upgraded["seen"] == seen
