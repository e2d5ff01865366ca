"""A finished answer in every coding, and the bounded store of them."""

import gzip
import hashlib
import math
import re
import sys
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import Final

import brotli

from clinic_site.remembered.version import Version

Header = tuple[str, str]
Key = tuple[str, ...]

# Measured on a page of 60 KB: brotli 5 takes 1.5 ms, gzip 6 takes 1.3 ms. Brotli 9 takes 21 ms and saves
# under 1 % more.
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
COMPRESSED_FROM_BYTES = 200
# By how much each coding is liked here, where the visitor likes them alike.
CODINGS: Final = ("br", "gzip", "identity")
# What the store itself needs for an entry: its place in the order and in the table.
PLACE_BYTES = 250
# The server takes up to a hundred fields of 8 KB for one header.
LONGEST_REMEMBERED_WISH = 200
# Made here for each coding, whatever the application said.
OWN_HEADERS = {"content-encoding", "content-length", "etag"}
OF_THE_BODY = {"content-encoding", "content-language", "content-length", "content-type"}


def choose_coding(accept: str) -> str:
    """The coding of CODINGS that an Accept-Encoding header likes best. Identity where it likes none."""
    return _remembered(accept) if len(accept) <= LONGEST_REMEMBERED_WISH else _choose(accept)


def _choose(accept: str) -> str:
    liked: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, _, parameters = part.partition(";")
        name = name.strip().removeprefix("x-")
        if name:
            liked[name] = _quality(parameters)
    others = liked.get("*", 0.0)
    # Not named, identity may be sent, but whatever is named comes first.
    identity = liked.get("identity", liked.get("*", 0.0001))
    wishes = {"br": liked.get("br", others), "gzip": liked.get("gzip", others)}
    best = max(wishes, key=wishes.__getitem__)
    return best if wishes[best] > 0 and wishes[best] >= identity else "identity"


# Browsers send a handful of these, letter by letter the same.
_remembered = lru_cache(maxsize=256)(_choose)


def _quality(parameters: str) -> float:
    """The q of a coding; 1 without one, 0 where it is no number from 0 to 1."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            found = re.fullmatch(r"[01](?:\.[0-9]{0,3})?", value.strip())
            return float(found[0]) if found and float(found[0]) <= 1 else 0.0
    return 1.0


def names_etag(wanted: str, etag: str) -> bool:
    """Whether an If-None-Match header names that strong ETag: alone, in a list, as W/, or as *."""
    if wanted == etag or wanted.strip() == "*":
        return True
    return etag in re.findall(r'"[^"]*"', wanted)


class Coded:
    """One coding of an answer: everything that is sent, ready."""

    __slots__ = ("body", "etag", "headers", "not_modified")

    def __init__(self, headers: list[Header], etag: str, body: bytes, coding: str) -> None:
        coded = [] if coding == "identity" else [("Content-Encoding", coding)]
        self.etag = etag
        self.body = (body,)
        self.headers = [*headers, *coded, ("Content-Length", str(len(body))), ("ETag", etag)]
        # Browsers take these over from a 304, so that a policy that changed reaches what they hold.
        self.not_modified = [each for each in self.headers if each[0].lower() not in OF_THE_BODY]


class Entry:
    """A finished answer of one content version, until a moment (a timestamp)."""

    __slots__ = ("codings", "size", "until", "version")

    def __init__(
        self, headers: list[Header], body: bytes, version: Version, until: float = math.inf
    ) -> None:
        headers = [header for header in headers if header[0].lower() not in OWN_HEADERS]
        headers = _varying_by_coding(headers)
        digest = hashlib.blake2b(repr(headers).encode() + body, digest_size=16).hexdigest()
        plain = Coded(headers, f'"{digest}"', body, "identity")
        self.codings = dict.fromkeys(CODINGS, plain)
        for coding, suffix, coded in compressed(body):
            self.codings[coding] = Coded(headers, f'"{digest}-{suffix}"', coded, coding)
        self.version = version
        self.until = until
        self.size = memory_of(self._parts())

    def _parts(self) -> Iterator[object]:
        yield from (self, self.codings, self.version, self.until)
        for coded in self.codings.values():
            yield from (coded, coded.etag, coded.body, *coded.body)
            yield from (coded.headers, coded.not_modified)
            for header in coded.headers:
                yield from (header, *header)


def compressed(body: bytes) -> list[tuple[str, str, bytes]]:
    """Coding, the end of its ETag and its bytes, for each that makes the body smaller."""
    if len(body) < COMPRESSED_FROM_BYTES:
        return []
    made = [
        ("br", "br", brotli.compress(body, quality=BROTLI_QUALITY)),
        ("gzip", "gz", gzip.compress(body, GZIP_LEVEL, mtime=0)),
    ]
    return [each for each in made if len(each[2]) < len(body)]


def _varying_by_coding(headers: list[Header]) -> list[Header]:
    varies = [value for name, value in headers if name.lower() == "vary"]
    if any("accept-encoding" in value.lower() for value in varies):
        return headers
    rest = [header for header in headers if header[0].lower() != "vary"]
    return [*rest, ("Vary", ", ".join(["Accept-Encoding", *varies]))]


def memory_of(parts: Iterable[object]) -> int:
    """Bytes of memory that these take by themselves, each counted once."""
    return sum(map(sys.getsizeof, {id(part): part for part in parts}.values()))


class Entries:
    """Entries by key, at most `limit` bytes of them together; the longest unused goes first."""

    def __init__(self, limit: int) -> None:
        self.size = 0
        self._limit = limit
        self._lock = Lock()
        self._kept: OrderedDict[Key, tuple[Entry, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def living(self, key: Key, version: Version | None) -> Entry | None:
        """The entry of that key, if it is of that version and its moment has not come; it counts as used."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept[0].version != version or time.time() >= kept[0].until:
                return None
            self._kept.move_to_end(key)
            return kept[0]

    def get(self, key: Key) -> Entry | None:
        """The entry of that key, alive or not."""
        with self._lock:
            kept = self._kept.get(key)
            return kept and kept[0]

    def put(self, key: Key, entry: Entry) -> None:
        """Keep an entry in place of the one before. None that takes over an eighth of the limit is kept."""
        size = entry.size + memory_of((key, *key)) + PLACE_BYTES
        with self._lock:
            self._drop(key)
            if size > self._limit // 8:
                return
            self._kept[key] = entry, size
            self.size += size
            while self.size > self._limit:
                self._drop(next(iter(self._kept)))

    def drop(self, key: Key, entry: Entry) -> None:
        """Keep that entry no longer; another one in its place stays."""
        with self._lock:
            if key in self._kept and self._kept[key][0] is entry:
                self._drop(key)

    def _drop(self, key: Key) -> None:
        _entry, size = self._kept.pop(key, (None, 0))
        self.size -= size
