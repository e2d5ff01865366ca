"""Searching: what was typed is posted, and what was found has an address to come back to."""

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
        search = searches.find(request, pk)
        before = search.as_json()
        search.within(_within(filters))
        if "stop" not in request.GET:
            passing = filters.beside_tab(Submission.objects.all())
            go_on(passing, request.vault, search.query, search.progress, seconds=SECONDS)
        requests = _read(request, search)
        if search.as_json() != before:
            searches.save(request, search)
    except (SearchGone, VaultLocked):
        return _gone(request, filters)
    return _page(request, filters, search, requests)


def _read(request: VaultRequest, search: Search) -> list[Submission]:
    """What is shown of those found, opened. Those not shown before are named in the log.

    What its visitor took back since is left out: what it was found by must not tell what it said.
    """
    whole = with_corrections(Submission.objects.select_related("location", "assignee"))
    by_key = {each.pk: each for each in whole.order_by().filter(pk__in=search.progress.found)}
    shown = [by_key[pk] for pk in search.progress.found if pk in by_key]
    shown = [
        each for each in shown if not is_withdrawn(each) or search.query.is_in(_reference(each))
    ]
    for each in shown:
        each.reading = read(each, request.vault)  # type: ignore[attr-defined]
    new = set(search.progress.found[search.logged or 0 :])
    references = [str(each.reference) for each in shown if each.pk in new]
    if search.logged is None or references or search.ends_now:
        data = {"found": search.progress.matches, "references": references}
        log(instance=Vault.objects.get(), action=log_actions.SEARCH, data=data)
    search.was_shown()
    return shown


def _page(
    request: VaultRequest, filters: RequestFilterSet, search: Search, requests: list[Submission]
) -> HttpResponse:
    query = f"{_query(filters)}&search={search.pk}"
    context = {
        "page_title": _("Search requests"),
        "header_icon": "mail",
        "list_url": _list_url(filters),
        "query_string": _query(filters),
        "words": words_of(search, len(requests)),
        "damaged": damaged_in_words(search.progress),
        "typed": search.typed,
        "is_done": search.progress.is_done,
        "is_stopped": "stop" in request.GET,
        "is_filtered": filters.is_used,
        "columns": columns(filters, with_names=True, can_sort=False),
        "rows": rows(requests, request.user, query=query, is_unlocked=True),
        "is_unlocked": True,
        "search_form": SearchForm(
            initial={"term": search.typed[0] if len(search.typed) == 1 else ""}
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
