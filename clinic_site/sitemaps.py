"""What search engines are told about: every published page, in every language of the site."""

from collections import defaultdict
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page


class PageSitemap(Sitemap):
    """Wagtail's list with the trees of other languages, each page with its translations."""

    def items(self) -> QuerySet[Page]:
        roots = self.get_wagtail_site().root_page.get_translations(inclusive=True).live()
        trees = reduce(or_, (Q(path__startswith=root.path) for root in roots), Q(pk=None))
        pages = Page.objects.filter(trees).live().public().order_by("path")
        return pages.defer_streamfields().specific()

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        urls: list[dict[str, Any]] = super()._urls(page, protocol, domain)
        listed = {url["location"] for url in urls}
        by_key: dict[Any, list[dict[str, str]]] = defaultdict(list)
        rows = Page.objects.filter(pk__in=self.items().values("pk")).select_related("locale")
        for row in rows.order_by("locale__language_code"):
            address = row.get_full_url(self.request)
            if address in listed:
                by_key[row.translation_key].append(
                    {"location": address, "lang_code": row.locale.language_code}
                )
        alternates = {
            each["location"]: group for group in by_key.values() if len(group) > 1 for each in group
        }
        return [{**url, "alternates": alternates.get(url["location"], [])} for url in urls]
