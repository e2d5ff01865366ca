"""The front cache as WSGI and in front of Django itself: nothing gets lost that it does not keep."""

import io
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from wsgiref.util import FileWrapper
from wsgiref.validate import validator

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.gzip import gzip_page

from clinic_site import urls as site_urls
from clinic_site.front_cache.keeping import MARK, allow
from clinic_site.front_cache.wsgi import FrontCache

from .front import LIMIT, Answer, Application, ask

LONG = "<p>The clinic is open.</p>" * 40


pytestmark = pytest.mark.usefixtures("knowledge")


# WSGI ------------------------------------------------------------------------------------------


class Body:
    """Two chunks, and whether they were asked for and closed."""

    def __init__(self, broken: bool = False) -> None:
        self.broken, self.begun, self.closed = broken, False, 0

    def __iter__(self) -> Iterator[bytes]:
        self.begun = True
        yield b"one "
        if self.broken:
            raise RuntimeError("half-way")
        yield b"two"

    def close(self) -> None:
        self.closed += 1


def giving(body: Any, *headers: tuple[str, str], status: str = "200 OK") -> FrontCache:
    """A front cache around an application that allows that body."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        environ[MARK].given = True
        start_response(status, [*headers])
        return body

    return FrontCache(application, LIMIT)


def test_a_kept_body_is_whole_and_closed_once() -> None:
    body = Body()
    front = giving(body, ("Content-Length", "7"))

    assert [ask(front).body, ask(front).body] == [b"one two"] * 2
    assert body.closed == 1


def test_a_body_that_is_not_kept_is_handed_on_unread_and_closed_by_the_server() -> None:
    body = Body()
    front = giving(body)

    assert ask(front) == Answer("200 OK", {}, b"one two")
    assert body.closed == 1
    assert len(front.entries) == 0


def test_a_body_that_is_shorter_than_it_said_is_not_kept() -> None:
    body = Body()
    front = giving(body, ("Content-Length", "8"))

    assert ask(front).body == b"one two"
    assert body.closed == 1
    assert len(front.entries) == 0


def test_a_body_that_breaks_is_closed_and_not_kept() -> None:
    body = Body(broken=True)
    front = giving(body, ("Content-Length", "7"))

    with pytest.raises(RuntimeError, match="half-way"):
        ask(front)
    assert body.closed == 1
    assert len(front.entries) == 0


@pytest.mark.parametrize("mark", ["wrapper", "streaming"])
def test_files_and_streams_reach_the_server_as_they_are(mark: str) -> None:
    stream: Any = FileWrapper(io.BytesIO(b"file"))
    if mark == "streaming":
        stream = Body()
        stream.streaming = True
    front = giving(stream, ("Content-Length", "4"))
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/file/",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.file_wrapper": FileWrapper,
    }

    assert front(environ, lambda status, headers, exc_info=None: print) is stream
    assert len(front.entries) == 0


def test_an_application_may_begin_its_answer_late() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        environ[MARK].given = True
        start_response("200 OK", [("Content-Length", "4")])
        yield b"late"

    front = FrontCache(application, LIMIT)

    assert ask(front).body == b"late"
    assert len(front.entries) == 0


def test_an_application_may_write_by_hand() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ[MARK].given = True
        write = start_response("200 OK", [("Content-Length", "8")])
        write(b"by ")
        write(b"hand")
        return [b"!"]

    front = FrontCache(application, LIMIT)

    assert ask(front) == Answer("200 OK", {"Content-Length": "8"}, b"by hand!")
    assert len(front.entries) == 0


def test_an_application_may_take_back_what_it_said_and_is_not_kept_then() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ[MARK].given = True
        start_response("500 Oops", [])
        with pytest.raises(AssertionError, match="twice"):
            start_response("200 OK", [])
        start_response("200 OK", [("Content-Length", "2")], (ValueError, ValueError(), None))
        return [b"ok"]

    front = FrontCache(application, LIMIT)

    assert ask(front) == Answer("200 OK", {"Content-Length": "2"}, b"ok")
    assert len(front.entries) == 0


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_kept_answers_are_wsgi_by_the_letter(method: str) -> None:
    front = FrontCache(Application(), LIMIT)
    ask(front)
    environ = {"SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1"}
    plain = {
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

    for more in ({}, {"HTTP_IF_NONE_MATCH": "*"}, {"HTTP_ACCEPT_ENCODING": "br"}):
        result = validator(front)(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": "/x/",
                "QUERY_STRING": "",
                "HTTP_HOST": "testserver",
                "SCRIPT_NAME": "",
                "wsgi.url_scheme": "http",
                **environ,
                **plain,
                **more,
            },
            lambda status, headers, exc_info=None: lambda data: None,
        )
        list(result)
        result.close()


# Django ----------------------------------------------------------------------------------------


def page(request: HttpRequest) -> HttpResponse:
    """A page that everybody may be shown, though it greets whoever is signed in."""
    allow(request)
    response = HttpResponse(f"{request.user.username or 'visitor'} {LONG}")
    response["Cache-Control"] = "public, max-age=0, s-maxage=1, stale-while-revalidate=1"
    return response


def private(request: HttpRequest) -> HttpResponse:
    return HttpResponse(LONG)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    allow(request)
    return StreamingHttpResponse([b"one", b"two"])


def remembers(request: HttpRequest) -> HttpResponse:
    allow(request)
    request.session["seen"] = True
    return HttpResponse(LONG)


urlpatterns = [
    path("page/", gzip_page(page)),
    path("private/", gzip_page(private)),
    path("stream/", gzip_page(stream)),
    path("remembers/", gzip_page(remembers)),
    *site_urls.urlpatterns,
]


@pytest.fixture
def django(connection_stays: None) -> Iterator[SimpleNamespace]:
    """The site's own middleware around the views above: bare, and behind a front cache."""
    with override_settings(ROOT_URLCONF=__name__):
        bare = WSGIHandler()
        yield SimpleNamespace(bare=bare, front=FrontCache(bare, LIMIT))


def test_a_kept_page_has_the_headers_that_django_gives_it(django: SimpleNamespace) -> None:
    bare = ask(django.bare, "/page/")
    built, kept = ask(django.front, "/page/"), ask(django.front, "/page/")

    own = {"ETag": kept.headers["ETag"]}
    assert built == kept == Answer("200 OK", {**bare.headers, **own}, bare.body)
    assert len(django.front.entries) == 1
    assert "default-src 'none'" in kept.headers["Content-Security-Policy"]
    assert kept.headers["X-Robots-Tag"] == "noindex"
    assert kept.headers["Cache-Control"].startswith("public, ")
    assert {each.strip() for each in kept.headers["Vary"].split(",")} == {
        "Accept-Encoding",
        "Cookie",
    }


def test_what_was_not_allowed_is_compressed_by_django_as_before(django: SimpleNamespace) -> None:
    answers = [
        ask(each, "/private/", HTTP_ACCEPT_ENCODING="gzip") for each in (django.bare, django.front)
    ]

    assert [each.headers["Content-Encoding"] for each in answers] == ["gzip"] * 2
    assert (
        ask(django.front, "/page/", HTTP_ACCEPT_ENCODING="br").headers["Content-Encoding"] == "br"
    )
    assert len(django.front.entries) == 1


@pytest.mark.parametrize("address", ["/private/", "/stream/", "/remembers/", "/nowhere/", "/page"])
def test_django_answers_these_each_time(django: SimpleNamespace, address: str) -> None:
    bare, front = ask(django.bare, address), ask(django.front, address)

    assert (front.status, front.headers.keys()) == (bare.status, bare.headers.keys())
    assert len(django.front.entries) == 0


def test_a_host_that_is_not_allowed_has_no_entry(django: SimpleNamespace) -> None:
    ask(django.front, "/page/")

    assert ask(django.front, "/page/", HTTP_HOST="evil.example").status.startswith("400")
    assert len(django.front.entries) == 1


def test_an_editor_and_a_visitor_never_get_each_others_page(
    django: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    session = sign_in("editor").cookies[settings.SESSION_COOKIE_NAME].value
    editor = {"HTTP_COOKIE": f"theme=dark; {settings.SESSION_COOKIE_NAME}={session}"}

    for _ in range(2):
        assert ask(django.front, "/page/", **editor).body.startswith(b"editor ")
        assert ask(django.front, "/page/").body.startswith(b"visitor ")
        assert ask(django.front, "/page/", HTTP_COOKIE="theme=dark").body.startswith(b"visitor ")
    assert len(django.front.entries) == 1
