"""What a mail about requests says: how many at which location, since when, and where to see them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic_site.background.mails import in_language_of, mail_staff

from ..permissions import LIST_PERMISSION
from .models import RequestMails


@dataclass(frozen=True)
class AtLocation:
    """How many requests of one kind a location has, and the first moment by which one is due."""

    location: int
    name: str
    count: int
    due_at: datetime | None


def mail(
    to: RequestMails,
    found: list[AtLocation],
    *,
    tab: str,
    say: Callable[[int, datetime | None], str],
) -> None:
    """Let one mail to that person go out, in their language; `tab` is the list's that shows the rows.

    `say` puts a number, and the first due moment or none, into one sentence.
    """
    with in_language_of(to.user):
        first = min((each.due_at for each in found if each.due_at), default=None)
        subject = say(sum(each.count for each in found), first)
        text = "\n".join(_lines(found, tab, say))
        mail_staff(to.user, f"{settings.CLINIC_NAME}: {subject}", text, needs=LIST_PERMISSION)


def _lines(
    found: list[AtLocation], tab: str, say: Callable[[int, datetime | None], str]
) -> Iterable[str]:
    for each in sorted(found, key=lambda each: each.name):
        query = urlencode({"show": tab, "location": each.location})
        yield f"{each.name}: {say(each.count, each.due_at)}"
        yield f"{_address('booking_submission_modeladmin_index')}?{query}"
        yield ""
    yield _("To get other mails, or none:")
    yield f"{_address('wagtailadmin_account')}#tab-notifications"
    yield ""


def _address(name: str) -> str:
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse(name)
