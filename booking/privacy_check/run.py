"""The run: send a request, read it as a reviewer, look for it everywhere, delete it again.

Guarantees: no content is printed or kept, only names and counts; the request is deleted whatever
happens; a place that could not be read is never counted as clean.
"""

import fcntl
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone
from wagtail.log_actions import log

from ..vault.manifests import VaultUnavailable, current_key
from ..vault.models import Vault
from .canary import Canary, CannotRun
from .models import PrivacyCheck
from .places import Place, Where, all_places
from .reader import reviewer_session
from .search import Needles
from .visit import Visit, remove_request

# File times are coarser than the clock.
CLOCK_STEP = 2
# How long a post that went wrong may still be on its way to the database.
LATE_SECONDS = 5
# Each living run holds one byte of it, that of its row's number: the lock ends with the process.
LOCK_FILE = "privacy-check.lock"
# After this time no request of a run that was killed can still be on its way.
LATE_MAX = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """What to check, and with whose eyes; without a user the request is sent but not read."""

    url: str
    user: str = ""
    passphrase: str = field(default="", repr=False)
    where: Where = field(default_factory=Where)


@dataclass
class Searched:
    """What was searched of a place and found in it, by where it lies and which answer it is."""

    place: Place
    count: int = 0
    size: int = 0
    hits: set[tuple[str, str]] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


@dataclass
class Report:
    answers: int
    was_read: bool
    searched: list[Searched]

    @property
    def hits(self) -> int:
        return sum(len(each.hits) for each in self.searched)

    @property
    def errors(self) -> list[str]:
        return [f"{each.place.name}, {error}" for each in self.searched for error in each.errors]

    @property
    def places(self) -> int:
        return sum(each.place.contents is not None for each in self.searched)

    @property
    def unseen(self) -> list[str]:
        """Names of places that exist but cannot be seen from here."""
        return [each.place.name for each in self.searched if each.place.is_out_of_sight]


def run(
    plan: Plan,
    *,
    after_send: Callable[[Canary], None] = lambda _canary: None,
    tell: Callable[[Searched], None] = lambda _searched: None,
) -> Report:
    """Make the whole check. Raises CannotRun; `tell` hears of every piece that was searched.

    `after_send` runs between sending and searching: the place for a backup to be made, or for a
    test to plant what the search must find.
    """
    since = time.time() - CLOCK_STEP
    _check_vault()
    with ExitStack() as stack:
        locks = stack.enter_context(_locks())
        _clear_left_behind(locks)
        reader = None
        if plan.user:
            reader = stack.enter_context(reviewer_session(plan.url, plan.user, plan.passphrase))
        visit = Visit(plan.url)
        check = stack.enter_context(_recorded(visit.token, locks))
        row = visit.send()
        after_send(visit.canary)
        if reader:
            reader.read(row, visit.canary)
        secrets = dict(visit.canary.secrets)
        if plan.passphrase:
            secrets["passphrase"] = plan.passphrase
        needles = Needles(secrets)
        searched = [search(place, needles, tell) for place in all_places(plan.where, since)]
        report = Report(len(visit.canary.secrets), reader is not None, searched)
        check.places, check.hits = report.places, report.hits
        check.complete = not report.errors
    data = {"places": report.places, "hits": report.hits}
    log(instance=Vault.objects.get(), action="booking.privacy_check", data=data)
    return report


def _check_vault() -> None:
    try:
        current_key()
    except VaultUnavailable as error:
        raise CannotRun(
            f"The vault takes nothing, so that nothing can be checked. {error}"
        ) from error


def _locks() -> IO[bytes]:
    path = Path(settings.VAR_DIR) / LOCK_FILE
    try:
        return path.open("ab")
    except OSError as error:
        raise CannotRun(
            f"{path} cannot be written: {error.strerror}. Run the check as the user of the site."
        ) from error


def _is_free(locks: IO[bytes], check: PrivacyCheck) -> bool:
    """Whether no living process holds the run; if so this one does from now on."""
    try:
        fcntl.lockf(locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, check.pk)
    except OSError:
        return False
    return True


@contextmanager
def _recorded(token: uuid.UUID, locks: IO[bytes]) -> Iterator[PrivacyCheck]:
    """The run's row, written before anything is sent; at the end the request is gone and it says so.

    Its token stays on the row when the request could not be found: the next run looks again.
    """
    with transaction.atomic():  # nobody sees the row before it is locked
        check = PrivacyCheck.objects.create(ran_at=timezone.now(), token=token)
        _is_free(locks, check)
    started, failed = time.monotonic(), True
    try:
        yield check
        failed = False
    finally:
        check.took = timedelta(seconds=time.monotonic() - started)
        if _remove(token, patience=LATE_SECONDS if failed else 0):
            check.token = None
        check.save()


def _remove(token: uuid.UUID, *, patience: float) -> bool:
    end = time.monotonic() + patience
    while not (was_there := remove_request(token)) and time.monotonic() < end:
        time.sleep(0.25)
    return was_there


def _clear_left_behind(locks: IO[bytes]) -> None:
    """Delete what a run could not delete that was killed or lost its power."""
    for check in PrivacyCheck.objects.exclude(token=None):
        if _is_free(locks, check):
            was_there = remove_request(check.token)  # type: ignore[arg-type]  # left out above
            if was_there or timezone.now() - check.ran_at > LATE_MAX:
                PrivacyCheck.objects.filter(pk=check.pk).update(token=None)


def search(place: Place, needles: Needles, tell: Callable[[Searched], None]) -> Searched:
    """Look through one place. Names of files that hold an answer themselves are left out."""
    searched = Searched(place)
    tell(searched)
    # SQLite's locks are the process's: closing the file after reading it would drop those of an
    # open connection, and what that wrote then would be lost (sqlite.org/howtocorrupt.html, 2.2).
    connections.close_all()
    for content in place.contents() if place.contents else ():
        where = "a name that holds it" if needles.in_name(content.where) else content.where
        searched.count += content.count
        searched.size += len(content.data)
        searched.hits |= {(where, name) for name in needles.in_content(content.data)}
        if content.error:
            searched.errors.append(f"{where}: {content.error}")
        tell(searched)
    return searched
