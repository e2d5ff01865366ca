"""Somebody who asks for a day on which there may be no answer yet is told so, and nobody else is."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from booking.public.form.tokens import CODE_SECONDS
from clinic_site.tests.pages import confirmed

# Wednesday noon in Texas; the answer to a request is promised for Friday evening.
NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)
TOLD = (
    "You asked for a day on which you may not have heard from us yet: we answer by Friday, October 9. "
    "If you need that day, call Allen: (972) 555-0101"
)

pytestmark = pytest.mark.usefixtures("vault")


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def told(html: str) -> bool:
    """Whether the page says so; as a whole sentence or not at all."""
    text = " ".join(BeautifulSoup(html, "html.parser").main.get_text(" ").split())
    assert (TOLD in text) == ("may not have heard" in text)
    return TOLD in text


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [
        ({"preferred_day": "2026-10-07"}, True),
        ({"preferred_day": "2026-10-08"}, True),
        ({"preferred_day": "2026-10-09"}, True),
        ({"preferred_day": "2026-10-12"}, False),
        ({"preferred_day": "2026-10-12", "second_day": "2026-10-08"}, True),
        ({"preferred_day": "2026-10-12", "second_day": "2026-10-13"}, False),
        ({"preferred_day": "2026-10-08", "when": "soonest"}, False),
        ({"preferred_day": "2026-10-08", "when": "weekdays", "weekdays": ["0"]}, False),
    ],
)
def test_the_check_and_the_confirmation_tell_of_a_day_before_the_answer(
    client: Client, answers: dict[str, Any], asked: dict[str, Any], is_told: bool
) -> None:
    given = {**answers, **asked}
    assert told(client.post("/book/check/", given).text) is is_told
    sent = client.post("/book/send/", given)
    assert told(client.get(sent["Location"]).text) is is_told


def test_its_address_tells_nobody_that_such_a_day_was_asked_for(
    client: Client, answers: dict[str, Any]
) -> None:
    addresses = [
        client.post("/book/send/", {**answers, "preferred_day": day})["Location"]
        for day in ("2026-10-08", "2026-10-12")
    ]
    queries = [parse_qs(urlsplit(address).query) for address in addresses]
    assert [set(query) for query in queries] == [{"reference", "code"}] * 2
    assert len(queries[0]["code"][0]) == len(queries[1]["code"][0])


def test_after_an_hour_or_without_the_code_it_is_not_told(
    client: Client, answers: dict[str, Any], frozen: Any
) -> None:
    sent = client.post("/book/send/", {**answers, "preferred_day": "2026-10-08"})
    assert not told(client.get(confirmed(sent)).text)
    frozen.shift(CODE_SECONDS + 1)
    assert not told(client.get(sent["Location"]).text)


def test_where_no_answer_can_be_promised_none_is_named(
    client: Client, answers: dict[str, Any], site: Any
) -> None:
    site.location.hours.all().delete()
    given = {**answers, "when": "soonest"}
    assert not told(client.post("/book/check/", given).text)
    assert client.post("/book/send/", given).status_code == 303
