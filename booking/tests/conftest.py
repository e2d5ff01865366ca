"""Requests that the desk's tests work on."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from booking.models import Submission
from booking.tests.factories import core_answers, sealed_request, store
from clinic_site.tests.fixtures import TestVault


@pytest.fixture
def make(site: SimpleNamespace, vault: TestVault) -> Callable[..., Submission]:
    """make(**changes) stores one request; changes of answers come as `answers`."""

    def stored(answers: dict[str, Any] | None = None, **columns: Any) -> Submission:
        columns = {"location": site.location, **columns}
        row = sealed_request(site.book, answers=core_answers(**(answers or {})), **columns)
        return store([row])[0]

    return stored


@pytest.fixture
def kestrel(make: Callable[..., Submission]) -> Submission:
    """A request with answers that are easy to find again."""
    return make(
        {
            "name": "Kestrel Quillfeather",
            "phone": "(972) 555-0147",
            "email": "kestrel@example.com",
            "message": "Zinnia marmalade",
        },
        reference="KKKKKKKK",
    )
