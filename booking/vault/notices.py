"""Mails to the other reviewers when keys or access change. They say that, not what was sent.

Somebody who uses a stolen passphrase or a found recovery sheet should not stay unnoticed. A mail
that cannot be sent is logged and holds nothing up.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .permissions import others_with_access, possible_reviewers

logger = logging.getLogger(__name__)

MAIL_SECONDS = 10

# What happened, by log action; `about` is the other person concerned.
EVENTS: dict[str, Callable[[], str]] = {
    "vault.create": lambda: _("The vault was set up, and %(about)s was given access."),
    "vault.request_access": lambda: _("%(by)s chose a passphrase and waits to be given access."),
    "vault.give_access": lambda: _("%(about)s was given access to requests."),
    "vault.remove": lambda: _("The access of %(about)s was taken away."),
    "vault.change_passphrase": lambda: _("%(by)s changed their passphrase."),
    "vault.recover": lambda: _("%(by)s used the recovery sheet and has access again."),
    "vault.new_sheet": lambda: _("A new recovery sheet was made. The old one opens nothing."),
}
# What somebody does to his own access.
OWN_ACCESS = {"vault.request_access", "vault.change_passphrase", "vault.recover"}


def name_of(user: Any) -> str:
    """Full name and username, on one line."""
    name, username = user.get_full_name(), user.get_username()
    return " ".join((f"{name} ({username})" if name else username).split())


def notify_others(action: str, *, by: Any, about: Any = None) -> None:
    """Mail everybody else with access, and whom it is about. Call it when the change is done.

    Who changed his own access gets a mail too: it may have been somebody else in his name.
    """
    people: set[Any] = {each.user for each in others_with_access(by)} | ({about} - {None, by})
    addresses = {each.email for each in people if each.email}
    texts = dict.fromkeys(sorted(addresses), _text(action, by=by, about=about))
    if action in OWN_ACCESS and by.email:
        texts[by.email] = _text(action, by=by, about=about, to_self=True)
    if texts:
        _send(texts, _("Change to the vault"))


def _text(action: str, *, by: Any, about: Any, to_self: bool = False) -> str:
    names = {"by": name_of(by), "about": name_of(about) if about else ""}
    unexpected = [
        _(
            "If you did not expect this, ask %(by)s in person or by phone. If they know nothing of it,"
        )
        % names,
    ]
    lines = [
        EVENTS[action]() % names,
        "",
        _("When: %(when)s") % {"when": _now()},
        _("By: %(by)s") % names,
        "",
        *([_("If it was not you, change your sign-in password and")] if to_self else unexpected),
        _("tell an administrator at once: %(people)s.") % {"people": _administrators()},
        "",
        settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("vault:index"),
        "",
    ]
    return "\n".join(lines)


def _now() -> str:
    now = timezone.localtime()
    return f"{date_format(now, 'DATETIME_FORMAT')} {now:%Z}"


def _administrators() -> str:
    people = possible_reviewers().filter(is_superuser=True)
    return ", ".join(name_of(each) for each in people) or _("whoever looks after this site")


def _send(texts: Mapping[str, str], subject: str) -> None:
    """One mail for each: nobody learns the others' addresses."""
    try:
        connection = get_connection(timeout=MAIL_SECONDS)
        connection.send_messages(
            [
                EmailMessage(f"{settings.CLINIC_NAME}: {subject}", text, to=[each])
                for each, text in texts.items()
            ]
        )
    except Exception:
        # Whatever a mail server does, the change of keys is made and stands.
        logger.exception("A notice about the vault could not be mailed.")
