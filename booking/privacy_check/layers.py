"""Opens what is packed, so that a search also sees text that was compressed or encoded.

Caches, sessions and backups compress: the bytes of an answer are then nowhere, and it is still
readable by anybody.
"""

import base64
import binascii
import bz2
import lzma
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

DEPTH = 3
# What one stream inside a value may grow to; what is larger is a file and read as one.
INFLATED_MAX = 64 * 1024 * 1024
STEP = 64 * 1024

# Also as JSON and Python write them within a string.
_LINE_ENDS = re.compile(rb"=?(?:\r?\n|(?:\\r)?\\n)[ \t]?")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){20,}")
_PACKED = re.compile(
    rb"(?P<gzip>\x1f\x8b\x08)|(?P<zlib>\x78[\x01\x5e\x9c\xda])|(?P<zip>PK\x03\x04)"
    rb"|(?P<bzip2>BZh[1-9]1AY&SY)|(?P<xz>\xfd7zXZ\0)",
)
_UNPACKERS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(31),
    "zlib": zlib.decompressobj,
    "zip": lambda: zlib.decompressobj(-15),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
}
_ZIP_HEADER = struct.Struct("<4s2xHH16xHH")
_DEFLATED = 8


def layers(content: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """The content, the same with broken lines joined, and whatever either of them holds packed."""
    yield content
    joined = _LINE_ENDS.sub(b"", content)
    if joined != content:
        yield joined
    if depth == 0:
        return
    for inner in _inflated(content):
        yield from layers(inner, depth - 1)
    for text in {content, joined}:
        for inner in filter(None, _decoded(text)):
            yield from layers(inner, depth - 1)


def _inflated(content: bytes) -> Iterator[bytes]:
    """Every compressed stream that begins anywhere in the content, as far as it can be read."""
    for match in _PACKED.finditer(content):
        kind = str(match.lastgroup)
        start = _zip_data(content, match.start()) if kind == "zip" else match.start()
        if start is not None and (inner := _unpack(_UNPACKERS[kind](), content, start)):
            yield inner


def _unpack(unpacker: Any, content: bytes, start: int) -> bytes:
    """What comes out before the stream ends or breaks: half a stream may hold a whole answer."""
    out = bytearray()
    view = memoryview(content)
    try:
        while not unpacker.eof and start < len(view) and len(out) < INFLATED_MAX:
            out += unpacker.decompress(view[start : start + STEP])
            start += STEP
    except (zlib.error, lzma.LZMAError, OSError):
        pass
    return bytes(out)


def _zip_data(content: bytes, start: int) -> int | None:
    """Where the data of a zip member begins; None when it is not compressed (PKZIP APPNOTE 4.3.7)."""
    if start + 30 > len(content):
        return None
    _magic, _flags, method, name, extra = _ZIP_HEADER.unpack_from(content, start)
    return start + 30 + name + extra if method == _DEFLATED else None


def _decoded(content: bytes) -> Iterator[bytes]:
    """All base64 runs as the bytes they stand for, and all hex runs: one value for each."""
    yield b"\0".join(_from_base64(run) for run in _BASE64.findall(content))
    yield b"\0".join(binascii.unhexlify(run) for run in _HEX.findall(content))


def _from_base64(run: bytes) -> bytes:
    body = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    body = body[: len(body) - (len(body) % 4 == 1)]
    return base64.b64decode(body + b"=" * (-len(body) % 4))
