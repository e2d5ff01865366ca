"""What opens as answers: only what the site itself would have sealed."""

from types import SimpleNamespace
from typing import Any

import pytest

from booking.submissions.sealed import PURPOSE, SCHEMA, open_answers
from booking.tests.factories import answer, sealed_request
from booking.vault import keyring, sealing
from booking.vault.crypto import CannotOpen
from booking.vault.sealing import MANY_BRACKETS, OpenKeys
from clinic_site.tests.fixtures import PASSPHRASES, TestVault


@pytest.fixture
def keys(vault: TestVault, users: dict[str, Any]) -> OpenKeys:
    person = users["booking_reviewer"]
    return OpenKeys(keyring.root_by_passphrase(person, PASSPHRASES["booking_reviewer"])[1])


def opened(site: SimpleNamespace, keys: OpenKeys, value: Any) -> list[dict[str, Any]]:
    """The answers of a request into which somebody has sealed this value."""
    request = sealed_request(site.book, site.location)
    blob = sealing.seal(value, purpose=PURPOSE, row=request.id, owner=request.id, schema=SCHEMA)
    request.sealed = blob.blob
    return open_answers(request, keys)


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [answer("name", "Robin"), answer("consent", True), answer("parts", ["Any", "Noon"])],
        [answer("name", "[{" * MANY_BRACKETS), answer("message", "a\u0001b and \\ud800 in words")],
        [answer("parts", [])],
    ],
    ids=["none", "all kinds", "many brackets", "escapes"],
)
def test_what_was_sealed_here_opens(site: SimpleNamespace, keys: OpenKeys, answers: Any) -> None:
    assert opened(site, keys, {"answers": answers}) == answers


@pytest.mark.parametrize(
    "answers",
    [
        None,
        {},
        "text",
        ["text"],
        [None],
        [["key", "label", "type", "answer"]],
        [{}],
        [answer("name", "x") | {"more": "x"}],
        [{"key": "name", "label": "x", "type": "text"}],
        [{"key": "name", "label": "x", "type": "text", "other": "x"}],
        [answer("name", "x") | {"key": 1}],
        [answer("name", "x") | {"label": None}],
        [answer("name", "x") | {"type": ["text"]}],
        [answer("name", None)],
        [answer("name", 5)],
        [answer("name", {"a": "b"})],
        [answer("name", ["x", 1])],
        [answer("name", ["x", ["y"]])],
        [answer("name", "x"), 7],
    ],
    ids=repr,
)
def test_another_shape_is_damage(site: SimpleNamespace, keys: OpenKeys, answers: Any) -> None:
    with pytest.raises(CannotOpen):
        opened(site, keys, {"answers": answers})
