"""Which articles are due for review: what staff see, what they are mailed, what readers are told."""

import csv
import io
from collections.abc import Callable
from datetime import date
from io import StringIO
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from articles.choices import ReviewState
from articles.models import ArticlePage
from articles.queries import articles_due_for_review
from articles.review_dates import in_state, months_later
from articles.tests.factories import ArticlePageFactory, ClinicianFactory
from clinic_site.tests.mails import sent_mails
from clinic_site.tests.pages import table

TODAY = "2026-11-23 18:00 +0000"
REPORT = "/admin/reports/reviews/"
NOTE = "is overdue. Some of it may be out of date."

# The day of the next review, and where that leaves the article on 23 November 2026.
STATES = [
    (None, ReviewState.NEVER),
    (date(2026, 8, 22), ReviewState.OVERDUE),
    (date(2026, 8, 23), ReviewState.OVERDUE),
    (date(2026, 8, 24), ReviewState.DUE),
    (date(2026, 11, 23), ReviewState.DUE),
    (date(2026, 11, 24), ReviewState.SOON),
    (date(2026, 12, 23), ReviewState.SOON),
    (date(2026, 12, 24), ReviewState.CURRENT),
    (date(2027, 11, 23), ReviewState.CURRENT),
]


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(TODAY, tick=False):
        yield


def article(site: SimpleNamespace, title: str, due: date | None, **values: Any) -> ArticlePage:
    """A published article that is to be reviewed again on that day; without one, never reviewed."""
    slug = title.lower().replace(" ", "-")
    if due:
        last = months_later(due, -12)
        review = {"reviewer": site.clinician, "last_reviewed": last, "next_review": due}
        values = {**review, **values}
    return ArticlePageFactory(parent=site.articles, title=title, slug=slug, **values)


@pytest.fixture
def library(site: SimpleNamespace) -> SimpleNamespace:
    """One article in each state, besides a draft, and a second reviewer."""
    site.article.delete()
    site.articles.refresh_from_db()
    other = ClinicianFactory(name="Ben Other", credentials="")
    article(site, "Overdue", date(2026, 8, 1))
    article(site, "Due", date(2026, 11, 1), reviewer=other, author=other)
    article(site, "Soon", date(2026, 12, 1))
    article(site, "Current", date(2027, 6, 1))
    article(site, "Never", None)
    article(site, "Unpublished", date(2026, 8, 1), live=False)
    site.other = other
    return site


@pytest.mark.parametrize(("due", "state"), STATES)
def test_a_state_is_told_alike_by_the_article_and_by_the_database(
    site: SimpleNamespace, due: date | None, state: ReviewState
) -> None:
    stored = article(site, "An article", due)
    assert stored.review_state == state
    found = [
        name for name in ReviewState if ArticlePage.objects.filter(in_state(name), pk=stored.pk)
    ]
    assert found == [state]


def test_what_is_due_is_published_and_longest_due_first(library: SimpleNamespace) -> None:
    assert [found.title for found in articles_due_for_review()] == ["Overdue", "Due", "Soon"]


# Readers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "told"),
    [(date(2026, 8, 23), True), (date(2026, 8, 24), False), (date(2027, 8, 24), False)],
)
def test_readers_are_told_when_a_review_is_three_months_overdue(
    site: SimpleNamespace, client: Client, due: date, told: bool
) -> None:
    article(site, "An article", due)
    html = client.get("/articles/an-article/").content.decode()
    text = " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())
    assert (NOTE in text) is told
    assert f"Next review due {date_format(due, 'F j, Y')}" in text


def test_an_article_without_review_is_not_called_overdue(
    site: SimpleNamespace, client: Client
) -> None:
    article(site, "An article", None)
    assert NOTE not in client.get("/articles/an-article/").content.decode()


# The dashboard ---------------------------------------------------------------------------------


def panel(client: Client) -> list[list[str]]:
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    rows = page.select("#due-for-review-section tbody tr, [id*=due-for-review] tbody tr")
    found = [[" ".join(cell.get_text(" ").split()) for cell in row.find_all("td")] for row in rows]
    return [row for position, row in enumerate(found) if row not in found[:position]]


@pytest.mark.parametrize("role", ["editor", "clinical_reviewer", "administrator"])
def test_the_dashboard_shows_what_is_due(
    library: SimpleNamespace, sign_in: Callable[..., Client], role: str
) -> None:
    assert panel(sign_in(role)) == [
        ["Overdue", "Overdue by three months or more", "Ada Example, M.D.", "August 1, 2026"],
        ["Due", "Due", "Ben Other", "November 1, 2026"],
        ["Soon", "Due within 30 days", "Ada Example, M.D.", "December 1, 2026"],
    ]


@pytest.mark.parametrize("role", ["booking_reviewer", "booking_administrator"])
def test_who_has_no_part_in_articles_sees_none_of_it(
    library: SimpleNamespace, sign_in: Callable[..., Client], role: str
) -> None:
    client = sign_in(role)
    assert panel(client) == []
    assert client.get(REPORT)["Location"] == "/admin/"
    assert REPORT not in client.get("/admin/").content.decode()


def test_the_dashboard_says_nothing_when_nothing_is_due(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    assert "Articles due for review" not in sign_in("editor").get("/admin/").content.decode()


# The report ------------------------------------------------------------------------------------


def titles(client: Client, query: str = "") -> list[str]:
    return [row[0] for row in table(client.get(f"{REPORT}{query}"))[1:]]


def test_the_report_lists_every_published_article(
    library: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("editor")
    assert table(client.get(REPORT))[:3] == [
        ["Title", "State", "Reviewed by", "Last reviewed", "Next review", "Written by"],
        [
            "Overdue",
            "Overdue by three months or more",
            "Ada Example, M.D.",
            "August 1, 2025",
            "August 1, 2026",
            "",
        ],
        ["Due", "Due", "Ben Other", "November 1, 2025", "November 1, 2026", "Ben Other"],
    ]
    assert titles(client) == ["Overdue", "Due", "Soon", "Current", "Never"]
    assert REPORT in client.get("/admin/").content.decode()


def test_the_report_is_filtered_by_state_and_by_clinician(
    library: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("clinical_reviewer")
    found = {state.value: titles(client, f"?state={state}") for state in ReviewState}
    assert found == {
        "never": ["Never"],
        "overdue": ["Overdue"],
        "due": ["Due"],
        "soon": ["Soon"],
        "current": ["Current"],
    }
    assert titles(client, f"?reviewer={library.other.pk}") == ["Due"]
    assert titles(client, f"?state=overdue&reviewer={library.other.pk}") == []


HEADINGS = [
    "Title",
    "State",
    "Reviewed by",
    "Last reviewed",
    "Next review",
    "Written by",
    "Address",
]


def test_the_report_is_exported_as_csv(
    library: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    response = sign_in("editor").get(f"{REPORT}?export=csv&state=due")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows == [
        HEADINGS,
        ["Due", "Due", "Ben Other", "2025-11-01", "2026-11-01", "Ben Other", rows[1][-1]],
    ]
    assert rows[1][-1].endswith("/articles/due/")
    assert "clinical-reviews-2026-11-23.csv" in response["Content-Disposition"]


def test_the_report_is_exported_as_xlsx(
    library: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    response = sign_in("editor").get(f"{REPORT}?export=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert rows[0] == HEADINGS
    assert [row[0] for row in rows[1:]] == ["Overdue", "Due", "Soon", "Current", "Never"]
    assert rows[2][3:5] == [date(2025, 11, 1), date(2026, 11, 1)]


def test_the_report_takes_the_same_queries_for_five_articles_and_for_eight(
    library: SimpleNamespace,
    sign_in: Callable[..., Client],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = sign_in("editor")
    client.get(REPORT)
    with django_assert_max_num_queries(40) as five:
        client.get(REPORT)
    for number in range(3):
        article(library, f"More {number}", date(2026, 11, 1), author=library.other)
    with django_assert_max_num_queries(40) as eight:
        client.get(REPORT)
    assert len(eight) == len(five)


# The daily mail --------------------------------------------------------------------------------


def remind(*arguments: str) -> tuple[str, str]:
    said, complained = StringIO(), StringIO()
    call_command("remind_reviews", *arguments, stdout=said, stderr=complained)
    return said.getvalue(), complained.getvalue()


def test_reviewers_are_mailed_what_is_due_with_links(
    library: SimpleNamespace, users: dict[str, Any]
) -> None:
    assert remind() == ("Articles due for review: 3. Mails on their way: 1.\n", "")
    (message,) = sent_mails()
    due = [found.pk for found in articles_due_for_review()]
    links = [line for line in message.body.splitlines() if "/pages/" in line]
    assert message.to == ["clinical_reviewer@clinic.example"]
    assert message.subject == "Articles due for clinical review"
    assert links == [f"http://127.0.0.1:8000/admin/pages/{pk}/edit/" for pk in due]
    assert "Due within 30 days, next review December 1, 2026" in message.body


def test_a_dry_run_counts_and_sends_nothing(
    library: SimpleNamespace, users: dict[str, Any]
) -> None:
    assert remind("--dry-run") == ("Articles due for review: 3. Mails to be sent: 1.\n", "")
    assert sent_mails() == []


def test_nothing_due_sends_nothing(site: SimpleNamespace, users: dict[str, Any]) -> None:
    assert remind() == ("Articles due for review: 0. Mails on their way: 0.\n", "")
    assert sent_mails() == []


def test_it_says_when_there_is_nobody_to_remind(
    library: SimpleNamespace, users: dict[str, Any]
) -> None:
    users["clinical_reviewer"].is_active = False
    users["clinical_reviewer"].save()
    assert remind() == (
        "Articles due for review: 3. Mails on their way: 0.\n",
        "No clinical reviewer has an e-mail address: nobody was reminded.\n",
    )
