"""The form that a visitor fills in: its questions in their order, and where and about what is asked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import BaseForm

from clinic_site.renderers import SiteFormRenderer

from ...choices import CORE_FIELDS, RECEIPT_FIELD, TRAP_FIELD, VisitBy
from ...locations.models import Location
from ...locations.queries import active_locations, offered_locations
from .following import one_of
from .reaching import ReachQuestions
from .typed_text import TypedText, cleaned_query
from .when import WhenQuestions
from .who import WhoQuestions

MESSAGE_MAX = 2000

# Headings of the form, with the core questions under each. Every other question stands in the last.
GROUPS = [
    (
        _("How to reach you"),
        "",
        [
            *("name", "contact_by", "phone", "voicemail_ok", "call_time", "if_answered"),
            *(RECEIPT_FIELD, "email", "language_wish"),
        ],
    ),
    (
        _("Who and what for"),
        "",
        ["for_whom", "patient_name", "age_group", "been_before", "visit_kind"],
    ),
    (
        _("Where and when"),
        "",
        [
            *("location", "visit_by", "when", "weekdays", "parts"),
            *("preferred_day", "preferred_time", "second_day", "second_time"),
        ],
    ),
]
# Not required of everybody, and yet no "(optional)": they have an answer, or follow from one.
NEEDED = frozenset(
    {
        *("phone", "email", "for_whom", "patient_name", "age_group"),
        *("visit_by", "when", "weekdays", "preferred_day", "preferred_time", "second_time"),
    }
)
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


class BookingForm(ReachQuestions, WhoQuestions, WhenQuestions, BaseForm):
    """All questions in their order. Every refusal says what to do."""

    data: QueryDict
    default_renderer = SiteFormRenderer
    field_order = CORE_FIELDS

    # Its answers are the page's: the builder gives them, or leaves the question out.
    visit_kind = one_of(_("What kind of visit?"))
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
    visit_by = one_of(_("In person or by video?"), VisitBy.choices, initial=VisitBy.PERSON)
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
        for name in NEEDED & self.fields.keys():
            self.fields[name].is_needed = True  # type: ignore[attr-defined]  # for templates
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

    def clean_visit_by(self) -> str:
        """By video only where the location offers it; without an answer in person."""
        visit_by: str = self.cleaned_data["visit_by"] or VisitBy.PERSON
        location: Location | None = self.cleaned_data.get("location")
        if location is None or location.offers_video:
            return visit_by
        self.not_asked.add("visit_by")
        if visit_by == VisitBy.VIDEO:
            message = _(
                "%(location)s offers no visits by video. Choose in person, or another location."
            )
            raise ValidationError(message, params={"location": location.name})
        return visit_by
