"""Files as pieces that a search can hold in memory: opened archives, folders, newest first."""

import bz2
import gzip
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

PIECE = 8 * 1024 * 1024
# What two neighbouring pieces share, so that nothing is cut in half unseen.
OVERLAP = 64 * 1024
ARCHIVE_DEPTH = 4

_STREAMS: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b\x08": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
# What Python 3.11 cannot open: a file of these is not searched, and a report must say so.
_CLOSED = {
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
}
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)


class Unopened(Exception):  # noqa: N818  (a state of the file, not a fault)
    """Why what is packed in a file could not be searched."""


@dataclass(frozen=True)
class Content:
    """A piece of a place: where it lies, its bytes, how many rows or files end with it."""

    where: str
    data: bytes
    count: int = 0
    # Why it could not be read; it is then a fault of the check, not a clean place.
    error: str = ""


def pieces(read: Callable[[int], bytes], limit: int | None = None) -> Iterator[bytes]:
    """What `read` gives, cut into pieces that overlap, at most `limit` bytes of it."""
    tail, done = b"", 0
    while data := read(PIECE):
        yield tail + data
        tail, done = data[-OVERLAP:], done + len(data)
        if limit and done >= limit:
            return


def opened(file: IO[bytes], depth: int = ARCHIVE_DEPTH) -> Iterator[bytes]:
    """The inside of a compressed file or archive as pieces; nothing for any other file.

    What is broken is read as far as it goes. Raises Unopened for what is whole and stays closed.
    """
    try:
        for inner in _members(file):
            if depth == 0:
                raise Unopened(f"is packed more than {ARCHIVE_DEPTH} times")
            yield from pieces(inner.read)
            inner.seek(0)
            yield from opened(inner, depth - 1)
    except _BROKEN:
        return  # not what its first bytes say: the raw search has seen it


def _members(file: IO[bytes]) -> Iterator[IO[bytes]]:
    head = file.read(512)
    file.seek(0)
    for magic, program in _CLOSED.items():
        if head.startswith(magic):
            raise Unopened(f"is packed by {program}, which cannot be opened here")
    for magic, open_stream in _STREAMS.items():
        if head.startswith(magic):
            yield open_stream(file)
    if head.startswith(b"PK\x03\x04"):
        yield from _zip_members(file)
    if head[257:262] == b"ustar":
        yield from _tar_members(file)


def _tar_members(file: IO[bytes]) -> Iterator[IO[bytes]]:
    with tarfile.open(fileobj=file) as archive:
        for member in archive:
            if extracted := archive.extractfile(member):
                yield extracted


def _zip_members(file: IO[bytes]) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            try:
                yield archive.open(info)
            except RuntimeError as error:  # also NotImplementedError
                raise Unopened(
                    "holds a file that is locked or packed in a way not known here"
                ) from error


def file_contents(path: Path, where: str, limit: int | None = None) -> Iterator[Content]:
    """A file's name, its raw bytes and what is packed in it. A file that has gone is nothing."""
    try:
        with path.open("rb") as file:
            yield Content(where, os.fsencode(path))
            for data in pieces(file.read, limit):
                yield Content(where, data)
            file.seek(0)
            for data in opened(file):
                yield Content(where, data)
            yield Content(where, b"", count=1)
    except FileNotFoundError:
        return
    except Unopened as reason:
        yield Content(where, b"", count=1, error=str(reason))
    except OSError as error:
        yield Content(where, b"", error=error.strerror or "cannot be read")


def folder_contents(folder: Path) -> Iterator[Content]:
    """Every file of a folder and of the folders in it, those behind links included."""
    refused: list[OSError] = []
    seen: set[str] = set()
    for parent, folders, names in os.walk(folder, onerror=refused.append, followlinks=True):
        if (real := os.path.realpath(parent)) in seen:
            folders.clear()  # a link that leads back
            continue
        seen.add(real)
        for path in (Path(parent, name) for name in sorted(names)):
            if not _is_special(path):
                yield from file_contents(path, str(path.relative_to(folder)))
    for error in refused:
        if not isinstance(error, FileNotFoundError):
            yield Content(Path(error.filename).name, b"", error=error.strerror or "cannot be read")


def _is_special(path: Path) -> bool:
    """A pipe, a socket or a device: reading it would wait for ever, and it keeps nothing."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False  # opening it says why


def changed_contents(
    folder: Path, since: float, limit: int, besides: frozenset[Path] = frozenset()
) -> Iterator[Content]:
    """Files that this user may read and that changed since then, at most `limit` bytes of each.

    Files and folders of `besides` are left out.
    """
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if Path(parent, name) not in besides]
        for path in (Path(parent, name) for name in names):
            if path not in besides and _is_readable_since(path, since):
                yield from file_contents(path, str(path.relative_to(folder)), limit)


def _is_readable_since(path: Path, since: float) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_mtime >= since and os.access(path, os.R_OK)


def path_contents(paths: Iterable[Path]) -> Iterator[Content]:
    """Files and whole folders, each under its own name."""
    return chain.from_iterable(
        folder_contents(path) if path.is_dir() else file_contents(path, path.name) for path in paths
    )
