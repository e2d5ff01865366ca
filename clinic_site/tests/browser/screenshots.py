"""Pictures of every page for a person to look at: `make screenshots` writes them to var/screenshots."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import django
from playwright.sync_api import Browser, sync_playwright

from clinic_site.tests.trial import ROOT, Trial, running_trial

WIDTHS = (320, 768, 1280)
LOOKS = ("light", "dark", "print")


def take(browser: Browser, url: str, folder: Path) -> int:
    """Every place in every look and width; returns how many pictures that is."""
    from clinic_site.tests.browser.places import all_places

    count = 0
    context = browser.new_context(base_url=url, locale="en-US")
    page = context.new_page()
    for name, go in all_places(url).items():
        go(page)
        for look in LOOKS:
            if look == "print":
                page.emulate_media(media="print", color_scheme="light")
            else:
                page.emulate_media(media="screen", color_scheme=look)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                file = f"{name.strip('/').replace('/', '-').replace(' ', '-') or 'home'}-{width}-{look}.png"
                page.screenshot(path=str(folder / file), full_page=True)
                count += 1
        page.emulate_media(media="screen", color_scheme="light")
    context.close()
    return count


def take_staff_pages(browser: Browser, trial: Trial, folder: Path) -> int:
    """What this project adds to the admin, in light and dark."""
    from clinic_site.tests.browser.test_accessibility import AT_ONCE
    from clinic_site.tests.browser.test_desk_accessibility import LOCKED, UNLOCKED
    from clinic_site.tests.browser.test_journey import sign_in, unlock

    count = 0
    context = browser.new_context(base_url=trial.url, locale="en-US")
    page = context.new_page()
    sign_in(page, trial, "booking_administrator")
    for addresses in (LOCKED, UNLOCKED):
        if addresses is UNLOCKED:
            unlock(page, trial, "booking_administrator")
        for name, address in addresses.items():
            page.goto(address)
            page.evaluate(AT_ONCE)
            for look in ("light", "dark"):
                page.emulate_media(color_scheme=look)  # type: ignore[arg-type]
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    file = f"staff-{name.replace(', ', '-').replace(' ', '-')}-{width}-{look}.png"
                    page.screenshot(path=str(folder / file), full_page=True)
                    count += 1
    context.close()
    return count


def main() -> None:
    django.setup()
    # Playwright's loop runs in this thread; Django would refuse the database while it does.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from clinic_site.tests.browser.conftest import CHROMIUM_ARGUMENTS

    folder = ROOT / "var" / "screenshots"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as var,
        running_trial(Path(var) / "var") as trial,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        count = take(browser, trial.url, folder) + take_staff_pages(browser, trial, folder)
        print(f"{count} pictures in {folder.relative_to(ROOT)}")
        browser.close()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.test")
    sys.exit(main())
