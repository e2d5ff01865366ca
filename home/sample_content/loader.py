"""Puts the sample into the database: makes what is missing, by name or slug, and changes nothing else."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from articles.models import ArticleSource, Clinician
from booking.models import BookingFormField, BookingPage, Location, OpeningHours, VisitKind
from home.models import ClinicSettings

from .article import ARTICLE
from .clinic import CLINIC_NAME, EMERGENCY_TEXT, FOOTER_ADDRESSES, PHONE
from .drafts import DRAFTS
from .locations import LOCATIONS, SAMPLE_NOTE, SampleLocation
from .page import SamplePage
from .pages import (
    ACCESSIBILITY,
    ARTICLES,
    BOOK,
    BOOKING_QUESTIONS,
    HOME,
    QUESTIONS,
    TEAM,
    VISIT_KINDS,
)
from .people import CLINICIANS
from .privacy import PRIVACY
from .sources import SOURCES
from .starter import STARTER

PAGES = [HOME, ARTICLES, ARTICLE, QUESTIONS, TEAM, BOOK, PRIVACY, ACCESSIBILITY, *DRAFTS, STARTER]

WELCOME_TITLE = "Welcome to your new Wagtail site!"
_BETWEEN_TAGS = re.compile(r">\s*\n\s*<")
_ADDRESS = re.compile(r'(<a linktype="page" id=")(/[^"]*)(">)')


@dataclass
class Loaded:
    """How many rows of each kind this run has made."""

    pages: int = 0
    drafts: int = 0
    clinicians: int = 0
    locations: int = 0
    settings: int = 0


@transaction.atomic
def load() -> Loaded:
    """Make what is missing of the sample. A second run makes nothing; what staff edited stays."""
    loaded = Loaded()
    for values in CLINICIANS:
        loaded.clinicians += _load_clinician(values)
    for position, place in enumerate(LOCATIONS):
        loaded.locations += _load_location(place, position)
    pages = _load_pages(loaded)
    site = _load_site(pages["/"])
    loaded.settings += _load_settings(site, pages)
    return loaded


def _load_clinician(values: dict[str, Any]) -> bool:
    if Clinician.objects.filter(name=values["name"]).exists():
        return False
    clinician = Clinician.objects.create(**values, live=False)
    clinician.save_revision().publish()
    return True


def _load_location(place: SampleLocation, position: int) -> bool:
    if Location.objects.filter(name=place.name).exists():
        return False
    Location(
        name=place.name,
        street=place.street,
        town=place.town,
        offers_video=place.offers_video,
        phone=place.phone,
        access_note=SAMPLE_NOTE,
        sort_order=position,
        hours=[
            OpeningHours(weekday=weekday, opens=opens, closes=closes)
            for weekday, (opens, closes) in place.hours.items()
        ],
    ).save()
    return True


# Pages -----------------------------------------------------------------------------------------


def _load_pages(loaded: Loaded) -> dict[str, Page]:
    """Every page of the sample by its address. All are made before any is filled: they link up."""
    pages: dict[str, Page] = {}
    made: list[SamplePage] = []
    for sample in PAGES:
        parent = pages[sample.parent] if sample.parent else Page.get_first_root_node()
        existing = _existing(sample, parent)
        if existing is None:
            existing = _add(sample, parent)
            made.append(sample)
        pages[sample.address] = existing
    for sample in made:
        _fill(sample, pages)
        if sample.is_draft:
            loaded.drafts += 1
        else:
            loaded.pages += 1
    return pages


def _existing(sample: SamplePage, parent: Page) -> Page | None:
    """The page that stands for the sample already, also where staff moved it below its parent.

    Of the types that a site has once, any page will do, whatever its slug.
    """
    pages = sample.model.objects.all()
    if sample.model.max_count != 1:
        pages = pages.descendant_of(parent).filter(slug=sample.slug)
    page: Page | None = pages.filter(locale=Locale.get_default()).first()
    return page


def _add(sample: SamplePage, parent: Page) -> Page:
    """The page in its place, without its body and not yet live."""
    page = sample.model(
        title=sample.title,
        slug=sample.slug,
        summary=sample.summary,
        show_in_menus=sample.in_menu,
        live=False,
        **sample.fields,
    )
    return parent.add_child(instance=page)


def _fill(sample: SamplePage, pages: dict[str, Page]) -> None:
    """Body, links and what hangs on the page, through a revision, as the editor does it."""
    page = pages[sample.address]
    for name, value in sample.fields.items():
        setattr(page, name, _resolved(value, pages))
    if sample.body:
        page.body = [(block, _resolved(value, pages)) for block, value in sample.body]
    if sample is ARTICLE:
        page.sources = [
            ArticleSource(sort_order=position, **source) for position, source in enumerate(SOURCES)
        ]
    if isinstance(page, BookingPage):
        page.form_fields = [
            BookingFormField(sort_order=position, **question)
            for position, question in enumerate(BOOKING_QUESTIONS)
        ]
        page.visit_kinds = [
            VisitKind(sort_order=position, label=label)
            for position, label in enumerate(VISIT_KINDS)
        ]
    page.save()
    revision = page.save_revision()
    if not sample.is_draft:
        revision.publish()


def _resolved(value: Any, pages: dict[str, Page]) -> Any:
    """The value as the editor stores it: one line, with clinicians and pages for names and addresses."""
    if isinstance(value, str):
        value = _BETWEEN_TAGS.sub("><", value.strip()).replace("\n", " ")
        return _ADDRESS.sub(lambda m: f"{m[1]}{pages[m[2]].pk}{m[3]}", value)
    if isinstance(value, list):
        return [_resolved(item, pages) for item in value]
    if isinstance(value, dict):
        return {
            key: Clinician.objects.filter(name=item).first()
            if key == "clinician"
            else _resolved(item, pages)
            for key, item in value.items()
        }
    return value


# The site --------------------------------------------------------------------------------------


def _load_site(home: Page) -> Site:
    """The default site at the address of the settings; Wagtail's welcome page makes way for home."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        site = Site(root_page=home, is_default_site=True)
    elif not _is_welcome_page(site.root_page):
        return site
    welcome = site.root_page
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    site.hostname = address.hostname or "localhost"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.root_page, site.site_name = home, CLINIC_NAME
    site.save()
    if welcome != home:
        welcome.delete()
    return site


def _is_welcome_page(page: Page) -> bool:
    return (
        page.title == WELCOME_TITLE
        and page.specific_class is Page
        and not page.get_children().exists()
    )


def _load_settings(site: Site, pages: dict[str, Page]) -> bool:
    """The clinic's facts. A row that Wagtail made by itself, without a name, counts as missing."""
    clinic = ClinicSettings.objects.filter(site=site).first() or ClinicSettings(site=site)
    if clinic.clinic_name:
        return False
    clinic.clinic_name = CLINIC_NAME
    clinic.phone = PHONE
    clinic.emergency_text = EMERGENCY_TEXT
    clinic.footer_links = [("page", pages[address]) for address in FOOTER_ADDRESSES]
    clinic.save()
    return True
