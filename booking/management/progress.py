"""How far a long command is."""

import time
from typing import Any


class Progress:
    """Rows done, rows a second and the time that is left: one line that renews itself, or on
    anything but a terminal a line every ten seconds."""

    def __init__(self, output: Any, total: int) -> None:
        self._output, self._total = output, total
        self._start = self._shown = time.monotonic()
        self._is_terminal = output.isatty()

    def show(self, seen: int) -> None:
        now, is_last = time.monotonic(), seen >= self._total
        if not (self._is_terminal or is_last or now - self._shown >= 10):
            return
        self._shown = now
        speed = seen / max(now - self._start, 1e-6)
        rest = max(self._total - seen, 0) / max(speed, 1e-6)
        line = f"{seen:,} of {self._total:,} rows, {speed:,.0f} rows/s, {rest:,.0f} s left"
        if self._is_terminal:
            self._output.write(f"\r{line:<70}", ending="\n" if is_last else "")
            self._output.flush()
        else:
            self._output.write(line)
