"""One stylesheet for readers, one file a component for those who write it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

CSS = Path(settings.BASE_DIR) / "clinic_site" / "static" / "clinic" / "css"


def components() -> list[str]:
    """The parts that the entry imports, in their order."""
    return re.findall(
        r'@import url\("([\w.-]+)"\);', (CSS / "site.css").read_text(encoding="utf-8")
    )


def test_every_component_is_imported_once() -> None:
    assert sorted(components()) == sorted(
        path.name for path in CSS.glob("*.css") if path.name != "site.css"
    )
    assert finders.find("clinic/css/site.css") == str(CSS / "site.css")


@pytest.mark.once
def test_collecting_puts_all_components_into_one_file(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "clinic_site.storage.OneStylesheetStorage"},
    }
    call_command("collectstatic", "--no-input", verbosity=0)
    first = one_stylesheet(tmp_path)
    # Again over what is there; other apps' files are as they were.
    call_command("collectstatic", "--no-input", "--ignore", "*admin*", verbosity=0)
    assert one_stylesheet(tmp_path) == first


def one_stylesheet(collected: Path) -> str:
    """The one that was collected, looked at."""
    (found,) = collected.glob("clinic/css/site.????????????.css")
    text = found.read_text(encoding="utf-8")
    assert "@import" not in text
    font = re.search(r'url\("\.\./fonts/([\w.-]+)"\)', text)
    assert font is not None
    assert (collected / "clinic" / "fonts" / font[1]).is_file()
    # Every component, whole and in its order; only the font's address has got its hash.
    places = [
        text.find((CSS / name).read_text(encoding="utf-8"))
        for name in components()
        if name != "font.css"
    ]
    assert places == sorted(places)
    assert -1 not in places
    return text
