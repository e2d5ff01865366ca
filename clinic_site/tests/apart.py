"""Keeps the tests apart from a trial of the same checkout: a pytest plugin, loaded before the settings.

What `make run` left in var/, or is writing there this moment, decides no test. Every process that
runs tests has a VAR_DIR of its own (settings/test.py makes it) and hands it on to what it starts;
whatever would look into the checkout's var/ all the same fails where it does.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
TRIAL = (ROOT / "var").resolve()
LOOKS = {"open", "os.listdir", "os.mkdir", "os.scandir", "sqlite3.connect"}

# What a person's shell says, and the process that started this one, holds for their own folder.
for name in ("VAR_DIR", "STATIC_ROOT", "MEDIA_ROOT"):
    os.environ.pop(name, None)


class TrialTouched(Exception):
    """Something reached for the folder of the trial."""


def of_the_trial(path: Any) -> bool:
    """Whether a path, as any call may be given it, lies in the checkout's var/."""
    if not isinstance(path, str | bytes | os.PathLike):
        return (
            False  # a number is a file that is open already, nothing stands for the current folder
        )
    path = Path(os.fsdecode(path))
    if not path.is_absolute():
        return False  # a name in a folder that is open already, which Python does not tell
    path = Path(os.path.realpath(path))  # unlike resolve() it bears links that lead in a circle
    return path == TRIAL or TRIAL in path.parents


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook (PEP 578): Python tells it of every file that is opened and every process started."""
    if event in LOOKS:
        if of_the_trial(arguments[0]):
            raise TrialTouched(f"{event}: {arguments[0]} is the trial's. Use settings.VAR_DIR.")
    elif event == "subprocess.Popen":
        _, command, _, environment = arguments
        if not _knows_its_folder(command, os.environ if environment is None else environment):
            raise TrialTouched(f"{command} would use the trial's folder. Hand VAR_DIR on to it.")


def _knows_its_folder(command: list[Any], environment: Mapping[str, str]) -> bool:
    folder = environment.get("VAR_DIR", "")
    # Python that is isolated (-I) cannot import the site, which alone would look there.
    return "-I" in command or (folder != "" and not of_the_trial(folder))


sys.addaudithook(watch)
