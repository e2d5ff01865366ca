"""Telling staff that requests came: looked for every minute, so that no visitor waits for a mail server.

A request is told of if it still waits for somebody when the mail is written. What was told is kept with
the mail in one transaction, so that each request is told of to each person, and once.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic_site.clinic_time import clinic_today

from ..choices import WAITING, HowOften
from ..locations.hours import moment_in_words
from ..submissions.models import Submission
from ..submissions.queries import waiting
from .models import RequestMails
from .wording import AtLocation, mail

MORNING = time(7, 0)
# The least time between two mails to the same person, for those who do not want them in the morning.
PAUSES = {HowOften.AT_ONCE: timedelta(minutes=5), HowOften.HOURLY: timedelta(hours=1)}
# A request can appear with an earlier moment than another one's: it is stored when its transaction ends,
# and the clocks of two servers differ. By no more than this.
LATE = timedelta(hours=1)


def tell(to: RequestMails) -> bool:
    """Write the mail that is due to that person; whether there was one to write.

    Asked twice at the same moment, by two processes, one of them writes it.
    """
    now = timezone.now()
    until = _until(to, now)
    if until is None:
        return False
    found = _waiting(to, until, now)
    new = [each for each in found if str(each.pk) not in to.told]
    if not new:
        return False
    told = {**to.told, **_as_told(found)}
    since = (until - LATE).isoformat()
    with transaction.atomic():
        as_seen = RequestMails.objects.filter(pk=to.pk, told_until=to.told_until)
        if not as_seen.update(
            told_until=until,
            told={pk: came for pk, came in told.items() if came > since},
            mailed_at=now,
        ):
            return False
        mail(to, list(_by_location(new)), tab="open", say=_sentence)
    return True


def told_of(moment: datetime) -> dict[str, str]:
    """What `told` says of somebody who knows of everything that has come until then."""
    rows = waiting().filter(received_at__gt=moment - LATE)
    return _as_told(rows.only("received_at"))


def _as_told(rows: Iterable[Submission]) -> dict[str, str]:
    return {str(each.pk): each.received_at.astimezone(UTC).isoformat() for each in rows}


def _until(to: RequestMails, now: datetime) -> datetime | None:
    """Up to when that person is to be told now; None while no mail is due."""
    if to.new_requests == HowOften.DAILY:
        morning = datetime.combine(clinic_today(), MORNING, timezone.get_default_timezone())
        until = morning if morning <= now else morning - timedelta(days=1)
        return None if until <= to.told_until <= now else until.astimezone(UTC)
    pause = PAUSES.get(HowOften(to.new_requests))
    just_mailed = pause and to.mailed_at and now - pause < to.mailed_at <= now
    return now if pause and not just_mailed else None


def _waiting(to: RequestMails, until: datetime, now: datetime) -> list[Submission]:
    rows = to.rows().filter(status__in=WAITING)
    # A clock that was far ahead says nothing about what was told: rather twice than never.
    if to.told_until <= now + LATE:
        rows = rows.filter(received_at__gt=min(to.told_until, until) - LATE)
    if to.new_requests == HowOften.DAILY:
        rows = rows.filter(received_at__lte=until)
    # Nothing of what is sealed.
    columns = ("received_at", "due_at", "location__name")
    return list(rows.select_related("location").only(*columns))


def _by_location(new: Iterable[Submission]) -> Iterable[AtLocation]:
    places: dict[int, list[Submission]] = {}
    for each in new:
        places.setdefault(each.location.pk, []).append(each)
    for pk, rows in places.items():
        due_at = min((each.due_at for each in rows if each.due_at), default=None)
        yield AtLocation(pk, rows[0].location.name, len(rows), due_at)


def _sentence(count: int, due: datetime | None) -> str:
    new = ngettext("%d new request", "%d new requests", count) % count
    if due is None:
        return new
    words = {"new": new, "due": moment_in_words(due)}
    if due < timezone.now():
        return _("%(new)s, an answer was due %(due)s") % words
    return _("%(new)s, an answer is due %(due)s") % words
