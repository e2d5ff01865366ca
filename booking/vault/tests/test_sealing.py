"""Sealing on the web tier and opening with the root: whole JSON values, one row at a time."""

import json
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.vault import crypto, keyring, sealing
from booking.vault.crypto import Binding, CannotOpen
from booking.vault.manifests import VaultUnavailable
from booking.vault.models import Epoch, Vault
from booking.vault.sealing import OpenKeys

ROW = uuid.UUID(int=1)
BINDING = {"purpose": "submission", "row": ROW, "owner": ROW, "schema": 1}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=40,
)


@pytest.fixture
def keys(vault, users) -> OpenKeys:
    passphrase = vault.passphrases["booking_reviewer"]
    return OpenKeys(keyring.root_by_passphrase(users["booking_reviewer"], passphrase)[1])


def sealed_bytes(payload: bytes) -> bytes:
    """A blob of today's epoch around any bytes, as anybody with the public key can make one."""
    public_key = bytes(Epoch.objects.get().public_key)
    return crypto.seal_blob(2, public_key, payload, Binding("submission", ROW.bytes, ROW.bytes, 1))


@given(value=st.dictionaries(st.text(), json_values))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_json_object_comes_back(keys, value):
    assert keys.open(sealing.seal(value, **BINDING).blob, **BINDING) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "字" * 50_000,
        "🧠" * 20_000,
        "x" * 1_000_000,
        "\0\1\x7f\u2028\ufffe",
        "é e\u0301 \u202e",
        "\\\"'",
    ],
    ids=["empty", "CJK", "emoji", "a million", "control", "combining", "quotes"],
)
def test_any_text_comes_back(keys, text):
    assert keys.open(sealing.seal({"text": text}, **BINDING).blob, **BINDING) == {"text": text}


@pytest.mark.parametrize(
    "change",
    [{"purpose": "note"}, {"row": uuid.UUID(int=2)}, {"owner": uuid.UUID(int=2)}, {"schema": 2}],
    ids=["purpose", "row", "owner", "schema"],
)
def test_a_value_opens_for_its_own_row_only(keys, change):
    sealed = sealing.seal({"text": "secret"}, **BINDING)
    with pytest.raises(CannotOpen):
        keys.open(sealed.blob, **BINDING | change)


def test_the_sealed_value_names_the_key_of_the_epoch(vault):
    sealed = sealing.seal({"text": "secret"}, **BINDING)
    assert sealed.key_id == bytes(Epoch.objects.get().key_id)
    assert crypto.blob_key(sealed.blob) == (2, sealed.key_id)


def test_many_values_cost_one_query(keys, django_assert_num_queries):
    blobs = [sealing.seal({"n": number}, **BINDING).blob for number in range(3)]
    with django_assert_num_queries(1):
        assert [keys.open(blob, **BINDING) for blob in blobs] == [{"n": n} for n in range(3)]


def test_a_blob_of_an_unknown_key_is_refused(keys):
    public_key = crypto.public_key_bytes(2, b"x" * 32)
    blob = crypto.seal_blob(2, public_key, b"{}", Binding("submission", ROW.bytes, ROW.bytes, 1))
    with pytest.raises(CannotOpen):
        keys.open(blob, **BINDING)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe\xfd",
        b"[" * 100_000,
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"a":' + b"9" * 5000 + b"}",
    ],
    ids=[
        "nothing",
        "half",
        "list",
        "text",
        "null",
        "not UTF-8",
        "deep and broken",
        "deep",
        "half a surrogate pair",
        "endless number",
    ],
)
def test_a_forged_blob_that_holds_no_json_object_is_refused(keys, payload):
    assert keys.open(sealed_bytes(b'{"a":1}'), **BINDING) == {"a": 1}
    with pytest.raises(CannotOpen):
        keys.open(sealed_bytes(payload), **BINDING)


@pytest.mark.django_db
def test_nothing_is_sealed_without_a_vault():
    with pytest.raises(VaultUnavailable):
        sealing.seal({"text": "secret"}, **BINDING)


def test_nothing_is_sealed_to_an_epoch_that_was_shredded(vault):
    Epoch.objects.update(wrapped_seed=None)
    with pytest.raises(VaultUnavailable):
        sealing.seal({"text": "secret"}, **BINDING)


@pytest.mark.parametrize(
    "public_key",
    [b"", b"short", b"\xff" * 1216, bytes(1216), bytes(1184) + b"\1" + bytes(31)],
    ids=["none", "short", "all ones", "zeros", "small order"],
)
def test_nothing_is_sealed_to_a_key_that_is_none(vault, public_key):
    Epoch.objects.update(public_key=public_key)
    with pytest.raises(VaultUnavailable):
        sealing.seal({"text": "secret"}, **BINDING)


def test_the_web_tier_alone_cannot_open_what_it_sealed(vault):
    sealed = sealing.seal({"text": "secret"}, **BINDING)
    verify_key = bytes(Vault.objects.get().verify_key)
    with pytest.raises(CannotOpen):
        OpenKeys(verify_key).open(sealed.blob, **BINDING)
    assert json.dumps({"text": "secret"}).encode() not in sealed.blob
