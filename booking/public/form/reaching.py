"""How somebody wants to be reached, and what may be said when another person answers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ...choices import RECEIPT_FIELD, ContactBy
from .following import FollowingQuestions
from .typed_phones import Dialled, NotDialable, read_phone
from .typed_text import TypedEmail, TypedText

SHORT_ANSWER = 120
# What each way of being reached asks for.
ASKED_FOR: dict[str, tuple[str, ...]] = {
    ContactBy.PHONE: ("phone", "voicemail_ok", "call_time", "if_answered"),
    ContactBy.TEXT: ("phone",),
    ContactBy.EMAIL: ("email",),
}
OF_SOME = frozenset(name for names in ASKED_FOR.values() for name in names)
# By it the style sheet knows an empty field: what was typed is sent, and stays to be seen.
NOTHING_TYPED = {"placeholder": " "}


def short_answer(label: Any, help_text: Any) -> TypedText:
    """A question that nobody has to answer, in one line."""
    return TypedText(
        label=label,
        required=False,
        max_length=SHORT_ANSWER,
        help_text=help_text,
        widget=forms.TextInput(attrs=NOTHING_TYPED),
        error_messages={"max_length": _("Shorten your answer to 120 characters or fewer.")},
    )


class ReachQuestions(FollowingQuestions):
    """Name, and one way of being reached with what it needs."""

    name = TypedText(
        label=_("Your name"),
        max_length=SHORT_ANSWER,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Enter your name, so that we know whom to ask for."),
            "max_length": _("Enter a name of at most 120 characters."),
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
    phone = TypedText(
        label=_("Phone number"),
        required=False,
        max_length=40,
        help_text=_("For example (972) 555-0134; of another country with + and its code."),
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", **NOTHING_TYPED}
        ),
        error_messages={"max_length": _("Enter one phone number only.")},
    )
    email = TypedEmail(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", **NOTHING_TYPED}),
        error_messages={
            "invalid": _("Enter an e-mail address in the form name@example.com."),
            "max_length": _("Enter an e-mail address of at most 254 characters."),
        },
    )
    voicemail_ok = forms.BooleanField(label=_("You may leave a voicemail"), required=False)
    call_time = short_answer(
        _("A good time to call"), _("For example: after 4 p.m., or not on Mondays.")
    )
    if_answered = short_answer(
        _("If somebody else answers"),
        _(
            "Whom may we ask for, and may we say who calls? For example: ask for Sam, and do not say where you call from."
        ),
    )
    language_wish = short_answer(
        _("An interpreter, or another language"),
        _("For example: Spanish, or an interpreter for sign language."),
    )
    receipt_wanted = forms.BooleanField(
        label=_("Confirm by e-mail that you received my request"),
        required=False,
        help_text=_(
            "The e-mail tells your reference, our name and phone number and the day by which we answer, "
            "and nothing that you wrote. It is not encrypted."
        ),
    )

    _dialled: Dialled | None = None

    def clean_phone(self) -> str:
        """The number in one notation, as `read_phone` writes it."""
        typed: str = self.cleaned_data["phone"]
        try:
            self._dialled = read_phone(typed) if typed else None
        except NotDialable as error:
            raise ValidationError(
                _(
                    "Enter a phone number with its area code, for example (972) 555-0134; one of another "
                    "country with a plus sign and its country code."
                )
            ) from error
        return self._dialled.text if self._dialled else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = ASKED_FOR.get(cleaned.get("contact_by", ""), ())
        # What was typed all the same is kept: it may be a warning.
        self.not_asked |= {name for name in OF_SOME - {*asked} if not cleaned.get(name)}
        if not (self.has_error("phone") or self.has_error("email")):
            for name, refusal in self._reach_refusals(cleaned):
                self.add_error(name, refusal)
        return cleaned

    def _reach_refusals(self, cleaned: dict[str, Any]) -> list[tuple[str, Any]]:
        """What is lacking so that the visitor can be reached in the way that was chosen."""
        phone, email = cleaned.get("phone"), cleaned.get("email")
        contact_by = cleaned.get("contact_by")
        found = []
        if contact_by in {ContactBy.PHONE, ContactBy.TEXT} and not phone:
            found.append(
                ("phone", _("Enter a phone number, or choose e-mail as the way to reach you."))
            )
        elif contact_by == ContactBy.TEXT and not (
            self._dialled and self._dialled.takes_text_messages
        ):
            found.append(("phone", _("No text message reaches an extension or a toll-free number. Enter another number, or choose phone call.")))  # fmt: skip
        if contact_by == ContactBy.EMAIL and not email:
            found.append(
                ("email", _("Enter an e-mail address, or choose phone as the way to reach you."))
            )
        elif cleaned.get(RECEIPT_FIELD) and not email:
            found.append(("email", _("Enter an e-mail address for the confirmation, or take the tick from its box.")))  # fmt: skip
        return found
