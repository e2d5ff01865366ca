"""The facts on the privacy page come from the site, not from whoever wrote the page."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import Page

from booking.models import BookingFormField, BookingPage
from booking.public.queries import published_form
from booking.public.statement import statement
from clinic_site.blocks import contents_of
from clinic_site.readability import words_of
from home.blocks import PrivacyFactsBlock, StandardBody
from home.models import StandardPage

HEADING = "What we ask and keep"


def render() -> BeautifulSoup:
    block = PrivacyFactsBlock()
    return BeautifulSoup(block.render(block.get_preview_value(), {}), "html.parser")


def texts(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in soup.select(selector)]


@pytest.fixture
def sample(sample_content: str, vault: object) -> None:
    """The sample content, and a vault that two people can open."""


def privacy_page(client: Client) -> BeautifulSoup:
    return BeautifulSoup(client.get("/privacy/").content, "html.parser")


# The block -------------------------------------------------------------------------------------


def test_the_block_lists_what_is_asked_and_what_is_not_sealed(
    site: SimpleNamespace, vault: object
) -> None:
    facts = statement(published_form())
    assert texts(render(), "li") == [*facts.asked, *facts.in_clear]


def test_the_block_has_its_headings_in_order(site: SimpleNamespace, vault: object) -> None:
    soup = render()
    assert texts(soup, "h2, h3") == [
        HEADING,
        "What the form asks",
        "What is not encrypted",
        "Who can open it",
        "When it is deleted",
    ]
    section = soup.select_one("section")
    assert section["aria-labelledby"] == soup.h2["id"] == "what-we-ask-and-keep"


def test_the_block_says_who_can_open_it_and_when_it_locks(
    site: SimpleNamespace, vault: object
) -> None:
    text = " ".join(render().get_text(" ").split())
    for sentence in (
        (
            "Two people at the clinic can read it. Roles that allow it: Booking administrators, Booking "
            "reviewers and administrators of the site."
        ),
        "locks again after 15 minutes without use, and after 8 hours in any case.",
        "A recovery key on paper can open requests too",
        (
            "People without access see only the facts that stay in clear. Whoever controls the running "
            "server could read requests as they come in, and older ones when somebody opens them."
        ),
        "It is due to be deleted a year after it came in.",
    ):
        assert sentence in text


def test_the_block_tells_of_receipts_while_they_are_offered(
    site: SimpleNamespace, vault: object
) -> None:
    told = "If you want a confirmation by e-mail, it goes out when you send the form"
    assert told in render().text
    site.book.offers_receipt = False
    site.book.save_revision().publish()
    assert told not in render().text


def test_without_a_form_and_a_vault_the_block_says_so(db: None) -> None:
    soup = render()
    text = " ".join(soup.get_text(" ").split())
    assert texts(soup, "h3") == ["What is not encrypted", "Who can open it"]
    assert "There is no request form on this site at the moment." in text
    assert "Nobody can read it yet." in text
    assert "recovery key" not in text


def test_a_label_is_text_and_never_markup(site: SimpleNamespace) -> None:
    BookingFormField.objects.create(page=site.book, label="<b>Bold?</b>", field_type="singleline")
    assert "<b>Bold?</b>" in texts(render(), "li")


def test_the_heading_stands_in_the_contents_list() -> None:
    body = StandardBody().to_python([{"type": "privacy_facts", "value": {"heading": HEADING}}])
    assert contents_of(body) == [{"id": "what-we-ask-and-keep", "text": HEADING}]


def test_a_page_takes_the_block_once() -> None:
    assert StandardBody().meta.block_counts["privacy_facts"] == {"max_num": 1}


def test_the_block_takes_the_same_queries_whatever_it_lists(
    site: SimpleNamespace, vault: object, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(11):
        render()
    for number in range(3):
        BookingFormField.objects.create(
            page=site.book, label=f"Question {number}?", field_type="singleline"
        )
    with django_assert_num_queries(11):
        render()


# The sample page -------------------------------------------------------------------------------


def test_the_sample_page_shows_the_facts_of_the_sample_form(sample: None, client: Client) -> None:
    items = texts(privacy_page(client), "main section li")
    facts = statement(published_form())
    assert items == [*facts.asked, *facts.in_clear]
    assert "Is there anything that would make a visit easier for you?" in items


def test_the_sample_page_types_no_fact_that_can_change(sample: None) -> None:
    # The words alone: the random ids of blocks beside them hold any digits.
    typed = words_of(list(StandardPage.objects.get(slug="privacy").body.raw_data))
    facts = ["365", "15 minutes", "eight hours", "8 hours", "voicemail", "Booking reviewers"]
    assert [fact for fact in facts if fact in typed] == []


def test_the_page_follows_the_form_the_groups_and_the_settings(
    sample: None, client: Client, settings: Settings
) -> None:
    BookingPage.objects.update(retention_days=30)
    BookingFormField.objects.all().delete()
    Group.objects.get(name="Booking reviewers").permissions.clear()
    settings.VAULT_IDLE_SECONDS = 5 * 60
    text = " ".join(privacy_page(client).select_one("main").get_text(" ").split())
    expected: dict[str, Any] = {
        "due to be deleted 30 days after": True,
        "365 days": False,
        "Is there anything that would make a visit easier for you?": False,
        "Roles that allow it: Booking administrators and administrators of the site.": True,
        "after 5 minutes without use": True,
    }
    assert {words: words in text for words in expected} == expected


def test_only_the_privacy_page_speaks_of_sealing_and_explains_it_once(
    sample: None, client: Client
) -> None:
    addresses = [page.get_url() for page in Page.objects.live().filter(depth__gte=2)]
    read = {
        address: client.get(address).text.replace('class="sealed"', "")
        for address in [*addresses, "/book/received/"]
    }
    told = {address: re.findall(r"\bseal\w*", html) for address, html in read.items()}
    assert {address: words for address, words in told.items() if words} == {"/privacy/": ["sealed"]}
