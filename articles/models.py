"""Articles, the page that lists them, and the clinicians who write and review them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import (
    DraftStateMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.search import index

from clinic_site.blocks import contents_of
from clinic_site.content_checks import Finding
from clinic_site.languages import LocalText, local_text
from clinic_site.pages import BasePage
from clinic_site.publishing.rules import Problem
from clinic_site.structured_data import Node

from .blocks import ArticleBody
from .choices import ClinicianKind, ReviewState
from .clinical_review import ClinicalReviewTask  # noqa: F401  (Django looks for models here)
from .content_checks import review_findings
from .panels import ARTICLE_INDEX_PANELS, ARTICLE_PANELS, CLINICIAN_PANELS, SOURCE_PANELS
from .publishing_rules import article_problems
from .review_dates import REVIEW_MONTHS, months_later, review_state
from .starter import STARTER_SLUG
from .structured_data import article_facts

ARTICLES_PER_PAGE = 12


class Clinician(  # type: ignore[django-manager-missing]  # Wagtail's page manager has no types
    WorkflowMixin, DraftStateMixin, RevisionMixin, PreviewableMixin, index.Indexed, models.Model
):
    """Somebody who treats patients here. Named as author or reviewer, and on the team list."""

    name = models.CharField(_("name"), max_length=120, help_text=_("Example: Clayton L. Allison"))
    credentials = models.CharField(
        _("credentials"),
        max_length=60,
        blank=True,
        help_text=_("Letters after the name. Example: M.D."),
    )
    role = models.CharField(_("role"), max_length=120, help_text=_("Example: Psychiatrist"))
    kind = models.CharField(
        _("kind"),
        max_length=24,
        choices=ClinicianKind.choices,
        default=ClinicianKind.OTHER,
        help_text=_("Decides who can supervise others. Example: Physician"),
    )
    biography = models.TextField(
        _("biography"),
        blank=True,
        help_text=_(
            "Training and experience in two to four plain sentences. "
            "Example: Dr. Lee trained in Dallas and has seen adults with depression since 2015."
        ),
    )
    role_es = models.CharField(
        _("role in Spanish"), max_length=120, blank=True, help_text=_("Example: Psiquiatra")
    )
    biography_es = models.TextField(
        _("biography in Spanish"),
        blank=True,
        help_text=_(
            "Shown on Spanish pages. Empty: the English text, marked as English. "
            "Example: La Dra. Lee atiende a personas adultas con depresión desde 2015."
        ),
    )
    photo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Shown as a round portrait; set the focal point of the picture to the face. "
            "Example: a photo from the shoulders up"
        ),
    )
    supervising_physician = models.ForeignKey(
        "self",
        verbose_name=_("supervising physician"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="supervised",
        limit_choices_to={"kind": ClinicianKind.PHYSICIAN},
        help_text=_(
            "For nurse practitioners, where the law asks for one. Example: Clayton L. Allison, M.D."
        ),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="clinician",
        help_text=_(
            "The account this person signs in with: articles that it approves name this person as "
            "reviewer, as soon as you publish this. Only administrators see it. Example: c.allison"
        ),
    )
    sort_order = models.PositiveSmallIntegerField(
        _("position"),
        default=100,
        help_text=_("Lower numbers stand first on the team list. Example: 10"),
    )

    panels = CLINICIAN_PANELS
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("clinician")
        verbose_name_plural = _("clinicians")

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name with its credentials: "Clayton L. Allison, M.D."."""
        return f"{self.name}, {self.credentials}" if self.credentials else self.name

    @property
    def role_here(self) -> LocalText:
        return local_text(self, "role")

    @property
    def biography_here(self) -> LocalText:
        return local_text(self, "biography")

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "articles/clinician_preview.html"


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
        from .feeds import ArticleFeed  # noqa: PLC0415  (feeds know the models)

        return ArticleFeed()(request, page=self)

    def get_articles(self) -> models.QuerySet["ArticlePage"]:
        """Published articles, newest first, with what a card shows."""
        return (
            ArticlePage.objects.child_of(self)
            .live()
            .select_related("author", "reviewer")
            .order_by("-first_published_at", "-pk")
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        paginator = Paginator(self.get_articles(), ARTICLES_PER_PAGE)
        context["articles"] = paginator.get_page(request.GET.get("page"))
        return context


class ArticlePage(BasePage):
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
    reviewer = models.ForeignKey(
        Clinician,
        verbose_name=_("reviewer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles_reviewed",
        help_text=_(
            "The clinician who checked this article. Goes with the day of the review. "
            "Example: Clayton L. Allison, M.D."
        ),
    )
    last_reviewed = models.DateField(
        _("last reviewed"),
        null=True,
        blank=True,
        help_text=_("The day of the review. Goes with the reviewer. Example: 2026-09-01"),
    )
    next_review = models.DateField(
        _("next review"),
        null=True,
        blank=True,
        help_text=_("Empty: twelve months after the last review. Example: 2027-09-01"),
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
    def is_reviewed(self) -> bool:
        return bool(self.reviewer_id and self.last_reviewed)

    def content_findings(self) -> Iterator[Finding]:
        yield from super().content_findings()
        yield from review_findings(self)

    @property
    def review_state(self) -> ReviewState:
        return review_state(self)

    @property
    def is_review_overdue(self) -> bool:
        """Whether the review is so long past its date that readers are told."""
        return self.review_state == ReviewState.OVERDUE

    def record_review(self, clinician: Clinician, day: date) -> None:
        """Take reviewer and dates from a review of that day; nothing is saved."""
        self.reviewer, self.last_reviewed = clinician, day
        self.next_review = months_later(day, REVIEW_MONTHS)

    @property
    def noindex(self) -> bool:
        """An article that no clinician has reviewed stays out of search engines."""
        return not self.is_reviewed

    @property
    def contents(self) -> list[dict[str, str]]:
        return contents_of(self.body)

    def publishing_problems(self) -> Iterator[Problem]:
        if self.slug != STARTER_SLUG:  # which one sentence refuses, whatever its body lacks
            yield from super().publishing_problems()
        yield from article_problems(self)

    @property
    def updated_on(self) -> date | None:
        """The day of the last change that readers got; None when that was its first day."""
        days = [at and localdate(at) for at in (self.first_published_at, self.last_published_at)]
        return days[1] if days[0] != days[1] else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # Both in one query; often they are the same person.
        people = Clinician.objects.in_bulk(filter(None, {self.author_id, self.reviewer_id}))
        self.author = people.get(self.author_id)
        self.reviewer = people.get(self.reviewer_id)
        return super().get_context(request, *args, **kwargs)

    def get_structured_data(self, request: HttpRequest) -> Node:
        return super().get_structured_data(request) | article_facts(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.last_reviewed and not self.next_review:
            self.next_review = months_later(self.last_reviewed, REVIEW_MONTHS)
        super().save(*args, **kwargs)


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
    year = models.PositiveSmallIntegerField(_("year"), help_text=_("Example: 2023"))
    url = models.URLField(
        _("web address"),
        blank=True,
        help_text=_("Where it can be read, if anywhere. Example: https://www.fda.gov/drugs"),
    )

    panels = SOURCE_PANELS
