"""Finding the page of an address without asking the database, and answering as Wagtail does."""

from enum import Enum, auto
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.template.loader import render_to_string
from django.template.response import SimpleTemplateResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, Site, get_page_models
from wagtail.views import serve

from .memory import content_in_hand, recall


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """What Wagtail's `serve` answers, with the same bytes; site, route and roots are remembered.

    Answers with a template are drawn here, while content is in hand.
    """
    with content_in_hand():
        site = _find_site(request)
        # The three places where Wagtail looks before it asks the database.
        request._wagtail_site = site  # type: ignore[attr-defined]  # noqa: SLF001
        request._wagtail_cached_site_root_paths = recall(  # type: ignore[attr-defined]  # noqa: SLF001
            "site roots", Site.get_site_root_paths
        )
        request._wagtail_route_for_request = _route(request, site, path)  # type: ignore[attr-defined]  # noqa: SLF001
        response: HttpResponse = serve(request, path)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
    return response


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page of an address that leads nowhere; nothing in it depends on the address."""
    with content_in_hand():
        site = _find_site(request)
        request._wagtail_site = site  # type: ignore[attr-defined]  # noqa: SLF001
        key = ("not found", site and site.pk)
        return HttpResponseNotFound(recall(key, lambda: render_to_string("404.html", {}, request)))


def _find_site(request: HttpRequest) -> Site | None:
    host = (request.get_host(), request.get_port())
    return recall(("site", host), lambda: Site.find_for_request(request))


def _route(request: HttpRequest, site: Site | None, path: str) -> Any:
    """Where Wagtail's own routing leads, found out once for each address that leads anywhere."""
    if site is None or not _leads_to_a_page(site, path):
        return None
    key = ("route", site.pk, path)
    return recall(key, lambda: Page.route_for_request(request, path))


def _leads_to_a_page(site: Site, path: str) -> bool:
    """Whether a published page has that address, or answers below its own."""
    root = recall(("root page", site.pk), lambda: site.root_page.localized)
    pages = recall("addresses", _addresses)
    address = root.url_path
    for part in filter(None, path.split("/")):
        below = f"{address}{part}/"
        if below not in pages:
            return pages.get(address) is Answers.BELOW_IT_TOO
        address = below
    return pages.get(address) is not Answers.NOWHERE


class Answers(Enum):
    """Where a page answers."""

    NOWHERE = auto()  # a draft; pages below it may be published
    AT_ITS_ADDRESS = auto()
    BELOW_IT_TOO = auto()


def _addresses() -> dict[str, Answers]:
    """The `url_path` of every page; one query."""
    kinds = ContentType.objects.get_for_models(*get_page_models())
    routable = {kind.pk for model, kind in kinds.items() if issubclass(model, RoutablePageMixin)}
    below = {True: Answers.BELOW_IT_TOO, False: Answers.AT_ITS_ADDRESS}
    rows = Page.objects.values_list("url_path", "live", "content_type_id")
    return {path: below[kind in routable] if live else Answers.NOWHERE for path, live, kind in rows}
