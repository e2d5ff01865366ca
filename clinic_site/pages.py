"""What every page of the site has in common."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPMethod
from textwrap import shorten
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.forms import TextInput
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.images import get_image_model_string
from wagtail.models import Page, Site
from wagtail.search import index

from .content_checks import Finding
from .languages import alternates_of, translations_of
from .publishing.forms import PublishingCopyForm, PublishingForm
from .publishing.gates import PublishingRefused
from .publishing.rules import Problem, body_problems, problems_of
from .remembered.memory import recall
from .structured_data import Node, breadcrumb_list, web_page

TITLE_LENGTH = 60
DESCRIPTION_LENGTH = 160
FIRST_PAGE_DEPTH = 2  # right below the root of the tree

BODY_HELP = _(
    "Built from blocks: press the plus sign and choose one; each shows how it will look. "
    "Example: a text, then questions and answers, then an invitation to book."
)


# The whole summary in sight while it is written; the form takes the limit from the field.
SUMMARY_PANEL = FieldPanel("summary", widget=AdminAutoHeightTextInput())


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
        help_text=_(
            "Shown when somebody shares this page. Empty: the clinic's own picture. "
            "Example: Waiting room in Allen"
        ),
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
            [
                FieldPanel(
                    "slug",
                    required_on_save=False,  # a draft without one gets it from its title
                    help_text=_(
                        "The last part of the page's address, in small letters with hyphens. "
                        "Example: common-questions. If you change it later, the old address leads on "
                        "to the new one."
                    ),
                ),
                FieldPanel(
                    "seo_title",
                    heading=_("Title in search results"),
                    widget=TextInput(attrs={"data-count-to": TITLE_LENGTH}),
                    help_text=_(
                        "Empty: the title and the clinic's name. Search engines show 60 characters. "
                        "Example: Ketamine for depression: benefits and risks"
                    ),
                ),
                FieldPanel(
                    "search_description",
                    heading=_("Description in search results"),
                    widget=AdminAutoHeightTextInput(attrs={"data-count-to": DESCRIPTION_LENGTH}),
                    help_text=_(
                        "Empty: the summary. Search engines show 70 to 160 characters. Example: What "
                        "ketamine may do for depression, who should not have it, and which questions "
                        "to ask before a first visit."
                    ),
                ),
            ],
            _("In search results"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "show_in_menus",
                    help_text=_(
                        "On: a link at the top of every page, for at most five pages. "
                        "Example: on for “Common questions”, off for a notice."
                    ),
                ),
                FieldPanel("social_image"),
            ],
            _("On the site"),
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
        """What search engines are told: the search description, else the summary.

        At most 160 characters: they show no more.
        """
        told = self.search_description or self.summary
        return shorten(told, DESCRIPTION_LENGTH, placeholder="…")

    @property
    def lead(self) -> str:
        """The sentences under the heading, as readers see them."""
        return self.summary

    @property
    def noindex(self) -> bool:
        """True keeps the page out of search engines."""
        return False

    @property
    def changed_at(self) -> datetime | None:
        """When readers last saw it change. A page that lists others counts those too."""
        changed: datetime | None = self.last_published_at or self.latest_revision_created_at
        return changed

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """Its entry of sitemap.xml; none for a page that search engines shall not show."""
        if self.noindex:
            return []
        return [{"location": self.get_full_url(request), "lastmod": self.changed_at}]

    def variant_for(self, request: HttpRequest) -> str | None:
        """What makes this answer another one than that of the same address without a query.

        None: it is made anew for each request.
        """
        return ""

    def reads_the_same_until(self) -> datetime | None:
        """When a word of it may change although nobody changes anything: "Open now". None: never."""
        return None

    def get_view_restrictions(self) -> QuerySet[Any]:
        """Those of this page and the pages above it; asked once where content is in hand."""
        ask = super().get_view_restrictions

        def asked() -> QuerySet[Any]:
            found: QuerySet[Any] = ask()
            bool(found)  # evaluates it: what is kept asks nothing any more
            return found

        return recall(("restrictions", self.pk), asked)

    structured_type = "WebPage"

    def get_structured_data(self, request: HttpRequest) -> Node:
        """The page as a node of its JSON-LD graph."""
        return web_page(
            self.structured_type,
            self.get_full_url(request) or "",
            root_url=self.get_root_url(request),
            name=getattr(self, "heading", "") or self.title,
            description=self.lead,
        )

    def get_root_url(self, request: HttpRequest) -> str:
        """Scheme and name of the page's site, without a slash at the end."""
        parts = self.get_url_parts(request)
        return str(parts[1]) if parts else ""

    def get_breadcrumb(self) -> list[Page]:
        """The published pages above this one, the first page of its language at the head."""
        if self.depth <= FIRST_PAGE_DEPTH:
            return []
        above = self.get_ancestors().filter(depth__gte=FIRST_PAGE_DEPTH).live()
        return list(above.specific(defer=True))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        site = Site.find_for_request(request)
        key = ("surroundings", self.pk, site and site.pk)
        return context | recall(key, lambda: self._surroundings(request))

    def _surroundings(self, request: HttpRequest) -> dict[str, Any]:
        """Where the page stands: the pages above it, its translations, its structured data."""
        above = self.get_breadcrumb()
        translations = translations_of(self, request)
        nodes = [self.get_structured_data(request)]
        if above:
            address = self.get_full_url(request) or ""
            trail = [(page.title, page.get_full_url(request) or "") for page in above]
            nodes.append(breadcrumb_list(address, [*trail, (self.title, address)]))
        return {
            "breadcrumb": above,
            "translations": translations,
            "alternates": alternates_of(self, translations, request),
            "structured_data": nodes,
        }
