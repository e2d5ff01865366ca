"""Headers of the staff side, and of a site that search engines shall not show.

Public pages keep the strict policy of the settings.
"""

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponse

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


class AdminHeadersMiddleware:
    """Gives /admin/ a policy of its own, lets it frame itself, and keeps it out of search engines."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            # The attribute that django-csp reads; its decorators do not reach Wagtail's views.
            response._csp_config = ADMIN_POLICY  # type: ignore[attr-defined]  # noqa: SLF001
            # A preview went through all of this already, as the public page that it shows.
            del response["Content-Security-Policy"]
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
