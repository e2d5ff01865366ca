"""Questions that pages and staff views ask about stored requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from ..choices import WAITING, Status
from ..locations.models import Location
from .models import Submission
from .remarks import with_corrections


@dataclass(frozen=True)
class Received:
    """What the confirmation says of a request."""

    location: Location
    received_at: datetime
    due_at: datetime | None = None
    corrects: str = ""
    corrected_by: str = ""
    withdrawal_digest: bytes = b""
    is_withdrawn: bool = False


def received_of(reference: str) -> Received | None:
    """Of the request with that reference; None when there is no such request."""
    rows = Submission.objects.select_related("location").filter(reference=reference)
    columns = ("location", "received_at", "due_at", "withdrawal_digest", "status")
    found: Any = with_corrections(rows).only(*columns).first()
    if found is None:
        return None
    others = (found.corrects or "", found.corrected_by or "")
    digest, is_withdrawn = bytes(found.withdrawal_digest), found.status == Status.WITHDRAWN
    return Received(found.location, found.received_at, found.due_at, *others, digest, is_withdrawn)


def waiting() -> QuerySet[Submission]:
    """Those that nobody has taken up, in no order: their answers are due."""
    return Submission.objects.filter(status__in=WAITING).order_by()


def has_submissions(page: Page) -> bool:
    """Whether the page or any page under it is a booking page with requests."""
    pages = page.get_descendants(inclusive=True)
    return Submission.objects.filter(page__in=pages).exists()
