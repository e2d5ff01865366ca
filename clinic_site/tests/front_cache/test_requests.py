"""Which requests the front cache answers, and which answers it keeps."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory, override_settings

from clinic_site.front_cache.keeping import MARK, Permission, allow
from clinic_site.front_cache.wsgi import FrontCache, with_front_cache

from .front import BODY, LIMIT, Application, ask

pytestmark = pytest.mark.usefixtures("knowledge")
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


# Requests --------------------------------------------------------------------------------------


def test_a_page_is_made_once(front: FrontCache, inner: Application) -> None:
    answers = [ask(front) for _ in range(3)]

    assert [each.body for each in answers] == [BODY] * 3
    assert answers[0] == answers[1] == answers[2]
    assert len(inner.asked) == 1


OTHERS = [
    {"method": "POST"},
    {"method": "OPTIONS"},
    {"QUERY_STRING": "q=1"},
    {"QUERY_STRING": "page="},
    {"QUERY_STRING": "page=12345"},
    {"QUERY_STRING": "page=1&q=1"},
    {"QUERY_STRING": "page=%31"},
    {"QUERY_STRING": "page=1\n"},
    {"HTTP_COOKIE": "sessionid=abc"},
    {"HTTP_COOKIE": "a=b; csrftoken=abc"},
    {"HTTP_COOKIE": "a=b,sessionid=abc"},
    {"HTTP_COOKIE": "a=b;\tclinic-vault = abc"},
    {"HTTP_COOKIE": 'a="x; sessionid=y"'},
    {"HTTP_COOKIE": "messages=abc"},
    {"HTTP_COOKIE": "wagtail_something=1"},
    {"HTTP_AUTHORIZATION": "Basic abc"},
    {"HTTP_RANGE": "bytes=0-9"},
    {"HTTP_HOST": None},
]


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_such_a_request_goes_to_django_as_it_came_and_leaves_nothing(
    front: FrontCache, inner: Application, other: dict[str, Any]
) -> None:
    ask(front)

    ask(front, **other)
    ask(front, **other)

    assert len(inner.asked) == 3
    assert MARK not in inner.asked[1]
    assert len(front.entries) == 1


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/pages/3/", "/static/a.css", "/media/images/a.jpg", "/documents/1/a"]
)
def test_nothing_of_staff_and_no_file_is_kept(
    front: FrontCache, inner: Application, path: str
) -> None:
    ask(front, path)
    ask(front, path)

    assert len(inner.asked) == 2
    assert len(front.entries) == 0


def test_a_harmless_cookie_gets_the_kept_page(front: FrontCache, inner: Application) -> None:
    ask(front)
    ask(front, HTTP_COOKIE="_ga=GA1.2.3; theme=dark")

    assert len(inner.asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/es/x/"},
        {"HTTP_HOST": "other.example"},
        {"HTTP_HOST": "TestServer"},
        {"HTTP_HOST": "testserver:8000"},
        {"wsgi.url_scheme": "https"},
        {"SERVER_PORT": "8000"},
        {"SCRIPT_NAME": "/under"},
        {"QUERY_STRING": "page=2"},
    ],
    ids=str,
)
def test_what_makes_another_page_has_an_entry_of_its_own(
    front: FrontCache, inner: Application, other: dict[str, Any]
) -> None:
    ask(front)
    inner.body = b"another page"

    assert ask(front, **other).body == b"another page"
    assert ask(front, **other).body == b"another page"
    assert ask(front).body == BODY
    assert len(inner.asked) == 2


@override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_the_scheme_is_the_one_that_django_sees(inner: Application) -> None:
    front = FrontCache(inner, LIMIT)

    ask(front, HTTP_X_FORWARDED_PROTO="https")
    ask(front, HTTP_X_FORWARDED_PROTO="https, http")
    ask(front, **{"wsgi.url_scheme": "https"})
    assert len(inner.asked) == 1

    ask(front, HTTP_X_FORWARDED_PROTO="http")
    ask(front)
    assert len(inner.asked) == 2


def test_a_claimed_scheme_is_not_believed_without_a_proxy(
    front: FrontCache, inner: Application
) -> None:
    ask(front)
    ask(front, HTTP_X_FORWARDED_PROTO="https")

    assert len(inner.asked) == 1


@pytest.mark.parametrize(
    "changed",
    [{"FRONT_CACHE_BYTES": 0}, {"USE_X_FORWARDED_HOST": True}, {"USE_X_FORWARDED_PORT": True}],
)
def test_some_settings_leave_the_application_as_it_is(
    inner: Application, changed: dict[str, Any]
) -> None:
    assert isinstance(with_front_cache(inner), FrontCache)

    with override_settings(**changed):
        assert with_front_cache(inner) is inner


# Answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"allowed": False},
        {"status": "404 Not Found"},
        {"status": "301 Moved Permanently"},
        {"status": "503 Service Unavailable"},
        {"more_headers": [("Set-Cookie", "a=b")]},
        {"more_headers": [("Content-Encoding", "gzip")]},
        {"more_headers": [("Cache-Control", "max-age=0, no-store, private")]},
        {"more_headers": [("Content-Security-Policy", "script-src 'nonce-abc'")]},
        {"until": NOON.timestamp()},
    ],
    ids=str,
)
def test_such_an_answer_is_not_kept_but_sent_as_it_is(
    front: FrontCache, inner: Application, changes: dict[str, Any]
) -> None:
    for name, value in changes.items():
        setattr(inner, name, value)

    with time_machine.travel(NOON, tick=False):
        answers = [ask(front), ask(front)]

    assert len(inner.asked) == 2
    assert len(front.entries) == 0
    assert answers[0] == answers[1]
    assert (answers[0].status, answers[0].body) == (inner.status, BODY)
    assert set(inner.more_headers) <= set(answers[0].headers.items())


@pytest.mark.parametrize("vary", ["*", "Accept-Language", "Cookie, User-Agent"])
def test_an_answer_that_varies_by_more_is_not_kept(vary: str) -> None:
    def varying(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ[MARK].given = True
        start_response("200 OK", [("Content-Length", "1"), ("Vary", vary)])
        return [b"x"]

    front = FrontCache(varying, LIMIT)

    assert ask(front).headers == {"Content-Length": "1", "Vary": vary}
    assert len(front.entries) == 0


def test_an_entry_ends_at_the_moment_it_was_allowed_until(
    front: FrontCache, inner: Application
) -> None:
    inner.until = NOON.timestamp()
    with time_machine.travel(NOON - timedelta(hours=1), tick=False) as clock:
        ask(front)
        clock.move_to(NOON - timedelta(milliseconds=1))
        ask(front)
        assert len(inner.asked) == 1

        inner.body, inner.until = b"closed", float("inf")
        clock.move_to(NOON)
        assert ask(front).body == b"closed"
        assert len(inner.asked) == 2


def test_of_several_moments_the_first_counts() -> None:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    permission = request.META[MARK] = Permission()

    allow(request, NOON)
    allow(request, NOON - timedelta(hours=1))
    allow(request)

    assert (permission.given, permission.until) == (True, NOON.timestamp() - 3600)
    assert "HTTP_ACCEPT_ENCODING" not in request.META


def test_allowing_says_nothing_where_nobody_asked() -> None:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    before = dict(request.META)

    allow(request, NOON)

    assert before == request.META
    with pytest.raises(ValueError, match="time zone"):
        allow(request, datetime(2027, 3, 1))  # noqa: DTZ001
