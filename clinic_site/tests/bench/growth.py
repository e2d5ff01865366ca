"""Whether more articles cost a reader anything: 10, 100 and 1,000 of them."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from . import trial_site
from .cost import client, cost_of
from .printing import heading, row
from .rounds import GOALS_AT, Subject, one_run, seconds_at
from .servers import Server
from .subjects import page

SIZES = (10, 100, 1000)
PAGES = {"article": trial_site.ARTICLE, "list": "/articles/", "home": "/"}


def show(server: Server) -> None:
    """Queries and processor time in process, answers a second from that server, at each size."""
    heading(
        "More articles, front cache off", "queries", "CPU", f"answers/s ({GOALS_AT})", "p95", ""
    )
    subjects = list(_subjects(server))
    for size in SIZES:
        grow(size)
        for subject, path in zip(subjects, PAGES.values(), strict=True):
            visitor = client()
            cost = cost_of(lambda path=path, visitor=visitor: visitor.get(path))
            one_run(subject, GOALS_AT, 1)
            found = one_run(subject, GOALS_AT, seconds_at(GOALS_AT)).run
            row(
                f"{size:,} articles: {subject.name}",
                str(cost.queries),
                f"{cost.cpu:.2f} ms",
                f"{found.rate:,.0f}",
                f"{found.p95:.1f} ms",
                "",
            )


def _subjects(server: Server) -> Iterator[Subject]:
    for name, path in PAGES.items():
        yield page(name, server, path)


def grow(size: int) -> None:
    """That many published articles in all, each with the ketamine article's text."""
    from articles.models import ArticleIndexPage, ArticlePage, ArticleSource

    index = ArticleIndexPage.objects.get()
    first = ArticlePage.objects.get(slug=trial_site.ARTICLE.strip("/").rpartition("/")[2])
    with transaction.atomic():
        for number in range(ArticlePage.objects.live().count(), size):
            now = timezone.now()
            article = ArticlePage(
                title=f"How does ketamine work? Part {number}",
                slug=f"part-{number}",
                summary=first.summary,
                approval_note=first.approval_note,
                body=first.body,
                live=True,
                first_published_at=now,
                last_published_at=now,
            )
            article.sources = [ArticleSource(title="A study", publisher="A journal", year=2024)]
            index.add_child(instance=article)
