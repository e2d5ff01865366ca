"""Changing a stored request: the one place that writes to a row once it is there.

Each change locks the row, compares it with what the person saw, writes only the columns that differ
and logs them before and after. Nothing is written over what a colleague did meanwhile, and a row
that was deleted meanwhile does not come back.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from .. import log_actions
from .models import Submission

# What is changed by hand. Everything else stays as it was received.
COLUMNS = ("status", "assignee")


class ChangedMeanwhile(Exception):
    """A colleague was faster. `request` is the row as it is now, `entry` what was logged of it."""

    def __init__(self, request: Submission, entry: ModelLogEntry | None) -> None:
        super().__init__()
        self.request, self.entry = request, entry


def seen_values(request: Submission) -> str:
    """What a person sees of the columns that can be changed, as a form carries it along."""
    return urlencode(_values(request))


def change(pk: UUID, *, seen: str, to: Mapping[str, Any]) -> Submission:
    """Give the request these values of COLUMNS; returns it as it is now.

    Where nothing differs, nothing is written or logged. Raises ChangedMeanwhile when the request is
    not as it was `seen`, and Submission.DoesNotExist.
    """
    with transaction.atomic():
        request = Submission.objects.select_for_update().get(pk=pk)
        if seen != seen_values(request):
            raise ChangedMeanwhile(request, _last_entry(request))
        values, before = _values(request), _logged(request)
        for name in COLUMNS:
            setattr(request, name, to[name])
        differing = {name: to[name] for name in COLUMNS if _values(request)[name] != values[name]}
        if differing:
            Submission.objects.filter(pk=pk).update(**differing)
            data = {"before": before, "after": _logged(request)}
            log(instance=request, action=log_actions.CHANGE, data=data)
    return request


def _values(request: Submission) -> dict[str, str]:
    """The columns as text: an assignee by number, nobody as nothing."""
    return {"status": request.status, "assignee": str(request.assignee_id or "")}


def _logged(request: Submission) -> dict[str, str]:
    """The columns as the log tells them: an assignee by name."""
    return {name: str(getattr(request, name) or "") for name in COLUMNS}


def _last_entry(request: Submission) -> ModelLogEntry | None:
    entries = ModelLogEntry.objects.for_instance(request).filter(action=log_actions.CHANGE)
    return entries.select_related("user").order_by("-timestamp", "-pk").first()
