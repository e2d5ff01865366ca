"""The export page: which requests, which columns and format, why, and the passphrase once more."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from clinic_site.clinic_time import at_the_clinic

from ... import permissions
from ...submissions.models import Submission
from ...vault import keyring
from ...vault.refusals import confirmed_root
from ...vault.sealing import OpenKeys
from ..filters import RequestFilterSet, Tab
from .files import CONTENT_TYPES, Wish, has_room
from .form import ExportForm
from .record import ExportRecord, Progress, progress_of
from .workbook import MOST_REQUESTS


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "POST"])
@at_the_clinic
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask what to export and, once the passphrase opens the vault, send the file."""
    if not permissions.can_export(request.user):
        raise PermissionDenied
    form = ExportForm(request.POST or None)
    filters = RequestFilterSet(request.POST or request.GET, request=request, default=Tab.ALL)
    if filters.is_valid() and form.is_valid():
        rows = filters.filter_queryset(Submission.objects.all())
        count = rows.count()
        root = confirmed_root(form, request.user) if _fits(form, count) else None
        if root:
            return _file(request, rows, count, _wish(form, filters), OpenKeys(root))
    context = {
        "page_title": _("Export requests"),
        "header_icon": "download",
        "filters": filters.form,
        "form": form,
        "list_query": filters.query(p=request.GET.get("p", "")) if filters.is_valid() else "",
        "has_access": keyring.grant_of(request.user) is not None,
    }
    response = render(request, "modeladmin/booking/submission/export.html", context)
    add_never_cache_headers(response)
    return response


def _fits(form: ExportForm, count: int) -> bool:
    if has_room(form.cleaned_data["format"], count):
        return True
    text = _("A sheet of Excel holds %(most)s requests, and these are %(count)s. Choose CSV.")
    words = {"most": _number(MOST_REQUESTS), "count": _number(count)}
    form.add_error("format", text % words)
    return False


def _wish(form: ExportForm, filters: RequestFilterSet) -> Wish:
    given = form.cleaned_data
    chosen = {name: filters.data.get(name, "") for name in filters.filters if name != "sort"}
    return Wish(
        given["format"],
        given["columns"],
        given["reason"],
        given["details"],
        {name: value for name, value in chosen.items() if value},
    )


def _file(
    request: HttpRequest, rows: QuerySet[Submission], count: int, wish: Wish, keys: OpenKeys
) -> HttpResponseBase:
    record = ExportRecord(request.user, wish.about(count))
    response = StreamingHttpResponse(
        wish.pieces(rows, keys, record), content_type=CONTENT_TYPES[wish.file_format]
    )
    response["Content-Disposition"] = f'attachment; filename="{wish.file_name}"'
    # By which a script on the page knows the file from the page, and where it asks how far it is.
    response["X-Export"] = reverse("booking_submission_export_progress", args=[record.number])
    add_never_cache_headers(response)
    return response


@require_GET
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """How far an export of this person is, as numbers and in words."""
    if not permissions.can_export(request.user):
        raise PermissionDenied
    found = progress_of(number, request.user)
    if found is None:
        raise Http404
    told = {"rows": found.rows, "total": found.total, "over": found.is_over, "text": _told(found)}
    response = JsonResponse(told)
    add_never_cache_headers(response)
    return response


def _number(number: int) -> str:
    """12,000, as the active language groups it."""
    return number_format(number, force_grouping=True)


def _told(found: Progress) -> str:
    words: dict[str, Any] = {"rows": _number(found.rows), "total": _number(found.total)}
    if not found.is_over:
        return _("%(rows)s of %(total)s requests") % words
    if not found.is_whole:
        text = _("The export was stopped after %(rows)s of %(total)s requests. No file was kept.")
        return text % words
    if found.damaged:
        words["damaged"] = _number(found.damaged)
        text = ngettext(
            "%(rows)s request went out, %(damaged)s damaged.",
            "%(rows)s requests went out, %(damaged)s of them damaged.",
            found.rows,
        )
    else:
        text = ngettext("%(rows)s request went out.", "%(rows)s requests went out.", found.rows)
    return text % words
