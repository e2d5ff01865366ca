"""Forms of the vault's pages. What is typed here is never sent back to the browser."""

import hmac
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..passphrases import WeakPassphrase, check_strength, normalise
from ..permissions import possible_reviewers

PROPOSED, OWN = "proposed", "own"


class SecretInput(forms.PasswordInput):
    """Typed blind, kept by no password manager."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        hidden = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(attrs={**hidden, **(attrs or {})})


class SheetInput(forms.TextInput):
    """Seen while it is typed from paper, never sent back."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


def secret_field(label: Any, missing: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=512,
        widget=SecretInput(attrs=options.pop("attrs", None)),
        error_messages={"required": missing},
        **options,
    )


class ConfirmForm(forms.Form):
    """Asks for the passphrase once more before a change."""

    passphrase = secret_field(_("Your passphrase"), _("Enter your passphrase."))


class PassphraseForm(forms.Form):
    """Asks for the passphrase, to unlock: the one thing on its page to type."""

    passphrase = secret_field(_("Passphrase"), _("Enter your passphrase."))
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passphrase"].widget.attrs["autofocus"] = True


class GiveAccessForm(ConfirmForm):
    """The passphrase, and which key's words were compared."""

    key = forms.CharField(widget=forms.HiddenInput)


class NewPassphraseForm(forms.Form):
    """A passphrase of one's own, typed twice."""

    passphrase = secret_field(
        _("New passphrase"),
        _("Choose a passphrase."),
        help_text=_("At least 15 characters: several words that do not belong together."),
    )
    again = secret_field(_("The new passphrase again"), _("Type the passphrase a second time."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        check_typed_twice(self, cleaned)
        return cleaned


def check_typed_twice(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Adds an error where the new passphrase is weak, or the second typing differs."""
    passphrase, again = cleaned.get("passphrase"), cleaned.get("again")
    if not passphrase:
        return
    try:
        check_strength(passphrase)
    except WeakPassphrase as weak:
        form.add_error("passphrase", str(weak))
        return
    if again and normalise(again) != normalise(passphrase):
        form.add_error("again", gettext("The two are not the same. Type both again."))


class ChangePassphraseForm(NewPassphraseForm):
    """The old passphrase and a new one."""

    old = secret_field(_("Your passphrase until now"), _("Enter your passphrase."))
    field_order = ["old", "passphrase", "again"]


class RecoverForm(NewPassphraseForm):
    """The recovery key as typed from the sheet, and a new passphrase."""

    sheet = forms.CharField(
        label=_("Recovery key"),
        max_length=512,
        widget=SheetInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the recovery key from the sheet.")},
        help_text=_(
            "All 14 groups, one after the other. Capitals, spaces and hyphens do not matter."
        ),
    )
    field_order = ["sheet", "passphrase", "again"]


class ChoosePassphraseForm(forms.Form):
    """The passphrase that the page proposes, or one of one's own."""

    choice = forms.ChoiceField(
        label=_("Which passphrase?"),
        choices=[(PROPOSED, _("Use this one")), (OWN, _("Use one of my own"))],
        initial=PROPOSED,
        widget=forms.RadioSelect,
    )
    passphrase = secret_field(
        _("Own passphrase"),
        "",
        required=False,
        help_text=_("At least 15 characters: several words that do not belong together."),
    )
    again = secret_field(_("Own passphrase again"), "", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = bool(cleaned.get("passphrase") or cleaned.get("again"))
        if cleaned.get("choice") == OWN:
            if not cleaned.get("passphrase"):
                self.add_error("passphrase", gettext("Choose a passphrase."))
            elif not cleaned.get("again"):
                self.add_error("again", gettext("Type the passphrase a second time."))
            check_typed_twice(self, cleaned)
        elif typed:
            self.add_error(
                "choice",
                gettext("You typed a passphrase of your own. Choose “Use one of my own” for it."),
            )
        return cleaned

    def chosen(self, proposed: str) -> str:
        """The passphrase that holds from now on, once the form is valid."""
        own: str = self.cleaned_data["passphrase"]
        return own if self.cleaned_data["choice"] == OWN else proposed


class RequestAccessForm(ChoosePassphraseForm):
    """A passphrase for an access to come, and who it is that asks: the key that was there goes."""

    password = forms.CharField(
        label=_("Your sign-in password"),
        max_length=512,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        error_messages={"required": _("Enter the password with which you sign in.")},
        help_text=_(
            "So that nobody else can ask in your name on a computer where you are signed in."
        ),
    )
    field_order = ["choice", "passphrase", "again", "password"]


class PersonField(forms.ModelChoiceField):
    """Chooses a person by full name and username."""

    def label_from_instance(self, obj: Any) -> str:
        name = obj.get_full_name()
        return f"{name} ({obj.get_username()})" if name else obj.get_username()


class SetUpForm(ChoosePassphraseForm):
    """Who opens requests first, and with which passphrase."""

    reviewer = PersonField(
        label=_("Who will open requests?"),
        queryset=None,
        empty_label=None,
        help_text=_(
            "When it is not you, sit down together: the passphrase belongs to the one who opens "
            "requests. You can give access to more people afterwards."
        ),
    )
    field_order = ["reviewer", "choice", "passphrase", "again"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reviewer: PersonField = self.fields["reviewer"]  # type: ignore[assignment]  # declared above
        reviewer.queryset = possible_reviewers()


class SheetForm(forms.Form):
    """Two groups of the recovery sheet, read from the paper."""

    def __init__(self, groups: list[str], asked: tuple[int, ...], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._groups = groups
        for number in asked:
            self.fields[f"group_{number}"] = forms.CharField(
                label=gettext("Group %(number)d") % {"number": number},
                max_length=16,
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "spellcheck": "false", "size": 8}
                ),
                error_messages={
                    "required": gettext("Type group %(number)d from the sheet.")
                    % {"number": number}
                },
            )
        self.order_fields([*(f"group_{number}" for number in asked), "passphrase"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in [name for name in cleaned if name.startswith("group_")]:
            number = int(name.removeprefix("group_"))
            typed = "".join(c for c in cleaned[name].upper() if c.isalnum())
            if not hmac.compare_digest(typed.encode(), self._groups[number - 1].encode()):
                self.add_error(
                    name,
                    gettext(
                        "This is not group %(number)d of the sheet. Look at the paper, or print "
                        "the sheet again."
                    )
                    % {"number": number},
                )
        return cleaned


class NewSheetForm(SheetForm):
    """Two groups of the new recovery sheet and the passphrase: then the old sheet is of no use."""

    passphrase = secret_field(_("Your passphrase"), _("Enter your passphrase."))
