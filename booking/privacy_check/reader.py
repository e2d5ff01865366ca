"""The way back: a reviewer's session that lasts as long as the check, notes on the request and reads it."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.urls import reverse

from clinic_site.session_store import SessionStore

from .. import permissions
from ..choices import NoteKind
from ..submissions.models import Submission, SubmissionNote
from ..vault.models import VaultSession
from .visit import CannotRun, Site


@contextmanager
def unlocked(url: str, username: str, passphrase: str) -> Iterator[Site]:
    """The site as that reviewer sees it, with the vault open; nothing of it is left at the end.

    The sign-in itself is made in the database: whoever can write there needs neither password nor
    second factor, and without the passphrase reads nothing.
    """
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise CannotRun(f"There is no user “{username}”.")
    if not permissions.can_write_notes(user):
        raise CannotRun(f"{username} may not write notes, which this check looks for as well.")
    site, store = Site(url), SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    site.cookies.set(settings.SESSION_COOKIE_NAME, store.session_key)
    try:
        site.ask("GET", path := reverse("vault:unlock"))
        token = site.cookies.get(settings.CSRF_COOKIE_NAME)
        site.ask("POST", path, {"passphrase": passphrase, "csrfmiddlewaretoken": str(token)})
        if settings.VAULT_COOKIE_NAME not in site.cookies:
            raise CannotRun(
                f"The vault did not open for {username}. Has this user access, and is the "
                "passphrase right? After five wrong ones it takes none for a quarter of an hour."
            )
        yield site
    finally:
        digest = hashlib.sha256(str(store.session_key).encode()).digest()
        VaultSession.objects.filter(session_digest=digest).delete()
        store.delete()


def note(site: Site, row: Submission) -> str:
    """Write a note on the request, as staff do on its page; the mark that it carries."""
    mark = str(secrets.randbelow(9 * 10**14) + 10**14)
    said = {"kind": NoteKind.OTHER, "text": f"Automatic note {mark}"}
    token = str(site.cookies.get(settings.CSRF_COOKIE_NAME))
    posted = {**said, "form_secret": secrets.token_urlsafe(32), "csrfmiddlewaretoken": token}
    site.ask("POST", reverse("booking_submission_note", args=[row.pk]), posted)
    if not SubmissionNote.objects.filter(submission=row).exists():
        raise CannotRun("The note on the request was not taken. Does the site take notes at all?")
    return mark


def read(site: Site, row: Submission, marks: dict[str, str]) -> None:
    """Open the request's page and see that every answer came back as it was sent."""
    text = site.ask("GET", reverse("booking_submission_modeladmin_inspect", args=[row.pk])).text
    if missing := [name for name, mark in marks.items() if mark not in text]:
        raise CannotRun(f"The request was stored, but its page does not show {', '.join(missing)}.")
