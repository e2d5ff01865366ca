"""What the editor shows for an article, its sources, the list of articles and a clinician."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    TitleFieldPanel,
)

from clinic_site.pages import SUMMARY_PANEL

ARTICLE_BODY_HELP = _(
    "Built from blocks: press the plus sign and choose one; each shows how it will look. An article "
    "needs benefits and risks. Example: a text, benefits and risks, questions, an invitation to book."
)

CLINICIAN_PANELS = [
    FieldRowPanel([FieldPanel("name"), FieldPanel("credentials")]),
    FieldRowPanel([FieldPanel("role"), FieldPanel("kind")]),
    FieldPanel("biography"),
    FieldPanel("role_es"),
    FieldPanel("biography_es"),
    FieldPanel("photo"),
    FieldPanel("supervising_physician"),
    FieldPanel("sort_order"),
    FieldPanel("user", permission="superuser"),
]

ARTICLE_INDEX_PANELS = [
    TitleFieldPanel(
        "title", help_text=_("The heading of the list and its name in menus. Example: Articles")
    ),
    SUMMARY_PANEL,
    FieldPanel("introduction"),
]

ARTICLE_PANELS = [
    HelpPanel(template="staff/help_article.html"),
    TitleFieldPanel(
        "title",
        help_text=_(
            "The question that the article answers, or its subject. "
            "Example: How does ketamine work for depression?"
        ),
    ),
    SUMMARY_PANEL,
    FieldPanel("body", help_text=ARTICLE_BODY_HELP),
    FieldPanel("approval_note"),
    InlinePanel(
        "sources",
        label=_("Source"),
        heading=_("Sources"),
        help_text=_(
            "Where the statements come from; an article needs at least one. Example: an alert of "
            "the U.S. Food and Drug Administration"
        ),
    ),
    MultiFieldPanel(
        [
            FieldPanel("author"),
            FieldRowPanel([FieldPanel("reviewer"), FieldPanel("last_reviewed")]),
            FieldPanel("next_review"),
        ],
        _("Author and review"),
    ),
]

SOURCE_PANELS = [
    FieldPanel("title"),
    FieldRowPanel([FieldPanel("publisher"), FieldPanel("year")]),
    FieldPanel("url"),
]
