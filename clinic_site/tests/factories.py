"""Pages, places and people for tests. Nothing random: a failing test fails again."""

from datetime import date, time
from typing import Any

import factory
import wagtail_factories
from factory.django import DjangoModelFactory
from wagtail.models import Page, Site

from articles.choices import ClinicianKind
from articles.models import ArticleIndexPage, ArticlePage, ArticleSource, Clinician
from booking.models import BookingPage, Location, OpeningHours
from home.models import ClinicSettings, HomePage, StandardPage

EMERGENCY_TEXT = "<p>In danger now? Call 911. Call or text 988 at any hour; veterans press 1.</p>"


class HomePageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = HomePage

    title = "Home"
    slug = "front"
    summary = "A small psychiatry practice in four towns of north Texas that takes its time."
    heading = "Care that takes its time"
    introduction = "We see people in four towns."


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


class StandardPageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = StandardPage

    title = "Common questions"
    slug = "common-questions"
    summary = "Short answers to what people ask before a first visit at the practice."
    show_in_menus = True


class BookingPageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = BookingPage

    title = "Request an appointment"
    slug = "book"
    summary = "Tell us when and where suits you. What you send is encrypted before it is stored."
    introduction = "<p>Tell us when and where suits you.</p>"
    next_steps = "<p>We call you back.</p>"
    confirmation_text = "Thank you. We read every request on working days."


class ClinicianFactory(DjangoModelFactory[Clinician]):
    class Meta:
        model = Clinician

    name = "Ada Example"
    credentials = "M.D."
    role = "Psychiatrist"
    kind = ClinicianKind.PHYSICIAN
    live = True


class LocationFactory(DjangoModelFactory[Location]):
    class Meta:
        model = Location

    name = "Allen"
    street = "100 Sample Street"
    town = "Allen, TX 75002"
    phone = "(972) 555-0101"
    closed_on_holidays = False  # what holds on a Monday holds on every one


def open_on_weekdays(
    location: Location, opens: time = time(9), closes: time = time(17)
) -> Location:
    """Monday to Friday, the same hours."""
    for weekday in range(5):
        OpeningHours.objects.create(location=location, weekday=weekday, opens=opens, closes=closes)
    return location


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


def make_site() -> dict[str, Any]:
    """A small published site: {"home", "articles", "article", "questions", "book", "clinician", "location"}."""
    root = Page.objects.get(depth=1)
    Site.objects.all().delete()
    root.get_children().get(slug="home").delete()  # Wagtail's welcome page
    root.refresh_from_db()
    home = HomePageFactory(parent=root)
    site = Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    clinician = ClinicianFactory()
    articles = ArticleIndexPageFactory(parent=home)
    article = ArticlePageFactory(
        parent=articles,
        author=clinician,
        reviewer=clinician,
        last_reviewed=date(2026, 9, 1),
        body=article_body(clinician),
    )
    questions = StandardPageFactory(parent=home)
    book = BookingPageFactory(parent=home)
    ClinicSettings.objects.create(
        site=site,
        clinic_name="NorTex Psychiatry",
        phone="(972) 555-0100",
        emergency_text=EMERGENCY_TEXT,
    )
    return {
        "home": home,
        "articles": articles,
        "article": article,
        "questions": questions,
        "book": book,
        "clinician": clinician,
        "location": open_on_weekdays(LocationFactory()),
    }
