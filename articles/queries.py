"""Questions that pages ask about articles and clinicians."""

from django.db.models import QuerySet

from .models import ArticlePage, Clinician


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
