"""Mails to the other reviewers when keys or access change. They say that, not what was sent.

Somebody who uses a stolen passphrase or a found recovery sheet should not stay unnoticed: each mail is kept in the
transaction of its change until the mail server takes it.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from clinic_site.background.mails import in_language_of, mail_staff
from clinic_site.clinic_time import in_clinic_time

from . import log_actions
from .models import Vault
from .permissions import others_with_access, possible_reviewers

# What happened, by log action; `about` is the other person concerned.
EVENTS: dict[str, Callable[[], str]] = {
    log_actions.CREATE: lambda: _("The vault was set up, and %(about)s was given access."),
    log_actions.REQUEST_ACCESS: lambda: _(
        "%(by)s chose a passphrase and waits to be given access."
    ),
    log_actions.GIVE_ACCESS: lambda: _("%(about)s was given access to requests."),
    log_actions.REMOVE: lambda: _("The access of %(about)s was taken away."),
    log_actions.CHANGE_PASSPHRASE: lambda: _("%(by)s changed their passphrase."),
    log_actions.RECOVER: lambda: _("%(by)s used the recovery sheet and has access again."),
    log_actions.NEW_SHEET: lambda: _("A new recovery sheet was made. The old one opens nothing."),
}
# What somebody does to his own access.
OWN_ACCESS = {log_actions.REQUEST_ACCESS, log_actions.CHANGE_PASSPHRASE, log_actions.RECOVER}


def name_of(user: Any) -> str:
    """Full name and username, on one line."""
    name, username = user.get_full_name(), user.get_username()
    return " ".join((f"{name} ({username})" if name else username).split())


def log_and_notify(request: HttpRequest, action: str, *, about: Any = None) -> None:
    """Log a change of access that was made, and mail the other reviewers."""
    data = {"reviewer": name_of(about)} if about else {}
    log(instance=Vault.objects.get(), action=action, data=data)
    notify_others(action, by=request.user, about=about)


def notify_others(action: str, *, by: Any, about: Any = None) -> None:
    """Mail everybody else with access, and whom it is about. Call it when the change is done.

    Who changed his own access gets a mail too: it may have been somebody else in his name.
    """
    people: set[Any] = {each.user for each in others_with_access(by)} | ({about} - {None, by})
    if action in OWN_ACCESS:
        people.add(by)
    readers = {each.email: each for each in people if each.email}
    for _address, reader in sorted(readers.items()):
        _mail(action, to=reader, by=by, about=about)


def _mail(action: str, *, to: Any, by: Any, about: Any) -> None:
    with in_language_of(to):
        subject, text = (
            _("Change to the vault"),
            _text(action, by=by, about=about, to_self=to == by),
        )
    mail_staff(to, f"{settings.CLINIC_NAME}: {subject}", text)


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
        _("tell an administrator at once: %(people)s.") % {"people": administrators()},
        "",
        settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("vault:index"),
        "",
    ]
    return "\n".join(lines)


def _now() -> str:
    now = in_clinic_time(timezone.now())
    return f"{date_format(now, 'DATETIME_FORMAT')} {now:%Z}"


def administrators() -> str:
    """Whom to call when something is wrong: their names, in one line."""
    people = possible_reviewers().filter(is_superuser=True)
    return ", ".join(name_of(each) for each in people) or _("whoever looks after this site")
