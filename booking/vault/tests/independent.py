"""HPKE base mode written a second time, from RFC 9180 and the drafts, to read what the vault wrote.

Shares with the vault's own path only the primitives: X25519, ML-KEM-768, SHA-2, SHA-3 and AEADs.
"""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

KEM_X25519 = 0x0020
KEM_XWING = 0x647A
AEADS = {1: (16, AESGCM), 2: (32, AESGCM), 3: (32, ChaCha20Poly1305)}


def extract(salt: bytes, ikm: bytes) -> bytes:
    """RFC 5869, HKDF-Extract with SHA-256."""
    return hmac.digest(salt or bytes(32), ikm, "sha256")


def expand(prk: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, HKDF-Expand with SHA-256."""
    block, out, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([counter]), "sha256")
        out, counter = out + block, counter + 1
    return out[:length]


def labeled_extract(suite_id: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    """RFC 9180, section 4."""
    return extract(salt, b"HPKE-v1" + suite_id + label + ikm)


def labeled_expand(suite_id: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """RFC 9180, section 4."""
    return expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite_id + label + info, length)


def x25519_derive_key_pair(ikm: bytes) -> bytes:
    """The private key of RFC 9180, section 7.1.3."""
    suite_id = b"KEM" + KEM_X25519.to_bytes(2, "big")
    prk = labeled_extract(suite_id, b"", b"dkp_prk", ikm)
    return labeled_expand(suite_id, prk, b"sk", b"", 32)


def x25519_decapsulate(enc: bytes, private: bytes) -> bytes:
    """The shared secret of RFC 9180, section 4.1."""
    key = X25519PrivateKey.from_private_bytes(private)
    dh = key.exchange(X25519PublicKey.from_public_bytes(enc))
    suite_id = b"KEM" + KEM_X25519.to_bytes(2, "big")
    prk = labeled_extract(suite_id, b"", b"eae_prk", dh)
    context = enc + key.public_key().public_bytes_raw()
    return labeled_expand(suite_id, prk, b"shared_secret", context, 32)


def xwing_decapsulate(enc: bytes, seed: bytes) -> bytes:
    """The shared secret of draft-connolly-cfrg-xwing-kem, section 5.5."""
    expanded = hashlib.shake_256(seed).digest(96)
    ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    ss_m, ct_x = ml_kem.decapsulate(enc[:1088]), enc[1088:]
    ss_x = x25519.exchange(X25519PublicKey.from_public_bytes(ct_x))
    pk_x = x25519.public_key().public_bytes_raw()
    return hashlib.sha3_256(ss_m + ss_x + ct_x + pk_x + b"\\.//^\\").digest()


@dataclass(frozen=True)
class Receiver:
    """The receiver's side of one message: everything that the key schedule gives."""

    key: bytes
    base_nonce: bytes
    exporter_secret: bytes
    suite_id: bytes
    aead_id: int

    def open(self, ciphertext: bytes, aad: bytes = b"") -> bytes:
        """The first message (sequence number 0)."""
        return AEADS[self.aead_id][1](self.key).decrypt(self.base_nonce, ciphertext, aad)

    def seal(self, plaintext: bytes, aad: bytes = b"") -> bytes:
        return AEADS[self.aead_id][1](self.key).encrypt(self.base_nonce, plaintext, aad)

    def export(self, context: bytes, length: int = 32) -> bytes:
        return labeled_expand(self.suite_id, self.exporter_secret, b"sec", context, length)


def key_schedule(kem_id: int, aead_id: int, shared_secret: bytes, info: bytes) -> Receiver:
    """RFC 9180, section 5.1, mode 0, with HKDF-SHA256."""
    suite_id = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (kem_id, 1, aead_id))
    psk_id_hash = labeled_extract(suite_id, b"", b"psk_id_hash", b"")
    info_hash = labeled_extract(suite_id, b"", b"info_hash", info)
    context = b"\0" + psk_id_hash + info_hash
    secret = labeled_extract(suite_id, shared_secret, b"secret", b"")
    return Receiver(
        labeled_expand(suite_id, secret, b"key", context, AEADS[aead_id][0]),
        labeled_expand(suite_id, secret, b"base_nonce", context, 12),
        labeled_expand(suite_id, secret, b"exp", context, 32),
        suite_id,
        aead_id,
    )


def receive(kem_id: int, aead_id: int, enc: bytes, private: bytes, info: bytes) -> Receiver:
    """RFC 9180, section 5.1.1."""
    decapsulate = {KEM_X25519: x25519_decapsulate, KEM_XWING: xwing_decapsulate}[kem_id]
    return key_schedule(kem_id, aead_id, decapsulate(enc, private), info)
