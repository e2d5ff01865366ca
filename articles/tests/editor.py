"""What a browser sends from the article editor."""

from typing import Any

from bs4 import BeautifulSoup
from django.http import HttpResponse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

SOURCE = {"title": "Alert on compounded ketamine", "publisher": "FDA", "year": "2023", "url": ""}


def items(values: list[Any]) -> dict[str, Any]:
    """The fields of a list block."""
    return {
        "count": str(len(values)),
        **{
            str(position): {"value": value, "order": str(position), "deleted": "", "id": ""}
            for position, value in enumerate(values)
        },
    }


def weighed(benefits: int, risks: int, words: str = "Some words.") -> tuple[str, dict[str, Any]]:
    """A block of benefits and risks with that many of each."""
    points = [{"title": f"Point {number}", "text": words} for number in range(9)]
    return "benefits_risks", {
        "heading": "Benefits and risks",
        "benefits": items(points[:benefits]),
        "risks": items(points[:risks]),
        "serious_risks": rich_text("<p></p>"),
    }


def article_form(
    *,
    blocks: list[tuple[str, Any]] | None = None,
    sources: list[dict[str, Any]] | None = None,
    initial_sources: int = 0,
    **changes: Any,
) -> dict[str, str]:
    """An article without fault, with those changes; a value of None leaves the field empty."""
    blocks = [weighed(1, 1)] if blocks is None else blocks
    sources = [{**SOURCE, "id": ""}] if sources is None else sources
    values = {
        "title": "An article",
        "slug": "an-article",
        "summary": "What it is, whom it may help, how it is given, and which risks there are to weigh.",
        "body": streamfield([("text", rich_text("<p>Some text.</p>")), *blocks]),
        "approval_note": "Not approved for depression.",
        "sources": inline_formset(sources, initial=initial_sources),
        "author": "",
        "reviewer": "",
        "last_reviewed": "",
        "next_review": "",
        "comments": inline_formset([]),
    }
    return nested_form_data({**values, **changes})


def errors_of(response: HttpResponse) -> str:
    """Every message of refusal on the page, as one text."""
    page = BeautifulSoup(response.content, "html.parser")
    found = page.select(".error-message, .messages li, .help-critical")
    return " | ".join(" ".join(tag.get_text(" ").split()) for tag in found)
