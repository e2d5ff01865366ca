"""Changing a stored request: the one place that writes to a row once it is there.

Each change locks the row, compares it with what the person saw, writes only the columns that differ
and logs them before and after. Nothing is written over what a colleague did meanwhile, and a row
that was deleted meanwhile does not come back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from .. import log_actions
from ..choices import TAKEN_UP, WAITING, Status
from .models import Submission, SubmissionNote

# What is changed by hand. Everything else stays as it was received, but for what follows from these.
COLUMNS = ("status", "assignee")


class ChangedMeanwhile(Exception):
    """A colleague was faster. `request` is the row as it is now, `entry` what was logged of it."""

    def __init__(self, request: Submission, entry: ModelLogEntry | None) -> None:
        super().__init__()
        self.request, self.entry = request, entry


class OnHold(Exception):
    """The clinic has to keep the request with its notes; neither is deleted, and its visitor cannot
    withdraw it."""


def seen_values(request: Submission) -> str:
    """What a person sees of the columns that can be changed, as a form carries it along."""
    return urlencode(_values(request))


def change(pk: UUID, *, seen: str, to: Mapping[str, Any]) -> Submission:
    """Give the request these values of COLUMNS; returns it as it is now. One that is left out stays.

    Where nothing differs, nothing is written or logged: also when a post is repeated. Raises
    ChangedMeanwhile when the request is not as it was `seen`, and Submission.DoesNotExist.
    """
    with transaction.atomic():
        request = _locked_with_its_form(pk)
        if request.status == Status.WITHDRAWN:
            raise ChangedMeanwhile(request, _last_entry(request))
        values, before, now = _values(request), _logged(request), seen_values(request)
        for name in to:
            setattr(request, name, to[name])
        differing = {name: to[name] for name in to if _values(request)[name] != values[name]}
        if differing and seen != now:
            raise ChangedMeanwhile(Submission.objects.get(pk=pk), _last_entry(request))
        if differing:
            if "status" in differing:
                contacted = _contacted_at(request, before=values["status"])
                if contacted and not request.contacted_at:
                    _contacted_by_another(request, contacted)
                request.contacted_at = differing["contacted_at"] = contacted
            Submission.objects.filter(pk=pk).update(**differing)
            data = {"before": before, "after": _logged(request)}
            log(instance=request, action=log_actions.CHANGE, data=data)
    return request


def _locked_with_its_form(pk: UUID) -> Submission:
    """The request; its form's others are locked with it, in the order in which all lock them. Raises
    Submission.DoesNotExist."""
    form = Submission.objects.filter(pk=pk).values("form_digest")[:1]
    rows = Submission.objects.filter(form_digest=Subquery(form)).select_for_update().order_by("pk")
    for request in rows:
        if request.pk == pk:
            return request
    raise Submission.DoesNotExist


def withdraw(reference: str, code_digest: bytes) -> list[Submission]:
    """Empty the request of that reference and all of its form, as its visitor wishes.

    Their answers and notes are gone when this returns; the rows stay until their date. Returns them,
    also when that was done before. What is sent with the form afterwards is a new request. Raises
    Submission.DoesNotExist when no request has that reference and that code, and OnHold, with nothing
    changed, when one of them has to be kept.
    """
    with transaction.atomic():
        known = Submission.objects.get(reference=reference, withdrawal_digest=code_digest)
        form = Submission.objects.filter(form_digest=bytes(known.form_digest))
        requests = list(form.select_for_update().order_by("pk"))
        if not requests:
            raise Submission.DoesNotExist  # deleted meanwhile
        if any(request.hold for request in requests):
            raise OnHold
        for request in requests:
            if request.status != Status.WITHDRAWN or request.sealed:
                _empty(request)
    return requests


def _empty(request: Submission) -> None:
    before = _logged(request)
    SubmissionNote.objects.filter(submission=request).delete()
    # Without the digest of its answers the same answers, sent again, are a new wish.
    emptied = {"status": Status.WITHDRAWN, "sealed": b"", "key_id": b"", "answers_digest": b""}
    Submission.objects.filter(pk=request.pk).update(**emptied)
    log(instance=request, action=log_actions.WITHDRAW, data={"before": before})


def _contacted_at(request: Submission, *, before: str) -> datetime | None:
    """When it was first taken up, by the status that it is given now and the one that it had before.

    The first time counts, whatever is set afterwards; who sets it back to waiting says that it was not
    taken up at all. What was filed as spam comes back with the time that it had. Of what was taken up
    without a time that is known, none is made up.
    """
    if request.status in WAITING and before in TAKEN_UP:
        return None
    if request.status in TAKEN_UP and before not in TAKEN_UP:
        return request.contacted_at or timezone.now()
    return request.contacted_at


def _contacted_by_another(request: Submission, moment: datetime) -> None:
    """Who is reached about one request of a form is reached about all of it.

    What was taken up at a time that nobody knows stays so.
    """
    form = Submission.objects.filter(form_digest=bytes(request.form_digest), contacted_at=None)
    others = form.exclude(pk=request.pk).exclude(status__in={*TAKEN_UP, Status.WITHDRAWN})
    others.update(contacted_at=moment)


def _values(request: Submission) -> dict[str, str]:
    """The columns as text: an assignee by number, nobody as nothing."""
    return {"status": request.status, "assignee": str(request.assignee_id or "")}


def _logged(request: Submission) -> dict[str, str]:
    """The columns as the log tells them: an assignee by name."""
    return {name: str(getattr(request, name) or "") for name in COLUMNS}


def _last_entry(request: Submission) -> ModelLogEntry | None:
    entries = ModelLogEntry.objects.for_instance(request).filter(action=log_actions.CHANGE)
    return entries.select_related("user").order_by("-timestamp", "-pk").first()
