"""Opens a copy of the database with the recovery key: this file, Python 3.11 and `cryptography` 50:
    python open_offline.py clinic.sqlite3 > requests.jsonl

The copy is an SQLite file or the plain text of `pg_dump`; `--keys` names a second one when the key
tables are kept apart. The recovery key is asked for, or read from a file (`--recovery-key-file`) or
standard input: never from the command line, where others could see it.

Prints one JSON line for each request: reference, received_at (UTC), status, form, correction (of one
form the highest counts), doubt, by_phone, location, answers, notes; or its reference with "damaged", with
"withdrawn", or with "shredded" when the key of its epoch was destroyed. Exit code 0: all that was kept
is there. 1: something is damaged or missing. 2: wrong key, unusable file.

Guarantees: imports nothing of the site, so it outlives it; opens the copy read-only and writes only
to standard output and error; prints answers only when every bit of them is as it was sealed, but not
what would reorder the line. Who signed the manifests is not checked: that protects sealing alone.

The formats are those at the head of crypto.py (HPKE: RFC 9180); its kept test vectors open here too.
"""

import argparse
import base64
import hashlib
import json
import re
import sqlite3
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import Any
from uuid import UUID

try:
    from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError:  # pragma: no cover  (seen in a process of its own)
    sys.stderr.write("This needs the package cryptography: pip install 'cryptography>=50'\n")
    raise SystemExit(2) from None

Row = dict[str, Any]
SUITES = {
    1: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    2: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}
# Directional marks, embeddings, overrides and isolates (Unicode Standard Annex 9).
REORDERING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What a value of the wrong type, length or content raises on its way through this file.
BAD = (InvalidTag, ValueError, TypeError, LookupError, RecursionError, OverflowError, struct.error)


# What may be said of a request instead of its answers.
COUNTED = ("damaged", "shredded", "withdrawn")


class Unusable(Exception):
    """Nothing can be opened; the message says why."""


class SQLiteFile:
    """An SQLite file, never written to, not even its journal."""

    def __init__(self, path: Path) -> None:
        wal = Path(f"{path}-wal")
        self.is_whole = not (wal.exists() and wal.stat().st_size)
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"

    def rows(self, table: str) -> Iterator[Row]:
        try:
            with closing(sqlite3.connect(self._uri, uri=True)) as connection:
                connection.row_factory = sqlite3.Row
                connection.text_factory = lambda raw: raw.decode(errors="replace")
                yield from map(dict, connection.execute(f"SELECT * FROM {table}"))  # noqa: S608
        except sqlite3.Error as error:
            raise Unusable(f"The table {table} cannot be read: {error}.") from error


class PostgresDump:
    """The text that pg_dump writes. Read anew for each table, so its size does not matter."""

    COPY = re.compile(rb'COPY (?:[^ ]+\.)?"?(\w+)"? \((.*)\) FROM stdin;')
    ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            if file.read(5) == b"PGDMP":
                raise Unusable("Turn this dump into text first: pg_restore -f dump.sql FILE")
            file.seek(max(0, path.stat().st_size - 1000))
            self.is_whole = b"PostgreSQL database dump complete" in file.read()

    def rows(self, table: str) -> Iterator[Row]:
        found = inside = wanted = False
        columns: list[str] = []
        with self._path.open("rb") as file:
            for ended in file:
                line = ended.rstrip(b"\r\n")
                if not inside and (head := self.COPY.fullmatch(line)):
                    inside, wanted = True, head[1] == table.encode()
                    columns = [
                        name.strip(' "') for name in head[2].decode(errors="replace").split(",")
                    ]
                    found = found or wanted
                elif line == rb"\.":
                    inside = False
                elif inside and wanted:
                    values = map(self._value, line.split(b"\t"))
                    yield dict(zip(columns, values, strict=False))
        if not found:
            raise Unusable(f"The table {table} is not in this file.")

    def _value(self, raw: bytes) -> str | None:
        if raw == rb"\N":
            return None
        text = re.sub(rb"\\(.)", lambda found: self.ESCAPES.get(found[1], found[1]), raw)
        return text.decode(errors="replace")


Source = SQLiteFile | PostgresDump


def source_of(path: Path) -> Source:
    with path.open("rb") as file:
        return (SQLiteFile if file.read(16) == b"SQLite format 3\0" else PostgresDump)(path)


def as_bytes(value: Any) -> bytes:
    """A binary column: bytes, or the \\x... of a dump. ValueError or TypeError for other values."""
    if isinstance(value, str):
        return bytes.fromhex(value.removeprefix("\\x"))
    return bytes(memoryview(value))


def as_uuid(value: Any) -> bytes:
    return UUID(str(value)).bytes


def as_time(value: Any) -> str:
    """ISO 8601 in UTC. SQLite keeps UTC without saying so; a dump says its offset."""
    time = datetime.fromisoformat(str(value))
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def length_prefixed(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def private_key(suite: int, seed: bytes) -> Any:
    """The private key of a 32-byte seed: X25519, or X-Wing's pair of ML-KEM-768 and X25519."""
    if suite == 1:
        return X25519PrivateKey.from_private_bytes(seed)
    expanded = hashlib.shake_256(seed).digest(96)
    ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    return MLKEM768X25519PrivateKey(ml_kem, X25519PrivateKey.from_private_bytes(expanded[64:]))


def recovery_seed(text: str) -> bytes:
    """The seed of a recovery key as typed from the sheet."""
    letters = "".join(filter(str.isalnum, text.upper())).translate(str.maketrans("018", "OIB"))
    with suppress(ValueError):
        raw = base64.b32decode(letters)
        if raw[32:] == hashlib.sha256(b"clinic-vault/recovery/v1" + raw[:32]).digest()[:3]:
            return raw[:32]
    raise Unusable("The recovery key has a typing mistake: compare it with the sheet.")


def open_root(seed: bytes, keys: Source) -> bytes:
    """The vault's root, from the grant of the recovery sheet."""
    private = private_key(2, seed)
    reviewers = {str(row.get("id")): row for row in keys.rows("vault_reviewer")}
    for grant in keys.rows("vault_grant"):
        try:
            reviewer = reviewers[str(grant["reviewer_id"])]
            ids = as_uuid(reviewer["vault_id"]), as_uuid(reviewer["id"])
            named = b"clinic-vault/kid/v1" + as_bytes(reviewer["public_key"])
            info = length_prefixed(b"clinic-vault/grant", *ids, hashlib.sha256(named).digest()[:8])
            return SUITES[2].decrypt(as_bytes(grant["sealed_root"]), private, info=info)
        except BAD:
            continue
    raise Unusable("This recovery key opens nothing here: is it the newest sheet of this clinic?")


def open_epochs(root: bytes, keys: Source) -> dict[bytes, Any]:
    """Private keys by key id; None for an epoch that was shredded. Damaged ones are left out."""
    wrapping = HKDF(hashes.SHA256(), 32, None, b"clinic-vault/epoch-wrapping/v1").derive(root)
    found: dict[bytes, Any] = {}
    for epoch in keys.rows("vault_epoch"):
        try:
            kid, vault = as_bytes(epoch["key_id"]), as_uuid(epoch["vault_id"])
            if epoch["wrapped_seed"] is None:
                found[kid] = None
                continue
            wrapped, number = as_bytes(epoch["wrapped_seed"]), int(epoch["number"])
            aad = length_prefixed(b"clinic-vault/epoch", vault, struct.pack(">I", number), kid)
            seed = AESGCM(wrapping).decrypt(wrapped[:12], wrapped[12:], aad)
            found[kid] = private_key(int(epoch["suite"]), seed)
        except BAD:
            continue
    return found


def open_row(row: Row, purpose: str, owner: Any, epochs: dict[bytes, Any]) -> Row | None:
    """The JSON object of a sealed row; None when its epoch was shredded. Raises one of BAD."""
    blob = as_bytes(row["sealed"])
    magic, version, suite, kid = struct.unpack(">4sBB8s", header := blob[:14])
    if (magic, version) != (b"CBX1", 1):
        raise ValueError("another format")
    if epochs[kid] is None:
        return None
    binding = as_uuid(row["id"]), as_uuid(owner), struct.pack(">I", int(row["schema"]))
    info = length_prefixed(f"clinic-vault/{purpose}".encode(), header, *binding)
    value = json.loads(unpad(SUITES[suite].decrypt(blob[14:], epochs[kid], info=info)))
    json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    return {**value}


def unpad(padded: bytes) -> bytes:
    """The payload between its length and the zeros; ValueError for padding that is never written."""
    end = 4 + struct.unpack(">I", padded[:4])[0]
    size = next((step for step in (512, 1024, 2048, 4096) if end <= step), -(-end // 4096) * 4096)
    if len(padded) != size or any(padded[end:]):
        raise ValueError("not padded as it should be")
    return padded[4:end]


def read_note(note: Row, epochs: dict[bytes, Any]) -> Row:
    try:
        opened = open_row(note, "note", note["submission_id"], epochs)
        said = {"shredded": True} if opened is None else {"note": opened}
        return {"created_at": as_time(note["created_at"]), **said}
    except BAD:
        return {"damaged": True}


def read_submission(row: Row, places: Row, notes: list[Row], epochs: dict[bytes, Any]) -> Row:
    line: Row = {"reference": str(row.get("reference"))}
    if row.get("status") == "withdrawn" and not as_bytes(row.get("sealed") or b""):
        return line | {"withdrawn": True}
    try:
        opened = open_row(row, "submission", row["id"], epochs)
        if opened is None:
            return line | {"shredded": True}
        return line | {
            "received_at": as_time(row["received_at"]),
            "status": str(row["status"]),
            "form": as_bytes(row.get("form_digest") or b"").hex()[:16],
            "correction": int(row.get("correction") or 0),
            "doubt": str(row.get("doubt") or ""),
            "by_phone": str(row.get("by_phone")) in {"1", "t"},
            "location": places.get(str(row["location_id"])),
            "answers": list(opened["answers"]),
            "notes": [read_note(note, epochs) for note in notes],
        }
    except BAD:
        return line | {"damaged": True}


def print_all(data: Source, epochs: dict[bytes, Any]) -> Counter[str]:
    """One line for each request; returns how many were opened, damaged and shredded."""
    counts = Counter(dict.fromkeys(("opened", *COUNTED, "damaged notes"), 0))
    places = {str(row.get("id")): str(row.get("name")) for row in data.rows("booking_location")}
    notes: dict[str, list[Row]] = {}
    for note in data.rows("booking_submissionnote"):
        notes.setdefault(str(note.get("submission_id")), []).append(note)
    for row in data.rows("booking_submission"):
        line = read_submission(row, places, notes.get(str(row.get("id")), []), epochs)
        counts[next((word for word in COUNTED if word in line), "opened")] += 1
        counts["damaged notes"] += sum("damaged" in note for note in line.get("notes", []))
        text = REORDERING.sub("", json.dumps(line, ensure_ascii=False))
        sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()
    return counts


def ask_key(file: Path | None) -> bytes:
    if file:
        return file.read_bytes()
    return getpass("Recovery key: ").encode() if sys.stdin.isatty() else sys.stdin.buffer.readline()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("copy", type=Path, help="SQLite file or text of pg_dump")
    parser.add_argument("--keys", type=Path, help="the copy with the key tables, if another one")
    parser.add_argument("--recovery-key-file", type=Path, help="else asked for, or from stdin")
    options = parser.parse_args()
    try:
        data = source_of(options.copy)
        keys = source_of(options.keys) if options.keys else data
        seed = recovery_seed(ask_key(options.recovery_key_file).decode(errors="replace"))
        counts = print_all(data, open_epochs(open_root(seed, keys), keys))
    except (Unusable, UnsupportedAlgorithm, OSError, EOFError, KeyboardInterrupt) as error:
        sys.stderr.write(f"{str(error) or 'Stopped.'}\n")
        return 2
    sys.stderr.write(", ".join(f"{number:,} {word}" for word, number in counts.items()) + ".\n")
    if data.is_whole and keys.is_whole:
        return int(counts["damaged"] + counts["damaged notes"] > 0)
    sys.stderr.write("This copy is cut off, or a -wal file beside it holds newer rows.\n")
    return 1


if __name__ == "__main__":  # pragma: no cover
    sys.exit(main())
