"""What is asked before an export."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from clinic_site.visible_text import visible

from .columns import TICKED, column_choices

FORMATS = [("csv", _("CSV, for any spreadsheet")), ("xlsx", _("Excel workbook (XLSX)"))]


class Reason(TextChoices):
    """What a file is needed for. Kept in the log, so it can be asked about later."""

    REACH = "reach", _("To call people or write to them")
    FIGURES = "figures", _("For figures or planning")
    PERSON = "person", _("Somebody asks what is kept about them")
    MOVE = "move", _("To take requests over into another program")
    OTHER = "other", _("Another reason")


class ExportForm(forms.Form):
    """What to export, how and why. The passphrase is asked for again."""

    format = forms.ChoiceField(
        label=_("Format"), choices=FORMATS, initial="csv", widget=forms.RadioSelect
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=column_choices,
        initial=list(TICKED),
        required=False,
        help_text=_(
            "Tick no more than you need. The reference and a remark are in every file; the remark tells "
            "what is damaged or corrected."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *Reason.choices],
        error_messages={"required": _("Choose what the file is needed for.")},
    )
    details = forms.CharField(
        label=_("The reason in a few words"),
        required=False,
        max_length=120,
        help_text=_(
            "It is kept in the log, where it can be read. Write no name, no phone number and nothing "
            "else about a patient."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    passphrase = forms.CharField(
        label=_("Passphrase"),
        max_length=512,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter your passphrase.")},
    )

    def clean_details(self) -> str:
        return visible(self.cleaned_data["details"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reason") == Reason.OTHER and not cleaned.get("details"):
            self.add_error("details", _("Say in a few words what the file is needed for."))
        return cleaned
