"""What waits at the desk, in sentences: each counts what its list then shows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from clinic_site.to_do import ToDo

from .. import permissions
from ..locations.hours import moment_in_words
from ..submissions.models import Submission
from ..submissions.queries import waiting
from .filters import Due, Tab, due_by, in_tab


def to_do(user: Any) -> Iterator[ToDo]:
    """For whoever may see requests: promises first, then what is nobody's, doubted, or their own."""
    if not permissions.can_list(user):
        return
    yield from _promises()
    if permissions.can_change_status(user):
        yield from _work(user)


def _promises() -> Iterator[ToDo]:
    """What is due tonight, and how many wait in all: the number that the menu has."""
    tonight = due_by(Due.TODAY)
    late = Q(due_at__lt=timezone.now())
    due = waiting().aggregate(
        all=Count("status"),
        tonight=Count("status", filter=tonight),
        late=Count("status", filter=late),
        first=Min("due_at", filter=late),
    )
    if due["tonight"]:
        text = ngettext(
            "%d request is to be answered by tonight.",
            "%d requests are to be answered by tonight.",
            due["tonight"],
        )
        words = " ".join([text % due["tonight"], *_late(due["late"], due["first"])])
        query = {"show": Tab.OPEN.value, "due": Due.TODAY.value}
        yield ToDo(words, _list(query), is_urgent=bool(due["late"]))
    if due["all"]:
        text = ngettext(
            "%d request in all is waiting for an answer.",
            "%d requests in all are waiting for an answer.",
            due["all"],
        )
        yield ToDo(text % due["all"], _list({"show": Tab.OPEN.value, "due": Due.ANY.value}))


def _late(count: int, first: datetime | None) -> Iterator[str]:
    if count and first:
        words = {"count": count, "when": moment_in_words(first)}
        yield (
            ngettext(
                "%(count)d is late: since %(when)s somebody has been waiting longer than promised.",
                "%(count)d are late: since %(when)s the first has been waiting longer than promised.",
                count,
            )
            % words
        )


def _work(user: Any) -> Iterator[ToDo]:
    tabs = (Tab.NOBODYS, Tab.CHECK, Tab.MINE)
    counted = {tab: Count("status", filter=in_tab(tab, user)) for tab in tabs}
    counts = Submission.objects.filter(in_tab(Tab.OPEN, user)).order_by().aggregate(**counted)
    sentences = {
        Tab.NOBODYS: ngettext(
            "%d open request is assigned to nobody.",
            "%d open requests are assigned to nobody.",
            counts[Tab.NOBODYS],
        ),
        Tab.CHECK: ngettext(
            "%d request may not come from a person: look at it.",
            "%d requests may not come from people: look at them.",
            counts[Tab.CHECK],
        ),
        Tab.MINE: ngettext(
            "%d open request is yours.",
            "%d open requests are yours.",
            counts[Tab.MINE],
        ),
    }
    for tab, sentence in sentences.items():
        if counts[tab]:
            yield ToDo(sentence % counts[tab], _list({"show": tab.value}))


def _list(query: dict[str, str]) -> str:
    return f"{reverse('booking_submission_modeladmin_index')}?{urlencode(query)}"
