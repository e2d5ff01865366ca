"""Articles: what staff may do with them and what readers see."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from articles.models import ArticlePage
from articles.pages import ARTICLES_PER_PAGE
from articles.review_dates import months_later
from articles.tests.factories import ArticlePageFactory

ARTICLE = "/articles/how-does-ketamine-work-for-depression/"


def page(client: Client, url: str = ARTICLE) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_an_article_reads_in_its_order(site: SimpleNamespace, client: Client) -> None:
    soup = page(client)
    headings = [h.get_text(" ", strip=True) for h in soup.select("main h1, main h2")]
    wanted = [
        "How does ketamine work for depression?",
        "What it is",
        "Benefits and risks",
        "What to expect",
        "Common questions",
        "Sources",
    ]
    assert [heading for heading in headings if heading in wanted] == wanted


def test_the_contents_list_leads_to_headings_of_the_page(
    site: SimpleNamespace, client: Client
) -> None:
    soup = page(client)
    links = {a["href"][1:]: a.get_text(strip=True) for a in soup.select("main nav a[href^='#']")}
    assert links == {item["id"]: item["text"] for item in site.article.contents}
    for target, text in links.items():
        assert soup.find(id=target).get_text(strip=True) == text


def test_a_reviewed_article_names_reviewer_and_dates(site: SimpleNamespace, client: Client) -> None:
    text = page(client).get_text(" ", strip=True)
    assert "Ada Example, M.D." in text
    assert "September 1, 2026" in text
    assert "September 1, 2027" in text
    assert "Not yet reviewed by a clinician" not in text


def test_an_unreviewed_article_says_so_and_stays_out_of_search_engines(
    site: SimpleNamespace, client: Client
) -> None:
    site.article.reviewer, site.article.last_reviewed = None, None
    site.article.save()
    soup = page(client)
    assert "Not yet reviewed by a clinician" in soup.get_text(" ", strip=True)
    assert "noindex" in soup.find("meta", attrs={"name": "robots"})["content"]


def test_a_reviewed_article_may_be_indexed(site: SimpleNamespace, client: Client) -> None:
    robots = page(client).find("meta", attrs={"name": "robots"})
    assert robots is None or "noindex" not in robots["content"]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 9, 1), 12, date(2027, 9, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_its_month(
    day: date, months: int, expected: date
) -> None:
    assert months_later(day, months) == expected


def test_a_draft_is_not_public(site: SimpleNamespace, client: Client) -> None:
    ArticlePageFactory(parent=site.articles, title="Draft", slug="draft", live=False)
    assert client.get("/articles/draft/").status_code == 404
    assert "Draft" not in page(client, "/articles/").select_one("main").get_text()


def test_the_index_shows_a_page_of_articles_newest_first(
    site: SimpleNamespace, client: Client
) -> None:
    for number in range(ARTICLES_PER_PAGE):
        ArticlePageFactory(
            parent=site.articles, title=f"Article {number}", slug=f"article-{number}"
        )
    first, second = page(client, "/articles/"), page(client, "/articles/?page=2")
    titles = [
        [a.get_text(strip=True) for a in soup.select("main a[href^='/articles/']:not([href*='?'])")]
        for soup in (first, second)
    ]
    expected = [f"Article {number}" for number in reversed(range(ARTICLES_PER_PAGE))]
    assert titles == [expected, ["How does ketamine work for depression?"]]


@pytest.mark.parametrize("number", ["0", "99", "x", "-1"])
def test_a_page_number_that_does_not_exist_shows_a_page_that_does(
    site: SimpleNamespace, client: Client, number: str
) -> None:
    assert len(page(client, f"/articles/?page={number}").select("h1")) == 1


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
@pytest.mark.django_db
def test_days_of_an_article_are_the_clinics_whoever_looks(zone: str) -> None:
    first = datetime(2026, 10, 7, 4, 30, tzinfo=UTC)  # late on the 6th at the clinic
    article = ArticlePage(first_published_at=first, last_published_at=first + timedelta(hours=1))

    with timezone.override(zone):
        days = (article.published_on, article.updated_on)

    assert days == (date(2026, 10, 6), date(2026, 10, 7))
