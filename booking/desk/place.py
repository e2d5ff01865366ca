"""Where in the list, or in a search, a request stands that is looked at: the way back, and its neighbours."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from ..submissions.models import Submission
from .actions import MOST
from .filters import RequestFilterSet
from .searches import Search, SearchGone, find

# A database counts no further than so far.
LAST_PAGE = 1_000_000


@dataclass(frozen=True)
class Place:
    """The query of the list it was opened from, and the requests before and after it, or None; with the
    number of the search that it was found by, if any.

    The neighbours travel along in addresses (`kept`): what is taken up leaves its place in the list, or
    the list, and the next one is still the next one.
    """

    query: str
    before: UUID | None = None
    after: UUID | None = None
    search: UUID | None = None

    @property
    def list_url(self) -> str:
        if self.search:
            return f"{reverse('booking_submission_found', args=[self.search])}?{self.query}"
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
        if self.search:
            return self._found_by
        pks = {"before": self.before, "after": self.after}
        return self.query + "".join(f"&{name}={pk}" for name, pk in pks.items() if pk)

    def url_of(self, pk: UUID) -> str:
        """Of the request itself, at this place."""
        return f"{reverse('booking_submission_modeladmin_inspect', args=[pk])}?{self.kept}"

    def _url(self, pk: UUID | None) -> str:
        if pk is None:
            return ""
        address = reverse("booking_submission_modeladmin_inspect", args=[pk])
        return f"{address}?{self._found_by}"

    @property
    def _found_by(self) -> str:
        return f"{self.query}&search={self.search}" if self.search else self.query


def way_back(request: HttpRequest) -> str:
    """The address of the list, or of the search, that stands in the query of the request's own."""
    query = request.GET.copy()
    for search in _uuids(query.pop("search", [])):
        return f"{reverse('booking_submission_found', args=[search])}?{query.urlencode()}"
    return f"{reverse('booking_submission_modeladmin_index')}?{query.urlencode()}"


def place_of(request: HttpRequest, pk: UUID) -> Place:
    """By the query of the request's address. Without one, or with a wrong one, it is the list by itself.

    From what the list does not show the way leads to its first request: that is the next thing to do.
    """
    filters = RequestFilterSet(request.GET, request=request)
    if not filters.is_valid():
        return Place("")
    number = _page(request)
    for search in _uuids(request.GET.getlist("search")):
        with suppress(SearchGone):
            return _in_search(find(request, search), pk, filters.query(p=number))
    rows = filters.in_order(filters.filter_queryset(Submission.objects.all()))
    found = rows.values_list("pk", flat=True)
    if kept := {name: request.GET[name] for name in ("before", "after") if name in request.GET}:
        there = {str(each) for each in found.filter(pk__in=_uuids(kept.values()))}
        before, after = (
            UUID(kept[name]) if kept.get(name) in there else None for name in ("before", "after")
        )
        return Place(filters.query(p=number), before, after or _first(found, pk))
    # From the page before to the one after: rows move up as others are taken up.
    start = max(0, (number - 2) * MOST)
    pks = list(found[start : (number + 1) * MOST])
    if pk not in pks:
        return Place(filters.query(p=number), after=_first(found, pk))
    here = pks.index(pk)
    before = pks[here - 1] if here else None
    after = pks[here + 1] if here + 1 < len(pks) else None
    return Place(filters.query(p=(start + here) // MOST + 1), before, after)


def _in_search(search: Search, pk: UUID, query: str) -> Place:
    """Between those that are still there. Of one that was not found the next one is the first that was."""
    found = Submission.objects.filter(pk__in=[*search.progress.found, pk])
    there = set(found.values_list("pk", flat=True))
    pks = [each for each in search.progress.found if each in there]
    here = pks.index(pk) if pk in pks else -1
    before = pks[here - 1] if here > 0 else None
    after = pks[here + 1] if here + 1 < len(pks) else None
    return Place(query, before, after, search.pk)


def _first(pks: QuerySet[Any], but: UUID) -> UUID | None:
    return next((pk for pk in pks[:2] if pk != but), None)


def _page(request: HttpRequest) -> int:
    try:
        return min(max(1, int(request.GET.get("p", 1))), LAST_PAGE)
    except ValueError:
        return 1


def _uuids(texts: Iterable[str]) -> Iterator[UUID]:
    for text in texts:
        with suppress(ValueError):
            yield UUID(text)
