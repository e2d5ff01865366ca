"""Appointments outside of their requests: the list of a day, and a file for a calendar."""

from contextlib import suppress
from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from icalendar import Calendar, Event
from wagtail.admin import messages
from wagtail.log_actions import log

from clinic_site.clinic_time import at_the_clinic, clinic_today

from .. import log_actions, permissions
from ..locations.models import Location
from ..submissions.models import Submission
from ..submissions.notes import Note, notes_of
from ..submissions.schedule import holding, visits_on
from ..vault.permissions import can_unlock
from ..vault.session import VaultRequest


class DayForm(forms.Form):
    """Which day, and where."""

    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    location = forms.ModelChoiceField(
        label=gettext_lazy("Location"),
        queryset=Location.objects.all(),
        required=False,
        empty_label=gettext_lazy("Every location"),
    )


@require_GET
@at_the_clinic
def day_list(request: VaultRequest) -> HttpResponse:
    """Who comes on a day, by location; today unless another day is asked for."""
    if not permissions.can_list(request.user):
        raise PermissionDenied
    form = DayForm({"day": clinic_today().isoformat(), **request.GET.dict()})
    context = {
        "page_title": _("Who comes"),
        "header_icon": "calendar-check",
        "form": form,
        "is_unlocked": request.vault.is_unlocked,
        "can_unlock": can_unlock(request.user),
    }
    if form.is_valid():
        day, only = form.cleaned_data["day"], form.cleaned_data["location"]
        context |= {"day": day, **_neighbours(day, only)}
        if request.vault.is_unlocked:
            places, context["damaged"] = visits_on(day, request.vault)
            context["places"] = {
                place: visits for place, visits in places.items() if only in (None, place)
            }
    response = TemplateResponse(request, "modeladmin/booking/submission/day.html", context)
    add_never_cache_headers(response)
    return response


def _neighbours(day: date, only: Location | None) -> dict[str, str]:
    """The queries for the day before and the day after, where there are such days."""
    found = {}
    for name, days in (("before", -1), ("after", 1)):
        with suppress(OverflowError):
            query = {"day": (day + timedelta(days=days)).isoformat()}
            found[name] = urlencode({**query, **({"location": only.pk} if only else {})})
    return found


@require_GET
def calendar_file(request: VaultRequest, instance_pk: UUID) -> HttpResponse:
    """The appointment that holds, for a calendar. It names neither the person nor the clinic."""
    if not permissions.can_list(request.user):
        raise PermissionDenied
    submission = get_object_or_404(Submission, pk=instance_pk)
    note = None
    if request.vault.is_unlocked:
        note = holding(notes_of([submission], request.vault).get(submission.pk, []))
    if note is None:
        messages.error(
            request, _("There is no appointment to download, or the vault is locked by now.")
        )
        return redirect(reverse("booking_submission_modeladmin_inspect", args=[instance_pk]))
    log(instance=submission, action=log_actions.READ)
    response = HttpResponse(_calendar(note, submission).to_ical(), content_type="text/calendar")
    name = f"appointment-{submission.reference}.ics"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    add_never_cache_headers(response)
    return response


def _calendar(note: Note, submission: Submission) -> Calendar:
    """RFC 5545. Whoever sees the calendar learns that there is an appointment, when, and at which address.

    The id is the request's: a file of an appointment that was moved takes the place of the one before.
    """
    appointment: Any = note.appointment
    location = Location.objects.filter(pk=appointment.location).first()
    event = Event()
    event.add("uid", f"{submission.pk}")
    event.add(
        "sequence", int(note.written_at.timestamp()) - int(submission.received_at.timestamp())
    )
    event.add("dtstamp", timezone.now())
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", _("Appointment"))
    event.add("class", "PRIVATE")
    if appointment.by_video:
        event.add("location", _("By video"))
    elif location:
        event.add("location", f"{location.street}, {location.town}")
    calendar = Calendar()
    calendar.add("prodid", "-//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return calendar
