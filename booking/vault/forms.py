"""Forms of the vault's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PassphraseForm(forms.Form):
    """Asks for the passphrase. It is never sent back to the browser."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        max_length=512,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": _("Enter your passphrase.")},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
