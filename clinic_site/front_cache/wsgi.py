"""The front cache as plain WSGI: around the application, before anything of Django."""

import time
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections

from clinic_site.remembered.version import Version, known_version, recent_version

from .entries import Entries, Entry, Key, choose_coding, names_etag
from .held import HeldAnswer
from .keeping import MARK, Permission, reading_keys
from .renewals import Renewals

# Longer than any page takes. Whoever waited so long builds for himself.
PATIENCE_SECONDS = 5.0


def with_front_cache(application: WSGIApplication) -> WSGIApplication:
    """The application behind a front cache of FRONT_CACHE_BYTES, or as it is when that is 0.

    As it is also where a proxy names the host or the port: keys are made of what the server was asked.
    """
    forwarded = settings.USE_X_FORWARDED_HOST or settings.USE_X_FORWARDED_PORT
    if settings.FRONT_CACHE_BYTES <= 0 or forwarded:
        return application
    return FrontCache(application, settings.FRONT_CACHE_BYTES)


class FrontCache:
    """Answers GET and HEAD with kept bytes of the content version as it was at most a second ago.

    Where there are none, or the database is away, the application answers.
    """

    def __init__(self, application: WSGIApplication, limit: int) -> None:
        self.entries = Entries(limit)
        self.renewals = Renewals()
        self._application = application
        self._key_of = reading_keys()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key_of(environ)
        if key is None:
            return self._application(environ, start_response)
        entry = self.entries.living(key, known_version())
        if entry is not None:
            return answer(entry, environ, start_response)
        return self._answer_anew(key, environ, start_response)

    def _answer_anew(
        self, key: Key, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """With a page that is there by now, or with a new one; of what was kept one request makes it.

        Nobody is given the page from before the change: the version is read once a second, so when
        it is another one, what was true before was last seen to be true longer ago than that.
        """
        patience = time.monotonic() + PATIENCE_SECONDS
        while (version := current_version()) is not None:
            old = self.entries.get(key)
            entry = self.entries.living(key, version)
            if entry is not None:
                return answer(entry, environ, start_response)
            if environ["REQUEST_METHOD"] == "HEAD":
                break
            if old is None or time.monotonic() >= patience:
                return self._build(key, version, environ, start_response)
            with self.renewals.turn(key, patience) as mine:
                if mine and self.entries.get(key) is old:
                    try:
                        return self._build(key, version, environ, start_response)
                    finally:
                        # What came of it may not be kept: nobody need wait for the next one.
                        self.entries.drop(key, old)
        return self._application(environ, start_response)

    def _build(
        self, key: Key, version: Version, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The application's answer, kept if it may be, under the version from before it was made."""
        permission = Permission()
        held = HeldAnswer(start_response)
        result = self._application({**environ, MARK: permission}, held)
        body = held.finished(result, environ) if permission.given else result
        if not isinstance(body, bytes):
            held.release()
            return body
        entry = Entry(held.headers, body, version, permission.until)
        if time.time() < entry.until:
            self.entries.put(key, entry)
        return answer(entry, environ, start_response)


def answer(
    entry: Entry, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """The entry in the coding that the visitor likes best, or that what he has is still it."""
    coded = entry.codings[choose_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))]
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    # A server may change the list it is given.
    if wanted is not None and names_etag(wanted, coded.etag):
        start_response("304 Not Modified", coded.not_modified.copy())
        return ()
    start_response("200 OK", coded.headers.copy())
    return coded.body if environ["REQUEST_METHOD"] == "GET" else ()


def current_version() -> Version | None:
    """The recent version, or None while the database is away. No request of Django's is around this,
    which would look after the connection."""
    version = known_version()
    if version is not None:
        return version
    close_old_connections()
    try:
        return recent_version()
    except DatabaseError:
        return None
    finally:
        close_old_connections()
