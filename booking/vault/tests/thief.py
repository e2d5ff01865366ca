"""A thief who took a server: what he holds, and everything he tries with it.

He takes every value of every table, every setting and every environment variable, spells and slices
it every way, runs it through the vault's own functions, and tries each result in every role that a
key has. What he finds he tries again. The formats he knows; they are no secret.
"""

import base64
import hmac
import itertools
import os
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from booking.submissions.sealed import PURPOSE
from booking.vault import crypto, keyring, passphrases
from booking.vault.crypto import Binding, CannotOpen

# Where keys lie: there every run of 32 bytes is tried, elsewhere values, their words and their parts.
KEY_TABLES = ("vault_", "django_session", "clinic_site_shared_cache")
KEY_PURPOSES = ("epoch-wrapping", "manifest-signing", "session")
WORDS = re.compile(rb"[A-Za-z0-9+/_=-]{16,}")

Tables = dict[str, list[dict[str, Any]]]


# What he holds -----------------------------------------------------------------------------------


def stolen_tables() -> Tables:
    """Every row of every table by plain SQL, binary columns as bytes."""
    tables = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            rows = [map(_plain, row) for row in cursor.fetchall()]
            tables[table] = [dict(zip(names, row, strict=True)) for row in rows]
    return tables


def stolen_settings() -> list[bytes]:
    """Every setting and every environment variable, however deep it lies."""
    values = [getattr(settings, name) for name in dir(settings) if name.isupper()]
    return list(dict.fromkeys(_texts([*values, dict(os.environ)])))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _texts(value: Any) -> Iterator[bytes]:
    """Every single value within lists and dictionaries, as bytes."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        yield from _texts([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value).encode()


# What he makes of it -----------------------------------------------------------------------------


def _decoded(text: bytes) -> Iterator[bytes]:
    """What a text may stand for: itself, hexadecimal, base64, base32, a recovery key."""
    yield text
    for decode in (
        bytes.fromhex,
        lambda letters: base64.b64decode(letters + "=="),
        lambda letters: base64.urlsafe_b64decode(letters + "=="),
        base64.b32decode,
        passphrases.recovery_seed,
    ):
        try:
            yield decode(text.decode("ascii"))
        except (ValueError, CannotOpen):
            continue


def _spellings(value: bytes) -> Iterator[bytes]:
    """The value and each word in it, decoded every way."""
    for text in dict.fromkeys([value, *WORDS.findall(value)]):
        yield from _decoded(text)


def _windows(value: bytes, step: int) -> Iterator[bytes]:
    for start in range(0, len(value) - crypto.SEED_BYTES + 1, step):
        yield value[start : start + crypto.SEED_BYTES]


def _derived(secret: bytes, under: Iterable[bytes]) -> Iterator[bytes]:
    """What the vault's functions make of a secret, alone and under each of the keys."""
    yield crypto.digest(secret)
    if len(secret) == crypto.SEED_BYTES:
        yield from (crypto.derive(secret, purpose) for purpose in KEY_PURPOSES)
    yield from (hmac.digest(key, secret, "sha256") for key in under)


# What he opens with it ---------------------------------------------------------------------------


@dataclass
class Thief:
    """`settings` and `peppers` are empty for one who has the database alone.

    `known` is what he has besides the server: a cookie, a passphrase, a recovery sheet.
    """

    tables: Tables
    settings: list[bytes] = field(default_factory=list)
    peppers: list[bytes] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tried: set[bytes] = set()
        self.keys: dict[bytes, crypto.PrivateKey] = {}
        self.vault = _uuid(self.tables["vault_vault"][0]["id"]).bytes
        self.reviewers = {row["public_key"]: row for row in self.tables["vault_reviewer"]}
        self.epochs = {row["public_key"]: row for row in self.tables["vault_epoch"]}
        self.grants = {row["reviewer_id"]: row for row in self.tables["vault_grant"]}

    def search(self) -> None:
        """Try everything that might be 32 secret bytes, until every epoch is open."""
        for seed in self._seeds():
            self._try(seed)
            if len(self.keys) == len(self.epochs):
                break

    def use_what_he_knows(self) -> None:
        """Try only what he has besides the server."""
        for text in self._known():
            for seed in _spellings(text):
                self._try(seed)

    def guess(self) -> None:
        """Try every text as passphrase of every reviewer under every pepper."""
        texts = {
            passphrases.normalise(text.decode("utf-8", "ignore"))
            for text in [*self._known(), *self.settings, *_texts([*self.tables.values()])]
            if passphrases.MIN_LENGTH <= len(text) <= 200
        }
        people = [row for row in self.reviewers.values() if row["wrap"] is not None]
        for text, reviewer, pepper in itertools.product(texts, people, self.peppers):
            for seed in _opened(
                crypto.unwrap_reviewer_seed,
                reviewer["wrap"],
                text,
                peppers={keyring.CURRENT_PEPPER: pepper},
                user=str(reviewer["user_id"]).encode(),
                public_key=reviewer["public_key"],
            ):
                self._try(seed)

    def read(self) -> dict[uuid.UUID, bytes]:
        """The payload of every request that his keys open."""
        found = {}
        for row in self.tables["booking_submission"]:
            pk = _uuid(row["id"])
            binding = Binding(PURPOSE, pk.bytes, pk.bytes, row["schema"])
            for key in self.keys.values():
                for payload in _opened(crypto.open_blob, row["sealed"], key, binding):
                    found[pk] = payload
        return found

    def _known(self) -> list[bytes]:
        return [text.encode() for text in self.known]

    def _seeds(self) -> Iterator[bytes]:
        """Likely things first."""
        near = [*self._known(), *self.settings]
        far: list[bytes] = []
        for table, rows in self.tables.items():
            (near if table.startswith(KEY_TABLES) else far).extend(_texts(rows))
        likely = list(dict.fromkeys(text for value in near for text in _spellings(value)))
        for value in likely:
            yield value
            yield from _derived(value, self.peppers)
        for value in likely:
            yield from _windows(value, step=1)
        for value in dict.fromkeys(far):
            for text in _spellings(value):
                yield text
                yield crypto.digest(text)
            yield from _windows(value[-256:], step=crypto.SEED_BYTES)

    def _try(self, seed: bytes) -> None:
        if len(seed) != crypto.SEED_BYTES or seed in self.tried:
            return
        self.tried.add(seed)
        for found in [*self._as_token(seed), *self._as_root(seed), *self._as_key(seed)]:
            self._try(found)

    def _as_token(self, token: bytes) -> Iterator[bytes]:
        for row in self.tables["vault_vaultsession"]:
            yield from _opened(
                crypto.unwrap_session_root,
                row["wrapped_root"],
                token,
                session_digest=row["session_digest"],
                user=str(row["user_id"]).encode(),
                expires=int(_moment(row["expires_at"]).timestamp()),
            )

    def _as_root(self, root: bytes) -> Iterator[bytes]:
        for epoch in self.epochs.values():
            yield from _opened(
                crypto.unwrap_epoch_seed,
                epoch["wrapped_seed"] or b"",
                root,
                vault=self.vault,
                number=epoch["number"],
                kid=epoch["key_id"],
            )

    def _as_key(self, seed: bytes) -> Iterator[bytes]:
        """An epoch's key is kept; a reviewer's opens his grant."""
        public_key = crypto.public_key_bytes(crypto.SUITE_HYBRID, seed)
        if public_key in self.epochs:
            self.keys[public_key] = crypto.private_key(crypto.SUITE_HYBRID, seed)
        reviewer = self.reviewers.get(public_key)
        if reviewer is not None and reviewer["id"] in self.grants:
            yield from _opened(
                crypto.open_grant,
                self.grants[reviewer["id"]]["sealed_root"],
                seed,
                vault=self.vault,
                reviewer=_uuid(reviewer["id"]).bytes,
            )


def _opened(unwrap: Callable[..., bytes], *args: Any, **kwargs: Any) -> list[bytes]:
    """What comes out, or nothing."""
    try:
        return [unwrap(*args, **kwargs)]
    except CannotOpen:
        return []


def _uuid(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
