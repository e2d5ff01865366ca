"""An editor before a draft of a trial, over a line that can be slow."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from clinic_site.tests.browser.test_journey import sign_in, watch
from clinic_site.tests.trial import Trial, running_trial

from .editor import DRAFTS, WATCH, Editor
from .line import Line


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Trial]:
    with running_trial(tmp_path_factory.mktemp("saving") / "var", prepared) as trial:
        yield trial


@pytest.fixture(scope="module")
def drafts(trial: Trial) -> Iterator[tuple[str, int]]:
    """Whole articles that nobody has published, by title and number; each has one version, "First"."""
    return iter(json.loads(trial.shell(DRAFTS)))


@pytest.fixture(scope="module")
def cookies() -> dict[str, Any]:
    return {}


@pytest.fixture
def problems() -> list[str]:
    return []


@pytest.fixture
def at_work(
    trial: Trial,
    new_context: Callable[..., BrowserContext],
    cookies: dict[str, Any],
    problems: list[str],
) -> Callable[..., Editor]:
    """at_work(role) is signed in; script errors, and conflicts that are shown, are collected."""

    def make(role: str = "editor", title: str = "draft") -> Editor:
        context = new_context(
            viewport={"width": 1280, "height": 1000}, storage_state=cookies.get(role)
        )
        watch(context, problems)
        context.add_init_script(WATCH)
        page = context.new_page()
        if role not in cookies:
            sign_in(page, trial, role)
            cookies[role] = context.storage_state()
        return Editor(page, Line(context), trial, title)

    return make


@pytest.fixture
def at_draft(
    at_work: Callable[..., Editor], drafts: Iterator[tuple[str, int]]
) -> Callable[..., Editor]:
    """at_draft(role) has a draft of their own before them."""

    def make(role: str = "editor", *, has_clock: bool = False) -> Editor:
        title, number = next(drafts)
        editor = at_work(role, title)
        if has_clock:
            editor.page.clock.install()
        editor.open(f"/admin/pages/{number}/edit/")
        return editor

    return make
