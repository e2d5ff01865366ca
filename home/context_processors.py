"""What every public template may ask: `clinic` knows names, links and the menu."""

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Page, Site

from articles.models import ArticleIndexPage
from articles.queries import published_index
from booking.public.queries import published_form
from clinic_site.languages import LocalPage, localized_home, localized_pages
from clinic_site.phones import phone_link
from clinic_site.structured_data import Node

from . import structured_data
from .models import ClinicSettings


class ClinicContext:
    """The clinic's facts for one request. Each is looked up when first asked, and once."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def settings(self) -> ClinicSettings | None:
        """The clinic's settings; None where the request belongs to no site."""
        site = Site.find_for_request(self._request)
        return ClinicSettings.for_request(self._request) if site else None

    @property
    def name(self) -> str:
        return (self.settings and self.settings.clinic_name) or settings.CLINIC_NAME

    @property
    def phone(self) -> str:
        return (self.settings and self.settings.phone) or settings.CLINIC_PHONE

    @property
    def phone_link(self) -> str:
        """The phone number as a tel: address."""
        return phone_link(self.phone)

    @cached_property
    def booking_url(self) -> str:
        """The address of the published booking page, or of the home page where there is none."""
        page = published_form()
        return (page and page.get_url(self._request)) or self.home_url

    @cached_property
    def home(self) -> Page | None:
        """The home page in the language of this address, else in the default one."""
        site = Site.find_for_request(self._request)
        return localized_home(site) if site else None

    @property
    def home_url(self) -> str:
        return (self.home and self.home.get_url(self._request)) or "/"

    @cached_property
    def footer(self) -> list[LocalPage]:
        """The published pages of the footer, each in the language of this address where there is one."""
        links = self.settings.footer_links if self.settings else []
        return localized_pages(link.value for link in links if link.value and link.value.live)

    @cached_property
    def _articles(self) -> ArticleIndexPage | None:
        return published_index()

    @property
    def articles_url(self) -> str:
        """The address of the list of articles; empty where there is none."""
        return (self._articles and self._articles.get_url(self._request)) or ""

    @property
    def feed_url(self) -> str:
        """The full address of the feed of articles; empty where nothing lists them."""
        return self._articles.get_feed_url(self._request) if self._articles else ""

    @property
    def root_url(self) -> str:
        """Scheme and name of the site, without a slash at the end; empty where there is no site."""
        site = Site.find_for_request(self._request)
        return site.root_url if site else ""

    @cached_property
    def structured_data(self) -> Node:
        """The clinic as a node of every page's JSON-LD graph."""
        return structured_data.clinic(
            self.root_url,
            name=self.name,
            phone=self.phone,
            email=self.settings.email if self.settings else "",
        )

    @cached_property
    def menu(self) -> list[Page]:
        """The live pages directly under the home page that are shown in menus."""
        return list(self.home.get_children().live().in_menu()) if self.home else []


def clinic(request: HttpRequest) -> dict[str, ClinicContext]:
    return {"clinic": ClinicContext(request)}
