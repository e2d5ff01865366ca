"""What readers can see of the database: every table but those named here, every column but a draft's.

A model that nobody thought of counts as shown: pages are then drawn once too often, and never stale.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import ForeignKey, Model
from modelcluster.fields import ParentalKey
from wagtail.models import Page, RevisionMixin

NOT_SHOWN = frozenset(
    {
        # This very record.
        "clinic_site.ContentChange",
        # Signing in and working; of the accounts, readers see groups and permissions, which are
        # tables of their own.
        "auth.User",
        "sessions.Session",
        "vault.VaultSession",
        "wagtailadmin.EditingSession",
        "wagtailadmin.FormState",
        "wagtailcore.APIToken",
        "wagtailcore.UploadedFile",  # on its way to becoming a picture or a document
        "wagtailusers.UserProfile",
        # What visitors sent.
        "booking.Submission",
        "booking.SubmissionNote",
        # What is left of it when it is deleted: numbers for a report of staff.
        "booking.RequestTally",
        # What staff search for in it.
        "booking.StoredSearch",
        # Who is told of it, and how far.
        "booking.RequestMails",
        "booking.RequestMails_locations",
        "wagtailforms.FormSubmission",
        # Drafts, and what staff say about them; publishing writes the page itself.
        "wagtailcore.Revision",
        "wagtailcore.Comment",
        "wagtailcore.CommentReply",
        "wagtailcore.PageSubscription",
        # The way to approval.
        "articles.ClinicalReviewTask",
        "articles.ClinicalReviewTask_groups",
        "wagtailcore.GroupApprovalTask",
        "wagtailcore.GroupApprovalTask_groups",
        "wagtailcore.Task",
        "wagtailcore.TaskState",
        "wagtailcore.Workflow",
        "wagtailcore.WorkflowContentType",
        "wagtailcore.WorkflowPage",
        "wagtailcore.WorkflowState",
        "wagtailcore.WorkflowTask",
        # Records of what was done, and mails that tell of it.
        "booking.PrivacyCheck",
        "clinic_site.ScheduledRun",
        "django_tasks_database.DBTaskResult",
        "wagtailcore.ModelLogEntry",
        "wagtailcore.PageLogEntry",
        # Made of the content, for the search and the reports of staff.
        "wagtailcore.ReferenceIndex",
        "wagtailsearch.IndexEntry",
    }
)
# SQLite alone has it, as a virtual table, which bears no triggers.
NOT_SHOWN_ON_SQLITE = frozenset({"wagtailsearch.SQLiteFTSIndexEntry"})

# Rows that come about by drawing a page, for which the page says what it said before.
DRAWN = frozenset({"clinic_site.ClinicRendition", "wagtailimages.Rendition", "wagtailembeds.Embed"})

# Of pages and snippets with drafts: what an autosave, a lock and a schedule write. A schedule that
# comes due changes `live` and `expired`, publishing `live_revision` and `last_published_at`.
DRAFT_COLUMNS = frozenset(
    {
        "draft_title",
        "latest_revision_id",
        "has_unpublished_changes",
        "locked",
        "locked_at",
        "locked_by_id",
        "go_live_at",
        "expire_at",
    }
)
# Of Wagtail's page: what counts under a condition. The editor writes a page that is not live straight
# into its tables; its address counts all the same, because links lead there. Readers are told of the
# newest draft's time only where a live page has no time of publishing (`BasePage.changed_at`).
_WHILE_LIVE = "OLD.live OR NEW.live"
PAGE_CONDITIONS = {
    **dict.fromkeys(("title", "seo_title", "search_description", "show_in_menus"), _WHILE_LIVE),
    "latest_revision_created_at": "NEW.live AND NEW.last_published_at IS NULL",
}


@dataclass(frozen=True)
class Shown:
    """A table of which readers see something, and what of it they do not see."""

    table: str
    hidden: frozenset[str] = frozenset()
    conditions: dict[str, str] = field(default_factory=dict)  # by column, on OLD and NEW
    is_drawn: bool = False
    page_column: str = ""  # of a page's content: names the page, which has to be live

    @property
    def has_hidden_parts(self) -> bool:
        """Whether some of what is written there is not seen."""
        return bool(self.hidden or self.conditions or self.page_column)


def shown_models() -> list[type[Model]]:
    """Every model that has a table and is not left out, many-to-many tables with them."""
    left_out = NOT_SHOWN | NOT_SHOWN_ON_SQLITE
    models = apps.get_models(include_auto_created=True)
    having_tables = (model for model in models if model._meta.managed and not model._meta.proxy)
    return [model for model in having_tables if model._meta.label not in left_out]


def shown_tables() -> Iterator[Shown]:
    """What is shown of each, by its table."""
    for model in shown_models():
        yield Shown(
            model._meta.db_table,
            hidden=DRAFT_COLUMNS if issubclass(model, RevisionMixin) else frozenset(),
            conditions=PAGE_CONDITIONS if model is Page else {},
            is_drawn=model._meta.label in DRAWN,
            page_column=_page_column(model),
        )


def _page_column(model: type[Model]) -> str:
    """The column that names the page whose content the row is; empty for what stands by itself."""
    for each in model._meta.local_concrete_fields:
        is_part = isinstance(each, ParentalKey) or (each.primary_key and issubclass(model, Page))
        if is_part and isinstance(each, ForeignKey) and issubclass(each.related_model, Page):
            return str(each.column)
    return ""
