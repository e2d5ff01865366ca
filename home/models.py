"""The home page, plain pages, and the clinic's own facts."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string
from wagtail.search import index

from articles.queries import latest_articles, newest_change, published_clinicians
from booking.locations.closings import announced_clinic_closings
from booking.locations.queries import announcements_change_at, offered_locations
from booking.locations.structured_data import department
from clinic_site.blocks import PageBody, contents_of
from clinic_site.content_checks import OVERCLAIMING_WORDS
from clinic_site.languages import active_language, is_default_language, local_text
from clinic_site.pages import BODY_HELP, SUMMARY_PANEL, BasePage

from .blocks import StandardBody
from .structured_data import clinic_departments

ARTICLES_ON_HOME = 3
EMERGENCY = _(
    "In danger now? Call 911. In a crisis, call or text 988 at any hour; veterans press 1."
)


class HomePage(BasePage):
    """The front door. Articles, locations and the team come by themselves."""

    heading = models.CharField(
        _("heading"),
        max_length=120,
        help_text=_("The first line of the site. Example: Care that takes its time"),
    )
    introduction = models.TextField(
        _("introduction"),
        help_text=_(
            "Two or three sentences: who you are and whom you help. Example: We see adults in four "
            "towns. We tell you what a treatment can do, and what it cannot."
        ),
    )
    body = StreamField(PageBody(), verbose_name=_("body"), blank=True)

    content_panels = [
        TitleFieldPanel(
            "title", help_text=_("The name of the page in the list of pages. Example: Home")
        ),
        SUMMARY_PANEL,
        FieldPanel("heading"),
        FieldPanel("introduction"),
        FieldPanel("body", help_text=BODY_HELP),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "articles.ArticleIndexPage",
        "booking.BookingPage",
        "home.StandardPage",
    ]
    # Made once by hand; "Translate" adds one for another language.
    max_count = 1
    page_description = _("The first page of the site. There is one.")
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Wagtail shows this tree also under the prefix of a language that has none: not found."""
        if not is_default_language() and self.locale.language_code != active_language():
            raise Http404
        return super().route(request, path_components)

    @property
    def lead(self) -> str:
        return self.introduction

    @property
    def changed_at(self) -> datetime | None:
        return max(filter(None, [super().changed_at, newest_change(self.locale_id)]), default=None)

    def reads_the_same_until(self) -> datetime | None:
        """When the next location opens, closes or begins a new day, or the clinic a new day with closings."""
        changes = [location.state_changes_at for location in offered_locations()]
        return min(filter(None, [*changes, announcements_change_at()]), default=None)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        locations = offered_locations()
        context.update(
            articles=latest_articles(ARTICLES_ON_HOME, self.locale_id),
            clinic_closings=announced_clinic_closings(),
            locations=locations,
            clinicians=published_clinicians(),
        )
        root_url = self.get_root_url(request)
        departments = [department(location, root_url) for location in locations]
        nodes = [*context["structured_data"], clinic_departments(root_url, departments)]
        return context | {"structured_data": nodes}


class StandardPage(BasePage):
    """Any other page: common questions, privacy, accessibility, notices."""

    body = StreamField(StandardBody(), verbose_name=_("body"), blank=True)
    effective_date = models.DateField(
        _("effective date"),
        null=True,
        blank=True,
        help_text=_("For notices: the day from which the page applies. Example: 2026-09-01"),
    )

    content_panels = [
        HelpPanel(template="staff/help_page.html"),
        TitleFieldPanel(
            "title",
            help_text=_("The heading of the page and its name in menus. Example: Common questions"),
        ),
        SUMMARY_PANEL,
        FieldPanel("body", help_text=BODY_HELP),
        FieldPanel("effective_date"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.StandardPage"]
    subpage_types: ClassVar[list[str]] = ["home.StandardPage"]
    page_description = _("A plain page: questions, notices, how we work.")
    template = "home/standard_page.html"

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    @property
    def contents(self) -> list[dict[str, str]]:
        return contents_of(self.body)

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        """One level only: a standard page under another takes no children of its own."""
        grandparent_is_standard = isinstance(parent.specific, StandardPage) and isinstance(
            parent.get_parent().specific, StandardPage
        )
        return super().can_create_at(parent) and not grandparent_is_standard

    def can_move_to(self, parent: Any) -> bool:
        is_nested = isinstance(parent.specific, StandardPage)
        deep = is_nested and (
            self.get_children().exists() or isinstance(parent.get_parent().specific, StandardPage)
        )
        return super().can_move_to(parent) and not deep


@register_setting(icon="home")
class ClinicSettings(BaseSiteSetting):
    """The clinic's own facts, shown on every page."""

    clinic_name = models.CharField(
        _("clinic name"), max_length=120, help_text=_("Example: NorTex Psychiatry")
    )
    phone = models.CharField(_("phone"), max_length=40, help_text=_("Example: (972) 555-0100"))
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        help_text=_(
            "Shown at the foot of every page. Mail is not sealed: leave it empty if people could write "
            "about their health. Example: office@clinic.example"
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
            "Shown when a page without a picture of its own is shared; best 1200 by 630 pixels. "
            "Example: The front of the building in Allen"
        ),
    )
    emergency_text = RichTextField(
        _("emergency text"),
        features=["bold", "link"],
        help_text=_(
            "Whom to call in an emergency. Shown near the end of every page. Example: In danger now? "
            "Call 911. In a crisis, call or text 988 at any hour; veterans press 1."
        ),
    )
    overclaiming_words = models.TextField(
        _("words to avoid"),
        blank=True,
        default="\n".join(OVERCLAIMING_WORDS),
        help_text=_(
            "Words that promise more than medicine can keep, one word or phrase a line. The checks in "
            "the page editor point them out. Example: guaranteed"
        ),
    )
    emergency_text_es = RichTextField(
        _("emergency text in Spanish"),
        features=["bold", "link"],
        blank=True,
        help_text=_(
            "Shown on Spanish pages. Empty: 911 and 988 in Spanish, in words of the site. "
            "Example: ¿Está en peligro? Llame al 911."
        ),
    )
    footer_links = StreamField(
        [
            (
                "page",
                blocks.PageChooserBlock(
                    label=_("Page"), help_text=_("A published page. Example: Privacy")
                ),
            )
        ],
        verbose_name=_("footer links"),
        blank=True,
        help_text=_(
            "Linked at the foot of every page, in this order. Example: Privacy, Accessibility"
        ),
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("clinic_name"), FieldPanel("phone"), FieldPanel("email")], _("The clinic")
        ),
        FieldPanel("emergency_text"),
        FieldPanel("emergency_text_es"),
        FieldPanel("overclaiming_words"),
        FieldPanel("footer_links"),
        FieldPanel("social_image"),
    ]
    select_related = ["site__root_page", "social_image"]

    class Meta:
        verbose_name = _("clinic settings")

    @property
    def emergency_text_here(self) -> str:
        """Whom to call, in the language of the page: never in one that its reader may not know."""
        text = local_text(self, "emergency_text")
        return format_html("<p>{}</p>", EMERGENCY) if text.lang else text.text

    @property
    def overclaiming_list(self) -> list[str]:
        """The words to avoid, without empty lines."""
        return [line.strip() for line in self.overclaiming_words.splitlines() if line.strip()]
