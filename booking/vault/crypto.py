"""Sealing and opening: pure functions over bytes, no Django, no database.

Formats (all integers big-endian). LP(a, b, ...) puts a u32 length before each part.

    sealed blob     "CBX1" | u8 version=1 | u8 suite | 8-byte key id | enc (32 or 1120) | ciphertext, tag
                    info = LP("clinic-vault/" + purpose, the 14-byte header, row, owner, u32 schema)
    plaintext       u32 length | payload | zeros to 512, 1024, 2048, 4096, then multiples of 4096
    reviewer wrap   "CWR1" | u8 version=1 | u8 kdf=1 | u32 m KiB | u32 t | u8 p | salt 16 | u8 pepper id
                    | nonce 12 | ciphertext 32 | tag 16
                    aad = LP(everything before the nonce, user id, reviewer's public key)
    grant           HPKE suite 2 of R; info = LP("clinic-vault/grant", vault, reviewer, reviewer's key id)
    epoch wrap      nonce 12 | AES-256-GCM of the seed; aad = LP("clinic-vault/epoch", vault, u32 number, key id)
    session wrap    nonce 12 | AES-256-GCM of R; aad = LP("session", SHA-256(session key), user id, u64 expiry)
    draft           nonce 12 | AES-256-GCM of the padded payload; aad = LP("clinic-vault/draft", purpose, user id)
    kept            a draft whose key is HKDF of the session's token, purpose "kept"
    manifest        canonical JSON and its Ed25519 signature

HPKE is RFC 9180 base mode. Suite 1 is DHKEM(X25519), suite 2 ML-KEM-768 with X25519 (X-Wing); both
with HKDF-SHA256 and AES-256-GCM. Everything that cannot be opened raises `CannotOpen`, whatever the
reason: the reason would help only somebody who tries keys.
"""

import hashlib
import hmac
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEED_BYTES = 32
KEY_ID_BYTES = 8
NONCE_BYTES = 12
TAG_BYTES = 16

SUITE_X25519 = 1
SUITE_HYBRID = 2

BLOB_MAGIC = b"CBX1"
BLOB_VERSION = 1
BLOB_HEADER = struct.Struct(">4sBB8s")

WRAP_MAGIC = b"CWR1"
WRAP_VERSION = 1
WRAP_KDF_ARGON2ID = 1
WRAP_HEADER = struct.Struct(">4sBBIIB16sB")
WRAP_BYTES = WRAP_HEADER.size + NONCE_BYTES + SEED_BYTES + TAG_BYTES

# A wrap names its own cost. Reading is bounded, so that a changed row cannot exhaust the server.
MAX_ARGON2_KIB = 256 * 1024
MAX_ARGON2_ITERATIONS = 10
MAX_ARGON2_LANES = 4

PrivateKey = X25519PrivateKey | MLKEM768X25519PrivateKey
PublicKey = X25519PublicKey | MLKEM768X25519PublicKey


class CannotOpen(Exception):
    """The bytes are not what they should be, or the key is not the right one."""


@dataclass(frozen=True)
class KeySuite:
    """One HPKE suite: how its keys come from a seed, and the sizes of what it writes."""

    number: int
    hpke: Suite
    enc_bytes: int
    public_bytes: int


SUITES = {
    SUITE_X25519: KeySuite(
        SUITE_X25519, Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM), 32, 32
    ),
    SUITE_HYBRID: KeySuite(
        SUITE_HYBRID, Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM), 1120, 1216
    ),
}


@dataclass(frozen=True)
class Argon2Cost:
    """What one guess at a passphrase costs: KiB of memory, passes, lanes."""

    memory_kib: int
    iterations: int
    lanes: int


def length_prefixed(*parts: bytes) -> bytes:
    """The parts, each behind its u32 length: no two lists of parts give the same bytes."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])


def digest(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


# Keys ------------------------------------------------------------------------------------------


def _expand(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """The two keys of an X-Wing seed (draft-connolly-cfrg-xwing-kem, expandDecapsulationKey)."""
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


def private_key(suite: int, seed: bytes) -> PrivateKey:
    """The private key of a 32-byte seed. Raises CannotOpen for another length or suite."""
    if len(seed) != SEED_BYTES or suite not in SUITES:
        raise CannotOpen
    if suite == SUITE_X25519:
        return X25519PrivateKey.from_private_bytes(seed)
    return MLKEM768X25519PrivateKey(*_expand(seed))


def public_key_bytes(suite: int, seed: bytes) -> bytes:
    """The public key of a seed: 32 bytes (suite 1), or 1184 of ML-KEM then 32 of X25519 (suite 2)."""
    if len(seed) != SEED_BYTES or suite not in SUITES:
        raise CannotOpen
    if suite == SUITE_X25519:
        return X25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    ml_kem, x25519 = _expand(seed)
    return ml_kem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def load_public_key(suite: int, raw: bytes) -> PublicKey:
    """A public key from its bytes. Raises CannotOpen for anything else."""
    if suite not in SUITES or len(raw) != SUITES[suite].public_bytes:
        raise CannotOpen
    try:
        if suite == SUITE_X25519:
            return X25519PublicKey.from_public_bytes(raw)
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(raw[:-32]),
            X25519PublicKey.from_public_bytes(raw[-32:]),
        )
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CannotOpen from error


def key_id(public_key: bytes) -> bytes:
    """The 8 bytes by which a public key is named in headers."""
    return hashlib.sha256(b"clinic-vault/kid/v1" + public_key).digest()[:KEY_ID_BYTES]


def derive(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose from a 32-byte secret (HKDF-SHA256, RFC 5869, empty salt)."""
    info = f"clinic-vault/{purpose}/v1".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret)


# Sealed blobs ----------------------------------------------------------------------------------


def pad(payload: bytes) -> bytes:
    """The payload behind its length, filled with zeros so that its size tells little."""
    size = _padded_size(len(payload))
    return struct.pack(">I", len(payload)) + payload + bytes(size - 4 - len(payload))


def _padded_size(length: int) -> int:
    needed = 4 + length
    if needed > 4096:
        return -(-needed // 4096) * 4096
    return max(512, 1 << (needed - 1).bit_length())


def unpad(padded: bytes) -> bytes:
    """The payload of `pad`. Raises CannotOpen unless `pad` would write exactly these bytes."""
    if len(padded) < 4:
        raise CannotOpen
    length = int.from_bytes(padded[:4], "big")
    # Nothing is to be learnt from how long this takes: nobody without a key gets here.
    is_whole = len(padded) == _padded_size(length)
    if not is_whole or padded.count(0, 4 + length) != len(padded) - 4 - length:
        raise CannotOpen
    return padded[4 : 4 + length]


@dataclass(frozen=True)
class Binding:
    """What a sealed blob belongs to. It opens for exactly the same values and no others."""

    purpose: str
    row: bytes
    owner: bytes
    schema: int

    def info(self, header: bytes) -> bytes:
        purpose = f"clinic-vault/{self.purpose}".encode()
        return length_prefixed(
            purpose, header, self.row, self.owner, struct.pack(">I", self.schema)
        )


def seal_blob(suite: int, public_key: bytes, payload: bytes, binding: Binding) -> bytes:
    """The payload sealed to a public key. Nobody without its seed opens it, the caller included.

    Raises CannotOpen for a public key that is none.
    """
    header = BLOB_HEADER.pack(BLOB_MAGIC, BLOB_VERSION, suite, key_id(public_key))
    key = load_public_key(suite, public_key)
    return header + _hpke_seal(suite, pad(payload), key, binding.info(header))


def blob_key(blob: bytes) -> tuple[int, bytes]:
    """The suite and key id that a blob was sealed with. Raises CannotOpen for other bytes."""
    if len(blob) < BLOB_HEADER.size:
        raise CannotOpen
    magic, version, suite, kid = BLOB_HEADER.unpack_from(blob)
    if magic != BLOB_MAGIC or version != BLOB_VERSION or suite not in SUITES:
        raise CannotOpen
    return suite, kid


def open_blob(blob: bytes, key: PrivateKey, binding: Binding) -> bytes:
    """The payload of a sealed blob. Raises CannotOpen for another key, binding or any changed bit."""
    suite, _ = blob_key(blob)
    header, body = blob[: BLOB_HEADER.size], blob[BLOB_HEADER.size :]
    return unpad(_hpke_open(suite, body, key, binding.info(header)))


def _hpke_seal(suite: int, plaintext: bytes, key: PublicKey, info: bytes) -> bytes:
    try:
        return SUITES[suite].hpke.encrypt(plaintext, key, info=info)
    except ValueError as error:  # a point of small order: the secret would be known to everybody
        raise CannotOpen from error


def _hpke_open(suite: int, body: bytes, key: PrivateKey, info: bytes) -> bytes:
    try:
        return SUITES[suite].hpke.decrypt(body, key, info=info)
    except (InvalidTag, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CannotOpen from error


# AES-256-GCM, nonce first ----------------------------------------------------------------------


def _encrypt(key: bytes, plaintext: bytes, aad: bytes, nonce: bytes | None = None) -> bytes:
    nonce = nonce or os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def _decrypt(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise CannotOpen
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except InvalidTag as error:
        raise CannotOpen from error


def _decrypt_seed(key: bytes, wrapped: bytes, aad: bytes) -> bytes:
    if len(wrapped) != NONCE_BYTES + SEED_BYTES + TAG_BYTES:
        raise CannotOpen
    return _decrypt(key, wrapped, aad)


# Reviewer wrap: a passphrase opens a reviewer's seed -------------------------------------------


def _passphrase_key(passphrase: str, salt: bytes, cost: Argon2Cost, pepper: bytes) -> bytes:
    argon2 = Argon2id(
        salt=salt,
        length=32,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return hmac.digest(pepper, argon2.derive(passphrase.encode()), "sha256")


def wrap_reviewer_seed(  # noqa: PLR0913  (all of it is in the format)
    seed: bytes,
    passphrase: str,
    *,
    cost: Argon2Cost,
    pepper: bytes,
    pepper_id: int,
    user: bytes,
    public_key: bytes,
) -> bytes:
    """The seed under a passphrase and the server's pepper, bound to the user and the public key."""
    salt = os.urandom(16)
    header = WRAP_HEADER.pack(
        WRAP_MAGIC,
        WRAP_VERSION,
        WRAP_KDF_ARGON2ID,
        cost.memory_kib,
        cost.iterations,
        cost.lanes,
        salt,
        pepper_id,
    )
    key = _passphrase_key(passphrase, salt, cost, pepper)
    return header + _encrypt(key, seed, length_prefixed(header, user, public_key))


def unwrap_reviewer_seed(
    wrap: bytes, passphrase: str, *, peppers: Mapping[int, bytes], user: bytes, public_key: bytes
) -> bytes:
    """The seed of a reviewer. Raises CannotOpen for a wrong passphrase as for any changed bit."""
    if len(wrap) != WRAP_BYTES:
        raise CannotOpen
    header, body = wrap[: WRAP_HEADER.size], wrap[WRAP_HEADER.size :]
    magic, version, kdf, memory, iterations, lanes, salt, pepper_id = WRAP_HEADER.unpack(header)
    known = (magic, version, kdf) == (WRAP_MAGIC, WRAP_VERSION, WRAP_KDF_ARGON2ID)
    affordable = (
        8 * lanes <= memory <= MAX_ARGON2_KIB
        and 1 <= iterations <= MAX_ARGON2_ITERATIONS
        and 1 <= lanes <= MAX_ARGON2_LANES
    )
    if not known or not affordable or pepper_id not in peppers:
        raise CannotOpen
    cost = Argon2Cost(memory, iterations, lanes)
    key = _passphrase_key(passphrase, salt, cost, peppers[pepper_id])
    return _decrypt_seed(key, body, length_prefixed(header, user, public_key))


# Grants: a reviewer's key opens the vault root R ------------------------------------------------


def _grant_info(vault: bytes, reviewer: bytes, reviewer_public_key: bytes) -> bytes:
    return length_prefixed(b"clinic-vault/grant", vault, reviewer, key_id(reviewer_public_key))


def seal_grant(root: bytes, *, vault: bytes, reviewer: bytes, public_key: bytes) -> bytes:
    """R sealed to one reviewer's hybrid key. Raises CannotOpen for a public key that is none."""
    key = load_public_key(SUITE_HYBRID, public_key)
    info = _grant_info(vault, reviewer, public_key)
    return _hpke_seal(SUITE_HYBRID, root, key, info)


def open_grant(grant: bytes, seed: bytes, *, vault: bytes, reviewer: bytes) -> bytes:
    """R from a grant, with the reviewer's seed. Raises CannotOpen."""
    info = _grant_info(vault, reviewer, public_key_bytes(SUITE_HYBRID, seed))
    root = _hpke_open(SUITE_HYBRID, grant, private_key(SUITE_HYBRID, seed), info)
    if len(root) != SEED_BYTES:
        raise CannotOpen
    return root


# Epochs: R opens an epoch's seed ---------------------------------------------------------------


def _epoch_aad(vault: bytes, number: int, kid: bytes) -> bytes:
    return length_prefixed(b"clinic-vault/epoch", vault, struct.pack(">I", number), kid)


def wrap_epoch_seed(seed: bytes, root: bytes, *, vault: bytes, number: int, kid: bytes) -> bytes:
    """An epoch's seed under R. Deleting the result shreds the epoch for good."""
    return _encrypt(derive(root, "epoch-wrapping"), seed, _epoch_aad(vault, number, kid))


def unwrap_epoch_seed(
    wrapped: bytes, root: bytes, *, vault: bytes, number: int, kid: bytes
) -> bytes:
    """The seed of an epoch. Raises CannotOpen."""
    return _decrypt_seed(derive(root, "epoch-wrapping"), wrapped, _epoch_aad(vault, number, kid))


# Sessions: a cookie's token opens R between requests -------------------------------------------


def _session_aad(session_digest: bytes, user: bytes, expires: int) -> bytes:
    return length_prefixed(b"session", session_digest, user, struct.pack(">Q", expires))


def wrap_session_root(
    root: bytes, token: bytes, *, session_digest: bytes, user: bytes, expires: int
) -> bytes:
    """R under a token that only the cookie holds, bound to sign-in session, user and expiry."""
    return _encrypt(derive(token, "session"), root, _session_aad(session_digest, user, expires))


def unwrap_session_root(
    wrapped: bytes, token: bytes, *, session_digest: bytes, user: bytes, expires: int
) -> bytes:
    """R of an unlocked session. Raises CannotOpen."""
    aad = _session_aad(session_digest, user, expires)
    return _decrypt_seed(derive(token, "session"), wrapped, aad)


# Drafts: what a page carries to the next one ---------------------------------------------------


def seal_draft(payload: bytes, key: bytes, *, purpose: str, user: bytes) -> bytes:
    """A padded payload under a key that is not in the page, bound to its purpose and the user."""
    aad = length_prefixed(b"clinic-vault/draft", purpose.encode(), user)
    return _encrypt(derive(key, "draft"), pad(payload), aad)


def open_draft(sealed: bytes, key: bytes, *, purpose: str, user: bytes) -> bytes:
    """The payload of `seal_draft`. Raises CannotOpen."""
    aad = length_prefixed(b"clinic-vault/draft", purpose.encode(), user)
    return unpad(_decrypt(derive(key, "draft"), sealed, aad))


# Manifests: R signs which key the web tier may seal to -----------------------------------------


def _signing_key(root: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(root, "manifest-signing"))


def verify_key(root: bytes) -> bytes:
    """The 32-byte Ed25519 key that checks manifests."""
    return _signing_key(root).public_key().public_bytes_raw()


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces, ASCII only: the same value gives the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def sign_manifest(root: bytes, manifest: bytes) -> bytes:
    """The 64-byte Ed25519 signature of a manifest."""
    return _signing_key(root).sign(b"clinic-vault/manifest/v1" + manifest)


def check_manifest(verify_key: bytes, manifest: bytes, signature: bytes) -> None:
    """Raises CannotOpen unless the manifest was signed with the root behind the verify key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(verify_key)
        key.verify(signature, b"clinic-vault/manifest/v1" + manifest)
    except (InvalidSignature, ValueError) as error:
        raise CannotOpen from error
