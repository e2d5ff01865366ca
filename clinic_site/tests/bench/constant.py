"""What gunicorn can do at most: bytes from memory, of the same size and encoding as the site's article."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_FOLDER = Path(os.environ["BENCH_ANSWERS"])
# By address: the body and its Content-Encoding.
_ANSWERS = {
    f"/{name}": ((_FOLDER / name).read_bytes(), encoding)
    for name, encoding in json.loads((_FOLDER / "encodings.json").read_text("utf-8")).items()
}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body, encoding = _ANSWERS[environ["PATH_INFO"]]
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    start_response("200 OK", headers)
    return [body]
