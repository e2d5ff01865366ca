"""The language of an answer, what every answer of the staff side has in common, and how a site stays
out of search engines.

Public pages keep the strict policy of the settings.
"""

from collections.abc import Callable
from typing import Any

from csp.constants import HEADER, NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware

# Wagtail's editor still writes inline scripts and styles; its previews are frames of this site.
ADMIN_POLICY: dict[str, list[Any]] = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}


def preview_policy() -> dict[str, list[Any]]:
    """That of a public page, but for the editor, which shows it in a frame."""
    return {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "frame-ancestors": [SELF]}


class AdminHeadersMiddleware:
    """Gives /admin/ a policy of its own, lets it frame itself, and keeps it out of search engines."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            # A preview went through every middleware already, as a page that nobody may frame.
            is_preview = HEADER in response
            del response[HEADER]
            # The attribute that django-csp reads; its decorators do not reach Wagtail's views.
            response._csp_config = (  # type: ignore[attr-defined]  # noqa: SLF001
                preview_policy() if is_preview else ADMIN_POLICY
            )
            response["X-Frame-Options"] = "SAMEORIGIN"
            response["X-Robots-Tag"] = "noindex"
        return response


class SearchEnginesMiddleware:
    """Keeps every answer out of search engines unless the settings open the site to them.

    A header and no robots.txt: a page that may not be visited can still be listed by its address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not settings.SEARCH_ENGINES:
            response["X-Robots-Tag"] = "noindex"
        return response


class AddressLanguageMiddleware(LocaleMiddleware):
    """Gives every answer the language of its address: Spanish under /es/, else the default one.

    Neither a cookie nor the browser's wishes are asked (urls.py leaves the default language without a
    prefix), so an address shows everybody the same, and no header needs to say that it varies.
    In the admin Wagtail goes on to the language that the user chose.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        return response
