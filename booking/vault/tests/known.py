"""The vectors of vectors/, with every hexadecimal text as bytes.

`published` are other people's, each with its source. `kept` were written by this vault once: what is
in them must open for ever, so that no later version leaves a clinic's rows unreadable.
"""

import json
import re
from pathlib import Path
from typing import Any

HEX = re.compile(r"(?:[0-9a-f]{2})*")


def _bytes_for_hex(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bytes_for_hex(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bytes_for_hex(item) for item in value]
    return bytes.fromhex(value) if isinstance(value, str) and HEX.fullmatch(value) else value


def _load(name: str) -> dict[str, Any]:
    path = Path(__file__).parent / "vectors" / f"{name}.json"
    return _bytes_for_hex(json.loads(path.read_text(encoding="utf-8")))


published = _load("published")
kept = _load("kept")
