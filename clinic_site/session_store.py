"""Django's database sessions with one difference: the row holds SHA-256 of the key, not the key.

Somebody who reads the table, or a backup of it, cannot put a session key into a cookie.
"""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone


def session_digest(session_key: str) -> str:
    """40 hex digits (160 bits of SHA-256): what fits the column that Django gives a session key."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """A drop-in for `django.contrib.sessions.backends.db` (SESSION_ENGINE)."""

    def _get_session_from_db(self) -> Any:
        row = self.model.objects.filter(
            session_key=session_digest(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
        return row

    async def _aget_session_from_db(self) -> Any:
        row = await self.model.objects.filter(
            session_key=session_digest(self.session_key or ""), expire_date__gt=timezone.now()
        ).afirst()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(session_digest(session_key))

    async def aexists(self, session_key: str) -> bool:
        return await super().aexists(session_digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = session_digest(row.session_key)
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> Any:
        row = await super().acreate_model_instance(data)
        row.session_key = session_digest(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=session_digest(key)).delete()

    async def adelete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            await self.model.objects.filter(session_key=session_digest(key)).adelete()
