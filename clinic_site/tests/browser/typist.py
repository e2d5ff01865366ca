"""A person at a browser whose every press is counted, and the seconds that such presses take.

The seconds are those of the keystroke-level model (Card, Moran and Newell, "The keystroke-level model
for user performance time with interactive systems", Communications of the ACM 23 (7), 1980): K, a
key pressed by an average typist who is no secretary; P, pointing with a mouse; H, a hand moved between
mouse and keyboard; M, making up one's mind. B, a mouse button pressed or released, is Kieras's (1993).
A page that must be scrolled counts as one more pointing. What the model leaves out, thinking of what
to write, is left out here too.
"""

from collections import Counter
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

K, P, B, H, M = 0.28, 1.1, 0.1, 0.4, 1.35


class Typist:
    """Does with `page` what a person would, by what can be seen, and keeps count."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.counts: Counter[str] = Counter()
        self._at_keyboard = False

    def click(self, target: Locator) -> None:
        expect(target).to_be_visible()
        if not self._is_in_sight(target):
            self.counts["scrolls"] += 1
        self._move_hand(to_keyboard=False)
        self.counts["clicks"] += 1
        target.click()

    def click_until(self, target: Locator, result: Locator) -> None:
        """Click, and once more as a person would who sees that nothing came of it.

        Draftail's menu may be placed anew while the button is down; the press then goes nowhere.
        """
        self.click(target)
        try:
            expect(result).to_be_visible(timeout=5_000)
        except AssertionError:
            self.click(target)
            expect(result).to_be_visible()

    def type(self, text: str) -> None:
        """Type where the cursor is."""
        self._move_hand(to_keyboard=True)
        self.counts["fields"] += 1
        self.counts["keys"] += len(text)
        self.page.keyboard.type(text)

    def press(self, key: str) -> None:
        self._move_hand(to_keyboard=True)
        self.counts["keys"] += 1
        self.page.keyboard.press(key)

    def fill(self, field: Locator, text: str) -> None:
        """Click into a field and type."""
        self.click(field)
        self.type(text)

    def choose_file(self, button: Locator, path: Path) -> None:
        """Press the button of a file field; in the window that opens, the file and then Open."""
        with self.page.expect_file_chooser() as opened:
            self.click(button)
        opened.value.set_files(path)
        self.counts["clicks"] += 2

    @property
    def seconds(self) -> float:
        """The time of an average person for everything counted so far."""
        count = self.counts
        decisions = count["clicks"] + count["fields"]
        return (
            K * count["keys"]
            + (P + 2 * B) * count["clicks"]
            + P * count["scrolls"]
            + H * count["hands"]
            + M * decisions
        )

    def _move_hand(self, *, to_keyboard: bool) -> None:
        self.counts["hands"] += self._at_keyboard != to_keyboard
        self._at_keyboard = to_keyboard

    def _is_in_sight(self, target: Locator) -> bool:
        box, size = target.bounding_box(), self.page.viewport_size
        assert box is not None
        assert size is not None
        return box["y"] >= 0 and box["y"] + min(box["height"], 40) <= size["height"]
