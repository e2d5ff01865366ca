"""Blocks: what they draw, and what they refuse."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import ValidationError
from wagtail.blocks import Block, StreamBlock
from wagtail.images.tests.utils import get_test_image_file
from wagtail.rich_text import RichText

from articles.blocks import ArticleBody, BenefitsRisksBlock
from clinic_site.blocks import FAQBlock, PageBody, StepsBlock, TextBlock, contents_of
from clinic_site.headings import TEMPLATE_IDS, Anchors, add_h2_ids, anchor, h2_texts
from clinic_site.models import ClinicImage
from home.blocks import StandardBody


def render(block: Block, value: Any, **context: Any) -> BeautifulSoup:
    return BeautifulSoup(block.render(block.to_python(value), context), "html.parser")


def texts(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in soup.select(selector)]


def test_an_article_has_the_eight_blocks_and_no_other() -> None:
    assert list(ArticleBody().child_blocks) == [
        "text",
        "benefits_risks",
        "steps",
        "clinician_note",
        "faq",
        "callout",
        "image",
        "cta",
    ]


@pytest.mark.parametrize("body", [ArticleBody, PageBody, StandardBody])
def test_every_block_has_icon_label_description_template_and_preview(
    body: type[StreamBlock],
) -> None:
    for name, block in body().child_blocks.items():
        assert block.meta.icon not in {"", "placeholder"}, name
        assert block.get_description(), name
        assert block.meta.template == f"blocks/{name}.html"
        assert hasattr(block.meta, "preview_value"), name


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*ArticleBody().child_blocks])
def test_every_block_draws_its_preview(name: str) -> None:
    block = ArticleBody().child_blocks[name]
    html = block.render(block.get_preview_value(), {})
    assert "{{" not in html
    assert "style=" not in html


def test_text_headings_get_the_ids_that_the_contents_list_links_to() -> None:
    soup = render(TextBlock(), "<h2>How it's given</h2><p>Slowly.</p>")
    assert [(tag.name, tag["id"]) for tag in soup.select("[id]")] == [("h2", "how-its-given")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Benefits & risks", "benefits-risks"),
        ("¿Qué?", "que"),
        ("!!!", "section"),
        ("a" * 90, "a" * 60),
    ],
)
def test_an_anchor_is_plain_ascii_and_never_empty(text: str, expected: str) -> None:
    assert anchor(text) == expected


def test_heading_ids_replace_what_stood_there() -> None:
    html = add_h2_ids('<h2 data-block-key="x">A <b>b</b></h2>', Anchors())
    assert html == '<h2 id="a-b">A <b>b</b></h2>'


def test_signs_in_a_heading_are_read_as_a_person_reads_them() -> None:
    assert h2_texts("<h2>Benefits &amp; risks</h2>") == ["Benefits & risks"]


def test_headings_that_read_alike_get_ids_of_their_own() -> None:
    anchors = Anchors()
    assert [anchors.add(text) for text in ("Risks", "risks", "Risks 2", "Risks!", "¿?", "?")] == [
        "risks",
        "risks-2",
        "risks-2-2",
        "risks-3",
        "section",
        "section-2",
    ]


def ids_written_in(templates: Iterable[str]) -> set[str]:
    """Ids that stand in templates word for word."""
    return {found for text in templates for found in re.findall(r'\bid="([^"{]+)"', text)}


def test_no_heading_takes_an_id_that_a_template_uses() -> None:
    folder = settings.BASE_DIR / "templates"
    paths = [folder / "base.html"]
    for name in ("home", "articles", "includes", "blocks"):
        paths += [path for path in (folder / name).rglob("*.html") if "admin" not in path.parts]
    assert ids_written_in(path.read_text(encoding="utf-8") for path in paths) == TEMPLATE_IDS
    assert ids_written_in(['<p id="a"><p id="b-{{ c }}"><p id="{{ d }}">']) == {"a"}
    assert [Anchors().add(name) for name in sorted(TEMPLATE_IDS)] == [
        f"{name}-2" for name in sorted(TEMPLATE_IDS)
    ]


def test_benefits_and_risks_stand_side_by_side_in_lists_of_the_same_kind() -> None:
    soup = render(
        BenefitsRisksBlock(),
        {
            "heading": "Benefits and risks",
            "benefits": [{"title": "Quick", "text": "Hours."}],
            "risks": [{"title": "Dizzy", "text": "Passes."}, {"title": "Cost", "text": "High."}],
            "serious_risks": "<p>Breathing.</p>",
        },
    )
    assert texts(soup, "h2") == ["Benefits and risks"]
    benefits, risks = soup.select("ul")
    assert benefits.get("class") == risks.get("class")
    assert [len(part.select("li")) for part in (benefits, risks)] == [1, 2]
    assert "Breathing." in soup.get_text()


def benefits_risks(benefits: int, risks: int) -> Any:
    point = {"title": "A", "text": "b"}
    return BenefitsRisksBlock().to_python(
        {"heading": "H", "benefits": [point] * benefits, "risks": [point] * risks}
    )


def test_fewer_risks_than_benefits_are_refused_on_publishing_and_kept_in_a_draft() -> None:
    block = BenefitsRisksBlock()
    with pytest.raises(ValidationError) as refusal:
        block.clean(benefits_risks(3, 1))
    assert list(refusal.value.block_errors["risks"].non_block_errors) == [
        "Add at least 2 more risks: there must be as many risks as benefits."
    ]
    assert len(block.clean_deferred(benefits_risks(3, 1))["risks"]) == 1


@pytest.mark.parametrize(("benefits", "risks"), [(1, 1), (2, 3)])
def test_as_many_risks_as_benefits_are_accepted(benefits: int, risks: int) -> None:
    assert BenefitsRisksBlock().clean(benefits_risks(benefits, risks))["heading"] == "H"


def test_questions_are_details_that_open_without_scripts() -> None:
    question = {"question": "Does it hurt?", "answer": "<p>A little.</p>"}
    soup = render(FAQBlock(), {"heading": "Questions", "questions": [question, question]})
    assert texts(soup, "details > summary") == ["Does it hurt?", "Does it hurt?"]


@pytest.mark.parametrize(("count", "accepted"), [(1, False), (2, True), (8, True), (9, False)])
def test_steps_are_two_to_eight(count: int, accepted: bool) -> None:
    block = StepsBlock()
    value = block.to_python(
        {"heading": "", "steps": [{"title": "A", "text": RichText("<p>b</p>").source}] * count}
    )
    if accepted:
        assert len(block.clean(value)["steps"]) == count
    else:
        with pytest.raises(ValidationError):
            block.clean(value)


@pytest.mark.parametrize(("block", "name"), [(FAQBlock(), "questions"), (StepsBlock(), "steps")])
def test_a_new_block_of_at_least_two_begins_with_two(block: Block, name: str) -> None:
    assert [list(item.values()) for item in block.get_default()[name]] == [["", RichText("")]] * 2


@pytest.mark.parametrize(
    ("level", "word"), [("note", "Note"), ("important", "Important"), ("urgent", "Urgent")]
)
def test_a_callout_says_its_level_in_words(level: str, word: str) -> None:
    soup = render(
        PageBody().child_blocks["callout"], {"level": level, "heading": "H", "text": "<p>t</p>"}
    )
    assert word in soup.get_text()


@pytest.mark.parametrize(("name", "most"), [("callout", 3), ("cta", 2), ("benefits_risks", 1)])
def test_a_body_takes_only_so_many_of_a_block(name: str, most: int) -> None:
    body = ArticleBody()
    child = body.child_blocks[name]
    value = {
        "callout": {"level": "note", "heading": "H", "text": "<p>t</p>"},
        "cta": {"heading": "H", "text": "t", "label": "Book"},
        "benefits_risks": BenefitsRisksBlock().get_prep_value(benefits_risks(1, 1)),
    }[name]
    one = {"type": name, "value": value}
    assert child.name == name
    assert len(body.clean(body.to_python([one] * most))) == most
    with pytest.raises(ValidationError):
        body.clean(body.to_python([one] * (most + 1)))


def test_a_call_to_action_leads_to_the_booking_page() -> None:
    soup = render(
        PageBody().child_blocks["cta"],
        {"heading": "Ask", "text": "We call.", "label": "Request an appointment"},
        clinic={"booking_url": "/book/"},
    )
    assert [(a["href"], a.get_text(strip=True)) for a in soup.select("a")] == [
        ("/book/", "Request an appointment")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "alt"),
    [
        ({"alt_text": "Six chairs", "decorative": False}, "Six chairs"),
        ({"alt_text": "", "decorative": True}, ""),
    ],
)
def test_a_picture_has_its_chosen_alternative_and_real_sizes(
    chosen: dict[str, Any], alt: str
) -> None:
    image = ClinicImage.objects.create(
        title="Room", file=get_test_image_file(), description="The waiting room"
    )
    soup = render(
        PageBody().child_blocks["image"],
        {"image": {"image": image.pk, **chosen}, "caption": "Allen"},
    )
    (picture,) = soup.select("img")
    assert picture["alt"] == alt
    assert {"width", "height", "src"} <= set(picture.attrs)
    assert texts(soup, "figcaption") == ["Allen"]


@pytest.mark.django_db
def test_a_picture_without_alternative_or_decorative_is_refused() -> None:
    image = ClinicImage.objects.create(
        title="Room", file=get_test_image_file(), description="The waiting room"
    )
    block = PageBody().child_blocks["image"]
    value = block.to_python(
        {"image": {"image": image.pk, "alt_text": "", "decorative": False}, "caption": ""}
    )
    with pytest.raises(ValidationError):
        block.clean(value)


@pytest.mark.django_db
def test_an_image_without_description_is_refused() -> None:
    with pytest.raises(ValidationError) as refusal:
        ClinicImage(title="Room", description="").clean_fields(exclude=["file", "collection"])
    assert "description" in refusal.value.message_dict


def test_the_contents_list_names_every_second_level_heading_in_order() -> None:
    question = {"question": "Q", "answer": "<p>a</p>"}
    body = PageBody().to_python(
        [
            {"type": "text", "value": "<h2>One</h2><p>x</p><h3>Not this</h3><h2>Two</h2>"},
            {"type": "callout", "value": {"level": "note", "heading": "Aside", "text": "<p>t</p>"}},
            {"type": "faq", "value": {"heading": "Three", "questions": [question, question]}},
        ]
    )
    assert contents_of(body) == [
        {"id": "one", "text": "One"},
        {"id": "two", "text": "Two"},
        {"id": "three", "text": "Three"},
    ]


def test_equal_headings_have_the_same_ids_in_the_contents_list_and_in_the_text() -> None:
    question = {"question": "Q", "answer": "<p>a</p>"}
    faq = {"heading": "Risks &amp; costs", "questions": [question, question]}
    text = "<h2>Risks</h2><p>x</p><h2>Risks</h2>"
    body = PageBody().to_python(
        [
            {"type": "text", "value": text},
            {"type": "steps", "value": {"heading": "Risks", "steps": []}},
            {"type": "steps", "value": {"heading": "", "steps": []}},
            {"type": "faq", "value": faq},
            {"type": "faq", "value": faq},
            {"type": "text", "value": text + "<h2>On this page</h2>"},
        ]
    )
    soup = BeautifulSoup(str(body.render_as_block({})), "html.parser")
    drawn = [{"id": tag["id"], "text": tag.get_text()} for tag in soup.select("h2")]
    assert drawn == contents_of(body)
    assert [entry["id"] for entry in drawn] == [
        "risks",
        "risks-2",
        "risks-3",
        "risks-amp-costs",
        "risks-amp-costs-2",
        "risks-4",
        "risks-5",
        "on-this-page-2",
    ]
