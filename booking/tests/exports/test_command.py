"""manage.py export_submissions: the desk's export, from the command line."""

import io
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

from booking.desk.export import table
from booking.models import Submission
from booking.tests.exported import sheet_of
from booking.tests.factories import damage, sealed_request, store
from clinic_site.tests.fixtures import PASSPHRASES, TestVault

from .expected import NOW

ROLE = "booking_administrator"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def three(site: SimpleNamespace, vault: TestVault) -> list[Submission]:
    return store(
        sealed_request(
            site.book,
            site.location,
            reference=letter * 8,
            received_at=NOW - timedelta(days=number),
        )
        for number, letter in enumerate("ACD")
    )


@pytest.fixture
def secrets(tmp_path: Path, vault: TestVault) -> dict[str, str]:
    """Files with the passphrases and the recovery key."""
    texts = {**PASSPHRASES, "sheet": vault.recovery_key, "wrong": "plank otter seven velvet maple"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in texts}


def run(file: Path, secrets: dict[str, str], **options: Any) -> tuple[str, str]:
    """What it prints on both ways."""
    by_passphrase = {"user": ROLE, "passphrase_file": secrets[ROLE]}
    chosen = {**({} if "recovery_key_file" in options else by_passphrase), "reason": "figures"}
    out, progress = io.StringIO(), Terminal()
    call_command("export_submissions", str(file), **chosen | options, stdout=out, stderr=progress)
    return out.getvalue(), progress.getvalue()


def logged() -> list[tuple[str, Any]]:
    entries = ModelLogEntry.objects.filter(action__startswith="booking.export").order_by("pk")
    return [(entry.action.removeprefix("booking."), entry.data) for entry in entries]


def test_it_writes_a_file_of_its_owner_alone_and_logs_it_like_the_desk(
    three: list[Submission], tmp_path: Path, secrets: dict[str, str], users: dict[str, Any]
) -> None:
    file = tmp_path / "requests.csv"
    out, progress = run(file, secrets, filter="since=2026-10-06", columns="status,answer.name")
    assert out == "Written: 2 requests, 0 of them damaged.\n"
    assert progress.rstrip().split("\r")[-1].startswith("2 of 2 rows")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text(encoding="utf-8-sig").splitlines() == [
        "Reference,Status,Your name,Remark",
        "AAAAAAAA,New,Robin Sample,",
        "CCCCCCCC,New,Robin Sample,",
        '"Complete: 2 requests, 0 of them damaged."',
    ]
    (begun, about), rows, end = logged()
    assert (begun, about) == (
        "export",
        {
            "rows": 2,
            "format": "csv",
            "columns": ["status", "answer.name"],
            "filter": {"show": "all", "since": "2026-10-06"},
            "reason": "figures",
            "details": "",
        },
    )
    assert rows[1]["references"] == ["AAAAAAAA", "CCCCCCCC"]
    assert (end[0], end[1]["whole"]) == ("export_end", True)
    assert ModelLogEntry.objects.filter(user=users[ROLE], action="booking.export").count() == 1


def test_damaged_requests_make_it_exit_with_3_and_the_file_is_whole(
    three: list[Submission], tmp_path: Path, secrets: dict[str, str]
) -> None:
    damage(three[0])
    with pytest.raises(SystemExit) as stopped:
        run(tmp_path / "requests.xlsx", secrets, format="xlsx", columns="all", notes=True)
    assert stopped.value.code == 3
    sheet = sheet_of((tmp_path / "requests.xlsx").read_bytes())
    assert [row[0].value for row in sheet.iter_rows()] == [
        *("Reference", "AAAAAAAA", "CCCCCCCC", "DDDDDDDD"),
        "Complete: 3 requests, 1 of them damaged.",
    ]
    assert "Notes" in [cell.value for cell in sheet[1]]


def test_the_recovery_key_opens_it_too(
    three: list[Submission], tmp_path: Path, secrets: dict[str, str]
) -> None:
    out, _progress = run(tmp_path / "all.csv", secrets, recovery_key_file=secrets["sheet"])
    assert out == "Written: 3 requests, 0 of them damaged.\n"
    assert ModelLogEntry.objects.get(action="booking.export").user is None


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"passphrase_file": "wrong"}, "This passphrase does not open the vault."),
        ({"user": "nobody"}, "This user has no access to the vault."),
        (
            {"user": "booking_reviewer", "passphrase_file": "booking_reviewer"},
            "This user may not export requests.",
        ),
        ({"recovery_key_file": "wrong"}, "This recovery key does not open the vault."),
        ({"columns": "status,sealed"}, "No such column: sealed."),
        ({"filter": "stat=new"}, "No such filter: stat."),
        ({"filter": "since=soon"}, "since: Enter a valid date."),
    ],
    ids=str,
)
def test_what_is_refused_leaves_no_file_and_no_entry(
    three: list[Submission],
    tmp_path: Path,
    secrets: dict[str, str],
    options: dict[str, str],
    reason: str,
) -> None:
    given = {name: secrets.get(value, value) for name, value in options.items() if name != "user"}
    given |= {name: value for name, value in options.items() if name == "user"}
    with pytest.raises(CommandError, match=reason):
        run(tmp_path / "requests.csv", secrets, **given)
    assert not (tmp_path / "requests.csv").exists()
    assert logged() == []


def test_a_file_that_is_there_stays_as_it_is(
    three: list[Submission], tmp_path: Path, secrets: dict[str, str]
) -> None:
    file = tmp_path / "kept.csv"
    file.write_text("kept")
    with pytest.raises(CommandError, match="already"):
        run(file, secrets)
    assert (file.read_text(), logged()) == ("kept", [])
    with pytest.raises(CommandError, match="cannot be written"):
        run(tmp_path / "missing" / "requests.csv", secrets)


def test_one_that_breaks_off_is_deleted_again_and_logged_as_one(
    three: list[Submission],
    tmp_path: Path,
    secrets: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(table, "read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "requests.csv", secrets)
    assert not (tmp_path / "requests.csv").exists()
    assert [(action, data.get("whole")) for action, data in logged()] == [
        ("export", None),
        ("export_rows", None),
        ("export_end", False),
    ]
