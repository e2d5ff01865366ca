"""Questions that pages and staff ask about articles and clinicians."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import F, Max, Q, QuerySet

from clinic_site.languages import in_active_language

from .choices import STATES_TO_ACT_ON
from .clinicians import Clinician
from .pages import ArticleIndexPage, ArticlePage
from .review_dates import in_state
from .starter import STARTER_SLUG


def published_clinicians() -> QuerySet[Clinician]:
    """The team in its chosen order, with photo and supervising physician loaded."""
    return Clinician.objects.filter(live=True).select_related("photo", "supervising_physician")


def latest_articles(count: int, locale_id: int) -> QuerySet[ArticlePage]:
    """The newest published articles of a language, with their author and reviewer loaded."""
    return (
        ArticlePage.objects.live()
        .filter(locale=locale_id)
        .public()
        .select_related("author", "reviewer")
        .order_by("-first_published_at", "-pk")[:count]
    )


def reviewed_articles() -> QuerySet[ArticlePage]:
    """Published articles, the one whose review is due first at the head, those without at the end."""
    return (
        ArticlePage.objects.live()
        .select_related("author", "reviewer")
        .order_by(F("next_review").asc(nulls_last=True), "title")
    )


def articles_due_for_review() -> QuerySet[ArticlePage]:
    """Published articles whose review is due, or will be within 30 days; longest due first."""
    due = Q()
    for state in STATES_TO_ACT_ON:
        due |= in_state(state)
    return reviewed_articles().filter(due)


def clinical_reviewers() -> QuerySet[Any]:
    """Everybody whose approval a clinical review waits for, and who can be written to."""
    return (
        get_user_model()
        .objects.filter(
            is_active=True, groups__in=Group.objects.filter(clinicalreviewtask__active=True)
        )
        .exclude(email="")
        .distinct()
        .order_by("pk")
    )


def published_index() -> ArticleIndexPage | None:
    """The page that lists the articles, if readers can see it.

    In the active language, or else in the default one.
    """
    return in_active_language(ArticleIndexPage.objects.live())


def newest_change(locale_id: int) -> datetime | None:
    """When a clinician, or an article of that language, was last published."""
    shown = (
        ArticlePage.objects.live().filter(locale=locale_id),
        Clinician.objects.filter(live=True),
    )
    times = [rows.aggregate(newest=Max("last_published_at"))["newest"] for rows in shown]
    return max(filter(None, times), default=None)


def article_starter() -> ArticlePage | None:
    """The draft that new articles are copied from, if it is still there."""
    return ArticlePage.objects.filter(slug=STARTER_SLUG, live=False).first()
