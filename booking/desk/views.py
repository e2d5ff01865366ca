"""The review desk's pages in the admin, on wagtail-modeladmin's views."""

from types import MethodType
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.log_actions import log
from wagtail_modeladmin.views import DeleteView, IndexView, InspectView

from clinic_site.clinic_time import at_the_clinic

from .. import log_actions, permissions
from ..choices import Status
from ..public.form.typed_text import cleaned_query
from ..submissions import handling
from ..submissions.models import Submission
from ..submissions.reading import read, read_names
from ..submissions.remarks import of_same_form, remarks, with_corrections
from ..submissions.search import matching
from ..vault.models import Vault
from ..vault.notices import name_of
from ..vault.permissions import can_unlock
from ..vault.session import VaultRequest
from .filters import BY_DUE, RequestFilterSet, Tab
from .forms import SearchForm, StatusForm


class RowsPaginator(WagtailPaginator):
    """First the keys of a page, then its rows: a database would open every row to sort them whole."""

    def _get_page(self, rows: QuerySet[Submission], *args: Any, **kwargs: Any) -> Page:
        keys = list(rows.values_list("pk", flat=True))
        whole = with_corrections(Submission.objects.select_related("location", "assignee"))
        found = {row.pk: row for row in whole.order_by().filter(pk__in=keys)}
        return super()._get_page([found[key] for key in keys if key in found], *args, **kwargs)


@method_decorator(at_the_clinic, name="dispatch")
class SubmissionIndexView(IndexView):
    """The list. Names appear only while the vault is unlocked, and showing them is logged."""

    page_title = gettext_lazy("Requests")
    # modeladmin's own ?export= would go round the passphrase and the log.
    FORMATS = ()
    paginator_class = RowsPaginator

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except IncorrectLookupParameters:
            reasons = [text for texts in self.filters.errors.values() for text in texts]
            reason = " ".join(reasons) or _("This filter does not exist.")
            text = _("%(reason)s The list shows open requests, without filters.")
            messages.error(request, text % {"reason": reason})
            return redirect(self.index_url)

    @cached_property
    def filters(self) -> RequestFilterSet:
        return RequestFilterSet(self.request.GET, request=self.request)

    def get_filters(self, request: HttpRequest) -> tuple[list[Any], bool, dict[str, Any], bool]:
        """None of modeladmin's.

        It would apply any lookup of the query string, such as one on the assignee's password hash,
        and answer yes or no by what the list shows.
        """
        return [], False, {}, False

    def get_queryset(self, request: HttpRequest | None = None) -> QuerySet[Submission]:
        rows: QuerySet[Submission] = super().get_queryset(request)
        if not self.filters.is_valid():
            raise IncorrectLookupParameters
        rows = self.filters.filter_queryset(rows)
        if self.ORDER_VAR not in self.params:
            rows = self.filters.in_order(rows)
        # The tabs have counted them already; modeladmin and its pages would once more each.
        rows.count = MethodType(lambda _rows: self.counts[self.filters.tab], rows)  # type: ignore[method-assign]
        return rows

    @cached_property
    def counts(self) -> dict[str, int]:
        return self.filters.counts(Submission.objects.all())

    def get_ordering_field_columns(self) -> dict[int, str]:
        if self.ORDER_VAR in self.params:
            columns: dict[int, str] = super().get_ordering_field_columns()
            return columns
        by_due = self.filters.tab in BY_DUE
        column, direction = ("due", "asc") if by_due else ("received", "desc")
        return {self.list_display.index(column): direction}

    def tabs(self) -> list[dict[str, Any]]:
        """Each with how many it has, and where it leads: the same filters, the first page."""
        kept = self.request.GET.copy()
        for name in ("show", self.PAGE_VAR, self.ORDER_VAR):
            kept.pop(name, None)
        return [
            {
                "label": tab.label,
                "count": self.counts[tab],
                "query": urlencode([("show", tab.value), *kept.items()]),
                "is_current": tab == self.filters.tab,
                "is_urgent": tab == Tab.OVERDUE and self.counts[tab] > 0,
            }
            for tab in Tab
        ]

    def get_buttons_for_obj(self, obj: Submission) -> list[dict[str, Any]]:
        """Open alone: deleting takes a look at the request first."""
        buttons: list[dict[str, Any]] = self.button_helper.get_buttons_for_obj(
            obj, exclude=["delete"], classnames_add=["button-small"]
        )
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = list(context["object_list"])
        if self.request.vault.is_unlocked:
            read_names(rows, self.request.vault)
        context.update(
            object_list=rows,
            is_unlocked=self.request.vault.is_unlocked,
            can_unlock=can_unlock(self.request.user),
            can_export=permissions.can_export(self.request.user),
            filters=self.filters,
            tabs=self.tabs(),
            chosen_tab=self.request.GET.get("show", ""),
            query_string=self._query_string(),
            search_form=SearchForm(),
        )
        return context

    def _query_string(self) -> str:
        """What the list shows, for an export of it."""
        query = self.request.GET.copy()
        query["show"] = self.filters.tab.value
        query.pop(self.PAGE_VAR, None)
        return query.urlencode()


@method_decorator([at_the_clinic, sensitive_post_parameters()], name="dispatch")
class SubmissionInspectView(InspectView):
    """One request: every answer in the order asked, and its status."""

    instance: Submission

    def get_page_title(self) -> str:
        return _("Request")

    def get_meta_title(self) -> str:
        return _("Request %(reference)s") % {"reference": self.instance.reference}

    def get_fields_dict(self) -> list[dict[str, Any]]:
        return []  # the template shows the columns itself

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reading = read(self.instance, self.request.vault)
        if reading.is_open:
            log(instance=self.instance, action=log_actions.READ)
        rows = Submission.objects.filter(pk=self.instance.pk)
        context = {
            "reading": reading,
            "remarks": [text for row in with_corrections(rows) for text in remarks(row)],
            "same_form": of_same_form(self.instance),
            "status_form": StatusForm.of(self.instance),
            "can_change_status": permissions.can_change_status(self.request.user)
            and not reading.is_withdrawn,
            "can_unlock": can_unlock(self.request.user),
        }
        return super().get_context_data(**{**context, **kwargs})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Change status and assignee."""
        if not permissions.can_change_status(request.user):
            return self.http_method_not_allowed(request)
        form = StatusForm(request.POST)
        if form.is_valid():
            values = form.cleaned_data
            try:
                handling.change(self.instance.pk, seen=values.pop("seen"), to=values)
            except Submission.DoesNotExist:
                return gone(request)
            except handling.ChangedMeanwhile as other:
                self.instance = other.request
                if other.request.status == Status.WITHDRAWN:
                    messages.error(
                        request, _("Nothing was saved: the visitor has withdrawn this request.")
                    )
                form = form.once_more(other.request, in_a_sentence(other))
            else:
                message = _("Request %(reference)s is saved.") % {"reference": self.instance}
                messages.success(request, message)
                return redirect(request.path)
        return self.render_to_response(self.get_context_data(status_form=form))


def gone(request: HttpRequest) -> HttpResponse:
    """Back to the list from the page of a request that is no longer there."""
    messages.error(
        request, _("Nothing was saved: this request has been deleted since you opened it.")
    )
    return redirect("booking_submission_modeladmin_index")


def in_a_sentence(other: handling.ChangedMeanwhile) -> str:
    """What a colleague did to a request while somebody else looked at it."""
    now = other.request
    words = {
        "status": now.get_status_display(),
        "assignee": now.assignee or _("Nobody yet"),
        "who": name_of(other.entry.user) if other.entry and other.entry.user else _("A colleague"),
    }
    return (
        _(
            "%(who)s changed this request after you opened it. It now says: %(status)s, %(assignee)s. "
            "Nothing was saved. Press Save again if your choice shall stand."
        )
        % words
    )


@method_decorator(at_the_clinic, name="dispatch")
class SubmissionDeleteView(DeleteView):
    """Deletes one request for good."""

    def get_page_title(self) -> str:
        return _("Delete request")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SubmissionSearchView(SubmissionIndexView):
    """Searches answers. The term is posted: in an address it would be written to logs."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.index_url)

    def post(self, request: VaultRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = SearchForm(cleaned_query(request.POST))
        if not form.is_valid() or not request.vault.is_unlocked:
            messages.error(request, _("Unlock the vault and enter at least two letters to search."))
            return redirect(self.index_url)
        if not self.filters.is_valid():
            raise IncorrectLookupParameters
        rows = with_corrections(self.filters.beside_tab(Submission.objects.all()))
        found = matching(rows, request.vault, form.cleaned_data["term"])
        for submission in found:
            submission.remark = "; ".join(remarks(submission))  # type: ignore[attr-defined]
        log(instance=Vault.objects.get(), action=log_actions.SEARCH, data={"found": len(found)})
        context = {
            "page_title": _("Search requests"),
            "header_icon": "mail",
            "view": self,
            "found": found,
            "is_filtered": self.filters.is_used,
            "search_form": form,
            "query_string": request.GET.urlencode(),
        }
        return render(request, "modeladmin/booking/submission/search.html", context)
