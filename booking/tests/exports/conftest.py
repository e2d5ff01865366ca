"""Requests to export, and the booking administrator who exports them."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client

from booking.models import Submission
from booking.tests.exported import EXPORT_URL, export_fields
from booking.tests.factories import core_answers, sealed_request, store
from clinic_site.tests.fixtures import PASSPHRASES, TestVault

from .expected import FORMULAS, HARMLESS, NOW, Export


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def export(sign_in: Callable[..., Client], vault: TestVault) -> Export:
    """export(format, **fields) posts the export form as the booking administrator, with every column."""
    client = sign_in("booking_administrator")
    passphrase = PASSPHRASES["booking_administrator"]

    def post(file_format: str = "csv", **fields: Any) -> Any:
        return client.post(EXPORT_URL, export_fields(passphrase, file_format) | fields)

    return post


@pytest.fixture
def two_hundred(site: SimpleNamespace, vault: TestVault) -> list[tuple[Submission, str, str]]:
    """200 requests, newest first, with what was typed as name and message."""
    typed = [
        (FORMULAS[i % 20], f"{i}: {HARMLESS[i % 8]}") if i % 2 else (f"Name {i}", FORMULAS[i // 10])
        for i in range(200)
    ]
    requests = store(
        sealed_request(
            site.book,
            site.location,
            core_answers(name=name, message=message),
            received_at=NOW - timedelta(minutes=7 * i),
        )
        for i, (name, message) in enumerate(typed)
    )
    return [(row, *cells) for row, cells in zip(requests, typed, strict=True)]
