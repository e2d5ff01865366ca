"""The trial that tests run beside themselves: what its Django says, and when it cannot."""

import contextlib
import os
import sqlite3
from pathlib import Path

import psycopg
import pytest

from clinic_site.tests import databases
from clinic_site.tests.trial import Shell

FAILS = "raise ValueError('this one fails')"


def test_its_django_says_what_failed_and_answers_again(capfd: pytest.CaptureFixture[str]) -> None:
    with contextlib.closing(Shell(dict(os.environ))) as shell:
        assert shell("print('first'); kept = 1") == "first\n"
        with pytest.raises(RuntimeError, match="this one fails"):
            shell(FAILS)
        assert "ValueError: this one fails" in capfd.readouterr().err
        assert shell("print('kept' in dir())") == "False\n"


@pytest.mark.skipif(not os.environ.get("TEST_DATABASE_URL"), reason="SQLite is a file in a folder")
def test_a_copy_holds_what_its_template_did_and_both_go() -> None:
    template = f"{os.environ['TEST_RUN']}_template"
    made = databases.create(template)["DATABASE_URL"]
    try:
        with databases.connection(made) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 5 AS number")
        assert databases.create(template)["DATABASE_URL"] == made
        with databases.connection(made) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        with databases.own_database(template) as told:
            copy = told["DATABASE_URL"]
            with databases.connection(copy) as connection:
                assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    finally:
        databases.drop(template)
    for gone in (made, copy):
        refused = pytest.raises(psycopg.OperationalError, match="does not exist")
        with refused, databases.connection(gone):
            pass


def test_what_is_written_to_a_file_is_kept_at_once(tmp_path: Path) -> None:
    file = tmp_path / "one.sqlite3"
    with databases.connection(file) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with contextlib.closing(sqlite3.connect(file)) as reader:
        assert reader.execute("SELECT number FROM kept").fetchone() == (7,)
