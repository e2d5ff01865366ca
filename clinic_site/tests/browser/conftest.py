"""Chromium against a running trial."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from clinic_site.tests.trial import Trial, running_trial

from .editor_ready import COUNT_NOTES

PATIENCE = 30_000  # with a busy machine
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# What happens in a browser's window alone, or is asked of the database without a browser too.
IN_THE_WINDOW = {
    "test_accessibility.py",
    "test_autofill.py",
    "test_bad_answers.py",
    "test_content_checks.py",
    "test_desk_accessibility.py",
    "test_editor.py",
    "test_going_back.py",
    "test_html.py",
    "test_keyboard.py",
    "test_long_answers.py",
    "test_print.py",
    "test_reflow.py",
    "test_spanish.py",
    "test_under_way.py",
    "test_vault_setup.py",
    "test_weight.py",
    "test_writing.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if item.path.name in IN_THE_WINDOW:
                item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Trial]:
    with running_trial(tmp_path_factory.mktemp("trial") / "var", prepared) as trial:
        yield trial


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[..., Browser]]:
    """chromium(**options) launches one more."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    # Playwright's loop runs in this thread; Django would refuse the database while it does.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:

        def launch(*arguments: str, **options: Any) -> Browser:
            arguments = (*CHROMIUM_ARGUMENTS, *arguments)
            return playwright.chromium.launch(executable_path=path, args=arguments, **options)

        yield launch
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(chromium: Callable[..., Browser]) -> Iterator[Browser]:
    browser = chromium()
    yield browser
    browser.close()


@pytest.fixture
def new_context(browser: Browser, trial: Trial) -> Iterator[Callable[..., BrowserContext]]:
    """new_context(**options) opens a fresh browser profile on the trial."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=trial.url, locale="en-US", **options)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(COUNT_NOTES)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
