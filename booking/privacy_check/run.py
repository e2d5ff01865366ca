"""The run: send a request, note something on it, read both as a reviewer, look for it everywhere, delete it again.

Guarantees: no content is printed or kept, only names and counts; the request is deleted whatever
happens, after a kill by the next run; a place that could not be read is never counted as clean.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta

from django.db import connections, transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from .. import log_actions
from ..submissions.models import Submission
from ..vault.models import Vault
from .models import PrivacyCheck
from .reader import note, read, unlocked
from .search import Place, forms
from .visit import Canary


def run(
    url: str, user: str, secret: str, look: Callable[..., list[Place]], tell: Callable[..., None]
) -> list[Place]:
    """Make the whole check; every place, searched. Without a user the request is not read.

    `tell` hears of the request when it is sent, then of each piece that was searched. Two runs at
    once may stop each other: each deletes what others left. Raises CannotRun.
    """
    since = time.time() - 2  # file times are coarser than the clock
    for left_behind in PrivacyCheck.objects.exclude(form_digest=None):
        _delete_request(left_behind)
    with unlocked(url, user, secret) if user else nullcontext() as site:
        canary = Canary(url)
        with _recorded(canary.form_digest) as check:
            row = canary.send()
            if site:
                canary.marks["note"] = note(site, row)
            tell(canary)
            if site:
                read(site, row, canary.marks)
            texts = {**canary.marks, "passphrase": secret}
            marks = {name: set(forms(text)) for name, text in texts.items() if text}
            places = look(since)
            for place in places:
                # SQLite's locks are the process's: closing a file after reading drops those of an
                # open connection, whose writes get lost (sqlite.org/howtocorrupt.html, 2.2).
                connections.close_all()
                for _piece in place.search(marks):
                    tell(place)
            check.places = sum(not place.note for place in places)
            check.hits = sum(len(place.finds) for place in places)
            check.complete = not any(place.errors for place in places)
    data = {"places": check.places, "hits": check.hits}
    log(instance=Vault.objects.get(), action=log_actions.CHECK_PRIVACY, data=data)
    return places


@contextmanager
def _recorded(form_digest: bytes) -> Iterator[PrivacyCheck]:
    """The run's row, written before anything is sent; at the end the request is gone."""
    check = PrivacyCheck.objects.create(ran_at=timezone.now(), form_digest=form_digest)
    started, tries = time.monotonic(), 20  # a request that was cut short may still be on its way
    try:
        yield check
        tries = 1
    finally:
        check.took = timedelta(seconds=time.monotonic() - started)
        while not _delete_request(check) and (tries := tries - 1):
            time.sleep(0.25)


@transaction.atomic
def _delete_request(check: PrivacyCheck) -> bool:
    """Delete what it sent and what was logged of that; without any the next run looks again."""
    rows = Submission.objects.filter(form_digest=check.form_digest)
    for row in rows:
        ModelLogEntry.objects.for_instance(row).delete()
        check.form_digest = None
    rows.delete()
    check.save()
    return check.form_digest is None
