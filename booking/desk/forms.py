"""Forms of the review desk."""

import secrets
from typing import Any, Self

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_user_display_name

from ..choices import SET_BY_HAND, NoteKind
from ..permissions import people_at_desk
from ..public.form.typed_text import TypedText
from ..submissions.handling import seen_values
from ..submissions.models import Submission

EXPORT_FORMATS = [("csv", _("CSV, for any spreadsheet")), ("xlsx", _("Excel workbook (XLSX)"))]


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
    """A note as it is typed. By `form_secret` the same form sent twice is told from two notes."""

    kind = forms.ChoiceField(label=_("What the note is about"), choices=NoteKind.choices)
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

    @classmethod
    def empty(cls) -> Self:
        """A form for another note."""
        return cls(initial={"form_secret": secrets.token_urlsafe(32)})


class SearchForm(forms.Form):
    """A few letters that an answer must contain."""

    term = forms.CharField(
        label=_("Search in answers"),
        min_length=2,
        max_length=120,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "type": "search",
                "aria-keyshortcuts": "/",
            }
        ),
    )


class ExportForm(forms.Form):
    """How to export. The passphrase is asked for again."""

    format = forms.ChoiceField(
        label=_("Format"), choices=EXPORT_FORMATS, initial="csv", widget=forms.RadioSelect
    )
    passphrase = forms.CharField(
        label=_("Passphrase"),
        max_length=512,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter your passphrase.")},
    )
