"""The search finds a text in every encoding, and packed in every way that a server packs."""

import base64
import bz2
import gzip
import io
import json
import lzma
import pickle
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import signing

from booking.privacy_audit.files import OVERLAP, PIECE, file_contents
from booking.privacy_audit.mail import decoded
from booking.privacy_audit.needles import Needles, encodings

SPECIMENS = {
    "name": "Zoë Kanarie & Söhne 01",
    "phone": "972-555-0197",
    "message": "My message: “canary/number <04>” is here",
    "mark": "qwhzkpvnmxcrtybd",
}


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", data)
    return file.getvalue()


def tarred(data: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("database.sql")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zlib, fast": lambda data: zlib.compress(data, 1),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda data: gzip.compress(tarred(data)),
    "gzip in tar in xz": lambda data: lzma.compress(tarred(gzip.compress(data))),
    "pickle in zlib": lambda data: zlib.compress(pickle.dumps({"form": data})),
    "zlib in hex": lambda data: zlib.compress(data).hex().encode(),
    "zlib in base64": lambda data: base64.b64encode(zlib.compress(data)),
    "zlib in base64 in lines": lambda data: base64.encodebytes(zlib.compress(data * 9)),
    "base64 in lines": lambda data: base64.encodebytes(data * 9),
    "half a gzip": lambda data: gzip.compress(data + bytes(range(256)))[:-100],
    "django.core.signing": lambda data: signing.dumps(
        {"form": data.decode() * 9}, compress=True
    ).encode(),
}


def found(content: bytes) -> set[str]:
    return Needles(SPECIMENS).in_content(content)


@pytest.mark.parametrize("encoding", sorted(encodings("")))
@pytest.mark.parametrize("name", SPECIMENS)
def test_a_specimen_is_found_in_every_encoding(name: str, encoding: str) -> None:
    for needle in encodings(SPECIMENS[name])[encoding]:
        assert len(needle) >= 9, "a needle this short would be found by chance"
        assert found(b"before" + needle + b"after") == {name}


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be"])
def test_base64_is_found_at_every_offset(shift: int, charset: str) -> None:
    for name, text in SPECIMENS.items():
        assert name in found(base64.b64encode(b"x" * shift + text.encode(charset) + b"yyyy"))


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_specimen_is_found_however_it_is_packed(packing: str) -> None:
    packed = PACKINGS[packing](SPECIMENS["mark"].encode())

    assert found(b"before: " + packed + b" :after") == {"mark"}


@pytest.mark.parametrize(
    "written",
    [
        "9725550197",
        "+19725550197",
        "(972) 555-0197",
        "972.555.0197",
        "972 555 0197",
        "972-555-0197",
    ],
)
def test_a_phone_number_is_found_however_it_is_written(written: str) -> None:
    assert found(f"tel {written}.".encode()) == {"phone"}


@pytest.mark.parametrize("text", [SPECIMENS["mark"].upper(), SPECIMENS["mark"].capitalize()])
def test_capitals_do_not_hide_a_text(text: str) -> None:
    assert found(text.encode()) == {"mark"}


@pytest.mark.parametrize(
    "content",
    [b"", b"x\x9c", b"PK\x03\x04", b"\x1f\x8b\x08" + bytes(40), bytes(range(256)) * 99]
    + [json.dumps(sorted(encodings(text))).encode() for text in SPECIMENS.values()],
)
def test_nothing_is_found_where_nothing_is(content: bytes) -> None:
    assert found(content) == set()


def test_a_text_across_two_pieces_of_a_large_file_is_found(tmp_path: Path) -> None:
    mark = SPECIMENS["mark"].encode()
    (tmp_path / "large").write_bytes(bytes(PIECE - 5) + mark + bytes(OVERLAP))

    contents = list(file_contents(tmp_path / "large", "large"))

    assert max(len(content.data) for content in contents) <= PIECE + OVERLAP
    assert {"mark"} in [found(content.data) for content in contents]


@pytest.mark.parametrize("packing", ["gzip", "zip", "gzip in tar in xz"])
def test_a_text_at_the_end_of_a_large_archive_is_found(packing: str, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    noise = b"".join(i.to_bytes(4, "big") for i in range(PIECE // 4 + 1000))
    path.write_bytes(PACKINGS[packing](noise + SPECIMENS["mark"].encode()))

    assert {"mark"} in [found(content.data) for content in file_contents(path, "backup")]


def test_a_broken_archive_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(zipped(SPECIMENS["mark"].encode())[:-30])

    assert {"mark"} in [found(content.data) for content in file_contents(path, "broken.zip")]


def test_a_mail_is_read_as_its_reader_sees_it() -> None:
    mail = (
        b"Subject: =?utf-8?b?RsO8ciBTaWU6IHF3aHo=?=\n =?utf-8?b?a3B2bm14Y3J0eWJk?=\n"
        b"Content-Transfer-Encoding: quoted-printable\n\nqwhzkpv=\nnmxcrtybd\n"
    )

    subject, body = decoded(mail).split(b"\n", 1)

    assert subject == f"Subject: Für Sie: {SPECIMENS['mark']}".encode()
    assert SPECIMENS["mark"].encode() in body


def test_a_name_that_holds_a_text_is_recognised() -> None:
    needles = Needles(SPECIMENS)

    assert needles.in_name("media/Zoë Kanarie & Söhne 01.pdf")
    assert not needles.in_name("media/photo.avif")
