"""What `make bench` counts on: that wrong answers are noticed, and that its sums are right."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clinic_site.tests.bench import load, machine, servers, stock, weight
from clinic_site.tests.bench.goals import GOALS, verdict
from clinic_site.tests.bench.load import Ask, NoAnswer, Run, WrongAnswer
from clinic_site.tests.bench.posts import run_posts
from clinic_site.tests.bench.rounds import Figure, Results, Subject, in_turns, middle

TOLD = 'BENCH {{"requests": {requests}, "seconds": 2.0, "p50": 1.5, "p95": 4.0, "bytes": {size}, "errors": {errors}}}'


class Handler(BaseHTTPRequestHandler):
    """A page at /, an error at every third request of /sometimes, a redirect after each post."""

    protocol_version = "HTTP/1.1"
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        fails = self.path == "/sometimes" and len(self.asked) % 3 == 0
        self._answer(503 if fails else 200, b"a page")

    def do_POST(self) -> None:
        self.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._answer(302, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients hang up in the middle of an answer."""


@pytest.fixture
def url() -> Iterator[str]:
    Handler.asked = []
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def told(requests: int = 100, size: int = 90_000, errors: int = 0) -> str:
    line = TOLD.format(requests=requests, size=size, errors=errors)
    return f"Running 2s test\n  100 requests in 2.00s\n{line}\n"


def test_wrk_is_read() -> None:
    assert load.parse_wrk(told(), size=900) == Run(100, 2.0, 1.5, 4.0)
    assert load.parse_wrk(told()).rate == 50


@pytest.mark.parametrize("output", [told(errors=1), told(size=89_999), "unable to connect"])
def test_wrong_answers_to_wrk_are_noticed(output: str) -> None:
    with pytest.raises(WrongAnswer):
        load.parse_wrk(output, size=900)


def test_silence_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        load.parse_wrk(told(requests=0))


LOADS = [
    load.run_loop,
    pytest.param(load.run_wrk, marks=pytest.mark.skipif(not load.has_wrk(), reason="no wrk")),
]


@pytest.mark.parametrize("run", LOADS)
def test_load_counts_what_the_server_saw(url: str, run: Any) -> None:
    found = run(Ask(f"{url}/"), 2, 1)

    assert 0 < found.requests <= len(Handler.asked) <= found.requests + 2
    assert 0 < found.p50 <= found.p95


@pytest.mark.parametrize("run", LOADS)
def test_load_notices_a_wrong_status(url: str, run: Any) -> None:
    with pytest.raises(WrongAnswer):
        run(Ask(f"{url}/sometimes"), 2, 1)


@pytest.mark.parametrize("run", LOADS)
def test_every_body_is_sent_once(url: str, run: Any) -> None:
    bodies = [f"token={number}" for number in range(20)]

    found = run(Ask(f"{url}/", bodies=bodies, expected=302), 2, 1)

    # wrk takes the first one to look at the script, and leaves the last before it is answered.
    assert {*bodies[1:]} <= set(Handler.asked) <= {*bodies}
    assert len(Handler.asked) == len(set(Handler.asked))
    assert found.requests in (len(Handler.asked), len(Handler.asked) - 1)


def test_posts_that_left_no_row_are_noticed(url: str) -> None:
    ask = Ask(f"{url}/", bodies=["token=1", "token=2", "token=3"], expected=302)

    with pytest.raises(WrongAnswer, match="0 stored"):
        run_posts(ask, 1, 1, lambda: 0)


def test_ratios_are_taken_turn_by_turn() -> None:
    results = Results()
    for ours, theirs in ((10, 10), (30, 10), (40, 20)):
        results.add("ours", 8, Figure(Run(ours, 1, 1, 1), cpu=4.0))
        results.add("theirs", 8, Figure(Run(theirs, 1, 1, 1), cpu=2.0))

    found = results.ratio("ours", "theirs", 8)

    assert (found.middle, found.lowest, found.highest) == (2, 1, 3)
    assert results.cpu_ratio("ours", "theirs", 8) == 0.5
    assert middle([None, None]) == 0
    assert middle([None, 3.0, 1.0, 2.0]) == 2


def test_what_has_several_turns_is_measured_side_by_side(url: str) -> None:
    server = servers.Server(url, None)  # type: ignore[arg-type]
    turns = {"constant": 2, "slow": 1, "kept": 2}
    subjects = [
        Subject(name, server, lambda _: Ask(url), turns=each) for name, each in turns.items()
    ]

    measured = [subject.name for subject in in_turns(subjects)]

    assert measured == ["constant", "kept", "constant", "kept", "slow"]
    assert {each.turns for each in in_turns(subjects[1:2])} == {1}


def test_a_goal_says_what_is_met() -> None:
    assert verdict(least=True, aim=False) == "least met, aim not met"
    assert verdict(least=True, aim=None) == "met"
    assert all(goal.least < goal.aim for goal in GOALS)


def test_every_server_shares_the_sites_values(tmp_path: Path) -> None:
    servers.write_config(tmp_path / "config.py")

    text = (tmp_path / "config.py").read_text(encoding="utf-8")
    assert "control_socket_disable = True\n" in text
    assert "worker_class = 'gthread'\n" in text
    assert "bind" not in text


def test_processes_are_looked_up() -> None:
    """Where /proc tells nothing, nothing is known."""
    assert machine.cpu_seconds(2**30) is None
    assert machine.memory_megabytes(2**30) is None


def test_stylesheets_and_scripts_are_found() -> None:
    html = '<link rel="preload" href="f"><link rel="stylesheet" href="a.css"><script src="b.js"></script><script>1</script>'

    assert weight.linked(html) == ["a.css", "b.js"]


def test_a_block_is_told_as_heading_and_paragraph() -> None:
    value = {
        "heading": "What to expect",
        "steps": [
            {"title": "First", "text": "<p>We talk.</p>"},
            {"title": "Then", "text": "More."},
        ],
    }

    assert list(stock.told(value)) == [
        ("heading", "What to expect"),
        ("paragraph", "<h3>First</h3><p>We talk.</p><h3>Then</h3><p>More.</p>"),
    ]


def test_the_stock_form_asks_as_much_as_ours(site: SimpleNamespace) -> None:
    fields = list(stock.form_fields())

    assert len(fields) == len(site.book.get_form().visible_fields()) - 1
    assert {field["field_type"] for field in fields} >= {
        "singleline", "email", "date", "radio", "checkbox", "multiline",
    }  # fmt: skip
