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

from booking.privacy_check.files import OVERLAP, PIECE, file_contents
from booking.privacy_check.mail import decoded
from booking.privacy_check.search import Needles, encodings

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
    "base64 in lines in JSON": lambda data: json.dumps(
        base64.encodebytes(b"." * 45 + data).decode()
    ).encode(),
    "quoted-printable in JSON": lambda data: json.dumps(
        (data[:9] + b"=\r\n" + data[9:]).decode()
    ).encode(),
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


@pytest.mark.parametrize(
    "written",
    [
        "%71%77%68%7A%6B%70%76%6E%6D%78%63%72%74%79%62%64",
        "&#113;&#119;&#104;&#122;&#107;&#112;&#118;&#110;&#109;&#120;&#99;&#114;&#116;&#121;&#98;&#100;",
        "=71=77=68=7A=6B=70=76=6E=6D=78=63=72=74=79=62=64",
        "71 77 68 7a 6b 70 76 6e 6d 78 63 72 74 79 62 64",
        json.dumps("qwhzkpvnmxcrtybd".encode("utf-16-be").hex()),
        "".join(f"\\u{ord(letter):04X}" for letter in "qwhzkpvnmxcrtybd"),
    ],
)
def test_a_text_is_found_when_every_letter_is_escaped(written: str) -> None:
    assert found(written.encode()) == {"mark"}


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


def errors(path: Path) -> list[str]:
    return [content.error for content in file_contents(path, path.name) if content.error]


@pytest.mark.parametrize(
    ("first_bytes", "error"),
    [
        (b"\x28\xb5\x2f\xfd", "is packed by zstd, which cannot be opened here"),
        (b"\x04\x22\x4d\x18", "is packed by lz4, which cannot be opened here"),
        (b"7z\xbc\xaf\x27\x1c", "is packed by 7-Zip, which cannot be opened here"),
        (b"Rar!\x1a\x07", "is packed by RAR, which cannot be opened here"),
    ],
)
def test_an_archive_that_cannot_be_opened_is_not_counted_as_clean(
    first_bytes: bytes, error: str, tmp_path: Path
) -> None:
    plain, packed = tmp_path / "backup", tmp_path / "backup.gz"
    plain.write_bytes(first_bytes + bytes(99))
    packed.write_bytes(gzip.compress(first_bytes + bytes(99)))

    assert errors(plain) == [error]
    assert errors(packed) == [error]


def test_a_locked_archive_is_not_counted_as_clean(tmp_path: Path) -> None:
    path = tmp_path / "locked.zip"
    locked = bytearray(zipped(SPECIMENS["mark"].encode()))
    locked[6] |= 1  # the flag "encrypted", for the member and in the directory (APPNOTE 4.4.4)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)

    assert errors(path) == ["holds a file that is locked or packed in a way not known here"]


def test_what_is_packed_too_often_is_not_counted_as_clean(tmp_path: Path) -> None:
    path, data = tmp_path / "packed", SPECIMENS["mark"].encode()
    for _time in range(4):
        data = gzip.compress(data)
    path.write_bytes(data)
    assert errors(path) == []
    assert {"mark"} in [found(content.data) for content in file_contents(path, "packed")]

    path.write_bytes(gzip.compress(data))
    assert errors(path) == ["is packed more than 4 times"]


def test_a_damaged_archive_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "damaged.gz"
    noise = b"".join(i.to_bytes(4, "big") for i in range(99_999))
    damaged = bytearray(gzip.compress(SPECIMENS["mark"].encode() + noise))
    damaged[-5000:-4000] = bytes(1000)
    path.write_bytes(damaged)

    assert {"mark"} in [found(content.data) for content in file_contents(path, "damaged.gz")]


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
