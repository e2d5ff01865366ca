"""How static files are stored: the parts of a stylesheet in one file, under names that say their content."""

import re
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r'^@import url\("(?P<name>[\w.-]+)"\);\n', re.MULTILINE)


class OneStylesheetStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with the imports of ENTRY replaced by what they import.

    `collectstatic` is the only step; where it does not run, browsers follow the imports by themselves.
    """

    ENTRY = "clinic/css/site.css"

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        if self.ENTRY in paths and not dry_run:
            text = self._joined(paths)
            self.delete(self.ENTRY)
            self.save(self.ENTRY, ContentFile(text.encode()))
            paths[self.ENTRY] = (self, self.ENTRY)
        yield from super().post_process(paths, dry_run, **options)

    def _joined(self, paths: dict[str, Any]) -> str:
        folder = PurePosixPath(self.ENTRY).parent

        def part(match: re.Match[str]) -> str:
            return _read(paths, str(folder / match["name"]))

        return _IMPORT.sub(part, _read(paths, self.ENTRY))


def _read(paths: dict[str, Any], name: str) -> str:
    """The source of a collected file."""
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
