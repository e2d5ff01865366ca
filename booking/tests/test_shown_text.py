"""Stored text where it is shown or searched: in its own direction, and nothing that does not show."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory

from booking.models import Submission
from booking.public.middleware import unavailable
from booking.submissions.folding import folded
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import messages_of, table

LIST = "/admin/booking/submission/"
MADE_UP = {"name": "\u202eniboR\u200b لیلا", "message": "\u2067a\u2069\nعلی\u200cرضا", "email": ""}
NAME = "niboR لیلا"


def isolated(html: bytes, selector: str) -> list[str]:
    """What stands in the page's parts that have a direction of their own."""
    page = BeautifulSoup(html, "html.parser")
    return [each.get_text("|") for each in page.select(selector)]


def test_the_desk_shows_an_older_answer_in_a_direction_of_its_own_and_nothing_unseen(
    make: Callable[..., Submission], sign_in: Callable[..., Client]
) -> None:
    submission = make(MADE_UP)
    client = sign_in("booking_reviewer", unlock=True)
    pages = {
        "list": client.get(LIST),
        "search": client.post(f"{LIST}search/", {"term": "nibor"}, follow=True),
        "detail": client.get(f"{LIST}inspect/{submission.pk}/"),
    }
    shown = isolated(pages["detail"].content, ".desk-answers dd bdi")
    assert isolated(pages["list"].content, "td bdi") == [NAME]
    assert isolated(pages["search"].content, "td bdi") == [NAME]
    assert (shown[0], [each for each in shown if "علی" in each]) == (NAME, ["a|علی\u200cرضا"])
    unseen = {
        name: [char for char in "\u202e\u200b\u2067\u2069" if char in page.text]
        for name, page in pages.items()
    }
    assert unseen == {"list": [], "search": [], "detail": []}


def test_a_name_in_the_list_is_text_and_no_markup(
    make: Callable[..., Submission], sign_in: Callable[..., Client]
) -> None:
    make({"name": "<b>Robin</b>"})
    client = sign_in("booking_reviewer", unlock=True)
    assert isolated(client.get(LIST).content, "td bdi") == ["<b>Robin</b>"]


def test_the_check_page_shows_each_answer_in_a_direction_of_its_own(
    client: Client, answers: dict[str, Any], vault: TestVault
) -> None:
    page = client.post("/book/check/", {**answers, **MADE_UP})
    shown = isolated(page.content, ".answers .given bdi")
    assert (shown[0], "a\nعلی\u200cرضا" in shown) == (NAME, True)
    assert len(shown) == len(BeautifulSoup(page.content, "html.parser").select(".given"))


def test_the_503_page_shows_each_answer_in_a_direction_of_its_own(rf: RequestFactory) -> None:
    typed = {**MADE_UP, "preferred_day": "2026-10-12", "token": "t"}
    content = unavailable(rf.post("/book/", typed)).content
    shown = isolated(content, ".answers .given bdi")
    assert (NAME in shown, "a\nعلی\u200cرضا" in shown) == (True, True)
    assert len(shown) == len(BeautifulSoup(content, "html.parser").select(".given"))


TERMS = ["علی\u200cرضا", "علیرضا", "علی\u200bرضا", "\u202eعلیرضا\u202c", "robin علیرضا", "ROBIN\xa0علی\u200cرضا"]  # fmt: skip


@pytest.mark.parametrize("term", TERMS, ids=ascii)
@pytest.mark.parametrize("name", ["Robin علی\u200cرضا", "Ro\u200bbin\xa0\u202eعلیرضا"], ids=ascii)
def test_a_name_is_found_with_and_without_what_does_not_show(
    make: Callable[..., Submission], sign_in: Callable[..., Client], name: str, term: str
) -> None:
    make({"name": name}, reference="KKKKKKKK")
    client = sign_in("booking_reviewer", unlock=True)
    rows = table(client.post(f"{LIST}search/", {"term": term}, follow=True))[1:]
    assert [row[0] for row in rows] == ["KKKKKKKK"]


NOTHING, TOO_LITTLE = "This field is required.", "Enter at least two letters or digits."
UNSEEN = {
    "\u200b\u200b": NOTHING,
    "r\u200b": TOO_LITTLE,
    "\u3164\u3164": NOTHING,
    "\xa0\xa0": NOTHING,
}


@pytest.mark.parametrize(("term", "message"), UNSEEN.items(), ids=ascii)
def test_a_search_for_what_does_not_show_finds_nothing_and_asks_for_two_letters(
    kestrel: Submission, sign_in: Callable[..., Client], term: str, message: str
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    answer = client.post(f"{LIST}search/", {"term": term}, follow=True)
    assert messages_of(answer) == [message]


def test_what_is_compared_holds_neither_capitals_nor_anything_unseen() -> None:
    assert folded("Ro\u200bBIN\xa0👩\u200d⚕️ ÅNGSTRÖM") == "robin 👩⚕ angstrom"
