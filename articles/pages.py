"""Articles, the page that lists them, and their sources."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index

from clinic_site.blocks import contents_of
from clinic_site.clinic_time import in_clinic_time
from clinic_site.pages import BasePage
from clinic_site.publishing.rules import Problem
from clinic_site.structured_data import Node

from .blocks import ArticleBody
from .clinicians import Clinician
from .feeds import ArticleFeed
from .panels import ARTICLE_INDEX_PANELS, ARTICLE_PANELS, SOURCE_PANELS
from .publishing_rules import article_problems, starter_problem
from .reviewed import Reviewed
from .starter import STARTER_SLUG
from .structured_data import article_facts

ARTICLES_PER_PAGE = 12


class ArticleIndexPage(RoutablePageMixin, BasePage):
    """The list of articles, newest first, and their feed."""

    introduction = models.TextField(
        _("introduction"),
        blank=True,
        help_text=_(
            "One or two sentences above the list of articles. "
            "Example: Each article sets benefits beside risks and names its sources."
        ),
    )

    content_panels = ARTICLE_INDEX_PANELS
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["articles.ArticlePage"]
    max_count = 1
    page_description = _("Lists every article. There is one, under the home page.")
    template = "articles/article_index_page.html"
    structured_type = "CollectionPage"

    class Meta:
        verbose_name = _("article index page")
        verbose_name_plural = _("article index pages")

    @property
    def lead(self) -> str:
        return self.introduction or self.summary

    @property
    def changed_at(self) -> datetime | None:
        newest = self.get_articles().aggregate(models.Max("last_published_at"))
        return max(filter(None, [super().changed_at, *newest.values()]), default=None)

    def get_feed_url(self, request: HttpRequest | None = None) -> str:
        """The full address of the feed."""
        return f"{self.get_full_url(request)}{self.reverse_subpage('feed')}"

    def get_route_paths(self) -> list[str]:
        """What goes on to the new address when the slug changes."""
        return ["/", f"/{self.reverse_subpage('feed')}"]

    @path("feed/", name="feed")
    def feed(self, request: HttpRequest) -> HttpResponse:
        return ArticleFeed()(request, page=self)

    def get_articles(self) -> models.QuerySet["ArticlePage"]:
        """Published articles, newest first, with what a card shows."""
        return (
            ArticlePage.objects.child_of(self)
            .live()
            .select_related("author", "reviewer")
            .order_by("-first_published_at", "-pk")
        )

    def variant_for(self, request: HttpRequest) -> str | None:
        """The number of the part of the list that is asked for; what is no number is not remembered."""
        number = request.GET.get("page", "")
        return number if re.fullmatch(r"(?!0)[0-9]{0,2}", number, re.ASCII) else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        paginator = Paginator(self.get_articles(), ARTICLES_PER_PAGE)
        context["articles"] = paginator.get_page(request.GET.get("page"))
        return context


class ArticlePage(Reviewed):
    """An article on a treatment or a condition, with its author, review and sources."""

    body = StreamField(ArticleBody(), verbose_name=_("body"), blank=True)
    approval_note = models.TextField(
        _("approval note"),
        blank=True,
        help_text=_(
            "What regulators have and have not approved. Example: The FDA has approved esketamine "
            "nasal spray; infusions of ketamine for depression are off-label."
        ),
    )
    author = models.ForeignKey(
        Clinician,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles_written",
        help_text=_("Who wrote it, if readers shall know. Example: Brittany Huckaby, PHNP"),
    )
    content_panels = ARTICLE_PANELS
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["articles.ArticleIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _(
        "An article on a treatment or a condition: benefits, risks, questions, sources."
    )
    template = "articles/article_page.html"
    structured_type = "MedicalWebPage"

    class Meta:
        verbose_name = _("article page")
        verbose_name_plural = _("article pages")

    @property
    def contents(self) -> list[dict[str, str]]:
        return contents_of(self.body)

    def publishing_problems(self) -> Iterator[Problem]:
        if self.slug == STARTER_SLUG:  # one sentence refuses it, whatever its body lacks
            yield starter_problem()
            return
        yield from super().publishing_problems()
        yield from article_problems(self)

    @property
    def published_on(self) -> date | None:
        """The day on which readers first got it."""
        return self.first_published_at and in_clinic_time(self.first_published_at).date()

    @property
    def updated_on(self) -> date | None:
        """The day of the last change that readers got; None when that was its first day."""
        day = self.last_published_at and in_clinic_time(self.last_published_at).date()
        return day if day != self.published_on else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # Both in one query; often they are the same person.
        people = Clinician.objects.in_bulk(filter(None, {self.author_id, self.reviewer_id}))
        self.author = people.get(self.author_id)
        self.reviewer = people.get(self.reviewer_id)
        return super().get_context(request, *args, **kwargs)

    def get_structured_data(self, request: HttpRequest) -> Node:
        return super().get_structured_data(request) | article_facts(self)


class ArticleSource(Orderable):
    """Where a statement of an article comes from."""

    page = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="sources")
    title = models.CharField(
        _("title"),
        max_length=255,
        help_text=_(
            "As it stands at the source. Example: FDA warns patients about compounded ketamine"
        ),
    )
    publisher = models.CharField(
        _("publisher"), max_length=160, help_text=_("Example: U.S. Food and Drug Administration")
    )
    # Null in a draft alone: what may be null need not be given before readers get the article.
    year = models.PositiveSmallIntegerField(_("year"), null=True, help_text=_("Example: 2023"))
    url = models.URLField(
        _("web address"),
        blank=True,
        help_text=_("Where it can be read, if anywhere. Example: https://www.fda.gov/drugs"),
    )

    panels = SOURCE_PANELS
