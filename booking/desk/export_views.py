"""The export page: which requests, which format, and the passphrase once more."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
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
from ..submissions.models import Submission
from ..vault import keyring
from ..vault.models import Vault
from ..vault.refusals import confirmed_root
from ..vault.sealing import OpenKeys
from .exports import ExportTable, csv_stream, xlsx_bytes
from .filters import RequestFilterSet, Tab
from .forms import ExportForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        root = confirmed_root(form, request.user)
        if root:
            rows = filters.filter_queryset(Submission.objects.order_by("-received_at", "-pk"))
            return _file(rows, form.cleaned_data["format"], OpenKeys(root))
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


def _file(rows: QuerySet[Submission], file_format: str, keys: OpenKeys) -> HttpResponseBase:
    log(
        instance=Vault.objects.get(),
        action=log_actions.EXPORT,
        data={"rows": rows.count(), "format": file_format},
    )
    table = ExportTable(rows, keys)
    response: HttpResponseBase
    if file_format == "csv":
        response = StreamingHttpResponse(csv_stream(table), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(xlsx_bytes(table), content_type=XLSX)
    stamp = in_clinic_time(timezone.now()).strftime("%Y-%m-%d-%H%M")
    response["Content-Disposition"] = f'attachment; filename="requests-{stamp}.{file_format}"'
    add_never_cache_headers(response)
    return response
