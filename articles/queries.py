"""Questions that pages ask about articles and clinicians."""

from datetime import datetime

from django.db.models import Max, QuerySet

from .models import ArticleIndexPage, ArticlePage, Clinician
from .starter import STARTER_SLUG


def published_clinicians() -> QuerySet[Clinician]:
    """The team in its chosen order, with photo and supervising physician loaded."""
    return Clinician.objects.filter(live=True).select_related("photo", "supervising_physician")


def latest_articles(count: int) -> QuerySet[ArticlePage]:
    """The newest published articles, with their author and reviewer loaded."""
    return (
        ArticlePage.objects.live()
        .public()
        .select_related("author", "reviewer")
        .order_by("-first_published_at", "-pk")[:count]
    )


def published_index() -> ArticleIndexPage | None:
    """The page that lists the articles, if readers can see it."""
    return ArticleIndexPage.objects.live().first()


def newest_change() -> datetime | None:
    """When an article or a clinician was last published."""
    newest = Max("last_published_at")
    times = [
        model.objects.filter(live=True).aggregate(newest=newest)["newest"]
        for model in (ArticlePage, Clinician)
    ]
    return max(filter(None, times), default=None)


def article_starter() -> ArticlePage | None:
    """The draft that new articles are copied from, if it is still there."""
    return ArticlePage.objects.filter(slug=STARTER_SLUG, live=False).first()
