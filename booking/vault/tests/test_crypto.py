"""Padding, binding and round trips of the pure functions."""

import os
import struct
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.vault import crypto
from booking.vault.crypto import Argon2Cost, Binding, CannotOpen

SEEDS = {suite: bytes([suite]) * 32 for suite in (1, 2)}
PUBLIC = {suite: crypto.public_key_bytes(suite, seed) for suite, seed in SEEDS.items()}
PRIVATE = {suite: crypto.private_key(suite, seed) for suite, seed in SEEDS.items()}
BINDING = Binding("submission", b"r" * 16, b"o" * 16, 1)
CHEAP = Argon2Cost(8, 1, 1)


def refuses(read, *args, **kwargs) -> bool:
    """Whether it raises CannotOpen; any other exception fails the test."""
    try:
        read(*args, **kwargs)
    except CannotOpen:
        return True
    return False


# Padding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "padded"),
    [
        (0, 512),
        (1, 512),
        (507, 512),
        (508, 512),
        (509, 1024),
        (1020, 1024),
        (1021, 2048),
        (2044, 2048),
        (2045, 4096),
        (4092, 4096),
        (4093, 8192),
        (8188, 8192),
        (8189, 12288),
        (1_000_000, 1_003_520),
    ],
)
def test_a_payload_is_padded_to_the_next_step(payload, padded):
    data = b"x" * payload
    assert len(crypto.pad(data)) == padded
    assert crypto.unpad(crypto.pad(data)) == data


def test_every_size_up_to_three_steps_of_4096_comes_back():
    sizes = range(3 * 4096)
    assert [len(crypto.unpad(crypto.pad(bytes(size)))) for size in sizes] == list(sizes)


def test_the_size_of_a_blob_tells_only_the_step():
    lengths = {
        size: len(crypto.seal_blob(1, PUBLIC[1], b"x" * size, BINDING)) for size in (0, 100, 508)
    }
    assert set(lengths.values()) == {14 + 32 + 512 + 16}


@pytest.mark.parametrize("position", [4 + 5, 4 + 6, 300, 511])
def test_padding_that_is_not_zero_is_refused(position):
    padded = bytearray(crypto.pad(b"hello"))
    padded[position] = 1
    assert refuses(crypto.unpad, bytes(padded))


@pytest.mark.parametrize("claimed", [0, 4, 509, 1020, 2**16, 2**31, 2**32 - 1])
def test_a_length_that_lies_is_refused(claimed):
    padded = crypto.pad(b"hello")
    assert refuses(crypto.unpad, struct.pack(">I", claimed) + padded[4:])


def test_a_length_that_reaches_into_the_zeros_is_another_payload():
    # Zeros of the payload and of the padding are the same bytes; only the sealer can choose.
    padded = crypto.pad(b"hello")
    assert crypto.unpad(struct.pack(">I", 6) + padded[4:]) == b"hello\0"


@pytest.mark.parametrize("size", [0, 1, 3, 4, 511, 513, 1023, 1536, 2047, 3072, 6000, 10240])
def test_plaintext_of_a_size_that_is_never_written_is_refused(size):
    assert refuses(crypto.unpad, bytes(size))


@pytest.mark.parametrize("size", [1024, 2048, 4096, 8192])
def test_padding_longer_than_needed_is_refused(size):
    assert refuses(crypto.unpad, struct.pack(">I", 5) + b"hello" + bytes(size - 9))


@given(st.binary(max_size=6000))
@settings(max_examples=300, deadline=None)
def test_unpad_accepts_only_what_pad_writes(data):
    assert refuses(crypto.unpad, data) or crypto.pad(crypto.unpad(data)) == data


def test_a_blob_whose_plaintext_is_not_padded_is_refused():
    header = crypto.BLOB_HEADER.pack(b"CBX1", 1, 1, crypto.key_id(PUBLIC[1]))
    key, info = crypto.load_public_key(1, PUBLIC[1]), BINDING.info(header)
    good, bad = (
        header + crypto.SUITES[1].hpke.encrypt(plaintext, key, info=info)
        for plaintext in (crypto.pad(b"hello"), b"\0\0\0\5hello")
    )
    assert crypto.open_blob(good, PRIVATE[1], BINDING) == b"hello"
    assert refuses(crypto.open_blob, bad, PRIVATE[1], BINDING)


# Headers -----------------------------------------------------------------------------------------

KID = b"k" * 8


def test_the_header_alone_names_suite_and_key():
    assert crypto.blob_key(b"CBX1" + bytes([1, 2]) + KID) == (2, KID)


@pytest.mark.parametrize(
    "header",
    [
        b"CBX2" + bytes([1, 2]) + KID,
        b"CBX1" + bytes([2, 2]) + KID,
        b"CBX1" + bytes([1, 3]) + KID,
        b"CBX1" + bytes([1, 2]) + KID[:-1],
    ],
    ids=["magic", "version", "suite", "cut off"],
)
def test_a_header_with_one_thing_wrong_is_refused(header):
    assert refuses(crypto.blob_key, header)


# Binding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", [1, 2])
@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "note"},
        {"purpose": "submission "},
        {"row": b"R" + b"r" * 15},
        {"row": b"r" * 15},
        {"owner": b"O" + b"o" * 15},
        {"owner": b""},
        {"schema": 2},
        {"schema": 0},
        {"row": b"o" * 16, "owner": b"r" * 16},
        {"row": b"r" * 16 + b"o", "owner": b"o" * 15},
    ],
    ids=str,
)
def test_a_blob_opens_for_its_own_binding_only(suite, change):
    blob = crypto.seal_blob(suite, PUBLIC[suite], b"answers", BINDING)
    assert crypto.open_blob(blob, PRIVATE[suite], BINDING) == b"answers"
    assert refuses(crypto.open_blob, blob, PRIVATE[suite], replace(BINDING, **change))


def test_numbers_are_bound_up_to_the_last_of_their_size():
    last = replace(BINDING, schema=2**32 - 1)
    blob = crypto.seal_blob(1, PUBLIC[1], b"answers", last)
    assert crypto.open_blob(blob, PRIVATE[1], last) == b"answers"
    epoch = {"root": b"R" * 32, "vault": b"v", "number": 2**32 - 1, "kid": KID}
    wrapped = crypto.wrap_epoch_seed(b"s" * 32, **epoch)
    assert crypto.unwrap_epoch_seed(wrapped, **epoch) == b"s" * 32
    session = {"token": b"T" * 32, "session_digest": b"d", "user": b"1", "expires": 2**64 - 1}
    wrapped = crypto.wrap_session_root(b"R" * 32, **session)
    assert crypto.unwrap_session_root(wrapped, **session) == b"R" * 32


@pytest.mark.parametrize("suite", [1, 2])
def test_blobs_swapped_between_rows_do_not_open(suite):
    bindings = [replace(BINDING, row=bytes([n]) * 16, owner=bytes([n]) * 16) for n in range(4)]
    blobs = [crypto.seal_blob(suite, PUBLIC[suite], b"answers", b) for b in bindings]
    opened = [
        [not refuses(crypto.open_blob, blob, PRIVATE[suite], binding) for binding in bindings]
        for blob in blobs
    ]
    assert opened == [[i == j for j in range(4)] for i in range(4)]


@pytest.mark.parametrize("suite", [1, 2])
def test_a_blob_opens_with_its_own_key_only(suite):
    blob = crypto.seal_blob(suite, PUBLIC[suite], b"answers", BINDING)
    others = [crypto.private_key(suite, bytes([n]) * 32) for n in range(50, 60)]
    others.append(PRIVATE[3 - suite])
    assert [refuses(crypto.open_blob, blob, key, BINDING) for key in others] == [True] * 11


def test_the_same_payload_never_gives_the_same_blob():
    blobs = {crypto.seal_blob(2, PUBLIC[2], b"answers", BINDING) for _ in range(50)}
    assert len(blobs) == 50


parts = st.lists(st.binary(max_size=40), max_size=6)


@given(parts, parts)
@settings(max_examples=500, deadline=None)
def test_no_two_lists_of_parts_have_the_same_length_prefixed_bytes(one, other):
    same = crypto.length_prefixed(*one) == crypto.length_prefixed(*other)
    assert same == (one == other)


@given(parts)
@settings(max_examples=300, deadline=None)
def test_length_prefixed_bytes_split_into_the_parts_again(one):
    data, found = crypto.length_prefixed(*one), []
    while data:
        size = struct.unpack(">I", data[:4])[0]
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    assert found == one


def test_moving_a_byte_from_one_part_to_the_next_changes_the_bytes():
    assert crypto.length_prefixed(b"ab", b"c") != crypto.length_prefixed(b"a", b"bc")


# Keys --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 31, 33, 64])
@pytest.mark.parametrize("suite", [1, 2])
def test_a_seed_of_another_length_is_refused(suite, size):
    assert refuses(crypto.private_key, suite, bytes(size))
    assert refuses(crypto.public_key_bytes, suite, bytes(size))


@pytest.mark.parametrize("suite", [0, 3, 255])
def test_an_unknown_suite_is_refused(suite):
    assert refuses(crypto.private_key, suite, bytes(32))
    assert refuses(crypto.public_key_bytes, suite, bytes(32))
    assert refuses(crypto.load_public_key, suite, PUBLIC[1])


@pytest.mark.parametrize("suite", [1, 2])
def test_a_public_key_of_another_length_is_refused(suite):
    right = len(PUBLIC[suite])
    sizes = [0, 31, right - 1, right, right + 1]
    refused = [refuses(crypto.load_public_key, suite, PUBLIC[2][:size]) for size in sizes[:-1]]
    refused.append(refuses(crypto.load_public_key, suite, PUBLIC[2] + bytes(33)))
    # 1216 bytes of the hybrid key are a key; 32 of them are one of X25519.
    assert refused == [size != right for size in sizes]


def test_a_public_key_of_the_right_length_that_is_none_is_refused():
    # FIPS 203, section 7.2: every coefficient is below 3329; these are 4095.
    public_key = b"\xff" * 3 + PUBLIC[2][3:]
    assert refuses(crypto.load_public_key, 2, public_key)
    assert refuses(crypto.seal_blob, 2, public_key, b"answers", BINDING)


@pytest.mark.parametrize("suite", [1, 2])
@pytest.mark.parametrize("point", [bytes(32), b"\1" + bytes(31)], ids=["0", "1"])
def test_nothing_is_sealed_to_a_point_of_small_order(suite, point):
    public_key = PUBLIC[suite][:-32] + point
    assert refuses(crypto.seal_blob, suite, public_key, b"answers", BINDING)


def test_nothing_is_granted_to_a_point_of_small_order():
    public_key = PUBLIC[2][:-32] + bytes(32)
    assert refuses(crypto.seal_grant, bytes(32), vault=b"v", reviewer=b"r", public_key=public_key)


def test_a_digest_is_sha_256():
    # FIPS 180-4, the example of one block.
    found = crypto.digest(b"abc").hex()
    assert found == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# Wraps -------------------------------------------------------------------------------------------


def wrap_with(passphrase="a passphrase", cost=CHEAP, **changes) -> tuple[bytes, dict]:
    binding = {"user": b"1", "public_key": PUBLIC[2]}
    wrap = crypto.wrap_reviewer_seed(
        SEEDS[2], passphrase, cost=cost, pepper=b"pepper", pepper_id=1, **binding
    )
    return wrap, {"peppers": {1: b"pepper"}, **binding, **changes}


def test_a_reviewer_wrap_opens_with_passphrase_and_pepper():
    wrap, how = wrap_with()
    assert crypto.unwrap_reviewer_seed(wrap, "a passphrase", **how) == SEEDS[2]


@pytest.mark.parametrize(
    "change",
    [
        {"user": b"2"},
        {"public_key": PUBLIC[1]},
        {"peppers": {1: b"another"}},
        {"peppers": {2: b"pepper"}},
        {"peppers": {}},
    ],
    ids=["user", "public key", "pepper", "pepper id", "no pepper"],
)
def test_a_reviewer_wrap_opens_for_its_own_user_key_and_pepper_only(change):
    wrap, how = wrap_with(**change)
    assert refuses(crypto.unwrap_reviewer_seed, wrap, "a passphrase", **how)


@pytest.mark.parametrize("guess", ["", "A passphrase", "a passphrase ", "a  passphrase", "\0"])
def test_a_reviewer_wrap_refuses_another_passphrase(guess):
    wrap, how = wrap_with()
    assert refuses(crypto.unwrap_reviewer_seed, wrap, guess, **how)


def test_a_reviewer_wrap_says_its_cost_and_opens_after_the_setting_changed():
    costs = [Argon2Cost(8, 1, 1), Argon2Cost(64, 3, 1), Argon2Cost(33, 2, 4)]
    wraps = [wrap_with(cost=cost) for cost in costs]
    assert [crypto.unwrap_reviewer_seed(w, "a passphrase", **how) for w, how in wraps] == [
        SEEDS[2]
    ] * 3


BEYOND = {
    "memory": (crypto.MAX_ARGON2_KIB + 1, 1, 1),
    "most memory": (2**32 - 1, 1, 1),
    "iterations": (8, crypto.MAX_ARGON2_ITERATIONS + 1, 1),
    "most iterations": (8, 2**32 - 1, 1),
    "lanes": (8 * 255, 1, 255),
    "one lane too many": (8 * 5, 1, 5),
    "no memory": (0, 1, 1),
    "less than 8 KiB a lane": (15, 1, 2),
    "no iterations": (8, 0, 1),
    "no lanes": (8, 1, 0),
}


@pytest.mark.parametrize(("memory", "iterations", "lanes"), BEYOND.values(), ids=BEYOND)
def test_a_wrap_beyond_the_bounds_is_refused_before_any_hashing(
    memory, iterations, lanes, monkeypatch
):
    def hashed(*args, **kwargs):
        pytest.fail("the wrap's cost was paid")

    monkeypatch.setattr(crypto, "Argon2id", hashed)
    salt = bytes(16)
    header = crypto.WRAP_HEADER.pack(b"CWR1", 1, 1, memory, iterations, lanes, salt, 1)
    how = {"peppers": {1: b"pepper"}, "user": b"1", "public_key": PUBLIC[2]}
    assert refuses(crypto.unwrap_reviewer_seed, header + bytes(60), "a passphrase", **how)


@pytest.mark.parametrize(
    "cost",
    [
        Argon2Cost(crypto.MAX_ARGON2_KIB, 1, 1),
        Argon2Cost(8, crypto.MAX_ARGON2_ITERATIONS, 1),
        Argon2Cost(8 * crypto.MAX_ARGON2_LANES, 1, crypto.MAX_ARGON2_LANES),
    ],
    ids=["memory", "iterations", "lanes"],
)
def test_a_wrap_at_a_bound_still_opens(cost):
    wrap, how = wrap_with(cost=cost)
    assert crypto.unwrap_reviewer_seed(wrap, "a passphrase", **how) == SEEDS[2]


def test_a_grant_opens_for_its_own_vault_reviewer_and_seed_only():
    grant = crypto.seal_grant(b"R" * 32, vault=b"v", reviewer=b"r", public_key=PUBLIC[2])
    assert crypto.open_grant(grant, SEEDS[2], vault=b"v", reviewer=b"r") == b"R" * 32
    assert refuses(crypto.open_grant, grant, SEEDS[2], vault=b"w", reviewer=b"r")
    assert refuses(crypto.open_grant, grant, SEEDS[2], vault=b"v", reviewer=b"s")
    assert refuses(crypto.open_grant, grant, SEEDS[2], vault=b"vr", reviewer=b"")
    assert refuses(crypto.open_grant, grant, SEEDS[1], vault=b"v", reviewer=b"r")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_grant_of_something_that_is_no_root_is_refused(size):
    grant = crypto.seal_grant(bytes(size), vault=b"v", reviewer=b"r", public_key=PUBLIC[2])
    assert refuses(crypto.open_grant, grant, SEEDS[2], vault=b"v", reviewer=b"r")


def test_an_epoch_wrap_opens_for_its_own_root_vault_number_and_key_only():
    right = {"root": b"R" * 32, "vault": b"v", "number": 1, "kid": b"k" * 8}
    wrapped = crypto.wrap_epoch_seed(b"s" * 32, **right)
    assert crypto.unwrap_epoch_seed(wrapped, **right) == b"s" * 32
    for change in ({"root": b"S" * 32}, {"vault": b"w"}, {"number": 2}, {"kid": b"l" * 8}):
        assert refuses(crypto.unwrap_epoch_seed, wrapped, **right | change)


def test_a_session_wrap_opens_for_its_own_token_session_user_and_expiry_only():
    right = {"token": b"T" * 32, "session_digest": b"d" * 32, "user": b"1", "expires": 10}
    wrapped = crypto.wrap_session_root(b"R" * 32, **right)
    assert crypto.unwrap_session_root(wrapped, **right) == b"R" * 32
    for change in (
        {"token": b"U" * 32},
        {"token": b""},
        {"session_digest": b"e" * 32},
        {"user": b"2"},
        {"user": b"11"},
        {"expires": 11},
    ):
        assert refuses(crypto.unwrap_session_root, wrapped, **right | change)


def test_wraps_of_one_kind_do_not_open_as_another():
    root, kid = b"R" * 32, b"k" * 8
    epoch = crypto.wrap_epoch_seed(b"s" * 32, root, vault=b"v", number=1, kid=kid)
    session = crypto.wrap_session_root(b"s" * 32, root, session_digest=b"v", user=kid, expires=1)
    how = {"session_digest": b"v", "user": kid, "expires": 1}
    assert refuses(crypto.unwrap_session_root, epoch, root, **how)
    assert refuses(crypto.unwrap_epoch_seed, session, root, vault=b"v", number=1, kid=kid)


# Drafts ------------------------------------------------------------------------------------------


def test_a_draft_opens_for_its_own_key_purpose_and_user_only():
    right = {"key": b"K" * 32, "purpose": "set-up", "user": b"1"}
    sealed = crypto.seal_draft(b"words", **right)
    assert crypto.open_draft(sealed, **right) == b"words"
    for change in ({"key": b"L" * 32}, {"purpose": "add"}, {"user": b"2"}, {"user": b""}):
        assert refuses(crypto.open_draft, sealed, **right | change)


def test_a_draft_has_the_documented_layout():
    sealed = crypto.seal_draft(b"words", b"K" * 32, purpose="set-up", user=b"17")
    aad = b"\0\0\0\x12clinic-vault/draft" + b"\0\0\0\6set-up" + b"\0\0\0\x0217"
    aes = AESGCM(crypto.derive(b"K" * 32, "draft"))
    assert aes.decrypt(sealed[:12], sealed[12:], aad) == b"\0\0\0\5words" + bytes(503)


def test_a_draft_that_is_cut_off_or_changed_is_refused():
    how = {"key": b"K" * 32, "purpose": "set-up", "user": b"1"}
    sealed = crypto.seal_draft(b"words", **how)
    damaged = [sealed[:size] for size in (0, 1, 12, 27, 28, 29, len(sealed) - 1)]
    damaged += [
        sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))
    ]
    assert [refuses(crypto.open_draft, each, **how) for each in damaged] == [True] * len(damaged)


def test_a_draft_whose_plaintext_is_not_padded_is_refused():
    aad = crypto.length_prefixed(b"clinic-vault/draft", b"set-up", b"1")
    bare = [
        bytes(12) + AESGCM(crypto.derive(b"K" * 32, "draft")).encrypt(bytes(12), text, aad)
        for text in (b"", b"words", crypto.pad(b"words"))
    ]
    refused = [refuses(crypto.open_draft, d, b"K" * 32, purpose="set-up", user=b"1") for d in bare]
    assert refused == [True, True, False]


# Manifests ---------------------------------------------------------------------------------------

ORDER = 2**252 + 27742317777372353535851937790883648493  # of Ed25519's group, RFC 8032


def test_a_manifest_verifies_with_its_own_key_only():
    manifest = crypto.canonical_json({"epoch": 1})
    signature = crypto.sign_manifest(b"R" * 32, manifest)
    assert not refuses(crypto.check_manifest, crypto.verify_key(b"R" * 32), manifest, signature)
    assert refuses(crypto.check_manifest, crypto.verify_key(b"S" * 32), manifest, signature)


def test_a_second_signature_made_from_the_first_is_refused():
    manifest = b"{}"
    signature = crypto.sign_manifest(b"R" * 32, manifest)
    moved = int.from_bytes(signature[32:], "little") + ORDER
    forged = signature[:32] + moved.to_bytes(32, "little")
    assert refuses(crypto.check_manifest, crypto.verify_key(b"R" * 32), manifest, forged)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_verify_key_of_another_length_is_refused(size):
    assert refuses(crypto.check_manifest, bytes(size), b"{}", bytes(64))


def test_canonical_json_does_not_depend_on_the_order_of_keys():
    one = crypto.canonical_json({"b": [1, 2], "a": "ü"})
    assert one == crypto.canonical_json({"a": "ü", "b": [1, 2]})
    assert one == b'{"a":"\\u00fc","b":[1,2]}'


# Round trips -------------------------------------------------------------------------------------


@given(payload=st.binary(max_size=5000), suite=st.sampled_from([1, 2]))
@settings(max_examples=200, deadline=None)
def test_whatever_is_sealed_opens_again(payload, suite):
    binding = Binding("submission", os.urandom(16), os.urandom(16), 1)
    blob = crypto.seal_blob(suite, PUBLIC[suite], payload, binding)
    assert crypto.open_blob(blob, PRIVATE[suite], binding) == payload
