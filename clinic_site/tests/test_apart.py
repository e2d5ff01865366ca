"""A trial of the same checkout, left behind or being served, decides nothing here: see apart.py."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from clinic_site.settings import base
from clinic_site.tests.apart import TRIAL, TrialTouched
from clinic_site.tests.production import PLAIN, SECRETS

NOTHING = [sys.executable, "-c", ""]
# Prints each setting of the named module that lies in the folder which the second argument names.
INSIDE = """
import importlib, sys
from django.conf import settings
settings.configure(USE_I18N=False)
settings = vars(importlib.import_module(sys.argv[1]))
print(*sorted(name for name in settings if name.isupper() and sys.argv[2] in repr(settings[name])))
"""


def settings_inside(folder: Path, module: str, var: Path) -> list[str]:
    """Which settings of a module, with that VAR_DIR and nothing else given, lie in a folder."""
    return subprocess.run(
        [sys.executable, "-c", INSIDE, f"clinic_site.settings.{module}", str(folder)],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var), **SECRETS, **PLAIN},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


@pytest.mark.parametrize("module", ["base", "dev", "test", "production"])
def test_every_folder_in_the_settings_follows_var_dir(module: str, tmp_path: Path) -> None:
    assert settings_inside(TRIAL, module, tmp_path) == []
    assert {"MEDIA_ROOT", "STATIC_ROOT", "VAR_DIR"} <= set(
        settings_inside(tmp_path, module, tmp_path)
    )


def test_this_process_and_what_it_starts_have_one_folder_apart() -> None:
    assert str(settings.VAR_DIR) == str(base.VAR_DIR) == os.environ["VAR_DIR"]
    assert settings.BASE_DIR not in settings.VAR_DIR.parents


@pytest.mark.parametrize(
    "look",
    [
        lambda path: path.read_text(),
        lambda path: list(path.iterdir()),
        lambda path: path.mkdir(),
        lambda path: sqlite3.connect(path / "clinic.sqlite3"),
    ],
    ids=["read", "list", "make", "database"],
)
@pytest.mark.parametrize("path", [TRIAL, TRIAL / "below", TRIAL.parent / ".ci" / ".." / "var"])
def test_a_look_into_the_trials_folder_fails(look: Callable[[Path], object], path: Path) -> None:
    with pytest.raises(TrialTouched, match=r"is the trial's. Use settings.VAR_DIR.$"):
        look(path)


def test_a_folder_of_the_same_name_elsewhere_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "var" / "below").mkdir(parents=True)
    shutil.rmtree(tmp_path)  # it opens each folder by its name within the one above
    assert not tmp_path.exists()


def test_links_that_lead_in_a_circle_are_the_callers_to_mind(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        (tmp_path / "round").read_text()


@pytest.mark.parametrize(
    "environment",
    [{}, {"VAR_DIR": ""}, {"VAR_DIR": str(TRIAL)}, {"VAR_DIR": f"{TRIAL}/../var/tools/.."}],
    ids=["none", "empty", "the trial's", "the trial's by another way"],
)
def test_a_process_without_a_folder_of_its_own_is_not_started(environment: dict[str, str]) -> None:
    with pytest.raises(TrialTouched, match=r"Hand VAR_DIR on to it.$"):
        subprocess.run(NOTHING, env=environment, check=True)


@pytest.mark.parametrize(
    ("command", "environment"),
    [
        (NOTHING, None),
        (NOTHING, {"VAR_DIR": "/elsewhere"}),
        ([sys.executable, "-I", "-c", ""], {}),
    ],
    ids=["handed on", "another", "cannot import the site"],
)
def test_a_process_apart_is_started(command: list[str], environment: dict[str, str] | None) -> None:
    assert subprocess.run(command, env=environment, check=True).returncode == 0
