"""Searching: what was typed is posted, and what was found has an address to come back to."""

import threading
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin import messages
from wagtail.log_actions import log

from clinic_site.clinic_time import at_the_clinic

from .. import log_actions, permissions
from ..public.form.typed_text import cleaned_query
from ..submissions.folding import folded_bytes
from ..submissions.models import Submission
from ..submissions.reading import is_withdrawn, read
from ..submissions.references import beginning_with, with_reference
from ..submissions.remarks import with_corrections
from ..submissions.search import go_on
from ..vault.models import Vault
from ..vault.session import VaultLocked, VaultRequest
from . import searches
from .filters import RequestFilterSet
from .forms import SameForm, SearchForm
from .rows import columns, rows
from .search_words import damaged_in_words, words_of
from .searches import Search, SearchGone

# How long a page looks before it shows how far it has come; a script asks for the next part by itself.
SECONDS = 1.0
# However many search, the other threads of a worker stay free for other pages.
_one_at_a_time = threading.Lock()
INDEX = "booking_submission_modeladmin_index"
# Of a script that asks for the next part alone.
PART = "X-Search-Part"


# A phone number and an e-mail address, by the button of a request.
MOST_TERMS = 2
# As many references as are listed while the vault is locked.
MOST_REFERENCES = 20


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
@at_the_clinic
def search(request: VaultRequest) -> HttpResponse:
    """Take what was typed, and lead to what is found. It stands in no address: those are written to logs."""
    if not permissions.can_list(request.user):
        raise PermissionDenied
    filters = RequestFilterSet(request.GET, request=request)
    if not filters.is_valid():  # the list says what is wrong with them
        return redirect(f"{reverse(INDEX)}?{request.GET.urlencode()}")
    if request.method == "GET":
        return _references(request, filters)
    typed = cleaned_query(request.POST).getlist("term")[:MOST_TERMS] or [""]
    if len(typed) == 1 and (found := with_reference(typed[0]).first()):
        return _see_other("booking_submission_modeladmin_inspect", found.pk, _query(filters))
    is_whole = "same" in request.POST
    form = SameForm if is_whole else SearchForm
    reasons = [text for each in typed for text in form({"term": each}).errors.get("term", [])]
    if not request.vault.is_unlocked:
        return _by_beginning(request, typed[0], filters)
    if reasons:
        messages.error(request, reasons[0])
        return redirect(_list_url(filters))
    begun = searches.begin(request, typed, is_whole=is_whole, filters=_within(filters))
    return _see_other("booking_submission_found", begun.pk, _query(filters))


@require_GET
@sensitive_variables()
@at_the_clinic
def found(request: VaultRequest, pk: UUID) -> HttpResponse:
    """What a search has found so far; each time the page is asked for it goes on, until it has come to the end."""
    if not permissions.can_list(request.user):
        raise PermissionDenied
    filters = RequestFilterSet(request.GET, request=request)
    if not filters.is_valid():
        return redirect(f"{reverse(INDEX)}?{request.GET.urlencode()}")
    try:
        if told := {"stop", "go"} & request.GET.keys():
            searches.tell(request, pk, is_stopped="stop" in told)
            return _see_other("booking_submission_found", pk, _query(filters))
        current = searches.find(request, pk)
        if current.filters != _within(filters):
            begun = searches.begin(
                request, current.typed, is_whole=current.is_whole, filters=_within(filters)
            )
            return _see_other("booking_submission_found", begun.pk, _query(filters))
        before = current.as_json()
        _look_further(request, filters, current)
        requests = _read(request, current)
        if current.as_json() != before:
            searches.save(request, current)
    except (SearchGone, VaultLocked):
        return _gone(request, filters)
    return _page(request, filters, current, requests)


def _look_further(request: VaultRequest, filters: RequestFilterSet, current: Search) -> None:
    """At the next requests, if it is not stopped and no other search of this process is at it."""
    if current.is_stopped or not _one_at_a_time.acquire(blocking=False):
        return
    try:
        passing = filters.beside_tab(Submission.objects.all())
        go_on(passing, request.vault, current.query, current.progress, seconds=SECONDS)
    finally:
        _one_at_a_time.release()


def _read(request: VaultRequest, current: Search) -> list[Submission]:
    """What is shown of those found, opened. Those not shown before are named in the log.

    What its visitor took back since is left out: what it was found by must not tell what it said.
    """
    whole = with_corrections(Submission.objects.select_related("location", "assignee"))
    by_key = {each.pk: each for each in whole.order_by().filter(pk__in=current.progress.found)}
    shown = [by_key[pk] for pk in current.progress.found if pk in by_key]
    shown = [
        each for each in shown if not is_withdrawn(each) or current.query.is_in(_reference(each))
    ]
    for each in shown:
        each.reading = read(each, request.vault)  # type: ignore[attr-defined]
    new = set(current.progress.found[current.logged or 0 :])
    references = [str(each.reference) for each in shown if each.pk in new]
    if current.logged is None or references or current.ends_now:
        data = {"found": current.progress.matches, "references": references}
        log(instance=Vault.objects.get(), action=log_actions.SEARCH, data=data)
    current.was_shown()
    return shown


def _page(
    request: VaultRequest, filters: RequestFilterSet, current: Search, requests: list[Submission]
) -> HttpResponse:
    query = f"{_query(filters)}&search={current.pk}"
    context = {
        "page_title": _("Search requests"),
        "header_icon": "mail",
        "list_url": _list_url(filters),
        "query_string": _query(filters),
        "words": words_of(current, len(requests)),
        "damaged": damaged_in_words(current.progress),
        "typed": current.typed,
        "is_done": current.progress.is_done,
        "is_stopped": current.is_stopped,
        "is_filtered": filters.is_used,
        "columns": columns(filters, with_names=True, can_sort=False),
        "rows": rows(requests, request.user, query=query, is_unlocked=True),
        "is_unlocked": True,
        "search_form": SearchForm(
            initial={"term": current.typed[0] if len(current.typed) == 1 else ""}
        ),
    }
    name = "search_found.html" if PART in request.headers else "search.html"
    response = render(request, f"modeladmin/booking/submission/{name}", context)
    patch_vary_headers(response, [PART])
    return response


def _gone(request: VaultRequest, filters: RequestFilterSet) -> HttpResponse:
    if PART in request.headers:  # its script loads the page anew, and that is told why
        return HttpResponse(status=410)
    text = _(
        "This search is over: what was typed is kept only while the vault is unlocked, for you alone. "
        "Please search again."
    )
    messages.warning(request, text)
    return redirect(_list_url(filters))


def _by_beginning(request: VaultRequest, typed: str, filters: RequestFilterSet) -> HttpResponse:
    """While the vault is locked: to the requests whose reference begins with what was typed."""
    references = list(beginning_with(typed).values_list("reference", "pk")[: MOST_REFERENCES + 1])
    if len(references) == 1:
        return _see_other(
            "booking_submission_modeladmin_inspect", references[0][1], _query(filters)
        )
    if not references:
        text = _("No request has this reference. Unlock the vault to search in answers and notes.")
        messages.error(request, text)
        return redirect(_list_url(filters))
    if len(references) > MOST_REFERENCES:
        messages.error(request, _("Too many requests begin so: type more of the reference."))
        return redirect(_list_url(filters))
    listed = urlencode([("r", reference) for reference, _pk in references])
    return _see_other("booking_submission_search", None, f"{_query(filters)}&{listed}")


def _references(request: VaultRequest, filters: RequestFilterSet) -> HttpResponse:
    """The requests of the references in the address, as the list shows them while the vault is locked."""
    references = request.GET.getlist("r")[:MOST_REFERENCES]
    if not references:
        return redirect(_list_url(filters))
    whole = with_corrections(Submission.objects.select_related("location", "assignee"))
    requests = list(whole.filter(reference__in=references).order_by("-received_at", "-pk"))
    context = {
        "page_title": _("Search requests"),
        "header_icon": "mail",
        "list_url": _list_url(filters),
        "query_string": _query(filters),
        "words": ngettext("%d request found.", "%d requests found.", len(requests)) % len(requests),
        "is_done": True,
        "columns": columns(filters, with_names=False, can_sort=False),
        "rows": rows(requests, request.user, query=_query(filters), is_unlocked=False),
        "search_form": SearchForm(is_unlocked=request.vault.is_unlocked),
    }
    return render(request, "modeladmin/booking/submission/search.html", context)


def _reference(request: Submission) -> bytes:
    return folded_bytes(request.reference.encode())


def _within(filters: RequestFilterSet) -> str:
    """The filters that a search is made within: neither the tab, nor the order."""
    return filters.query(show="", sort="")


def _query(filters: RequestFilterSet) -> str:
    """That of the list from which it was made, page included."""
    return filters.query(p=filters.request.GET.get("p", ""))


def _list_url(filters: RequestFilterSet) -> str:
    return f"{reverse(INDEX)}?{_query(filters)}"


def _see_other(name: str, pk: UUID | None, query: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(name, args=[pk] if pk else [])}?{query}", status=303)
