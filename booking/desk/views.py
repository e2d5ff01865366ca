"""The review desk's pages in the admin, on wagtail-modeladmin's views."""

from types import MethodType
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.utils import get_user_display_name
from wagtail.log_actions import log
from wagtail_modeladmin.views import DeleteView, IndexView, InspectView

from clinic_site.clinic_time import at_the_clinic

from .. import log_actions, permissions
from ..choices import Status
from ..submissions import handling
from ..submissions.handling import seen_values
from ..submissions.models import Submission
from ..submissions.notes import Note, notes_of
from ..submissions.reading import read, read_names
from ..submissions.remarks import of_same_form, remarks, with_corrections
from ..submissions.schedule import holding
from ..submissions.tallies import delete_requests
from ..vault.notices import name_of
from ..vault.permissions import can_unlock
from .actions import Act, ManyForm, acts_of
from .filters import RequestFilterSet, Tab
from .forms import AppointmentForm, NoteForm, SearchForm, StatusForm
from .history import history_of
from .place import Place, place_of, way_back
from .reach import reach_of
from .rows import columns, rows


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
        found: QuerySet[Submission] = super().get_queryset(request)
        if not self.filters.is_valid():
            raise IncorrectLookupParameters
        found = self.filters.in_order(self.filters.filter_queryset(found))
        # The tabs have counted them already; modeladmin and its pages would once more each.
        found.count = MethodType(lambda _rows: self.counts[self.filters.tab], found)  # type: ignore[method-assign]
        return found

    @cached_property
    def counts(self) -> dict[str, int]:
        return self.filters.counts(Submission.objects.all())

    def tabs(self) -> list[dict[str, Any]]:
        """Each with how many it has, and where it leads: the same filters, the first page."""
        return [
            {
                "label": tab.label,
                "count": self.counts[tab],
                "query": self.filters.query(show=tab.value, sort=""),
                "is_current": tab == self.filters.tab,
                "is_urgent": tab == Tab.OVERDUE and self.counts[tab] > 0,
            }
            for tab in Tab
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        requests, is_unlocked = list(context["object_list"]), self.request.vault.is_unlocked
        if is_unlocked:
            read_names(requests, self.request.vault)
        # The page is numbered as it is shown: another one may have been asked for.
        query = self.filters.query(p=context["page_obj"].number)
        context.update(
            object_list=requests,
            columns=columns(self.filters, with_names=is_unlocked),
            rows=rows(requests, self.request.user, query=query, is_unlocked=is_unlocked),
            is_unlocked=is_unlocked,
            can_unlock=can_unlock(self.request.user),
            can_export=permissions.can_export(self.request.user),
            can_take_calls=permissions.can_take_calls(self.request.user),
            can_change=permissions.can_change_status(self.request.user),
            many_form=ManyForm(is_unlocked=is_unlocked),
            filters=self.filters,
            tabs=self.tabs(),
            chosen_tab=self.request.GET.get("show", ""),
            query_string=self.filters.query(),
            page_query=query,
            search_form=SearchForm(is_unlocked=is_unlocked),
        )
        return context


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

    @cached_property
    def place(self) -> Place:
        return place_of(self.request, self.instance.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reading, notes = read(self.instance, self.request.vault), self.notes()
        # Before this look at it is logged: what is told is what was before.
        history = history_of(self.instance)
        if reading.is_open or notes:
            log(instance=self.instance, action=log_actions.READ)
        found = Submission.objects.filter(pk=self.instance.pk)
        is_unlocked, user = self.request.vault.is_unlocked, self.request.user
        can_change = permissions.can_change_status(user) and not reading.is_withdrawn
        acts = acts_of(self.instance, user, is_unlocked=is_unlocked, in_row=False)
        context = {
            "reading": reading,
            "reach": reach_of(reading) if reading.is_open else None,
            "remarks": [text for row in with_corrections(found) for text in remarks(row)],
            "same_form": of_same_form(self.instance),
            "history": history,
            "notes": notes,
            "note_form": NoteForm.of(self.instance),
            "can_take": any(act == Act.TAKE for act in acts),
            "appointment": holding(note for note, _can_delete in notes),
            "appointment_form": AppointmentForm.of(self.instance),
            "can_write_notes": permissions.can_write_notes(user) and not reading.is_withdrawn,
            "place": self.place,
            "acts": acts,
            "seen": seen_values(self.instance),
            "status_form": StatusForm.of(self.instance),
            "can_change_status": can_change,
            "can_delete": permissions.can_delete(user),
            "can_unlock": can_unlock(user),
            "is_unlocked": is_unlocked,
        }
        return super().get_context_data(**{**context, **kwargs})

    def notes(self) -> list[tuple[Note, bool]]:
        """Each with whether this person may delete it; none while the vault is locked."""
        if not self.request.vault.is_unlocked:
            return []
        found = notes_of([self.instance], self.request.vault).get(self.instance.pk, [])
        user = self.request.user
        is_kept = self.instance.hold
        return [
            (note, not is_kept and permissions.can_delete_note(user, note.author_id))
            for note in found
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Change status and assignee, then show the request again, or the next one of its list."""
        if not permissions.can_change_status(request.user):
            return self.http_method_not_allowed(request)
        then = self.place.after_url if "next" in request.POST else ""
        form = StatusForm(request.POST, now=self.instance.assignee_id)
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
                return redirect(then or self.place.url_of(self.instance.pk))
        return self.render_to_response(self.get_context_data(status_form=form))


def gone(request: HttpRequest) -> HttpResponse:
    """Back to the list from the page of a request that is no longer there."""
    messages.error(
        request, _("Nothing was saved: this request has been deleted since you opened it.")
    )
    return redirect(way_back(request))


def in_a_sentence(other: handling.ChangedMeanwhile) -> str:
    """What a colleague did to a request while somebody else looked at it."""
    now = other.request
    words = {
        "status": now.get_status_display(),
        "assignee": get_user_display_name(now.assignee) if now.assignee else _("Nobody yet"),
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

    def delete_instance(self) -> None:
        delete_requests([self.instance.pk])

    def get_page_title(self) -> str:
        return _("Delete request")

    @cached_property
    def place(self) -> Place:
        return place_of(self.request, self.instance.pk)

    @cached_property
    def index_url(self) -> str:
        return self.place.list_url

    @cached_property
    def delete_url(self) -> str:
        return f"{self.request.path}?{self.place.kept}"
