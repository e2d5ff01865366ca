"""The lone file that opens a copy of the database: copied elsewhere, run without the site."""

import io
import json
import os
import pty
import random
import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import chdir, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone

from booking.vault import crypto, open_offline, sealing
from booking.vault.crypto import Binding
from booking.vault.passphrases import recovery_key

from .independent import receive
from .known import kept, published
from .mutants import mutants

RECOVERY, ROOT = b"y" * 32, b"R" * 32
VAULT, REVIEWER = uuid.UUID(int=1), uuid.UUID(int=2)
KEY = recovery_key(RECOVERY)
RECEIVED = "2026-03-01 17:30:00.25"
NEWEST_SHEET = "This recovery key opens nothing here: is it the newest sheet of this clinic?\n"
TYPING_MISTAKE = "The recovery key has a typing mistake: compare it with the sheet.\n"
PG_ESCAPES = {"\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
COMPLETE = "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict x\n"


# A vault of a few rows, without a database -------------------------------------------------------


def epoch(number: int, suite: int = 2) -> dict:
    seed = bytes([number]) * 32
    kid = crypto.key_id(crypto.public_key_bytes(suite, seed))
    wrapped = crypto.wrap_epoch_seed(seed, ROOT, vault=VAULT.bytes, number=number, kid=kid)
    return {
        "number": number,
        "suite": suite,
        "key_id": kid,
        "wrapped_seed": wrapped,
        "vault_id": VAULT,
    }


def sealed(number: int, suite: int, purpose: str, row: uuid.UUID, owner: uuid.UUID, value) -> bytes:
    public_key = crypto.public_key_bytes(suite, bytes([number]) * 32)
    payload = value if isinstance(value, bytes) else json.dumps(value).encode()
    return crypto.seal_blob(suite, public_key, payload, Binding(purpose, row.bytes, owner.bytes, 1))


def submission(reference: str, answers: list, number: int = 1, suite: int = 2) -> dict:
    row = uuid.uuid5(VAULT, reference)
    return {
        "id": row,
        "reference": reference,
        "received_at": RECEIVED,
        "status": "new",
        "form_digest": b"form of " + reference.encode().ljust(24),
        "correction": 1,
        "doubt": "trap",
        "by_phone": True,
        "sealed": sealed(number, suite, "submission", row, row, {"answers": answers}),
        "schema": 1,
        "location_id": 7,
    }


def note(about: dict, text: str, number: int = 1) -> dict:
    row = uuid.uuid5(VAULT, text)
    return {
        "id": row,
        "created_at": RECEIVED,
        "sealed": sealed(number, 2, "note", row, about["id"], {"text": text}),
        "schema": 1,
        "submission_id": about["id"],
    }


def vault_tables(submissions: list, notes: list = (), epochs: list = (), seed=RECOVERY) -> dict:
    public_key = crypto.public_key_bytes(2, seed)
    grant = crypto.seal_grant(
        ROOT, vault=VAULT.bytes, reviewer=REVIEWER.bytes, public_key=public_key
    )
    other = uuid.UUID(int=3)
    return {
        # A name that would confuse a careless reader of dumps.
        "booking_location": [{"id": 7, "name": "Allen\n\\.\tCOPY x (y) FROM stdin; Zoë"}],
        "booking_submission": submissions,
        "booking_submissionnote": list(notes),
        "vault_epoch": list(epochs) or [epoch(1)],
        "vault_grant": [
            {"id": 1, "sealed_root": b"x" * 40, "reviewer_id": other},
            {"id": 2, "sealed_root": grant, "reviewer_id": REVIEWER},
        ],
        "vault_reviewer": [
            {"id": other, "public_key": b"p", "wrap": b"w", "vault_id": VAULT},
            {"id": REVIEWER, "public_key": public_key, "wrap": None, "vault_id": VAULT},
        ],
    }


def write_sqlite(path: Path, tables: dict) -> Path:
    """As Django stores it: UUIDs as 32 hex digits, times in UTC without an offset."""
    with closing(sqlite3.connect(path)) as file, file:
        for table, rows in tables.items():
            columns = list(rows[0]) if rows else ["id", "submission_id"]
            file.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            for row in rows:
                values = [v.hex if isinstance(v, uuid.UUID) else v for v in row.values()]
                file.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", values)
    return path


def dump_value(value) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes):
        return r"\\x" + value.hex()
    text = f"{value}-06" if value == RECEIVED else str(value)
    return "".join(PG_ESCAPES.get(character, character) for character in text)


def write_dump(path: Path, tables: dict) -> Path:
    """As pg_dump writes it, on a server six hours behind UTC."""
    text = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n"
    for table, rows in {"auth_group": [{"id": 1, "name": "Editors"}], **tables}.items():
        columns = list(rows[0]) if rows else ["id", "submission_id"]
        text += f"COPY public.{table} ({', '.join(columns)}) FROM stdin;\n"
        text += "".join("\t".join(map(dump_value, row.values())) + "\n" for row in rows)
        text += "\\.\n\n\n"
    path.write_text(text + COMPLETE, encoding="utf-8", newline="\n")
    return path


WRITERS = {"sqlite": write_sqlite, "dump": write_dump}
RECEIVED_UTC = {
    write_sqlite: "2026-03-01T17:30:00.250000+00:00",
    write_dump: "2026-03-01T23:30:00.250000+00:00",
}
both_kinds = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


# Running it --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    code: int
    lines: list
    said: str


def run_on(copy: Path, *options: str, key: str = KEY) -> Outcome:
    """The file copied beside the dump and run there: no site, no settings, nothing written."""
    alone = copy.parent / "open_offline.py"
    shutil.copy(open_offline.__file__, alone)
    before = {path: path.read_bytes() for path in copy.parent.iterdir() if path.is_file()}
    done = subprocess.run(
        [sys.executable, "-I", str(alone), str(copy), *options],
        cwd=copy.parent,
        env={"PATH": os.environ["PATH"]},
        input=key.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    after = {path: path.read_bytes() for path in copy.parent.iterdir() if path.is_file()}
    assert after == before
    assert run_here(copy, *options, key=key) == (done.returncode, done.stdout, done.stderr)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return Outcome(done.returncode, lines, done.stderr.decode())


def run_here(copy: Path, *options: str, key: str) -> tuple[int, bytes, bytes]:
    """The same in this process, where debuggers and coverage see it."""
    stdin, out, err = (io.TextIOWrapper(io.BytesIO(data)) for data in (key.encode(), b"", b""))
    argv = ["open_offline.py", str(copy), *options]
    with (
        chdir(copy.parent),
        patch.multiple(sys, argv=argv, stdin=stdin, stdout=out, stderr=err),
    ):
        code = open_offline.main()
        out.flush()
        err.flush()
    return code, out.buffer.getvalue(), err.buffer.getvalue()


@both_kinds
def test_requests_and_notes_of_both_suites_open(write, tmp_path):
    zoe = [{"key": "name", "label": "Name", "type": "text", "answer": "Zoë\t字\\\n"}]
    first, second = submission("AAAA", zoe), submission("CCCC", [], number=2, suite=1)
    notes = [note(first, "Called back."), note(first, "Comes on Monday.")]
    tables = vault_tables([first, second], notes, [epoch(1), epoch(2, suite=1)])
    outcome = run_on(write(tmp_path / "copy", tables))
    said = {
        "received_at": RECEIVED_UTC[write],
        "status": "new",
        "form": b"form of ".hex(),
        "correction": 1,
        "doubt": "trap",
        "by_phone": True,
        "location": tables["booking_location"][0]["name"],
    }
    written = [
        {"created_at": RECEIVED_UTC[write], "note": {"text": text}}
        for text in ("Called back.", "Comes on Monday.")
    ]
    assert outcome == Outcome(
        0,
        [
            {"reference": "AAAA", **said, "answers": zoe, "notes": written},
            {"reference": "CCCC", **said, "answers": [], "notes": []},
        ],
        "2 opened, 0 damaged, 0 shredded, 0 withdrawn, 0 damaged notes.\n",
    )


@both_kinds
def test_characters_that_would_reorder_the_line_are_left_out(write, tmp_path):
    name = {
        "key": "name",
        "label": "Name",
        "type": "text",
        "answer": "\u202eexe.gpj\u2069 علی\u200cرضا",
    }
    request = submission("AAAA", [name])
    notes = [note(request, "\u061c\u200e\u200fCalled\u2066 back.")]
    outcome = run_on(write(tmp_path / "copy", vault_tables([request], notes, [epoch(1)])))
    (line,) = outcome.lines
    assert line["answers"] == [{**name, "answer": "exe.gpj علی\u200cرضا"}]
    assert [each["note"] for each in line["notes"]] == [{"text": "Called back."}]


@both_kinds
def test_a_shredded_epoch_is_counted_and_is_no_damage(write, tmp_path):
    first, second = submission("AAAA", []), submission("CCCC", [], number=2)
    notes = [note(first, "Sealed later", number=2)]
    shredded = {**epoch(2), "wrapped_seed": None}
    outcome = run_on(
        write(tmp_path / "copy", vault_tables([first, second], notes, [epoch(1), shredded]))
    )
    assert outcome.lines[0]["notes"] == [{"created_at": RECEIVED_UTC[write], "shredded": True}]
    assert outcome.lines[1] == {"reference": "CCCC", "shredded": True}
    assert outcome.code == 0
    assert outcome.said == "1 opened, 0 damaged, 1 shredded, 0 withdrawn, 0 damaged notes.\n"


def one_bit(blob: bytes, at: int) -> bytes:
    return blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]


@both_kinds
def test_damaged_rows_are_named_and_the_others_open(write, tmp_path):
    good = submission("GOOD", [])
    blob = good["sealed"]
    damage = {
        "BIT1": {"sealed": one_bit(blob, 700)},
        "HEAD": {"sealed": one_bit(blob, 0)},
        "VERS": {"sealed": one_bit(blob, 4)},
        "SUIT": {"sealed": blob[:5] + b"\1" + blob[6:]},
        "NONE": {"sealed": blob[:5] + b"\x09" + blob[6:]},
        "WHOM": {"sealed": one_bit(blob, 8)},
        "EMPT": {"sealed": b""},
        "NULL": {"sealed": None},
        "TEXT": {"sealed": "answers"},
        "SWAP": {"sealed": blob},
        "SCHE": {"sealed": blob, "id": good["id"], "schema": 2},
        "DATE": {"received_at": "yesterday"},
        "YEAR": {"received_at": "0001-01-01 00:00:00+14"},
        "SIZE": {"sealed": blob, "id": good["id"], "schema": 2**40},
    }
    values = {
        "LIST": [],
        "LONE": {"answers": "\ud800"},
        "LESS": {"other": 1},
        "NUMB": {"answers": 1},
        "JSON": b"{",
    }
    rows = [good, *({**submission(name, []), **change} for name, change in damage.items())]
    for name, value in values.items():
        row = submission(name, [])
        rows.append({**row, "sealed": sealed(1, 2, "submission", row["id"], row["id"], value)})
    outcome = run_on(write(tmp_path / "copy", vault_tables(rows)))
    assert [line["reference"] for line in outcome.lines if "damaged" not in line] == ["GOOD"]
    assert outcome.lines[1:] == [
        {"reference": name, "damaged": True} for name in [*damage, *values]
    ]
    assert outcome.code == 1
    assert outcome.said == "1 opened, 19 damaged, 0 shredded, 0 withdrawn, 0 damaged notes.\n"


@both_kinds
def test_brackets_without_end_do_not_stop_the_others(write, tmp_path):
    """How deep JSON may go is the interpreter's to say: such a row is opened or damaged."""
    deep, good = submission("DEEP", []), submission("GOOD", [])
    value = b'{"answers":' + b"[" * 9000 + b"]" * 9000 + b"}"
    deep["sealed"] = sealed(1, 2, "submission", deep["id"], deep["id"], value)
    outcome = run_on(write(tmp_path / "copy", vault_tables([deep, good])))
    assert [line["reference"] for line in outcome.lines] == ["DEEP", "GOOD"]
    assert "answers" in outcome.lines[1]
    assert "Traceback" not in outcome.said


@both_kinds
def test_a_damaged_note_leaves_its_request_readable(write, tmp_path):
    row = submission("AAAA", [])
    bad = {**note(row, "Called back."), "sealed": row["sealed"]}
    outcome = run_on(write(tmp_path / "copy", vault_tables([row], [bad])))
    assert [line["notes"] for line in outcome.lines] == [[{"damaged": True}]]
    assert outcome.code == 1
    assert outcome.said == "1 opened, 0 damaged, 0 shredded, 0 withdrawn, 1 damaged notes.\n"


@both_kinds
def test_a_damaged_epoch_damages_its_own_requests_only(write, tmp_path):
    rows = [submission("AAAA", []), submission("CCCC", [], number=2)]
    bad = {**epoch(2), "wrapped_seed": one_bit(epoch(2)["wrapped_seed"], 20)}
    outcome = run_on(write(tmp_path / "copy", vault_tables(rows, [], [epoch(1), bad])))
    assert [line.get("damaged", False) for line in outcome.lines] == [False, True]
    assert outcome.code == 1


# What cannot be used -----------------------------------------------------------------------------


@both_kinds
def test_the_key_of_another_clinic_opens_nothing(write, tmp_path):
    copy = write(tmp_path / "copy", vault_tables([submission("AAAA", [])]))
    assert run_on(copy, key=recovery_key(b"z" * 32)) == Outcome(2, [], NEWEST_SHEET)


@both_kinds
def test_a_sheet_that_was_replaced_opens_nothing(write, tmp_path):
    tables = vault_tables([submission("AAAA", [])])
    tables["vault_grant"] = tables["vault_grant"][:1]
    assert run_on(write(tmp_path / "copy", tables)) == Outcome(2, [], NEWEST_SHEET)


@pytest.mark.parametrize(
    "typed",
    ["", "\n", "no key", "Zoë", KEY[:-1], KEY[:-2] + ("AA" if KEY[-2:] != "AA" else "BB")],
    ids=["nothing", "empty line", "other text", "no ASCII", "cut off", "two letters"],
)
def test_a_mistyped_key_is_called_a_typing_mistake(typed, tmp_path):
    copy = write_sqlite(tmp_path / "copy", vault_tables([]))
    assert run_on(copy, key=typed) == Outcome(2, [], TYPING_MISTAKE)


def test_bytes_that_are_no_text_are_a_typing_mistake_too(tmp_path):
    copy = write_sqlite(tmp_path / "copy", vault_tables([]))
    done = subprocess.run(
        [sys.executable, "-I", open_offline.__file__, str(copy)],
        input=b"\xff\xff\n",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr.decode()) == (2, TYPING_MISTAKE)


@pytest.mark.parametrize("typed", [KEY.lower(), KEY.replace("-", " "), KEY.replace("O", "0")])
def test_a_key_may_be_typed_as_in_the_site(typed, tmp_path):
    copy = write_sqlite(tmp_path / "copy", vault_tables([]))
    assert run_on(copy, key=typed).code == 0


def test_the_key_can_lie_in_a_file(tmp_path):
    copy = write_sqlite(tmp_path / "copy", vault_tables([]))
    (tmp_path / "key.txt").write_text(f"\n {KEY}\r\n")
    assert run_on(copy, "--recovery-key-file", "key.txt", key="").code == 0
    (tmp_path / "key.txt").write_text(KEY, encoding="utf-16")  # as some Windows editors save it
    assert run_on(copy, "--recovery-key-file", "key.txt", key="").code == 0
    missing = run_on(copy, "--recovery-key-file", "none.txt", key="")
    assert (missing.code, missing.said.count("\n")) == (2, 1)
    assert "none.txt" in missing.said


def test_at_a_terminal_the_key_is_asked_for_and_not_shown(tmp_path):
    copy = write_sqlite(tmp_path / "copy", vault_tables([submission("AAAA", [])]))
    terminal, other_end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-I", open_offline.__file__, str(copy)],
        env={"PATH": os.environ["PATH"]},
        stdin=other_end,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        # Typed once it was asked for: what is typed before is thrown away.
        asked = process.stderr.read(len("Recovery key: "))
        os.write(terminal, f"{KEY}\n".encode())
        out, err = process.communicate(timeout=60)
    # A byte of our own, so that there is something to read when nothing was shown.
    os.write(other_end, b".")
    shown = os.read(terminal, 1000)
    os.close(other_end)
    os.close(terminal)
    assert (process.returncode, asked) == (0, b"Recovery key: ")
    assert shown.endswith(b".")
    assert json.loads(out)["reference"] == "AAAA"
    assert KEY.encode() not in shown + err


def test_a_key_on_the_command_line_is_refused(tmp_path):
    copy = write_sqlite(tmp_path / "copy", vault_tables([]))
    done = subprocess.run(
        [sys.executable, "-I", open_offline.__file__, str(copy), KEY],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")


def test_without_the_package_it_says_what_to_install(tmp_path):
    done = subprocess.run(
        # Without site-packages there is nothing but the standard library.
        [sys.executable, "-I", "-S", open_offline.__file__, "copy"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    sentence = "This needs the package cryptography: pip install 'cryptography>=50'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)


def test_key_tables_can_come_from_a_copy_of_their_own(tmp_path):
    tables = vault_tables([submission("AAAA", [])])
    data = {name: rows for name, rows in tables.items() if name.startswith("booking_")}
    copy = write_sqlite(tmp_path / "data", data)
    write_dump(tmp_path / "keys", {name: tables[name] for name in tables if name not in data})
    assert run_on(copy, "--keys", "keys").code == 0
    assert run_on(copy) == Outcome(
        2, [], "The table vault_reviewer cannot be read: no such table: vault_reviewer.\n"
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The table vault_reviewer is not in this file."),
        (b"not a database", "The table vault_reviewer is not in this file."),
        (b"PGDMP\1\x0e", "Turn this dump into text first: pg_restore -f dump.sql FILE"),
        (
            b"SQLite format 3\0" + bytes(500),
            "The table vault_reviewer cannot be read: file is not a database.",
        ),
    ],
    ids=["empty", "other text", "custom format", "damaged SQLite"],
)
def test_a_file_that_is_no_copy_is_refused_with_one_sentence(content, sentence, tmp_path):
    copy = tmp_path / "copy"
    copy.write_bytes(content)
    assert run_on(copy) == Outcome(2, [], f"{sentence}\n")


def test_a_missing_file_is_named(tmp_path):
    outcome = run_on(tmp_path / "copy")
    assert (outcome.code, outcome.lines, outcome.said.count("\n")) == (2, [], 1)
    assert "copy" in outcome.said


def test_an_sqlite_file_that_was_cut_off_is_refused_with_one_sentence(tmp_path):
    rows = [submission(f"{number:04}", ["x" * 3000]) for number in range(40)]
    copy = write_sqlite(tmp_path / "copy", vault_tables(rows))
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    outcome = run_on(copy)
    assert outcome.code == 2
    assert outcome.said.startswith("The table ")
    assert outcome.said.count("\n") == 1


def test_a_dump_that_was_cut_off_gives_what_is_left_and_says_so(tmp_path):
    tables = vault_tables([submission("AAAA", []), submission("CCCC", [])])
    keys_first = dict(sorted(tables.items(), key=lambda item: item[0] == "booking_submission"))
    copy = write_dump(tmp_path / "copy", keys_first)
    text = copy.read_text(encoding="utf-8")
    copy.write_text(text[: text.rindex(r"\\x") + 500], encoding="utf-8")
    outcome = run_on(copy)
    assert [line["reference"] for line in outcome.lines] == ["AAAA", "CCCC"]
    assert ["damaged" in line for line in outcome.lines] == [False, True]
    assert outcome.code == 1
    assert outcome.said.endswith(
        "This copy is cut off, or a -wal file beside it holds newer rows.\n"
    )


def test_a_dump_cut_off_before_its_keys_is_refused_with_one_sentence(tmp_path):
    copy = write_dump(tmp_path / "copy", vault_tables([submission("AAAA", [])]))
    text = copy.read_text(encoding="utf-8")
    copy.write_text(text[: text.index("COPY public.vault_epoch")], encoding="utf-8")
    assert run_on(copy) == Outcome(2, [], "The table vault_reviewer is not in this file.\n")


def test_rows_left_in_the_wal_are_spoken_of(tmp_path):
    copy = write_sqlite(tmp_path / "copy", vault_tables([submission("AAAA", [])]))
    (tmp_path / "copy-wal").write_bytes(b"newer rows")
    outcome = run_on(copy)
    assert (outcome.code, len(outcome.lines)) == (1, 1)
    assert "-wal" in outcome.said


# The same formats as the site --------------------------------------------------------------------


def test_kept_grant_and_epoch_wrap_open_from_a_file(tmp_path):
    grant, wrap = kept["grant"], kept["epoch_wrap"]
    vault, reviewer = (uuid.UUID(bytes=grant[name]) for name in ("vault", "reviewer"))
    tables = {
        "vault_reviewer": [
            {
                "id": reviewer,
                "vault_id": vault,
                "public_key": crypto.public_key_bytes(2, grant["reviewer_seed"]),
            }
        ],
        "vault_grant": [{"reviewer_id": reviewer, "sealed_root": grant["grant"]}],
        "vault_epoch": [
            {
                "number": wrap["number"],
                "suite": 2,
                "key_id": wrap["key_id"],
                "wrapped_seed": wrap["wrapped"],
                "vault_id": uuid.UUID(bytes=wrap["vault"]),
            }
        ],
    }
    source = open_offline.source_of(write_dump(tmp_path / "copy", tables))
    root = open_offline.open_root(grant["reviewer_seed"], source)
    assert root == grant["root"] == wrap["root"]
    key = open_offline.open_epochs(root, source)[wrap["key_id"]]
    blob = crypto.seal_blob(2, crypto.public_key_bytes(2, wrap["seed"]), b"x", BINDING)
    assert crypto.open_blob(blob, key, BINDING) == b"x"


BINDING = Binding(**kept["binding"])


@pytest.mark.parametrize("suite", [1, 2])
def test_the_kept_blob_opens(suite):
    vector = kept["suites"][str(suite)]
    row = {"id": uuid.UUID(bytes=BINDING.row), "sealed": vector["blob"], "schema": BINDING.schema}
    epochs = {vector["key_id"]: open_offline.private_key(suite, kept["seed"])}
    owner = uuid.UUID(bytes=BINDING.owner)
    opened = open_offline.open_row(row, BINDING.purpose, owner, epochs)
    assert opened == json.loads(kept["payload"])


def test_the_kept_recovery_key_is_read():
    assert open_offline.recovery_seed(kept["recovery_key"]["text"]) == kept["recovery_key"]["seed"]


AES_256 = [vector for vector in published["hpke"] if vector["aead_id"] == 2]


@pytest.mark.parametrize("vector", AES_256, ids=[vector["source"][:40] for vector in AES_256])
def test_what_a_published_key_seals_opens(vector):
    suite = {0x20: 1, 0x647A: 2}[vector["kem_id"]]
    receiver = receive(
        vector["kem_id"], vector["aead_id"], vector["enc"], vector["skRm"], vector["info"]
    )
    text = vector["encryptions"][0]["pt"]
    body = vector["enc"] + receiver.seal(text)
    key = open_offline.private_key(suite, vector["skRm"])
    assert open_offline.SUITES[suite].decrypt(body, key, info=vector["info"]) == text


def test_both_readers_refuse_the_same_padding():
    rng = random.Random(5)
    for _ in range(3000):
        size = rng.choice([0, 3, 4, 511, 512, 513, 1024, 2048, 3072, 4096, 8192])
        claimed = rng.choice([0, 5, 508, 509, 1020, 4092, 4093, rng.randrange(9000), 2**32 - 1])
        padded = (claimed.to_bytes(4, "big") + bytes(size))[:size]
        padded = padded[:-1] + rng.choice([padded[-1:], b"x"]) if padded else padded
        outcomes = []
        for unpad in (crypto.unpad, open_offline.unpad):
            try:
                outcomes.append(unpad(padded))
            except (crypto.CannotOpen, *open_offline.BAD):
                outcomes.append(None)
        assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("suite", [1, 2])
def test_no_damaged_blob_is_printed(suite):
    row = submission("AAAA", [], suite=suite)
    epochs = {row["sealed"][6:14]: open_offline.private_key(suite, b"\1" * 32)}
    other = submission("CCCC", [], suite=suite)["sealed"]
    printed = [
        open_offline.read_submission({**row, "sealed": damaged}, {}, [], epochs)
        for _, damaged in mutants(row["sealed"], other, 900, seed=7)
    ]
    assert printed == [{"reference": "AAAA", "damaged": True}] * 900
    assert "answers" in open_offline.read_submission(row, {}, [], epochs)


# A real database ---------------------------------------------------------------------------------


def copy_of_the_database(path: Path) -> Path:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as target:
            connection.connection.backup(target)
        return path
    address = ["-h", settings["HOST"], "-p", str(settings["PORT"]), "-U", settings["USER"]]
    subprocess.run(
        ["pg_dump", *address, "-f", str(path), settings["NAME"]],
        env={**os.environ, "PGPASSWORD": settings["PASSWORD"]},
        check=True,
        timeout=60,
    )
    return path


@pytest.mark.skipif(not shutil.which("pg_dump") and connection.vendor != "sqlite", reason="pg_dump")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_requests_sent_through_the_form_open_from_a_copy_of_the_database(
    site, send, vault, tmp_path
):
    from booking.models import SubmissionNote

    wishes = {
        "when": "weekdays",
        "weekdays": ["0", "4"],
        "for_whom": "other",
        "patient_name": "Kim",
    }
    sent = [send(name=name, message="a\tb\\\nc “d”", **wishes) for name in ("Zoë Sample", "字")]
    written = uuid.uuid4()
    blob = sealing.seal(
        {"text": "Called back."}, purpose="note", row=written, owner=sent[0].id, schema=1
    )
    at = timezone.now()
    SubmissionNote.objects.create(
        id=written,
        submission=sent[0],
        created_at=at,
        sealed=blob.blob,
        key_id=blob.key_id,
        schema=1,
    )
    outcome = run_on(copy_of_the_database(tmp_path / "copy"), key=vault.recovery_key)
    lines = {line["reference"]: line for line in outcome.lines}
    assert outcome.code == 0
    assert lines.keys() == {row.reference for row in sent}
    for row, name in zip(sent, ("Zoë Sample", "字"), strict=True):
        line = lines[row.reference]
        answers = {item["key"]: item["answer"] for item in line["answers"]}
        assert (answers["name"], answers["message"]) == (name, "a\tb\\\nc “d”")
        assert (answers["weekdays"], answers["patient_name"]) == (["Monday", "Friday"], "Kim")
        assert datetime.fromisoformat(line["received_at"]) == row.received_at.astimezone(UTC)
        assert (line["status"], line["location"]) == ("new", site.location.name)
    assert lines[sent[0].reference]["notes"] == [
        {"created_at": at.astimezone(UTC).isoformat(), "note": {"text": "Called back."}}
    ]
