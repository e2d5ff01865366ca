"""Draws the PNG files of the site from its own SVG: the icon of a phone's home screen, and the picture
that is shown when a page is shared. Run after a change to the favicon or the drawing: `make pictures`.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "clinic_site" / "static" / "clinic"
MARK = (STATIC / "favicon.svg").read_text(encoding="utf-8")
DRAWING = (ROOT / "templates" / "includes" / "drawing.html").read_text(encoding="utf-8")

# File, width, height, and the page that is photographed.
PICTURES = [
    (
        "apple-touch-icon.png",
        180,
        180,
        f"<style>body {{ margin: 22px; background: #fbfaf7 }} svg {{ width: 136px }}</style>{MARK}",
    ),
    (
        "social.png",
        1200,
        630,
        """<style>
            body { margin: 0; display: grid; place-items: center; height: 630px; background: #e8f1ef }
            svg { width: 780px } .drawing-tint { fill: #fff } .drawing-line { stroke: #0f5c5c }
        </style>"""
        + DRAWING,
    ),
]


def main() -> None:
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, width, height, html in PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_content(html)
            page.screenshot(path=str(STATIC / name))
        browser.close()


if __name__ == "__main__":
    main()
