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
from clinic_site.remembered.memory import recall
from clinic_site.structured_data import Node

from . import structured_data
from .models import ClinicSettings


class ClinicContext:
    """The clinic's facts on one site, in one language. Each is looked up when first asked, and once.

    Knows no request: visitors share it.
    """

    def __init__(self, site: Site | None) -> None:
        self._site = site

    @cached_property
    def settings(self) -> ClinicSettings | None:
        """The clinic's settings; None where there is no site."""
        return ClinicSettings.for_site(self._site) if self._site else None

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
        return self._address(page) or self.home_url

    @cached_property
    def home(self) -> Page | None:
        """The home page in the language of this address, else in the default one."""
        return localized_home(self._site) if self._site else None

    @cached_property
    def home_url(self) -> str:
        return self._address(self.home) or "/"

    @cached_property
    def footer(self) -> list[LocalPage]:
        """The published pages of the footer, each in the language of this address where there is one."""
        links = self.settings.footer_links if self.settings else []
        return localized_pages(link.value for link in links if link.value and link.value.live)

    @cached_property
    def _articles(self) -> ArticleIndexPage | None:
        return published_index()

    @cached_property
    def articles_url(self) -> str:
        """The address of the list of articles; empty where there is none."""
        return self._address(self._articles)

    @cached_property
    def feed_url(self) -> str:
        """The full address of the feed of articles; empty where nothing lists them."""
        return self._articles.get_feed_url() if self._articles else ""

    @property
    def root_url(self) -> str:
        """Scheme and name of the site, without a slash at the end; empty where there is no site."""
        return self._site.root_url if self._site else ""

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

    def _address(self, page: Page | None) -> str:
        """Where a link on this site leads to that page; empty where it cannot be reached."""
        return (page and page.get_url(current_site=self._site)) or ""


def clinic(request: HttpRequest) -> dict[str, ClinicContext]:
    site = Site.find_for_request(request)
    return {"clinic": recall(("clinic", site and site.pk), lambda: ClinicContext(site))}
