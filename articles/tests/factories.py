"""Articles and clinicians for tests. Nothing random: a failing test fails again."""

from typing import Any

import factory
import wagtail_factories
from factory.django import DjangoModelFactory

from articles.choices import ClinicianKind
from articles.models import ArticleIndexPage, ArticlePage, ArticleSource, Clinician


class ArticleIndexPageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = ArticleIndexPage

    title = "Articles"
    slug = "articles"
    summary = "What we have written on treatments, with benefits, risks and sources for each."
    show_in_menus = True


class ArticlePageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = ArticlePage

    title = "How does ketamine work for depression?"
    slug = "how-does-ketamine-work-for-depression"
    summary = "How ketamine is thought to work for depression, and which risks to weigh."
    approval_note = "Infusions of ketamine for depression are off-label."
    sources = factory.LazyFunction(
        lambda: [ArticleSource(title="Alert on compounded ketamine", publisher="FDA", year=2023)]
    )


class ClinicianFactory(DjangoModelFactory[Clinician]):
    class Meta:
        model = Clinician

    name = "Ada Example"
    credentials = "M.D."
    role = "Psychiatrist"
    kind = ClinicianKind.PHYSICIAN
    live = True


def article_body(clinician: Clinician) -> list[tuple[str, Any]]:
    """A body with all of an article's blocks but the picture."""
    point = {"title": "Dizziness", "text": "It passes on the same day."}
    return [
        ("text", "<h2>What it is</h2><p>A medicine.</p>"),
        (
            "benefits_risks",
            {
                "heading": "Benefits and risks",
                "benefits": [{"title": "Quick to act", "text": "Within hours for some."}],
                "risks": [point, {"title": "Cost", "text": "Insurance may not pay."}],
                "serious_risks": "<p>Breathing can slow down.</p>",
            },
        ),
        (
            "steps",
            {
                "heading": "What to expect",
                "steps": [
                    {"title": "Consultation", "text": "<p>We talk.</p>"},
                    {"title": "Infusion", "text": "<p>Forty to sixty minutes.</p>"},
                ],
            },
        ),
        (
            "clinician_note",
            {"clinician": clinician, "text": "<p>She points out that it can fade.</p>"},
        ),
        (
            "faq",
            {
                "heading": "Common questions",
                "questions": [
                    {"question": "Does it hurt?", "answer": "<p>A small needle does.</p>"},
                    {"question": "May I drive?", "answer": "<p>Ask your clinician.</p>"},
                ],
            },
        ),
        (
            "callout",
            {"level": "important", "heading": "Before you come", "text": "<p>Bring your list.</p>"},
        ),
        (
            "cta",
            {
                "heading": "Ask for a visit",
                "text": "We call you back.",
                "label": "Request an appointment",
            },
        ),
    ]
