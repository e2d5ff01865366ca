"""What happened to one request, in words, for whoever works on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.utils import get_user_display_name
from wagtail.models import ModelLogEntry

from .. import log_actions
from ..choices import Status
from ..submissions.models import Submission

# The newest so many changes; a request that was changed more often has them in the site's history.
SHOWN = 50


@dataclass(frozen=True)
class Event:
    """`who` is empty for what the visitor or the site itself did."""

    when: datetime
    who: str
    words: str


def history_of(request: Submission) -> list[Event]:
    """The newest first. What one person read is told once, with how often."""
    entries = ModelLogEntry.objects.for_instance(request)
    changes = entries.exclude(action=log_actions.READ).select_related("user__wagtail_userprofile")
    newest = list(changes.order_by("-timestamp", "-pk")[:SHOWN])
    names = _names_in(newest)
    events = [Event(entry.timestamp, _who(entry), _words(entry, names)) for entry in newest]
    return sorted([*events, *_readings(entries)], key=lambda event: event.when, reverse=True)


def _readings(entries: QuerySet[ModelLogEntry]) -> Iterator[Event]:
    readings = entries.filter(action=log_actions.READ).order_by()
    last = readings.values("user").annotate(times=Count("pk"), last=Max("pk"))
    times = {each["last"]: each["times"] for each in last}
    for entry in readings.filter(pk__in=times).select_related("user__wagtail_userprofile"):
        number = times[entry.pk]
        words = ngettext("Read", "Read %d times, the last time", number)
        yield Event(entry.timestamp, _who(entry), words % number if number > 1 else words)


def _who(entry: ModelLogEntry) -> str:
    """Also of somebody whose account was deleted since."""
    return str(entry.user_display_name) if entry.user_id else ""


def _names_in(entries: list[ModelLogEntry]) -> dict[str, str]:
    """How to call the people whom changes name: the log has their usernames."""
    changes = [
        change for each in entries for change in each.data.values() if isinstance(change, dict)
    ]
    usernames = {change["assignee"] for change in changes if change.get("assignee")}
    model = get_user_model()
    people = model.objects.filter(**{f"{model.USERNAME_FIELD}__in": usernames}) if usernames else []
    return {each.get_username(): get_user_display_name(each) for each in people}


def _words(entry: ModelLogEntry, names: Mapping[str, str]) -> str:
    before, after = entry.data.get("before", {}), entry.data.get("after", {})
    if entry.action != log_actions.CHANGE or not after:
        return str(entry.message)
    found = []
    if before.get("status") != after.get("status"):
        words = {"before": _status(before), "after": _status(after)}
        found.append(_("Status: %(before)s, now %(after)s.") % words)
    if before.get("assignee") != after.get("assignee"):
        words = {"before": _assignee(before, names), "after": _assignee(after, names)}
        found.append(_("Assignee: %(before)s, now %(after)s.") % words)
    return " ".join(found) or str(entry.message)


def _status(logged: Mapping[str, Any]) -> str:
    code = logged.get("status", "")
    return str(Status(code).label) if code in Status.values else code


def _assignee(logged: Mapping[str, Any], names: Mapping[str, str]) -> str:
    username = logged.get("assignee", "")
    return names.get(username, username) or _("nobody")
