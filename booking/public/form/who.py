"""For whom somebody asks, and for what."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ...choices import AgeGroup, BeenBefore, ForWhom
from .following import FollowingQuestions, needless, one_of
from .reaching import SHORT_ANSWER
from .typed_text import TypedText

# What is asked of whoever answers that, and what to do where it is missing.
ASKED_FOR = {
    ForWhom.SELF: (),
    ForWhom.CHILD: ("patient_name", "age_group"),
    ForWhom.OTHER: ("patient_name",),
}
LACKING = {
    "patient_name": _("Enter the name of the patient."),
    "age_group": _("Choose how old your child is."),
}


def not_asked(posted: Mapping[str, Any]) -> set[str]:
    """What of these questions was posted and does not count."""
    return needless(ASKED_FOR, posted.get("for_whom") or ForWhom.SELF)


class WhoQuestions(FollowingQuestions):
    """The patient, where it is somebody else, and the kind of visit. Without an answer: for oneself."""

    for_whom = one_of(_("For whom is the appointment?"), ForWhom.choices, initial=ForWhom.SELF)
    patient_name = TypedText(
        label=_("The patient's name"),
        required=False,
        max_length=SHORT_ANSWER,
        help_text=_(
            "If the patient is an adult, they need to know about this request and agree to it. We speak "
            "with them before we make an appointment."
        ),
        # In a section of its own, a browser does not write the visitor's name here too. Not "off": what
        # was typed would not be there after Back.
        widget=forms.TextInput(attrs={"autocomplete": "section-patient name"}),
        error_messages={"max_length": _("Enter a name of at most 120 characters.")},
    )
    age_group = one_of(_("How old is your child?"), AgeGroup.choices)
    been_before = one_of(_("Has the patient been here before?"), BeenBefore.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        whom = cleaned["for_whom"] = cleaned.get("for_whom") or ForWhom.SELF
        self.leave_out(ASKED_FOR, whom)
        for name in ASKED_FOR[ForWhom(whom)]:
            if not cleaned.get(name) and not self.has_error(name):
                self.add_error(name, LACKING[name])
        return cleaned
