"""Forms of the review desk."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from wagtail.admin.utils import get_user_display_name

from ..choices import SET_BY_HAND, WRITTEN_BY_HAND
from ..locations.models import Location
from ..permissions import people_at_desk
from ..public.form.typed_text import TypedText
from ..submissions.appointments import Appointment
from ..submissions.handling import seen_values
from ..submissions.models import Submission
from ..submissions.terms import NothingToFind, Query

FARTHEST = timedelta(days=731)


class PersonField(forms.ModelChoiceField):
    """Somebody of the desk, by the name that colleagues know."""

    def label_from_instance(self, obj: Any) -> str:
        return get_user_display_name(obj)


class StatusForm(forms.Form):
    """Where a request stands, and who takes care of it; and how both were when it was shown.

    Offered is who may see requests; somebody who left stays where they are until that is changed.
    """

    status = forms.ChoiceField(label=_("Status"), choices=SET_BY_HAND)
    assignee = PersonField(
        label=_("Assignee"),
        required=False,
        queryset=get_user_model().objects.none(),
        empty_label=_("Nobody yet"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: int | None, **kwargs: Any) -> None:
        """`now` is the number of whoever takes care of the request at present."""
        super().__init__(*args, **kwargs)
        assignee: forms.ModelChoiceField = self.fields["assignee"]  # type: ignore[assignment]  # declared above
        offered = Q(pk__in=people_at_desk().order_by()) | Q(pk=now)
        people = get_user_model().objects.filter(offered).select_related("wagtail_userprofile")
        assignee.queryset = people.order_by("first_name", "last_name", "username")

    @classmethod
    def of(cls, request: Submission) -> Self:
        """The form as it is shown first."""
        return cls(
            now=request.assignee_id,
            initial={
                "status": request.status,
                "assignee": request.assignee_id,
                "seen": seen_values(request),
            },
        )

    def once_more(self, request: Submission, reason: str) -> Self:
        """The same choice, to be saved over the request as it is now or not at all."""
        chosen = {name: self.data.get(name, "") for name in ("status", "assignee")}
        form = type(self)({**chosen, "seen": seen_values(request)}, now=request.assignee_id)
        form.add_error(None, reason)
        return form


class NoteForm(forms.Form):
    """A note as it is typed. By `form_secret` the same form sent twice is told from two notes; `seen` is how
    the request was, for whoever takes it up with the same press."""

    kind = forms.ChoiceField(label=_("What the note is about"), choices=WRITTEN_BY_HAND)
    text = TypedText(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={
            "required": _("Write the note first."),
            "max_length": _("Shorten the note to 4,000 characters or fewer."),
        },
    )
    form_secret = forms.CharField(min_length=20, max_length=100, widget=forms.HiddenInput)

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, request: Submission) -> Self:
        """A form for another note."""
        initial = {"form_secret": secrets.token_urlsafe(32), "seen": seen_values(request)}
        return cls(initial=initial)


DURATIONS = [
    (number, ngettext_lazy("%d minute", "%d minutes", number) % number)
    for number in (15, 20, 30, 45, 60, 90, 120, 180)
]


class AppointmentForm(forms.Form):
    """What was agreed, and how the request was when the form was shown."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.TypedChoiceField(label=_("Length"), choices=DURATIONS, coerce=int, initial=30)
    location = forms.ModelChoiceField(
        label=_("Location"), queryset=Location.objects.filter(active=True), empty_label=None
    )
    by_video = forms.BooleanField(label=_("By video"), required=False)
    clinician = TypedText(
        label=_("Clinician"),
        required=False,
        max_length=120,
        error_messages={"max_length": _("Enter a name of at most 120 characters.")},
    )
    form_secret = forms.CharField(min_length=20, max_length=100, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, request: Submission) -> Self:
        """The form as it is shown first."""
        initial = {"location": request.location_id, "form_secret": secrets.token_urlsafe(32)}
        return cls(initial={**initial, "seen": seen_values(request)})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"day", "time", "location"} <= cleaned.keys():
            starts = datetime.combine(cleaned["day"], cleaned["time"], cleaned["location"].zone)
            if starts < timezone.now():
                self.add_error("day", _("Choose a day and a time that are not over."))
            elif starts > timezone.now() + FARTHEST:
                self.add_error("day", _("Choose a day within the next two years."))
            cleaned["starts_at"] = starts
        return cleaned

    def appointment(self) -> Appointment:
        """Of a valid form."""
        cleaned = self.cleaned_data
        return Appointment(
            starts_at=cleaned["starts_at"],
            minutes=cleaned["minutes"],
            clinician=cleaned["clinician"],
            location=cleaned["location"].pk,
            by_video=cleaned["by_video"],
        )

    def once_more(self, request: Submission, reason: str) -> Self:
        """The same, to be made of the request as it is now or not at all."""
        typed = {name: self.data.get(name, "") for name in self.fields}
        form = type(self)({**typed, "seen": seen_values(request)})
        form.add_error(None, reason)
        return form


class SearchForm(forms.Form):
    """Words and numbers, each of which a request must contain."""

    term = forms.CharField(
        label=_("Search in answers and notes"),
        max_length=120,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "type": "search",
                "aria-keyshortcuts": "/",
            }
        ),
    )

    def __init__(self, *args: Any, is_unlocked: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_unlocked:
            self.fields["term"].label = _("Find a reference")

    def clean_term(self) -> str:
        term: str = self.cleaned_data["term"]
        try:
            Query.of([term])
        except NothingToFind as error:
            raise forms.ValidationError(_("Enter at least two letters or digits.")) from error
        return term


class SameForm(SearchForm):
    """A phone number or an e-mail address of a request, as long as the site takes them."""

    term = forms.CharField(max_length=254)
