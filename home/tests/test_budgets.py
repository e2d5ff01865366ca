"""What a page may ask of the database, on the content that `make run` makes, once it was asked for before."""

from collections.abc import Callable
from cProfile import Profile
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import Page

from articles.models import ArticlePage
from articles.tests.factories import ArticlePageFactory
from booking.models import Location
from clinic_site.tests.fixtures import valid_request

ARTICLE = "/articles/how-does-ketamine-work-for-depression/"


@pytest.fixture
def sample(sample_content: str, vault: object, settings: Settings) -> None:
    """The content of the trial; as there, a process asks once a second whether it changed."""
    settings.CONTENT_VERSION_SECONDS = (
        60  # longer than the test: the one query a second is no request's
    )


def queries(work: Callable[[], object]) -> list[str]:
    """The statements of the third time; those of a transaction's ends do not count."""
    work(), work()
    with CaptureQueriesContext(connection) as captured:
        work()
        found = [query["sql"] for query in captured]
    ends = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [sql for sql in found if not sql.startswith(ends)]


@pytest.mark.parametrize("visitor", [None, "editor"])
def test_every_page_that_can_be_read(
    sample: None, sign_in: Callable[..., Client], visitor: str | None
) -> None:
    client = sign_in(visitor)
    pages = {page.get_url() for page in Page.objects.live().filter(depth__gte=2)}
    assert {"/", ARTICLE, "/book/", "/privacy/"} <= pages

    def read(path: str) -> None:
        assert client.get(path).status_code == 200

    asked = {path: len(queries(lambda path=path: read(path))) for path in pages}

    # The budget is 4; nothing is asked at all, and this says so when that changes.
    assert asked == dict.fromkeys(pages, 0)


def calls(work: Callable[[], object]) -> int:
    """How many functions the third time calls: what it costs the processor, the same on every machine."""
    work(), work()
    profile = Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def test_what_the_processor_does_for_an_answer(sample: None, client: Client) -> None:
    place = Location.objects.filter(active=True).first()
    pages = [ARTICLE, "/", "/articles/", "/book/", "/common-questions/"]

    def read(path: str, status: int = 200) -> None:
        assert client.get(path).status_code == status

    def send() -> None:
        assert client.post("/book/", valid_request(place)).status_code == 303

    taken = {path: calls(lambda path=path: read(path)) for path in pages}
    unknown = calls(lambda: read("/nothing-here/", 404))
    post = calls(send)

    # On Python 3.11 and SQLite a page took at most 1,800, an unknown address 3,200, a request
    # 17,840; of fourteen questions fewer it was 11,440.
    assert max(taken.values()) <= 2_500, taken
    assert unknown <= 4_500
    assert post <= 19_500


def test_an_address_that_does_not_exist(sample: None, client: Client) -> None:
    numbers = iter(range(9))

    def read() -> None:
        assert client.get(f"/nothing-here-{next(numbers)}/").status_code == 404

    assert len(queries(read)) <= 1


def test_a_request_and_its_confirmation(sample: None, client: Client) -> None:
    confirmations = []
    place = Location.objects.filter(active=True).first()

    def post() -> None:
        answer = client.post("/book/", valid_request(place))
        assert answer.status_code == 303
        confirmations.append(answer["Location"])

    def read() -> None:
        assert client.get(confirmations[-1]).status_code == 200

    assert len(queries(post)) <= 6
    assert len(queries(read)) <= 6


def cold(client: Client, path: str) -> int:
    """How many statements the first request after a change of content takes."""
    from clinic_site.remembered.version import content_changed, forget_version

    client.get(path)
    content_changed()
    forget_version()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
        return len(captured)


def test_a_list_of_a_hundred_asks_no_more_than_one_of_three(sample: None, client: Client) -> None:
    index = ArticlePage.objects.live().get().get_parent()

    def add(count: int) -> None:
        for number in range(count):
            ArticlePageFactory(
                parent=index,
                title=f"Article {number} of {count}",
                slug=f"article-{number}-of-{count}",
                first_published_at=timezone.now() - timedelta(days=number),
            )

    add(2)
    few = {path: cold(client, path) for path in ("/articles/", "/", ARTICLE)}
    add(97)
    many = {path: cold(client, path) for path in few}

    assert many == few
    assert len(queries(lambda: client.get("/articles/"))) == 0
