"""The finished answer of a page, made once for everybody who may read it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from wagtail.models import Site

from ..front_cache.keeping import allow
from ..pages import BasePage
from .memory import recall

Serve = Callable[..., HttpResponse]

# A second for caches between here and the reader, so that a change is seen at once everywhere.
SHARED_FOR_A_SECOND = "public, max-age=0, s-maxage=1, stale-while-revalidate=1"


@dataclass(frozen=True)
class FinishedPage:
    """What a page answers, and until when its words stay true; None: until content changes."""

    html: bytes
    until: datetime | None


def keep_finished_page(serve: Serve) -> Serve:
    """Wagtail's `on_serve_page`, innermost: whoever gets here may read the page."""

    def finished(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        variant = _variant(page, request)
        if variant is None:
            return serve(page, request, args, kwargs)
        other: list[HttpResponse] = []

        def draw() -> FinishedPage | None:
            until = page.reads_the_same_until()  # before it is drawn: words of later hold longer
            response = serve(page, request, args, kwargs)
            if _is_plain(response):
                return FinishedPage(response.content, until)
            other.append(response)
            return None

        site = Site.find_for_request(request)
        key = ("finished page", site and site.pk, request.path, variant)
        kept = recall(key, draw, holds=still_true)
        return other[0] if kept is None else _answer(kept, page, request)

    return finished


def _variant(page: Any, request: HttpRequest) -> str | None:
    """What of the query string the page heeds; None where each request is answered anew."""
    if request.method not in ("GET", "HEAD") or not isinstance(page, BasePage):
        return None
    return page.variant_for(request)


def still_true(kept: FinishedPage | None) -> bool:
    """Whether there is a page whose words have not changed by themselves since it was made."""
    return kept is not None and (kept.until is None or timezone.now() < kept.until)


def _answer(kept: FinishedPage, page: BasePage, request: HttpRequest) -> HttpResponse:
    """The page; where everybody may read it, caches on the way are told so."""
    response = HttpResponse(kept.html)
    if not page.get_view_restrictions():
        response["Cache-Control"] = SHARED_FOR_A_SECOND
        patch_vary_headers(response, ["Accept-Encoding"])
        allow(request, until=kept.until)
    return response


def _is_plain(response: HttpResponse) -> bool:
    """Whether it is a page and nothing else: no status, cookie or header of its own."""
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    return (
        isinstance(response, SimpleTemplateResponse)
        and response.status_code == 200
        and set(response.headers) == {"Content-Type"}
        and not response.cookies
    )
