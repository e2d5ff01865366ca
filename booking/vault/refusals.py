"""What a person is told when something typed does not open the vault, and the log entry of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from . import keyring, log_actions
from .crypto import CannotOpen
from .limits import TooManyTries
from .models import Vault


def confirmed_root(form: forms.Form, user: Any) -> bytes | None:
    """The vault root by the passphrase typed once more into a valid form; None, with the reason
    under the field, when it does not open."""
    try:
        return keyring.root_by_passphrase(user, form.cleaned_data["passphrase"])[1]
    except CannotOpen as error:
        refuse(form, error, user=user)
        return None


def refuse(form: forms.Form, error: CannotOpen, *, user: Any, field: str = "passphrase") -> None:
    """Put the reason under the field. A try that was looked at is logged, one that was not is not:
    nobody can fill the log by trying on."""
    if isinstance(error, TooManyTries):
        form.add_error(
            field,
            _(
                "That was wrong too often. Wait 15 minutes, then try again. "
                "Until then nothing that you type here is looked at."
            ),
        )
        return
    log(instance=Vault.objects.get(), action=log_actions.UNLOCK_FAILED, user=user)
    form.add_error(field, WRONG[field]())


WRONG = {
    "passphrase": lambda: _("This passphrase does not open the vault. Check it and try again."),
    "password": lambda: _(
        "This is not the password with which you sign in. Check it and try again."
    ),
    "old": lambda: _("This passphrase does not open the vault. Check it and try again."),
    "sheet": lambda: _(
        "This recovery key does not open the vault. Check every group, and that it is the newest "
        "sheet."
    ),
}


def refuse_change(form: forms.Form) -> None:
    """The passphrase was right, but the vault's records do not fit together."""
    form.add_error(
        None,
        _(
            "Nothing was changed: the vault's records do not fit together. Somebody may have "
            "changed the database. Tell whoever looks after the server."
        ),
    )
