"""The languages of the site: which one is active, and what is written in which."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page, Site

AnyPage = TypeVar("AnyPage", bound=Page)


def active_language() -> str:
    """The code of the active language, as LANGUAGES has it."""
    return get_language() or settings.LANGUAGE_CODE


def is_default_language() -> bool:
    return active_language() == settings.LANGUAGE_CODE


# Texts of places, people and the clinic ----------------------------------------------------------


@dataclass(frozen=True)
class LocalText:
    """A text for the page on which it stands; `lang` is empty when it is in the page's language."""

    text: str
    lang: str = ""

    @property
    def html(self) -> SafeString:
        """The text, escaped; in another language than the page's inside a span that says so."""
        if self.lang:
            return format_html('<span lang="{}">{}</span>', self.lang, self.text)
        return format_html("{}", self.text)


def local_text(thing: Model, name: str) -> LocalText:
    """The field in the active language: `name` in the default one, `name_es` in Spanish.

    What nobody wrote in the active language comes in the default one. One row for each place and
    person, with a column for each language: hours, phone numbers and requests have one home.
    """
    original = getattr(thing, name)
    if is_default_language():
        return LocalText(original)
    translated = getattr(thing, f"{name}_{active_language()}", "")
    if translated or not original:
        return LocalText(translated)
    return LocalText(original, settings.LANGUAGE_CODE)


# Pages -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LocalPage:
    """A page to link to; `lang` is empty when it is in the language of the page with the link."""

    page: Page
    lang: str = ""


def localized_pages(pages: Iterable[Page]) -> list[LocalPage]:
    """Each page in the active language where it is published so; one query, none by default."""
    found = list(pages)
    if is_default_language():
        return [LocalPage(page) for page in found]
    translations = Page.objects.live().filter(
        translation_key__in=[page.translation_key for page in found],
        locale__language_code=active_language(),
    )
    by_key = {page.translation_key: page for page in translations}
    return [
        LocalPage(by_key[page.translation_key])
        if page.translation_key in by_key
        else LocalPage(page, settings.LANGUAGE_CODE)
        for page in found
    ]


def in_active_language(pages: QuerySet[AnyPage]) -> AnyPage | None:
    """The first of them in the active language, or else in the default one; one query."""
    found: dict[str, AnyPage] = {}
    for page in pages.select_related("locale").order_by("-pk"):
        found[page.locale.language_code] = page
    return found.get(active_language()) or found.get(settings.LANGUAGE_CODE)


def localized_home(site: Site) -> Page:
    """The first page of the site in the active language, or else in the default one."""
    return localized_pages([site.root_page])[0].page


@dataclass(frozen=True)
class Translation:
    """A page in another language. `is_same_page` is False for the first page instead of it."""

    code: str
    address: str
    is_same_page: bool

    @property
    def name(self) -> str:
        """The language's name in that language, with a capital: Español."""
        name: str = get_language_info(self.code)["name_local"]
        return name[:1].upper() + name[1:]


def translations_of(page: Page, request: HttpRequest, below: str = "") -> list[Translation]:
    """The page in every other language that is published, in one query.

    A language counts when its first page is live. A page that is not translated is represented by
    that first page. `below` goes after the address of a translated page.
    """
    site = Site.find_for_request(request)
    if site is None:
        return []
    home_key = site.root_page.translation_key
    rows = Page.objects.live().filter(translation_key__in={page.translation_key, home_key})
    by_language: dict[str, dict[Any, Page]] = {}
    for row in rows.exclude(locale=page.locale_id).select_related("locale"):
        by_language.setdefault(row.locale.language_code, {})[row.translation_key] = row
    found = []
    for code, pages in sorted(by_language.items()):
        if same := home_key in pages and pages.get(page.translation_key):
            address = f"{same.get_full_url(request)}{below}"
            found.append(Translation(code, address, is_same_page=True))
        elif home_key in pages:
            address = pages[home_key].get_full_url(request) or ""
            found.append(Translation(code, address, is_same_page=False))
    return found


def alternates_of(
    page: Page, translations: list[Translation], request: HttpRequest
) -> list[Translation]:
    """The page in every language, its own included; empty when there is no other."""
    others = [each for each in translations if each.is_same_page]
    own = Translation(active_language(), page.get_full_url(request) or "", is_same_page=True)
    return [own, *others] if others else []
