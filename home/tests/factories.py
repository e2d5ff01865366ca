"""A whole small site for tests. Nothing random: a failing test fails again."""

from datetime import date
from typing import Any

import wagtail_factories
from wagtail.models import Page, Site

from articles.tests.factories import (
    ArticleIndexPageFactory,
    ArticlePageFactory,
    ClinicianFactory,
    article_body,
)
from booking.tests.factories import BookingPageFactory, LocationFactory, open_on_weekdays
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


class StandardPageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = StandardPage

    title = "Common questions"
    slug = "common-questions"
    summary = "Short answers to what people ask before a first visit at the practice."
    show_in_menus = True


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
