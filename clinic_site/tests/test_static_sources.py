"""Static files are collected when their sources changed, and only then."""

import os
import shutil
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from pytest_django import Settings

from clinic_site import static_sources
from clinic_site.static_sources import collect_if_changed


@pytest.fixture
def sources(settings: Settings, tmp_path: Path) -> Path:
    """A folder with one stylesheet, collected as the trial collects, to a place of its own."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "a.css").write_text("a {}")
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [folder]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "clinic_site.storage.OneStylesheetStorage"},
    }
    return folder


def collected() -> str:
    """The stylesheet as a visitor would be sent it."""
    name = staticfiles_storage.stored_name("a.css")
    with staticfiles_storage.open(name) as file:
        return str(file.read().decode())


def test_nothing_is_done_twice(sources: Path) -> None:
    assert [collect_if_changed() for _ in range(3)] == [True, False, False]
    assert collected() == "a {}"


def test_what_changed_is_collected(sources: Path) -> None:
    collect_if_changed()
    (sources / "a.css").write_text("b {}")  # as long as before
    os.utime(sources / "a.css", ns=(1, 1))
    assert collect_if_changed()
    assert collected() == "b {}"


def test_a_new_source_is_collected(sources: Path) -> None:
    collect_if_changed()
    (sources / "b.css").write_text("b {}")
    assert collect_if_changed()
    assert staticfiles_storage.stored_name("b.css") != "b.css"


@pytest.mark.parametrize("rule", static_sources._RULES)
def test_another_way_to_store_them_collects_all(
    sources: Path, settings: Settings, tmp_path: Path, rule: str
) -> None:
    base = tmp_path / "base"
    for name in static_sources._RULES:
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(settings.BASE_DIR / name, base / name)
    settings.BASE_DIR = base
    collect_if_changed()
    (base / rule).write_text("another")
    assert collect_if_changed()


def test_what_another_tree_collected_is_not_taken_for_ones_own(
    sources: Path, settings: Settings
) -> None:
    collect_if_changed()
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
    assert collect_if_changed()
    assert collected() == "a {}"


def test_an_editors_lock_file_is_no_source(sources: Path) -> None:
    collect_if_changed()
    (sources / ".#a.css").symlink_to("nowhere")
    assert not collect_if_changed()


def test_a_folder_that_is_gone_is_filled_again(sources: Path, settings: Settings) -> None:
    collect_if_changed()
    shutil.rmtree(settings.STATIC_ROOT)
    assert collect_if_changed()
    assert collected() == "a {}"


def test_a_run_that_died_does_not_count(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collect_if_changed()
    (sources / "a.css").write_text("longer {}")

    def die(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(static_sources, "call_command", die)
        with pytest.raises(KeyboardInterrupt):
            collect_if_changed()
    (sources / "a.css").write_text("a {}")
    assert collect_if_changed()
