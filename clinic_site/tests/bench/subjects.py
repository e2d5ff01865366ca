"""What is measured: the site with its front cache on and off, and the limits that it is held against."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from . import posts, stock, trial_site
from .load import Ask
from .rounds import Subject
from .servers import SITE_CONFIG, Application, Server, serving, write_config

ARTICLE, HOME, QUESTIONS = trial_site.ARTICLE, "/", "/common-questions/"
# What browsers say that they can unpack, on plain http and on https.
AS_BROWSERS_ASK = {"Accept-Encoding": "gzip, deflate, br"}
# Turns in a round of what Python hardly works for.
FAST = 6


@dataclass(frozen=True)
class Field:
    """All subjects, the encoding that browsers get, the stock article's queries, the site's two servers."""

    subjects: list[Subject]
    encoding: str
    stock_queries: int
    site: Server
    uncached: Server


@contextlib.contextmanager
def prepared(work: Path) -> Iterator[Field]:
    """Every server up and every subject ready; all of it gone afterwards."""
    config = work / "limits_config.py"
    write_config(config)
    answers = work / "answers"
    answers.mkdir()
    with contextlib.ExitStack() as stack:

        def serve(application: Application, settings: Path = config) -> Server:
            return stack.enter_context(serving(application, settings, work))

        site = serve(trial_site.application(front_cache=True), SITE_CONFIG)
        uncached = serve(trial_site.application(front_cache=False), SITE_CONFIG)
        encoding = keep_answers(site, answers)
        told = {"BENCH_ANSWERS": str(answers)}
        package = __package__ or ""
        constant = serve(
            Application("constant", f"{package}.constant", environment=told, ready="/plain")
        )
        bare = serve(Application("bare", f"{package}.bare", environment=told, ready="/plain"))
        stock_site, stock_database = stack.enter_context(stock.site(work / "stock"))
        stock_server = serve(stock_site)
        subjects = [
            *limits(constant, bare, stock_server),
            *pages(site, uncached),
            Subject(
                "booking POST", site, lambda s: posts.booking(site.url, s), posts.stored_requests
            ),
            Subject(
                "stock FormPage POST",
                stock_server,
                lambda s: posts.stock(stock_server.url, s),
                posts.stored_submissions(stock_database),
            ),
        ]
        yield Field(subjects, encoding, stock.queries(stock_site), site, uncached)


def limits(constant: Server, bare: Server, stock_server: Server) -> list[Subject]:
    return [
        page("constant bytes", constant, "/plain", turns=FAST),
        page("constant bytes, packed", constant, "/packed", turns=FAST),
        page("bare Django view", bare, "/plain"),
        page("stock Wagtail article", stock_server, stock.ARTICLE),
    ]


def pages(site: Server, uncached: Server) -> list[Subject]:
    return [
        page("article, uncached", uncached, ARTICLE),
        page("home, uncached", uncached, HOME),
        page("common questions, uncached", uncached, QUESTIONS),
        page("booking page, uncached", uncached, posts.BOOKING),
        page("article, kept", site, ARTICLE, turns=FAST),
        page("article, kept and packed", site, ARTICLE, AS_BROWSERS_ASK, turns=FAST),
        page("home, kept", site, HOME, turns=FAST),
    ]


def page(
    name: str, server: Server, path: str, headers: dict[str, str] | None = None, turns: int = 1
) -> Subject:
    """A page that is read."""
    ask = Ask(f"{server.url}{path}", headers or {})
    return Subject(name, server, lambda _seconds: ask, turns=turns)


def keep_answers(site: Server, folder: Path) -> str:
    """Write the article as the site sends it, plain and as browsers ask; returns the second's encoding."""
    encodings = {}
    for name, headers in (("plain", {}), ("packed", AS_BROWSERS_ASK)):
        with urlopen(Request(f"{site.url}{ARTICLE}", headers=headers), timeout=30) as response:
            (folder / name).write_bytes(response.read())
            encodings[name] = response.headers.get("Content-Encoding", "")
    (folder / "encodings.json").write_text(json.dumps(encodings), encoding="utf-8")
    return encodings["packed"]
