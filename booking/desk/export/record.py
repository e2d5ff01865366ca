"""What the log tells of an export: who, why, which columns, which requests, and how it ended.

Every reference is in the log before a byte of its row leaves: of a download that broke off it may tell more
than went out, never less.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from ... import log_actions, permissions
from ...vault.keyring import grant_of
from ...vault.models import Vault
from .table import ExportTable


class NoLongerAllowed(Exception):
    """While the file was fetched, whoever fetches it lost the permission or the access to the vault."""


class ExportRecord:
    """The entries of one export. They share a UUID, and `number` is that of the first."""

    def __init__(self, user: Any, about: Mapping[str, Any], *, asks_again: bool = True) -> None:
        """Logs that it begins. `about` has rows, format, columns, filter, reason and details.

        `asks_again`: whether the user may still export, before each batch. Nobody has the recovery key.
        """
        self._user, self._vault, self._uuid = user, Vault.objects.get(), uuid4()
        self._asks_again, self.rows = asks_again, 0
        self.number = self._log(log_actions.EXPORT, about).pk

    def batch(self, references: list[str]) -> None:
        """Logs which rows come next. Raises NoLongerAllowed, with nothing logged."""
        if self._asks_again and not _may_go_on(self._user):
            raise NoLongerAllowed
        self.rows += len(references)
        data = {"export": self.number, "rows": self.rows, "references": references}
        self._log(log_actions.EXPORT_ROWS, data)

    def watched(self, pieces: Iterator[bytes], table: ExportTable) -> Iterator[bytes]:
        """The pieces of the file; logs at the end whether all of them were taken."""
        is_whole = False
        try:
            yield from pieces
            is_whole = True
        finally:
            tally = {"rows": table.tally.rows, "damaged": table.tally.damaged}
            self._log(log_actions.EXPORT_END, {"export": self.number, "whole": is_whole, **tally})

    def _log(self, action: str, data: Mapping[str, Any]) -> ModelLogEntry:
        entry: ModelLogEntry = log(
            instance=self._vault, action=action, user=self._user, uuid=self._uuid, data=data
        )
        return entry


def _may_go_on(user: Any) -> bool:
    fresh = get_user_model().objects.filter(pk=user.pk).first()
    return fresh is not None and permissions.can_export(fresh) and grant_of(fresh) is not None


@dataclass(frozen=True)
class Progress:
    """How far an export has come: rows of how many; over or not, and if it is, whether the file is whole."""

    rows: int
    total: int
    is_over: bool = False
    is_whole: bool = False
    damaged: int = 0


def progress_of(number: int, user: Any) -> Progress | None:
    """By the number of its first entry; None for one that this person did not begin."""
    begun = ModelLogEntry.objects.filter(pk=number, user=user, action=log_actions.EXPORT).first()
    return _progress(begun) if begun else None


def progress_by_number(number: int) -> Progress:
    """The same, of whoever's export. Raises ModelLogEntry.DoesNotExist."""
    return _progress(ModelLogEntry.objects.get(pk=number))


def _progress(begun: ModelLogEntry) -> Progress:
    total = begun.data["rows"]
    later = ModelLogEntry.objects.filter(pk__gt=begun.pk, uuid=begun.uuid)
    last = later.order_by("-pk").first()
    if last is None:
        return Progress(0, total)
    if last.action != log_actions.EXPORT_END:
        return Progress(last.data["rows"], total)
    return Progress(last.data["rows"], total, True, last.data["whole"], last.data["damaged"])  # noqa: FBT003
