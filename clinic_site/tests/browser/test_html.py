"""The Nu HTML checker on every public page and every state of it: no error, no warning."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Response

from clinic_site.tests.browser.places import all_places
from clinic_site.tests.trial import ROOT, Trial

MINUTES = 60


@pytest.fixture(scope="module")
def jar() -> str:
    """The checker, installed when it is missing. Where it cannot be, CI fails and others skip."""
    found = subprocess.run(
        [str(ROOT / ".ci" / "html_checker")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if found.returncode and not os.environ.get("CI"):
        pytest.skip(found.stderr.strip().splitlines()[-1])
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def messages(jar: str, *files: Path) -> list[str]:
    """Everything that the checker has to say, as "page: line: message"."""
    command = ["java", "-Xss2m", "-jar", jar, "--format", "json", "--exit-zero-always"]
    result = subprocess.run(
        [*command, *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
        timeout=5 * MINUTES,
    )
    return [
        f"{Path(each['url']).stem}: {each.get('lastLine')}: {each['message']}"
        for each in json.loads(result.stderr)["messages"]
    ]


def test_every_page_is_valid(
    trial: Trial, jar: str, tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    """The HTML as the server sent it, not as the browser mended it."""
    page = new_context(java_script_enabled=False).new_page()
    documents: list[Response] = []
    page.on(
        "response",
        lambda each: documents.append(each) if each.request.resource_type == "document" else None,
    )
    files = []
    for name, go in all_places(trial.url).items():
        if name == "questions open":
            continue  # opened by hand; the HTML is the article's
        go(page)
        file = tmp_path / f"{name.strip('/').replace('/', '-') or 'home'}.html"
        file.write_text(documents[-1].text(), encoding="utf-8")
        files.append(file)
    found = messages(jar, *files)
    print(f"B: {len(files)} pages: {len(found)} errors and warnings")
    assert found == []


def test_the_check_bites_on_a_wrong_specimen(jar: str, tmp_path: Path) -> None:
    specimen = tmp_path / "wrong.html"
    specimen.write_text(
        "<!doctype html><html lang=en><title>W</title><section><p>No heading</section><img src=x>",
        encoding="utf-8",
    )
    assert len(messages(jar, specimen)) == 2
