"""The export page: which requests, which format, and the passphrase once more."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods
from wagtail.log_actions import log

from clinic_site.clinic_time import at_the_clinic, in_clinic_time

from .. import log_actions, permissions
from ..submissions.queries import filtered_submissions
from ..vault import keyring
from ..vault.models import Vault
from ..vault.refusals import confirmed_root
from ..vault.sealing import OpenKeys
from .exports import ExportTable, csv_stream, xlsx_bytes
from .forms import ExportForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# The list's filters in the address, and the field of the export form that takes each over.
LIST_FILTERS = {
    "status__exact": "status",
    "location__id__exact": "location",
    "received_at__gte": "since",
    "received_at__lt": "until",
}


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "POST"])
@at_the_clinic
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask what to export and, once the passphrase opens the vault, send the file."""
    if not permissions.can_export(request.user):
        raise PermissionDenied
    form = ExportForm(request.POST or None, initial=_initial(request))
    if form.is_valid():
        root = confirmed_root(form, request.user)
        if root:
            return _file(form.cleaned_data, OpenKeys(root))
    context = {
        "page_title": _("Export requests"),
        "header_icon": "download",
        "form": form,
        "has_access": keyring.grant_of(request.user) is not None,
    }
    response = render(request, "modeladmin/booking/submission/export.html", context)
    add_never_cache_headers(response)
    return response


def _initial(request: HttpRequest) -> dict[str, str]:
    """What the list was filtered by when Export was pressed."""
    initial = {field: request.GET[key] for key, field in LIST_FILTERS.items() if key in request.GET}
    # Dates arrive as the list's filter writes them: with a time, and the end as the day after.
    if "since" in initial:
        initial["since"] = initial["since"][:10]
    if "until" in initial:
        initial["until"] = _day_before(initial["until"][:10])
    return initial


def _day_before(text: str) -> str:
    """The day before an ISO date; empty when the text is none."""
    try:
        return (date.fromisoformat(text) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _file(chosen: dict[str, Any], keys: OpenKeys) -> HttpResponseBase:
    rows = filtered_submissions(
        status=chosen["status"],
        location=chosen["location"],
        since=chosen["since"],
        until=chosen["until"],
    )
    log(
        instance=Vault.objects.get(),
        action=log_actions.EXPORT,
        data={"rows": rows.count(), "format": chosen["format"]},
    )
    table = ExportTable(rows, keys)
    response: HttpResponseBase
    if chosen["format"] == "csv":
        response = StreamingHttpResponse(csv_stream(table), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(xlsx_bytes(table), content_type=XLSX)
    stamp = in_clinic_time(timezone.now()).strftime("%Y-%m-%d-%H%M")
    response["Content-Disposition"] = f'attachment; filename="requests-{stamp}.{chosen["format"]}"'
    add_never_cache_headers(response)
    return response
