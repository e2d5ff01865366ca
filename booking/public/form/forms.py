"""The form that a visitor fills in: the core questions and their rules."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import BaseForm

from clinic_site.clinic_time import clinic_today
from clinic_site.renderers import SiteFormRenderer

from ...choices import RECEIPT_FIELD, TRAP_FIELD, ContactBy, PreferredTime
from ...locations.models import Location
from ...locations.queries import active_locations, offered_locations
from .closed_days import closed_message
from .typed_phones import NotDialable, read_phone
from .typed_text import TypedEmail, TypedText, cleaned_query

MESSAGE_MAX = 2000
DAYS_AHEAD = 365

# Headings of the form, with the core questions under each. Every other question stands in the last.
GROUPS = [
    (
        _("How to reach you"),
        _("Give a phone number, an e-mail address, or both."),
        ["name", "phone", "email", "contact_by", "voicemail_ok", RECEIPT_FIELD],
    ),
    (_("Where and when"), "", ["location", "preferred_day", "preferred_time"]),
]
LAST_GROUP = _("Your request")
# For browsers, and for 1Password, LastPass, Bitwarden and Dashlane, each in its own way.
NOT_TO_BE_FILLED = {
    "autocomplete": "off",
    "tabindex": "-1",
    "data-1p-ignore": "",
    "data-lpignore": "true",
    "data-bwignore": "",
    "data-form-type": "other",
}


class LocationField(forms.ModelChoiceField):
    """Locations as radio buttons with their address and hours."""

    def label_from_instance(self, obj: Location) -> str:
        return render_to_string("booking/includes/location_option.html", {"location": obj})

    def to_python(self, value: Any) -> Location | None:
        """One of the locations that are offered, with its hours; no query where they are in hand."""
        if value in self.empty_values:
            return None
        for location in offered_locations():
            if str(location.pk) == str(value):
                return location
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


class BookingForm(BaseForm):
    """The core questions and their rules. Every refusal says what to do."""

    default_renderer = SiteFormRenderer

    name = TypedText(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Enter your name, so that we know whom to ask for."),
            "max_length": _("Enter a name of at most 120 characters."),
        },
    )
    phone = TypedText(
        label=_("Phone number"),
        required=False,
        max_length=40,
        help_text=_("For example (972) 555-0134; of another country with + and its code."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"max_length": _("Enter one phone number only.")},
    )
    email = TypedEmail(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _("Enter an e-mail address in the form name@example.com."),
            "max_length": _("Enter an e-mail address of at most 254 characters."),
        },
    )
    contact_by = forms.ChoiceField(
        label=_("How should we reach you?"),
        choices=ContactBy.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how we should reach you."),
            "invalid_choice": _("Choose phone call, text message or e-mail."),
        },
    )
    voicemail_ok = forms.BooleanField(label=_("You may leave a voicemail"), required=False)
    receipt_wanted = forms.BooleanField(
        label=_("Confirm by e-mail that you received my request"),
        required=False,
        help_text=_(
            "The e-mail tells your reference, our name and phone number and the day by which we answer, "
            "and nothing that you wrote. It is not encrypted."
        ),
    )
    location = LocationField(
        label=_("Location"),
        queryset=active_locations(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a location."),
            "invalid_choice": _("Choose one of the locations in the list."),
        },
    )
    preferred_day = forms.DateField(
        label=_("Preferred day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%m/%d/%Y"],
        help_text=_("A day within the next year on which the location is open."),
        error_messages={
            "required": _("Choose a day that suits you."),
            "invalid": _("Enter the day as month/day/year, for example 3/27/2027."),
        },
    )
    preferred_time = forms.ChoiceField(
        label=_("Preferred time of day"),
        choices=PreferredTime.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a time of day, or “Any time”."),
            "invalid_choice": _("Choose one of the times in the list."),
        },
    )
    message = TypedText(
        label=_("What would you like us to know?"),
        required=False,
        max_length=MESSAGE_MAX,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A few words are enough; at most 2,000 characters."),
        error_messages={"max_length": _("Shorten your message to 2,000 characters or fewer.")},
    )
    consent = forms.BooleanField(
        label=_("I agree that the clinic stores this request, encrypted, and contacts me about it"),
        error_messages={
            "required": _("Tick the box to let us store your request and contact you.")
        },
    )
    # Neither asked nor kept: the form's own secret, and a field that only machines fill in.
    token = forms.CharField(required=False, widget=forms.HiddenInput)
    re_subject = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs=NOT_TO_BE_FILLED),
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(cleaned_query(data) if data is not None else None, *args, **kwargs)
        self.fields["consent"] = self.fields.pop("consent")  # after the extra questions

    def groups(self) -> list[dict[str, Any]]:
        """Every visible question once, under its heading: {"title", "hint", "fields"}."""
        placed = {name for _title, _hint, names in GROUPS for name in names} | {TRAP_FIELD}
        rest = [field for field in self.visible_fields() if field.name not in placed]
        return [
            {
                "title": title,
                "hint": hint,
                "fields": [self[name] for name in names if name in self.fields],
            }
            for title, hint, names in GROUPS
        ] + [{"title": LAST_GROUP, "hint": "", "fields": rest}]

    def clean_phone(self) -> str:
        """The number in one notation, as `read_phone` writes it."""
        typed: str = self.cleaned_data["phone"]
        try:
            return read_phone(typed).text if typed else ""
        except NotDialable as error:
            raise ValidationError(
                _(
                    "Enter a phone number with its area code, for example (972) 555-0134; one of another "
                    "country with a plus sign and its country code."
                )
            ) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_reachable(cleaned)
        self._check_day_and_time(cleaned)
        return cleaned

    def _check_reachable(self, cleaned: dict[str, Any]) -> None:
        """One way to reach the visitor, and the one that was chosen."""
        if self.has_error("phone") or self.has_error("email"):
            return
        phone, email = cleaned.get("phone"), cleaned.get("email")
        contact_by = cleaned.get("contact_by")
        if cleaned.get(RECEIPT_FIELD) and not email and contact_by != ContactBy.EMAIL:
            self.add_error(
                "email",
                _("Enter an e-mail address for the confirmation, or take the tick from its box."),
            )
        if not phone and not email:
            self.add_error(
                "phone", _("Enter a phone number or an e-mail address, so that we can answer.")
            )
        elif contact_by in (ContactBy.PHONE, ContactBy.TEXT) and not phone:
            self.add_error(
                "phone", _("Enter a phone number, or choose e-mail as the way to reach you.")
            )
        elif contact_by == ContactBy.TEXT and not read_phone(phone).takes_text_messages:
            self.add_error(
                "phone",
                _(
                    "No text message reaches an extension or a toll-free number. Enter another number, or "
                    "choose phone call."
                ),
            )
        elif contact_by == ContactBy.EMAIL and not email:
            self.add_error(
                "email", _("Enter an e-mail address, or choose phone as the way to reach you.")
            )

    def _check_day_and_time(self, cleaned: dict[str, Any]) -> None:
        """A day within the next year, and a time, at which the location is open."""
        day: date | None = cleaned.get("preferred_day")
        if day is None:
            return
        location: Location | None = cleaned.get("location")
        today = location.today if location else clinic_today()
        if day < today:
            self.add_error("preferred_day", _("Choose a day that is not in the past."))
        elif day > today + timedelta(days=DAYS_AHEAD):
            self.add_error("preferred_day", _("Choose a day within the next year."))
        elif location and not location.hours_on(day):
            self.add_error("preferred_day", closed_message(location, day))
        elif location and cleaned.get("preferred_time"):
            self._check_time(location, day, cleaned["preferred_time"])

    def _check_time(self, location: Location, day: date, preferred: str) -> None:
        if not location.has_hours_at(day, preferred):
            message = _(
                "%(location)s is closed at that time on %(day)s. Choose another time, or “Any time”."
            )
            values = {"location": location.name, "day": date_format(day, "l")}
            self.add_error("preferred_time", message % values)
