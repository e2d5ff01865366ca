"""The report for whoever runs the front desk: its page, the same as a file, its entry in the reports."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.admin.menu import MenuItem

from clinic_site.clinic_time import at_the_clinic, clinic_today

from ... import permissions
from ...submissions.cells import first_week
from ...submissions.statistics import Figures, figures
from ..filters import RequestFilterSet, Tab
from . import table

# Of the filters of the list, those that hold for what was deleted, too.
FILTERS = ("location", "since", "until")


@require_GET
@never_cache
@at_the_clinic
def index(request: HttpRequest) -> HttpResponse:
    """Charts and table of the weeks and the location that the address asks for, or the table as a file."""
    if not permissions.can_see_figures(request.user):
        raise PermissionDenied
    asked = request.GET.copy()
    for name in set(asked) - set(FILTERS):
        del asked[name]
    filters = RequestFilterSet(asked, request=request, default=Tab.ALL)
    found = _figures(filters.form.cleaned_data) if filters.is_valid() else None
    if found and request.GET.get("format") == "csv":
        return _file(found)
    context = {
        "page_title": _("Requests in numbers"),
        "header_icon": "table",
        "fields": [filters.form[name] for name in FILTERS],
        "errors": filters.form.errors,
        "oldest": first_week(),
        "query": asked.urlencode(),
        **(_shown(found) if found else {}),
    }
    return render(request, "staff/figures.html", context)


def _figures(chosen: dict[str, Any]) -> Figures:
    location = chosen["location"].pk if chosen["location"] else None
    return figures(since=chosen["since"], until=chosen["until"], location=location)


def _shown(found: Figures) -> dict[str, Any]:
    if not found.weeks:
        return {}
    return {
        "total": found.total,
        "half": table.in_words(found.total.half_within),
        "most": table.in_words(found.total.most_within),
        "charts": table.charts(found),
        "header": table.header(found),
        "rows": list(table.rows(found)),
    }


def _file(found: Figures) -> HttpResponse:
    response = HttpResponse(table.csv_file(found), content_type="text/csv; charset=utf-8")
    name = f"requests-in-numbers-{clinic_today().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class FiguresMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return permissions.can_see_figures(request.user)


def figures_menu_item() -> MenuItem:
    return FiguresMenuItem(
        gettext_lazy("Requests in numbers"),
        reverse("booking_figures"),
        name="requests-in-numbers",
        icon_name="table",
        order=110,
    )


def figures_urls() -> list[URLPattern]:
    return [path("reports/requests/", index, name="booking_figures")]
