"""A migration that has landed is never touched again: databases have run it as it was.

migrations.sha256 holds the digest of each; `sha256sum --check` reads it too.
"""

from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings

LIST = Path(__file__).with_name("migrations.sha256")
PACKAGES = ("clinic_site", "home", "articles", "booking")
Digests = dict[str, str]


def landed() -> Digests:
    """What the list says, by path."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return {path: digest for digest, path in (line.split("  ") for line in lines)}


def found_below(folder: Path) -> Digests:
    """The digest of every migration of ours, by its path below that folder."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for package in PACKAGES
        for path in (folder / package).rglob("migrations/*.py")
        if path.name != "__init__.py"
    }


def faults(landed: Digests, found: Digests) -> list[str]:
    """What is wrong with the migrations that are there, each with what to do."""
    gone = [
        f"{path} is gone: bring it back under its name, and take away in a new migration what it made."
        for path in landed.keys() - found.keys()
    ]
    edited = [
        f"{path} was edited: bring it back as it was, and change what it made in a new migration."
        for path in landed.keys() & found.keys()
        if landed[path] != found[path]
    ]
    new = [
        f"{path} is new: sha256sum {path} >> clinic_site/tests/{LIST.name}, and from then on it stays."
        for path in found.keys() - landed.keys()
    ]
    return sorted([*gone, *edited, *new])


def test_every_migration_is_as_it_landed() -> None:
    assert faults(landed(), found_below(settings.BASE_DIR)) == []


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder with two migrations of a package, one of them of an app inside it."""
    for path in ("booking/migrations/0001_initial.py", "booking/vault/migrations/0001_initial.py"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(f"# {path}\n")
        (tmp_path / path).with_name("__init__.py").touch()
    return tmp_path


def test_a_new_migration_has_to_be_listed(repository: Path) -> None:
    before = found_below(repository)
    path = "booking/migrations/0002_more.py"
    (repository / path).touch()

    (fault,) = faults(before, found_below(repository))
    assert fault.startswith(
        f"{path} is new: sha256sum {path} >> clinic_site/tests/migrations.sha256"
    )


@pytest.mark.parametrize("folder", ["booking/migrations", "booking/vault/migrations"])
def test_an_edited_a_removed_and_a_renumbered_migration_are_noticed(
    repository: Path, folder: str
) -> None:
    before, path = found_below(repository), repository / folder / "0001_initial.py"

    path.write_text(path.read_text() + "\n")
    assert [fault.partition(":")[0] for fault in faults(before, found_below(repository))] == [
        f"{folder}/0001_initial.py was edited"
    ]

    path.rename(path.with_name("0002_initial.py"))
    assert [fault.partition(":")[0] for fault in faults(before, found_below(repository))] == [
        f"{folder}/0001_initial.py is gone",
        f"{folder}/0002_initial.py is new",
    ]

    path.with_name("0002_initial.py").unlink()
    assert [fault.partition(":")[0] for fault in faults(before, found_below(repository))] == [
        f"{folder}/0001_initial.py is gone"
    ]
