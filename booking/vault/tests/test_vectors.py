"""Known answers: published ones for the primitives, kept ones for everything the vault writes."""

from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from booking.vault import crypto
from booking.vault.crypto import Binding
from booking.vault.passphrases import recovery_key, recovery_seed

from .independent import (
    KEM_X25519,
    KEM_XWING,
    Receiver,
    receive,
    x25519_decapsulate,
    x25519_derive_key_pair,
    xwing_decapsulate,
)
from .known import kept, published

HPKE = published["hpke"]
HPKE_NAMES = ["RFC 9180 A.1.1", "RFC 9180 X25519 AES-256-GCM", "draft-ietf-hpke-pq X-Wing"]
XWING = published["xwing"]["vectors"]
SUITE_OF_KEM = {KEM_X25519: crypto.SUITE_X25519, KEM_XWING: crypto.SUITE_HYBRID}
BINDING = Binding(**kept["binding"])


def receiver_of(vector: dict[str, Any]) -> Receiver:
    kem, aead = vector["kem_id"], vector["aead_id"]
    return receive(kem, aead, vector["enc"], vector["skRm"], vector["info"])


# Published vectors -------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", HPKE, ids=HPKE_NAMES)
def test_the_public_key_of_a_published_private_key_is_the_published_one(vector):
    suite = SUITE_OF_KEM[vector["kem_id"]]
    assert crypto.public_key_bytes(suite, vector["skRm"]) == vector["pkRm"]


@pytest.mark.parametrize("vector", HPKE, ids=HPKE_NAMES)
def test_the_independent_reader_reaches_every_published_value(vector):
    receiver = receiver_of(vector)
    first = vector["encryptions"][0]
    assert receiver.open(first["ct"], first["aad"]) == first["pt"]
    assert receiver.seal(first["pt"], first["aad"]) == first["ct"]
    assert [receiver.export(e["exporter_context"]) for e in vector["exports"]] == [
        e["exported_value"] for e in vector["exports"]
    ]


@pytest.mark.parametrize("vector", [HPKE[0], HPKE[2]], ids=[HPKE_NAMES[0], HPKE_NAMES[2]])
def test_the_independent_key_schedule_has_the_published_secrets(vector):
    decapsulate = {KEM_X25519: x25519_decapsulate, KEM_XWING: xwing_decapsulate}
    shared = decapsulate[vector["kem_id"]](vector["enc"], vector["skRm"])
    receiver = receiver_of(vector)
    assert shared == vector["shared_secret"]
    assert receiver.key == vector["key"]
    assert receiver.base_nonce == vector["base_nonce"]
    assert receiver.exporter_secret == vector["exporter_secret"]


@pytest.mark.parametrize("vector", HPKE[:2], ids=HPKE_NAMES[:2])
def test_x25519_keys_are_derived_as_published(vector):
    assert x25519_derive_key_pair(vector["ikmR"]) == vector["skRm"]
    ephemeral = x25519_derive_key_pair(vector["ikmE"])
    assert crypto.public_key_bytes(crypto.SUITE_X25519, ephemeral) == vector["enc"]


def test_an_x_wing_seed_expands_to_the_published_public_key():
    assert [crypto.public_key_bytes(crypto.SUITE_HYBRID, v["seed"]) for v in XWING] == [
        v["pk"] for v in XWING
    ]


def test_an_x_wing_ciphertext_decapsulates_to_the_published_secret():
    assert [xwing_decapsulate(v["ct"], v["seed"]) for v in XWING] == [v["ss"] for v in XWING]


@pytest.mark.parametrize("vector", HPKE, ids=HPKE_NAMES)
def test_the_library_opens_what_the_published_key_seals(vector):
    # The library takes no associated data, the published texts have some: so seal the text anew.
    kem = {KEM_X25519: KEM.X25519, KEM_XWING: KEM.MLKEM768_X25519}[vector["kem_id"]]
    aead = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}[vector["aead_id"]]
    text = vector["encryptions"][0]["pt"]
    sealed = vector["enc"] + receiver_of(vector).seal(text)
    key = crypto.private_key(SUITE_OF_KEM[vector["kem_id"]], vector["skRm"])
    assert Suite(kem, KDF.HKDF_SHA256, aead).decrypt(sealed, key, info=vector["info"]) == text


@pytest.mark.parametrize("kem", [KEM_X25519, KEM_XWING], ids=["suite 1", "suite 2"])
def test_the_independent_reader_opens_a_blob_of_today(kem):
    suite, seed = SUITE_OF_KEM[kem], bytes(range(32))
    payload = b'{"answer":"yes"}'
    blob = crypto.seal_blob(suite, crypto.public_key_bytes(suite, seed), payload, BINDING)
    header, body = blob[:14], blob[14:]
    size = {KEM_X25519: 32, KEM_XWING: 1120}[kem]
    # The info written out by hand, as the format says it.
    info = b"".join(
        len(part).to_bytes(4, "big") + part
        for part in (
            b"clinic-vault/submission",
            header,
            kept["binding"]["row"],
            kept["binding"]["owner"],
            b"\0\0\0\1",
        )
    )
    opened = receive(kem, 2, body[:size], seed, info).open(body[size:])
    assert opened == len(payload).to_bytes(4, "big") + payload + bytes(512 - 4 - len(payload))


# Kept vectors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", [1, 2])
def test_the_kept_seed_has_the_kept_public_key_and_key_id(suite):
    vector = kept["suites"][str(suite)]
    public_key = crypto.public_key_bytes(suite, kept["seed"])
    assert public_key == vector["public_key"]
    assert crypto.key_id(public_key) == vector["key_id"]


@pytest.mark.parametrize("suite", [1, 2])
def test_the_kept_blob_opens(suite):
    blob = kept["suites"][str(suite)]["blob"]
    key = crypto.private_key(suite, kept["seed"])
    assert crypto.blob_key(blob) == (suite, kept["suites"][str(suite)]["key_id"])
    assert crypto.open_blob(blob, key, BINDING).decode() == kept["payload"]


@pytest.mark.parametrize(("suite", "size"), [(1, 14 + 32 + 512 + 16), (2, 14 + 1120 + 512 + 16)])
def test_the_kept_blob_has_the_documented_layout(suite, size):
    blob = kept["suites"][str(suite)]["blob"]
    assert len(blob) == size
    assert blob[:14] == b"CBX1" + bytes([1, suite]) + kept["suites"][str(suite)]["key_id"]


def test_the_kept_reviewer_wrap_opens():
    wrap = kept["reviewer_wrap"]
    seed = crypto.unwrap_reviewer_seed(
        wrap["wrap"],
        wrap["passphrase"],
        peppers={wrap["pepper_id"]: wrap["pepper"]},
        user=wrap["user"],
        public_key=wrap["public_key"],
    )
    assert seed == wrap["seed"]
    assert crypto.public_key_bytes(crypto.SUITE_HYBRID, seed) == wrap["public_key"]


def test_the_kept_reviewer_wrap_has_the_documented_layout():
    wrap = kept["reviewer_wrap"]["wrap"]
    assert len(wrap) == 4 + 1 + 1 + 4 + 4 + 1 + 16 + 1 + 12 + 32 + 16
    assert wrap[:15] == b"CWR1" + bytes([1, 1]) + b"\0\0\0\x40" + b"\0\0\0\2" + b"\2"
    assert wrap[31] == kept["reviewer_wrap"]["pepper_id"]


def test_the_kept_grant_opens():
    grant = kept["grant"]
    root = crypto.open_grant(
        grant["grant"], grant["reviewer_seed"], vault=grant["vault"], reviewer=grant["reviewer"]
    )
    assert root == grant["root"]


def test_the_kept_epoch_wrap_opens():
    epoch = kept["epoch_wrap"]
    seed = crypto.unwrap_epoch_seed(
        epoch["wrapped"],
        epoch["root"],
        vault=epoch["vault"],
        number=epoch["number"],
        kid=epoch["key_id"],
    )
    assert seed == epoch["seed"]


def test_the_kept_session_wrap_opens():
    session = kept["session_wrap"]
    root = crypto.unwrap_session_root(
        session["wrapped"],
        session["token"],
        session_digest=session["session_digest"],
        user=session["user"],
        expires=session["expires"],
    )
    assert root == session["root"]


def test_the_kept_manifest_is_written_and_signed_the_same_today():
    manifest = kept["manifest"]
    # As the file has it: known.py turns hexadecimal texts into bytes.
    value = {
        key: item.hex() if isinstance(item, bytes) else item
        for key, item in manifest["value"].items()
    }
    value["reviewers"] = [kid.hex() for kid in value["reviewers"]]
    assert crypto.canonical_json(value) == manifest["bytes"]
    assert crypto.verify_key(manifest["root"]) == manifest["verify_key"]
    assert crypto.sign_manifest(manifest["root"], manifest["bytes"]) == manifest["signature"]


def test_the_kept_manifest_verifies():
    manifest = kept["manifest"]
    checked = crypto.check_manifest(
        manifest["verify_key"], manifest["bytes"], manifest["signature"]
    )
    assert checked is None


def test_each_purpose_derives_its_kept_key():
    derived = dict(kept["derived"])
    secret = derived.pop("secret")
    assert {purpose: crypto.derive(secret, purpose) for purpose in derived} == derived
    assert len(set(derived.values())) == 3


def test_the_kept_recovery_key_is_written_and_read_the_same_today():
    kept_key = kept["recovery_key"]
    assert recovery_key(kept_key["seed"]) == kept_key["text"]
    assert recovery_seed(kept_key["text"]) == kept_key["seed"]


def test_a_user_is_named_by_the_decimal_of_its_number():
    from booking.vault import keyring  # needs Django's settings; the rest of this file does not

    # Part of what wraps are bound to: another spelling would lock every reviewer out.
    assert keyring.user_bytes(SimpleNamespace(pk=17)) == kept["reviewer_wrap"]["user"]
