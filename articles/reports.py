"""The report on clinical reviews in the admin: which article stands where, to filter and to export."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from clinic_site.clinic_time import clinic_today

from .choices import DUE_NOW, STATES_TO_ACT_ON, ReviewState
from .clinicians import Clinician
from .pages import ArticlePage
from .queries import reviewed_articles
from .review_dates import in_state


class ReviewFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[*ReviewState.choices, (DUE_NOW, _("Due or overdue"))],
        method="filter_state",
        empty_label=_("All"),
    )
    reviewer = django_filters.ModelChoiceFilter(
        label=_("Reviewed by"), queryset=Clinician.objects.all(), empty_label=_("Anyone")
    )

    class Meta:
        model = ArticlePage
        fields = ["state", "reviewer"]

    def filter_state(
        self, articles: QuerySet[ArticlePage], name: str, value: str
    ) -> QuerySet[ArticlePage]:
        return articles.filter(in_state(value))


class ReviewReportView(ReportView):
    """Every published article with its review. Whoever may write or publish pages sees it."""

    model = ArticlePage
    page_title = _("Clinical reviews")
    header_icon = "calendar-check"
    index_url_name = "articles_reviews"
    index_results_url_name = "articles_reviews_results"
    filterset_class = ReviewFilterSet
    is_searchable = False
    any_permission_required = ["add", "change", "publish"]
    columns = [
        TitleColumn(
            "title",
            label=_("Title"),
            get_url=lambda article: reverse("wagtailadmin_pages:edit", args=[article.pk]),
        ),
        StatusTagColumn(
            "review_state.label",
            label=_("State"),
            primary=lambda article: article.review_state in STATES_TO_ACT_ON,
        ),
        Column("reviewer", label=_("Reviewed by")),
        Column("last_reviewed", label=_("Last reviewed")),
        Column("next_review", label=_("Next review")),
        Column("author", label=_("Written by")),
    ]
    list_export = [
        "title",
        "review_state.label",
        "reviewer",
        "last_reviewed",
        "next_review",
        "author",
        "full_url",
    ]
    export_headings = {
        "title": _("Title"),
        "review_state.label": _("State"),
        "reviewer": _("Reviewed by"),
        "last_reviewed": _("Last reviewed"),
        "next_review": _("Next review"),
        "author": _("Written by"),
        "full_url": _("Address"),
    }

    @cached_property
    def permission_policy(self) -> Any:
        return policy_registry.get_by_type(Page)

    def get_base_queryset(self) -> QuerySet[ArticlePage]:
        return reviewed_articles()

    def get_filename(self) -> str:
        return f"clinical-reviews-{clinic_today().isoformat()}"
