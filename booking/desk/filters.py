"""Which requests a list, a search or an export is about: one set of filters, in the address of each."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, TextChoices, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clinic_site.clinic_time import clinic_midnight, clinic_today

from ..choices import OPEN, WAITING, Status
from ..locations.models import Location
from ..permissions import people_at_desk
from ..public.page import BookingPage
from ..submissions.models import Submission

Rows = QuerySet[Submission]


class Tab(TextChoices):
    """What staff look at one after the other."""

    OPEN = "open", pgettext_lazy("requests", "Open")
    OVERDUE = "overdue", _("Overdue")
    MINE = "mine", _("Mine")
    NOBODYS = "nobodys", _("Nobody’s")
    CHECK = "check", _("To look at")
    SPAM = "spam", _("Spam")
    ALL = "all", _("All")


# Work that is to be done: in these what is due first comes first, in the others what came last.
BY_DUE = frozenset({Tab.OPEN, Tab.OVERDUE, Tab.MINE, Tab.NOBODYS})


# By which columns a list may be sorted, and by what of a row; with a minus in front the other way round.
SORTS: dict[str, tuple[str, ...]] = {
    "reference": ("reference",),
    "location": ("location__name",),
    "received": ("received_at",),
    "due": ("due_at",),
    "status": ("status",),
    "assignee": ("assignee__first_name", "assignee__last_name", "assignee__username"),
}


class ReceivedOn(TextChoices):
    TODAY = "today", _("Today")
    YESTERDAY = "yesterday", _("Yesterday")
    THIS_WEEK = "week", _("This week")


class Due(TextChoices):
    ANY = "any", _("Not answered yet")
    TODAY = "today", _("Until tonight")
    WEEK = "week", _("Within seven days")


class Held(TextChoices):
    YES = "yes", _("Kept beyond their date")
    NO = "no", _("Not kept")


def in_tab(tab: str, user: Any) -> Q:
    """Whether a request belongs to the tab, for that person."""
    is_open = Q(status__in=OPEN)
    return {
        Tab.OPEN: is_open,
        Tab.OVERDUE: Q(status__in=WAITING, due_at__lt=timezone.now()),
        Tab.MINE: is_open & Q(assignee=user.pk),
        Tab.NOBODYS: is_open & Q(assignee=None),
        Tab.CHECK: Q(status=Status.CHECK),
        Tab.SPAM: Q(status=Status.SPAM),
        Tab.ALL: Q(),
    }[Tab(tab)]


def due_by(day: str) -> Q:
    """Whether nobody has taken it up, and an answer is due by the end of that day, or was before."""
    if Due(day) == Due.ANY:
        return Q(status__in=WAITING)
    days = {Due.TODAY: 1, Due.WEEK: 7}[Due(day)]
    end = clinic_midnight(clinic_today() + timedelta(days=days))
    return Q(status__in=WAITING, due_at__lt=end)


class FilterForm(forms.Form):
    """The filters as a person sets them."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("Choose a day on or after “Received from”."))
        return cleaned


def _day(label: Any, method: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(
        label=label, method=method, widget=forms.DateInput(attrs={"type": "date"})
    )


def _assignees(_request: Any) -> QuerySet[Any]:
    return people_at_desk()


class RequestFilterSet(django_filters.FilterSet):
    """Every filter of requests. `request` gives the person whose tabs they are."""

    show = django_filters.ChoiceFilter(
        label=_("Show"), choices=Tab.choices, empty_label=None, method="leave_to_tab"
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=Status.choices, empty_label=_("Every status")
    )
    location = django_filters.ModelChoiceFilter(
        label=_("Location"), queryset=Location.objects.all(), empty_label=_("Every location")
    )
    assignee = django_filters.ModelChoiceFilter(
        label=_("Assignee"), queryset=_assignees, empty_label=_("Anybody")
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"),
        choices=settings.LANGUAGES,
        empty_label=_("Every language"),
        method="by_language",
    )
    received = django_filters.ChoiceFilter(
        label=_("Received"), choices=ReceivedOn.choices, empty_label=_("Any day"), method="by_days"
    )
    since = _day(_("Received from"), "from_day")
    until = _day(_("Received until"), "until_day")
    due = django_filters.ChoiceFilter(
        label=_("Answer due"), choices=Due.choices, empty_label=_("Any time"), method="by_due"
    )
    hold = django_filters.ChoiceFilter(
        label=_("Hold"), choices=Held.choices, empty_label=_("All"), method="by_hold"
    )

    sort = django_filters.ChoiceFilter(
        label=_("Order of the rows"),
        choices=[(f"{sign}{name}", name) for name in SORTS for sign in ("", "-")],
        method="leave_to_order",
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Submission
        form = FilterForm
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, default: Tab = Tab.OPEN, **kwargs: Any) -> None:
        """Where no tab is chosen it is the default one; who asks for a status alone gets all that have it."""
        chosen = data.copy()
        if not chosen.get("show"):
            chosen["show"] = Tab.ALL.value if chosen.get("status") else default.value
        super().__init__(chosen, **kwargs)

    # What is chosen -------------------------------------------------------------------------------

    @property
    def tab(self) -> Tab:
        """The tab that is chosen."""
        return Tab(self.form.cleaned_data["show"])

    @property
    def is_used(self) -> bool:
        """Whether fewer are shown than the tab has."""
        chosen = self.form.cleaned_data.items()
        return any(value for name, value in chosen if name not in {"show", "sort"})

    @property
    def sorted_by(self) -> str:
        """The column by which the rows stand in their order, with a minus where it runs downwards."""
        by_itself = "due" if self.tab in BY_DUE else "-received"
        return self.form.cleaned_data["sort"] or by_itself

    def query(self, **changes: Any) -> str:
        """What is chosen, as the query of an address, with these values instead; a page is none of it."""
        chosen = {name: self.data.get(name, "") for name in self.filters} | changes
        return urlencode({name: value for name, value in chosen.items() if value != ""})

    def beside_tab(self, rows: Rows) -> Rows:
        """The rows that pass every filter, of whatever tab."""
        passing: Rows = super().filter_queryset(rows)
        return passing

    def filter_queryset(self, queryset: Rows) -> Rows:
        return self.beside_tab(queryset).filter(in_tab(self.tab, self.request.user))

    def counts(self, rows: Rows) -> dict[str, int]:
        """How many of the rows each tab has, beside the other filters.

        Two queries, which an index alone answers: by status, then what is open more closely.
        """
        passing = self.beside_tab(rows).order_by()
        by_status = dict(passing.values_list("status").annotate(number=Count("*")))
        of_open = {
            tab: Count("status", filter=in_tab(tab, self.request.user))
            for tab in (Tab.OVERDUE, Tab.MINE, Tab.NOBODYS)
        }
        return {
            Tab.OPEN: sum(by_status.get(status, 0) for status in OPEN),
            **passing.filter(status__in=OPEN).aggregate(**of_open),
            Tab.CHECK: by_status.get(Status.CHECK, 0),
            Tab.SPAM: by_status.get(Status.SPAM, 0),
            Tab.ALL: sum(by_status.values()),
        }

    def in_order(self, rows: Rows) -> Rows:
        """By the column that was chosen. By itself work stands by its due time, what nobody took up first,
        and the rest as it came, the newest first."""
        if chosen := self.form.cleaned_data["sort"]:
            columns = [F(name) for name in SORTS[chosen.removeprefix("-")]]
            ways = (each.desc if chosen.startswith("-") else each.asc for each in columns)
            return rows.order_by(*(way(nulls_last=True) for way in ways), "-received_at", "-pk")
        if self.tab not in BY_DUE:
            return rows.order_by("-received_at", "-pk")
        taken_up = Case(When(status__in=WAITING, then=0), default=1, output_field=IntegerField())
        return rows.order_by(taken_up, F("due_at").asc(nulls_last=True), "received_at", "pk")

    # Filters that are no column's value -------------------------------------------------------------

    def leave_to_order(self, rows: Rows, name: str, value: str) -> Rows:
        return rows

    def leave_to_tab(self, rows: Rows, name: str, value: str) -> Rows:
        return rows

    def by_language(self, rows: Rows, name: str, value: str) -> Rows:
        """That of the page it came from. An index knows the page, and not its language."""
        pages = BookingPage.objects.filter(locale__language_code=value)
        return rows.filter(page__in=list(pages.values_list("pk", flat=True)))

    def by_days(self, rows: Rows, name: str, value: str) -> Rows:
        today = clinic_today()
        first, last = {
            ReceivedOn.TODAY: (today, today),
            ReceivedOn.YESTERDAY: (today - timedelta(days=1),) * 2,
            ReceivedOn.THIS_WEEK: (today - timedelta(days=today.weekday()), today),
        }[ReceivedOn(value)]
        return self.until_day(self.from_day(rows, name, first), name, last)

    def from_day(self, rows: Rows, name: str, value: date) -> Rows:
        return rows.filter(received_at__gte=clinic_midnight(value))

    def until_day(self, rows: Rows, name: str, value: date) -> Rows:
        """That day included; no request comes on the last one that there is."""
        if value == date.max:
            return rows
        return rows.filter(received_at__lt=clinic_midnight(value + timedelta(days=1)))

    def by_due(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(due_by(value))

    def by_hold(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(hold=value == Held.YES)
