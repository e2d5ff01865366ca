"""The feed of articles."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .pages import ArticleIndexPage, ArticlePage

# As many as the first page of the list shows.
ITEMS = 12


class ArticleFeed(Feed):
    """The newest articles in Atom: titles, summaries and whether a clinician has reviewed them."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> "ArticleIndexPage":
        page: ArticleIndexPage = kwargs["page"]
        return page

    def title(self, page: "ArticleIndexPage") -> str:
        return f"{page.title} – {settings.CLINIC_NAME}"

    def subtitle(self, page: "ArticleIndexPage") -> str:
        return page.description

    def link(self, page: "ArticleIndexPage") -> str:
        return str(page.get_full_url())

    def feed_url(self, page: "ArticleIndexPage") -> str:
        return page.get_feed_url()

    def author_name(self) -> str:
        return str(settings.CLINIC_NAME)

    def items(self, page: "ArticleIndexPage") -> "list[ArticlePage]":
        return list(page.get_articles()[:ITEMS])

    def item_title(self, article: "ArticlePage") -> str:
        return str(article.title)

    def item_description(self, article: "ArticlePage") -> str:
        unreviewed = "" if article.is_reviewed else _("Not yet reviewed by a clinician.")
        return f"{article.summary} {unreviewed}".strip()

    def item_link(self, article: "ArticlePage") -> str:
        return str(article.get_full_url())

    def item_author_name(self, article: "ArticlePage") -> str:
        return article.author.full_name if article.author else str(settings.CLINIC_NAME)

    def item_pubdate(self, article: "ArticlePage") -> datetime | None:
        return article.first_published_at

    def item_updateddate(self, article: "ArticlePage") -> datetime | None:
        return article.last_published_at
