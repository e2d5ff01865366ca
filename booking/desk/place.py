"""Where in the list a request stands that is looked at: the way back, and its neighbours."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from ..submissions.models import Submission
from .actions import MOST
from .filters import RequestFilterSet


@dataclass(frozen=True)
class Place:
    """The query of the list it was opened from, and the requests before and after it, or None.

    The neighbours travel along in addresses (`kept`): what is taken up leaves its place in the list, or
    the list, and the next one is still the next one.
    """

    query: str
    before: UUID | None = None
    after: UUID | None = None

    @property
    def list_url(self) -> str:
        return f"{reverse('booking_submission_modeladmin_index')}?{self.query}"

    @property
    def before_url(self) -> str:
        return self._url(self.before)

    @property
    def after_url(self) -> str:
        return self._url(self.after)

    @property
    def kept(self) -> str:
        """The query for whatever leads back to this very request."""
        pks = {"before": self.before, "after": self.after}
        return self.query + "".join(f"&{name}={pk}" for name, pk in pks.items() if pk)

    def _url(self, pk: UUID | None) -> str:
        if pk is None:
            return ""
        address = reverse("booking_submission_modeladmin_inspect", args=[pk])
        return f"{address}?{self.query}"


def place_of(request: HttpRequest, pk: UUID) -> Place:
    """By the query of the request's address. Without one, or with a wrong one, it is the list by itself."""
    filters = RequestFilterSet(request.GET, request=request)
    if not filters.is_valid():
        return Place("")
    number = _page(request)
    kept = [_kept(request, name) for name in ("before", "after")]
    if any(kept):
        return Place(filters.query(p=number), *kept)
    # From the page before to the one after: rows move up as others are taken up.
    first = max(0, (number - 2) * MOST)
    rows = filters.in_order(filters.filter_queryset(Submission.objects.all()))
    pks = list(rows.values_list("pk", flat=True)[first : (number + 1) * MOST])
    if pk not in pks:
        return Place(filters.query(p=number))
    here = pks.index(pk)
    before = pks[here - 1] if here else None
    after = pks[here + 1] if here + 1 < len(pks) else None
    return Place(filters.query(p=(first + here) // MOST + 1), before, after)


def _page(request: HttpRequest) -> int:
    try:
        return max(1, int(request.GET.get("p", 1)))
    except ValueError:
        return 1


def _kept(request: HttpRequest, name: str) -> UUID | None:
    """A neighbour that the address names, while it is there."""
    try:
        pk = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    return pk if Submission.objects.filter(pk=pk).exists() else None
