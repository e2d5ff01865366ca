"""Searches to come back to: what was typed and what was found, sealed to the unlocked vault's session.

The address of a search holds a random number and no word. Its row opens with the reviewer's vault cookie
alone, and goes when the vault is locked, by hand, by its limits or by taking access away.
"""

import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from ..submissions.search import Progress
from ..submissions.terms import Query
from ..vault.crypto import CannotOpen
from ..vault.models import VaultSession
from ..vault.session import VaultLocked, VaultRequest, session_digest, session_row

# Older ones of a session go when a new one is made.
MOST_KEPT = 20


class SearchGone(Exception):
    """There is none of that number that this session can read: search again."""


class StoredSearch(models.Model):
    """A search of one unlocked session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(VaultSession, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField(editable=False)
    made_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        verbose_name = _("search")
        verbose_name_plural = _("searches")

    def __str__(self) -> str:
        return f"Search {self.pk}"


@dataclass
class Search:
    """What was typed, within which filters, and how far it has come."""

    typed: list[str] = field(repr=False)
    is_whole: bool
    filters: str
    made_at: datetime
    progress: Progress = field(default_factory=Progress)
    logged: int | None = (
        None  # so many of those found are in the log; none is before the first time
    )
    ended: bool = False  # and its end is
    is_stopped: bool = False  # until it is told to go on
    pk: UUID = field(default_factory=uuid.uuid4)

    @property
    def query(self) -> Query:
        return Query.of(self.typed, is_whole=self.is_whole)

    @property
    def ends_now(self) -> bool:
        """Whether it has come to its end since it was last shown."""
        return self.progress.is_done and not self.ended

    def was_shown(self) -> None:
        self.logged, self.ended = len(self.progress.found), self.progress.is_done

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), default=str).encode()

    @classmethod
    def from_json(cls, payload: bytes) -> Self:
        """Of `as_json`. Only this site can seal to a session: what opens is what it wrote."""
        value = json.loads(payload)
        progress = value.pop("progress")
        last, found = progress.pop("last"), progress.pop("found")
        return cls(
            **value
            | {
                "pk": UUID(value["pk"]),
                "made_at": datetime.fromisoformat(value["made_at"]),
                "progress": Progress(
                    **progress,
                    found=[UUID(pk) for pk in found],
                    last=(datetime.fromisoformat(last[0]), UUID(last[1])) if last else None,
                ),
            }
        )


@sensitive_variables()
def begin(request: VaultRequest, typed: list[str], *, is_whole: bool, filters: str) -> Search:
    """Store a new search of this session. Raises VaultLocked."""
    search = Search(typed, is_whole, filters, timezone.now())
    session = session_row(request)
    if session is None:
        raise VaultLocked
    kept = StoredSearch.objects.filter(session=session).order_by("-made_at")
    StoredSearch.objects.filter(
        pk__in=list(kept.values_list("pk", flat=True)[MOST_KEPT - 1 :])
    ).delete()
    StoredSearch.objects.create(
        id=search.pk, session=session, sealed=_sealed(request, search), made_at=search.made_at
    )
    return search


@sensitive_variables()
def find(request: HttpRequest, pk: Any) -> Search:
    """The search of that number. Raises SearchGone for anybody else's, and while the vault is locked."""
    return _opened(request, _rows(request, pk).first())


@sensitive_variables()
def save(request: VaultRequest, search: Search) -> None:
    """Store how far it has come, unless another tab came farther.

    Whether it was stopped meanwhile is in the search afterwards. Raises SearchGone where the vault was locked.
    """
    with transaction.atomic():
        stored = _opened_to_change(request, search.pk)
        search.is_stopped = stored.is_stopped
        if stored.progress.searched <= search.progress.searched:
            _rows(request, search.pk).update(sealed=_sealed(request, search))


@sensitive_variables()
def tell(request: VaultRequest, pk: UUID, *, is_stopped: bool) -> None:
    """Stop it, or let it go on. Raises SearchGone."""
    with transaction.atomic():
        search = _opened_to_change(request, pk)
        search.is_stopped = is_stopped
        _rows(request, pk).update(sealed=_sealed(request, search))


def _opened_to_change(request: HttpRequest, pk: UUID) -> Search:
    return _opened(request, _rows(request, pk).select_for_update().first())


def _opened(request: HttpRequest, row: StoredSearch | None) -> Search:
    vault = request.vault  # type: ignore[attr-defined]  # the middleware puts it there
    try:
        if row is None:
            raise SearchGone
        return Search.from_json(vault.kept(bytes(row.sealed), purpose=_purpose(row.pk)))
    except (VaultLocked, CannotOpen) as error:
        raise SearchGone from error


def _rows(request: HttpRequest, pk: Any) -> models.QuerySet[StoredSearch]:
    return StoredSearch.objects.filter(pk=pk, session=session_digest(request))


def _sealed(request: VaultRequest, search: Search) -> bytes:
    return request.vault.keep(search.as_json(), purpose=_purpose(search.pk))


def _purpose(pk: UUID) -> str:
    return f"search/{pk}"
