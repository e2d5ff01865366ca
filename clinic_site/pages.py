"""What every page of the site has in common."""

from collections.abc import Iterator
from http import HTTPMethod
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.images import get_image_model_string
from wagtail.models import Page
from wagtail.search import index

from .content_checks import Finding
from .copy_forms import PublishingCopyForm
from .page_forms import PublishingForm
from .publishing import Problem, PublishingRefused, body_problems, problems_of


class BasePage(Page):
    """A page with a summary (which doubles as its description) and a picture for sharing."""

    summary = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_(
            "Two sentences on what the reader finds here, at most 300 characters. They stand under "
            "the title and in search results. Example: How ketamine is thought to work for "
            "depression, who it may help, and which risks to weigh."
        ),
    )
    social_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("sharing picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown when somebody shares this page. Empty: the clinic's own picture."),
    )

    live: bool  # of Wagtail's page, which has no types
    base_form_class = PublishingForm
    copy_form_class = PublishingCopyForm

    # Pages are read; the one that takes a form says so itself.
    allowed_http_methods: ClassVar[list[HTTPMethod]] = [
        HTTPMethod.GET,
        HTTPMethod.HEAD,
        HTTPMethod.OPTIONS,
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            _("In search results"),
        ),
        MultiFieldPanel(
            [FieldPanel("show_in_menus"), FieldPanel("social_image")], _("On the site")
        ),
    ]

    class Meta:
        abstract = True

    def publishing_problems(self) -> Iterator[Problem]:
        """Everything for which this page must not be live, at once. Subclasses add their rules."""
        yield from body_problems(self)

    def content_findings(self) -> Iterator[Finding]:
        """What this type of page advises to mend besides what every page is checked for."""
        yield from ()

    def save(self, clean: bool = True, **kwargs: Any) -> Any:
        """Saves the page; one that is live and breaks its rules is refused with PublishingRefused.

        Below a page that is copied, Wagtail saves unchecked: there it comes along as a draft.
        """
        if self.live and self._writes_content(kwargs.get("update_fields")):
            problems = problems_of(self)
            if problems and self._state.adding and not clean:
                self.live = False
                self.has_unpublished_changes = True
            elif problems:
                raise PublishingRefused(self, problems)
        return super().save(clean=clean, **kwargs)

    def _writes_content(self, names: Any) -> bool:
        """Whether saving those fields (None: all) changes what readers see."""
        content = {"live", "title"} | {field.name for field in self._meta.local_fields}
        return names is None or not content.isdisjoint(names)

    @property
    def description(self) -> str:
        """What search engines are told: the search description, else the summary."""
        return self.search_description or self.summary

    @property
    def noindex(self) -> bool:
        """True keeps the page out of search engines."""
        return False

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """Its entry of sitemap.xml; none for a page that search engines shall not show."""
        return [] if self.noindex else list(super().get_sitemap_urls(request))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["breadcrumb"] = self.get_ancestors().filter(depth__gt=1).live().specific(defer=True)
        return context
