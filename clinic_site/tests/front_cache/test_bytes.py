"""The bytes of kept pages: every coding of them, their ETags, and how much memory they take together."""

import gzip
import tracemalloc
from types import SimpleNamespace
from typing import Any

import brotli
import pytest

from clinic_site.front_cache.entries import Entries, Entry, choose_coding, names_etag
from clinic_site.front_cache.keeping import MARK
from clinic_site.front_cache.wsgi import FrontCache

from .front import BODY, LIMIT, Answer, Application, ask

pytestmark = pytest.mark.usefixtures("knowledge")


def test_every_coding_holds_the_same_page(front: FrontCache) -> None:
    plain, gz, br = (ask(front, HTTP_ACCEPT_ENCODING=each) for each in ("", "gzip", "gzip, br"))

    assert (plain.body, gzip.decompress(gz.body), brotli.decompress(br.body)) == (BODY,) * 3
    assert [each.headers.get("Content-Encoding") for each in (plain, gz, br)] == [
        None,
        "gzip",
        "br",
    ]
    for each in (plain, gz, br):
        assert each.headers["Content-Length"] == str(len(each.body))
        assert each.headers["Vary"] == "Accept-Encoding, Cookie"
        assert each.headers["ETag"].startswith('"')
    assert len({each.headers["ETag"] for each in (plain, gz, br)}) == 3


def test_equal_pages_have_equal_bytes_and_etags_in_every_process() -> None:
    first, second = (
        ask(FrontCache(Application(), LIMIT), HTTP_ACCEPT_ENCODING="gzip") for _ in "ab"
    )

    assert first == second


def test_an_etag_changes_with_the_headers_too(inner: Application, front: FrontCache) -> None:
    other = FrontCache(Application(more_headers=[("X-Robots-Tag", "noindex")]), LIMIT)

    assert ask(front).headers["ETag"] != ask(other).headers["ETag"]


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP;Q=1", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0.8,gzip;q=0.8", "br"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("*;q=0", "identity"),
        ("*;q=0.5, identity", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip", "gzip"),
        ("gzip;q=0.000, br;q=0", "identity"),
        ("gzip;q=nonsense", "identity"),
        ("gzip;q=7", "identity"),
        ("brotli, gzippy", "identity"),
        (", ;q=1,", "identity"),
        ("a, " * 1000 + "gzip", "gzip"),
    ],
)
def test_the_coding_is_the_one_the_visitor_likes_best(accept: str, coding: str) -> None:
    assert choose_coding(accept) == coding


def test_a_long_wish_is_granted_and_not_remembered() -> None:
    field = "a, " * 33_000  # twelve of a server's fields, joined
    tracemalloc.start()
    for number in range(20):
        assert choose_coding(f"{field}{number}, gzip") == "gzip"
    grown, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 5 * len(field)


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ('"a"', True),
        ("*", True),
        (' "x" , "a"', True),
        ('W/"a"', True),
        ('"x", W/"a"', True),
        ('"b"', False),
        ('"a-gz"', False),
        ("a", False),
        ("", False),
        ('"x, *"', False),
    ],
)
def test_an_etag_is_found_in_any_list(wanted: str, named: bool) -> None:
    assert names_etag(wanted, '"a"') is named


def test_what_the_visitor_has_is_not_sent_again(front: FrontCache) -> None:
    whole = ask(front, HTTP_ACCEPT_ENCODING="gzip")

    same = ask(front, HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=whole.headers["ETag"])
    other_coding = ask(front, HTTP_IF_NONE_MATCH=whole.headers["ETag"])

    bodily = {"Content-Type", "Content-Length", "Content-Encoding"}
    kept = {name: value for name, value in whole.headers.items() if name not in bodily}
    assert same == Answer("304 Not Modified", kept, b"")
    assert other_coding.status == "200 OK"


def test_the_first_visitor_too_is_told_that_nothing_changed(front: FrontCache) -> None:
    etag = ask(FrontCache(Application(), LIMIT)).headers["ETag"]

    assert ask(front, HTTP_IF_NONE_MATCH=etag).status == "304 Not Modified"


def test_head_has_the_headers_of_the_kept_page(front: FrontCache, inner: Application) -> None:
    before = ask(front, method="HEAD")
    assert len(front.entries) == 0
    assert MARK not in inner.asked[0]

    whole = ask(front, HTTP_ACCEPT_ENCODING="br")
    after = ask(front, method="HEAD", HTTP_ACCEPT_ENCODING="br")

    assert before.status == "200 OK"
    assert after == Answer("200 OK", whole.headers, b"")
    assert len(inner.asked) == 2


def test_a_server_may_change_the_headers_it_is_given(front: FrontCache) -> None:
    first = ask(front)
    told: list[Any] = []

    front(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/x/",
            "HTTP_HOST": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
        },
        lambda status, headers, exc_info=None: told.append(headers.clear()),
    )

    assert told == [None]
    assert ask(front) == first


# Memory ----------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_hundred_thousand_addresses_and_hosts_stay_within_the_limit(inner: Application) -> None:
    inner.body = b"x" * 100
    inner.asked = SimpleNamespace(append=lambda environ: None)
    front = FrontCache(inner, LIMIT)
    most = 0

    for number in range(50_000):
        ask(front, f"/articles/{number}/")
        ask(front, HTTP_HOST=f"h{number}.example")
        most = max(most, front.entries.size)

    assert LIMIT * 0.9 < most <= LIMIT
    assert len(front.entries) < 1000
    assert len(front.renewals) == 0


def test_the_bytes_that_are_counted_are_the_bytes_that_are_taken() -> None:
    entries = Entries(LIMIT)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(2000):
            page = f"<p>{number}</p>".encode() * 100
            entries.put(
                ("http", f"host{number}"), Entry([("Vary", f"Cookie{number}")], page, (1, 1))
            )
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert 0.9 * LIMIT < entries.size <= LIMIT
    assert taken < 1.1 * entries.size


def test_the_longest_unused_goes_first_and_no_entry_takes_too_much() -> None:
    def entry(size: int = 6000) -> Entry:
        return Entry([], bytes(range(256)) * (size // 256), (1, 1))

    limit = 12 * entry().size
    entries = Entries(limit)
    for name in "abcdefghijk":
        entries.put(name, entry())
    assert entries.living("a", (1, 1)) is not None
    for name in "lm":
        entries.put(name, entry())

    assert entries.get("a") is not None
    assert entries.get("b") is None
    entries.put("a", Entry([], b"x" * (limit // 8), (1, 1)))
    assert entries.get("a") is None
