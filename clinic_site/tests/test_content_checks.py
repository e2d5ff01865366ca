"""What staff are advised to mend; each check both ways."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from wagtail.images.tests.utils import get_test_image_file

from articles.models import ArticlePage
from clinic_site.content_checks import OVERCLAIMING_WORDS, findings, overclaims
from clinic_site.models import ClinicImage

GOOD_SUMMARY = "How ketamine is thought to work for depression, and which risks to weigh."
EASY = "<p>We see you soon. You can ask us. We tell you what we know. It takes a while.</p>"
HARD = "<p>Subanesthetic administration potentiates considerable synaptogenesis throughout.</p>" * 3


def article(**values: Any) -> ArticlePage:
    values = {"title": "An article", "summary": GOOD_SUMMARY, "body": [("text", EASY)], **values}
    return ArticlePage(**values)


def found(**values: Any) -> list[str]:
    return [finding.name for finding in findings(article(**values))]


def test_a_good_article_is_left_alone() -> None:
    assert findings(article()) == []


# Words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A proven cure. Breakthrough!", ["cure", "Breakthrough", "proven"]),
        ("It is safe\n and  effective, and risk-free.", ["risk-free", "safe and effective"]),
        ("A cure is a cure is a Cure.", ["cure"]),
        ("We secure your data. Obscured. A curette. Safe, and often effective.", []),
        ("", []),
    ],
)
def test_promises_are_found_as_whole_words(text: str, words: list[str]) -> None:
    assert overclaims(text, OVERCLAIMING_WORDS) == words


def test_the_list_is_the_clinics_own() -> None:
    assert overclaims("A cure, a (new) hope.", ["(new) hope", "", "  "]) == ["(new) hope"]


@pytest.mark.parametrize("name", ["title", "summary", "seo_title", "search_description", "body"])
def test_promises_are_found_wherever_readers_read(name: str) -> None:
    value: Any = f"{GOOD_SUMMARY[:-1]}, guaranteed."
    if name == "body":
        value = [("text", f"{EASY}<p>It is guaranteed.</p>")]
    assert found(**{name: value}) == ["Promises too much"]


def test_each_promise_is_named() -> None:
    page = article(body=[("text", "<p>A miracle cure.</p>")])
    assert [finding.help.split("”")[0] for finding in findings(page)] == ["“cure", "“miracle"]


# Links -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "vague"),
    [
        ("Click here", True),
        ("<b>read</b> more …", True),
        ("here.", True),
        ("haga clic aquí", True),
        ("how an infusion is given", False),
        ("Read more about risks", False),
    ],
)
def test_a_link_says_where_it_leads(text: str, vague: bool) -> None:
    body = [("text", f'{EASY}<p>To know more, <a linktype="page" id="1">{text}</a></p>')]
    assert found(body=body) == (["Link text says too little"] if vague else [])


def test_links_and_buttons_in_blocks_are_read_too() -> None:
    answer = {"question": "How?", "answer": '<p><a href="/a/">Here</a> <a href="/b/">here</a></p>'}
    other = {"question": "When?", "answer": "<p>Soon.</p>"}
    faq = {"heading": "Common questions", "questions": [answer, other]}
    cta = {"heading": "Ask us", "text": "We call you.", "label": "Click here"}
    names = found(body=[("text", EASY), ("faq", faq), ("cta", cta)])
    assert names == ["Link text says too little"] * 3


# Description -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "names"),
    [
        (0, ["Summary is missing"]),
        (69, ["Summary is short"]),
        (70, []),
        (160, []),
        (161, ["Summary is long for search engines"]),
    ],
)
def test_a_description_has_70_to_160_characters(length: int, names: list[str]) -> None:
    assert found(summary="x" * length) == names
    assert found(summary="", search_description="x" * length) == names


# Reading level ---------------------------------------------------------------------------------


def test_a_text_over_40_is_called_hard_with_its_level() -> None:
    (finding,) = findings(article(body=[("text", HARD)]))
    assert finding.name == "Hard to read"
    assert "The reading level is 106.0, and 40 is" in finding.help


# Pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alt_text", "decorative", "names"),
    [
        ("", False, ["Picture without description"]),
        (" ", False, ["Picture without description"]),
        ("The room in Allen", False, []),
        ("", True, []),
    ],
)
def test_a_picture_is_described_or_decorative(
    db: None, alt_text: str, decorative: bool, names: list[str]
) -> None:
    picture = ClinicImage.objects.create(title="Room", file=get_test_image_file())
    image = {"image": picture.pk, "alt_text": alt_text, "decorative": decorative}
    body = [
        {"type": "text", "value": EASY},
        {"type": "image", "value": {"image": image, "caption": ""}},
    ]
    page = article()
    page.body = page.body.stream_block.to_python(body)
    assert [finding.name for finding in findings(page)] == names


# Review ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "names"),
    [
        (date(2026, 11, 24), []),
        (date(2026, 11, 23), ["Review is overdue"]),
        (date(2025, 11, 23), ["Review is overdue"]),
    ],
)
def test_a_review_whose_day_has_come_is_named(
    site: SimpleNamespace, due: date, names: list[str]
) -> None:
    review = {"reviewer": site.clinician, "last_reviewed": date(2024, 11, 1), "next_review": due}
    with time_machine.travel("2026-11-23 18:00 +0000", tick=False):
        assert found(**review) == names


def test_a_page_of_another_kind_is_checked_too(site: SimpleNamespace) -> None:
    site.questions.summary = "Short."
    names = [finding.name for finding in findings(site.questions)]
    assert names == ["Summary is short"]
    assert findings(site.home) == []
