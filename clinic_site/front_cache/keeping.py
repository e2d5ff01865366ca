"""Which requests may be answered with a kept page, and which answers may be kept."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final
from wsgiref.types import WSGIEnvironment

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import is_naive

from .entries import Header, Key

MARK: Final = "clinic_site.front_cache"
# Nobody's pages: signed in, or files with a cache of their own.
CLOSED_PATHS = ("/admin/", "/documents/")
# The list of articles has pages; any other question may be anybody's invention.
KEPT_QUERY = re.compile(r"page=[0-9]{1,4}")
KEPT_VARY = {"accept-encoding", "cookie"}
# Of one answer alone, or for one person, whatever the view allowed.
REFUSING = {
    "set-cookie": "",
    "content-encoding": "",
    "cache-control": r"no-store|private",
    "content-security-policy": r"'nonce-",
}


class Permission:
    """Travels with a request that may be kept, for the view to find."""

    __slots__ = ("given", "until")

    def __init__(self) -> None:
        self.given = False
        self.until = float("inf")


def allow(request: HttpRequest, until: datetime | None = None) -> None:
    """Say that everybody may be shown this answer: until then, and while the content is the same.

    Of several moments the first counts. Says nothing where no front cache asked.
    """
    if until is not None and is_naive(until):
        raise ValueError("A moment needs a time zone.")
    permission = request.META.get(MARK)
    if permission is None:
        return
    permission.given = True
    if until is not None:
        permission.until = min(permission.until, until.timestamp())
    # The front cache compresses, once; what it was not allowed to keep Django still does.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)


def reading_keys() -> Callable[[WSGIEnvironment], Key | None]:
    """A function that gives a request's key, or None where a kept page is no answer to it.

    A key is scheme, host, port, prefix, path and query. The settings are read once. Of the language no
    part of a key tells: the path decides it, and no header does (AddressLanguageMiddleware).
    """
    closed = (*CLOSED_PATHS, settings.STATIC_URL, settings.MEDIA_URL)
    scheme_header, secure = settings.SECURE_PROXY_SSL_HEADER or ("", "")
    # Anywhere in the header: however cookies are told apart, none of these is overlooked.
    own = re.compile("|".join(map(re.escape, _own_cookies()))).search

    def key_of(environ: WSGIEnvironment) -> Key | None:
        asked = environ.get
        query, cookies = asked("QUERY_STRING", ""), asked("HTTP_COOKIE")
        path = environ["PATH_INFO"]
        if (
            environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
            or (query and not KEPT_QUERY.fullmatch(query))
            or path.startswith(closed)
            or "HTTP_AUTHORIZATION" in environ
            or "HTTP_RANGE" in environ
            or "HTTP_HOST" not in environ
            or (cookies and own(cookies))
        ):
            return None
        scheme = environ["wsgi.url_scheme"]
        claimed = asked(scheme_header)
        if claimed is not None:
            scheme = "https" if claimed.partition(",")[0].strip() == secure else "http"
        # As it came: a page may name the host that it was asked of. Wagtail looks at the port as well.
        host, port = environ["HTTP_HOST"], asked("SERVER_PORT", "")
        return scheme, host, port, asked("SCRIPT_NAME", ""), path, query

    return key_of


def _own_cookies() -> list[str]:
    """Names, or parts of names, of the cookies that make a visitor somebody."""
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.VAULT_COOKIE_NAME)
    return [*names, "messages", "wagtail"]


def may_keep(status: str, headers: list[Header]) -> bool:
    """Whether an allowed answer is one that everybody can be given: found, whole, nobody's."""
    told = [(name.lower(), value.lower()) for name, value in headers]
    varies = ",".join(value for name, value in told if name == "vary")
    return (
        status.startswith("200 ")
        and [name for name, _value in told].count("content-length") == 1
        and {each.strip() for each in varies.split(",") if each.strip()} <= KEPT_VARY
        and not any(name in REFUSING and re.search(REFUSING[name], value) for name, value in told)
    )
