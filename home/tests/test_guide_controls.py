"""Nothing in the guide is ahead of the site: each thing it tells has its control, for each who reads it."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file

from articles.models import ArticlePage
from articles.queries import article_starter
from booking.models import BookingPage, Location
from booking.tests.factories import sealed_request, store
from clinic_site.models import ClinicImage
from clinic_site.tests.fixtures import PASSPHRASES
from home.models import StandardPage

pytestmark = pytest.mark.once

# How each sentence begins; on which page its control stands, and what finds it there. A sentence
# that tells a fact and nothing to do has none.
REQUESTS: dict[str, tuple[str, list[str]]] = {
    "Open “Requests”. What is to be answered first": ("list", ["table .field-reference a"]),
    "The tabs above the list show what is overdue": (
        "list",
        [
            *(f".desk-tabs a[href*='show={each}']" for each in ("overdue", "mine", "all")),
            *(f".desk-filters [name={each}]" for each in ("status", "location", "since")),
        ],
    ),
    "How many nobody has taken up yet": ("dashboard", ["text:Requests (2)", ".to-do li a"]),
    "Choose under “Account”, “Notifications”": (
        "account",
        [f"[name=request_mails-{each}]" for each in ("new_requests", "overdue", "locations")],
    ),
    "Names and answers are sealed": ("", []),
    "Open “Vault” and unlock it with your": ("unlock", ["form [name=passphrase]"]),
    "Open “Requests” again": ("list", ["table .field-visitor_name", ".field-reference a"]),
    "Call or write in the way the person chose": ("request", [".desk-answers dt"]),
    "Press “Lock now”": ("list", ["text:Lock now"]),
    "Every reading is logged": ("", []),
    "After a call press “Contacted, mine”": (
        "request",
        [".desk-acts [value^='take:']", "a[rel=next]", "text:keyboard-shortcut-group-desk"],
    ),
    "Write what was said as a note": (
        "request",
        ["[name=kind]", "[name=text]", "#notes"],
    ),
    "When a day is agreed, press “Make an appointment”": (
        "request",
        ["text:Make an appointment", "[name=day]", "[name=clinician]"],
    ),
    "Somebody calls instead of writing?": (
        "list",
        ["a[href$='/call/']", "a[href$='/day/']"],
    ),
    "Tick several requests in the list": (
        "list",
        ["[name=ticked]", ".desk-many [name=status]", ".desk-many [name=assignee]"],
    ),
    "Set the status as you go: new, contacted, scheduled, closed": (
        "request",
        [
            *(f"[name=status] [value={each}]" for each in ("new", "contacted", "scheduled")),
            "[name=status] [value=closed]",
            "select[name=assignee]",
            ".desk-form [name=next]",
        ],
    ),
    "Look at what says “To look at” too": (
        "request",
        ["[name=status] [value=check]", "[name=status] [value=spam]"],
    ),
    "“Corrects” in the remark": ("list", ["text:Remark"]),
    "“Withdrawn”: the person took the request back": ("list", [".desk-filters [value=withdrawn]"]),
    "Requests are deleted by themselves": ("", []),
    "Open “Export”, choose status": (
        "export",
        [
            *(f"[name={each}]" for each in ("status", "location", "since", "until")),
            *(f"[name={each}]" for each in ("columns", "format", "reason")),
        ],
    ),
    "Type your passphrase again": ("export", ["[name=passphrase]"]),
    "How many requests come, how soon": (
        "figures",
        ["svg.chart", ".chart-table", "a[href$='format=csv']", "[name=location]"],
    ),
    "Nobody can look it up": ("vault", ["text:Passphrase lost?"]),
}
PAGES: dict[str, tuple[str, list[str]]] = {
    "Copy the article starter": ("copy", ["[name=new_title]", "[name=new_slug]"]),
    "Or start with an empty article": ("add", ["[data-controller=w-block]"]),
    "Write the summary first": ("article", ["[name=summary]"]),
    "Set benefits beside risks": ("article", ["text:benefits_risks"]),
    "Say under “Approval note”": ("article", ["[name=approval_note]"]),
    "Add at least one source": ("article", ["[name=sources-TOTAL_FORMS]"]),
    "Open the preview with the symbol": ("article", ["[data-side-panel-toggle=preview]"]),
    "What you type is saved as a draft by itself": (
        "article",
        ["[data-controller~=w-autosave]", "text:Submit to Clinical review"],
    ),
    "Open the list of pages": ("pages", ["main a[href$='/edit/']"]),
    "Change the words": ("page", [".w-field__help, .help"]),
    "To move a block": ("page", ["[data-controller=w-block]"]),
    "To ask a colleague about a sentence": ("page", ["[data-side-panel-toggle=comments]"]),
    "Look at the preview, then save the draft": ("page", ["text:Save draft"]),
    "If you change the slug": ("page", ["[name=slug]"]),
    "In a page, add the block “Picture”": ("upload", ["input[type=file]"]),
    "Describe it in one sentence": ("article", ["text:alt_text"]),
    "For a portrait, open the picture": ("picture", [".focal-point-chooser"]),
    "Use no picture of a patient": ("", []),
    "Open “Locations and hours”": ("places", ["main a[href*='/booking/location/edit/']"]),
    "Each row is one span of a day": ("place", ["[name=hours-TOTAL_FORMS]"]),
    "Save. The new hours hold at once": ("place", ["text:Save"]),
    "Closed for some days?": ("place", ["[name=closings-TOTAL_FORMS]", "text:Clinic closing days"]),
    "Closed for some time?": ("place", ["[name=active]"]),
    "Open the page with the form": ("form", ["[name=form_fields-TOTAL_FORMS]"]),
    "Write the question in full": (
        "form",
        ["text:form_fields-__prefix__-label", "text:form_fields-__prefix__-field_type"],
    ),
    "Ask only what you need": ("form", ["text:form_fields-__prefix__-required"]),
    "Look at both previews": (
        "form",
        ["[name=preview_mode] [value=form]", "[name=preview_mode] [value=landing]"],
    ),
    "The kinds of visit that people choose from": ("form", ["[name=visit_kinds-TOTAL_FORMS]"]),
    "Answers to your questions are sealed": ("", []),
    "Nothing is lost. Open the page": ("history", ["text:Review this version"]),
}
READERS = [
    ("guide_requests", REQUESTS, "booking_reviewer"),
    ("guide_requests", REQUESTS, "booking_administrator"),
    ("guide_pages", PAGES, "editor"),
    ("guide_pages", PAGES, "clinical_reviewer"),
]


@pytest.fixture
def addresses(sample_content: str, vault: object) -> dict[str, str]:
    """Where the controls stand, on the trial's own content with one request and one picture."""
    book, page = BookingPage.objects.get(), StandardPage.objects.live().first()
    place = Location.objects.first()
    request = store([sealed_request(book, place) for _each in range(2)])[0]
    picture = ClinicImage.objects.create(title="Waiting room", file=get_test_image_file())
    page.save_revision(log_action=True)
    page.save_revision(log_action=True)
    article = ArticlePage.objects.live().first()
    return {
        "dashboard": reverse("wagtailadmin_home"),
        "account": reverse("wagtailadmin_account"),
        "list": "/admin/booking/submission/",
        "request": f"/admin/booking/submission/inspect/{request.pk}/",
        "export": reverse("booking_submission_export"),
        "figures": reverse("booking_figures"),
        "vault": reverse("vault:index"),
        "unlock": reverse("vault:unlock"),
        "copy": reverse("wagtailadmin_pages:copy", args=[article_starter().pk]),
        "add": reverse(
            "wagtailadmin_pages:add", args=["articles", "articlepage", article.get_parent().pk]
        ),
        "article": reverse("wagtailadmin_pages:edit", args=[article.pk]),
        "pages": reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
        "page": reverse("wagtailadmin_pages:edit", args=[page.pk]),
        "history": reverse("wagtailadmin_pages:history", args=[page.pk]),
        "form": reverse("wagtailadmin_pages:edit", args=[book.pk]),
        "upload": reverse("wagtailimages:add"),
        "picture": reverse("wagtailimages:edit", args=[picture.pk]),
        "places": reverse("wagtailsnippets_booking_location:list"),
        "place": reverse(
            "wagtailsnippets_booking_location:edit", args=[Location.objects.first().pk]
        ),
    }


def sentences(client: Client, guide: str) -> list[str]:
    page = BeautifulSoup(client.get(reverse(guide)).content, "html.parser")
    told = page.select(".guide ol > li, .guide > p")
    return [" ".join(each.get_text(" ", strip=True).split()) for each in told]


def missing(text: str, controls: list[str]) -> list[str]:
    """The controls that a page does not show."""
    page = BeautifulSoup(text, "html.parser")
    return [
        each
        for each in controls
        if not (each[5:] in text if each.startswith("text:") else page.select(each))
    ]


@pytest.mark.parametrize(("guide", "table", "role"), READERS)
def test_each_thing_the_guide_tells_has_its_control(
    addresses: dict[str, str],
    sign_in: Callable[..., Client],
    guide: str,
    table: dict[str, tuple[str, list[str]]],
    role: str,
) -> None:
    client = sign_in(role, unlock=role in PASSPHRASES)
    told = sentences(client, guide)
    rows = {
        sentence: [row for begins, row in table.items() if sentence.startswith(begins)]
        for sentence in told
    }

    assert {sentence for sentence, found in rows.items() if len(found) != 1} == set()
    without = {}
    for sentence, [(place, controls)] in rows.items():
        visitor = sign_in(role) if place == "unlock" else client  # whose vault is locked
        answer = visitor.get(addresses[place]) if place else SimpleNamespace(text="")
        if absent := missing(answer.text, controls):
            without[sentence] = absent
    assert without == {}


def test_no_row_is_left_of_what_the_guide_no_longer_tells(
    addresses: dict[str, str], sign_in: Callable[..., Client]
) -> None:
    for guide, table in (("guide_requests", REQUESTS), ("guide_pages", PAGES)):
        told = sentences(sign_in("administrator"), guide)
        assert [row for row in table if not any(each.startswith(row) for each in told)] == []


def test_a_page_without_the_control_is_noticed() -> None:
    page = "<form><select name=status><option value=new></select></form>"

    assert missing(page, ["[name=status] [value=new]", "text:status"]) == []
    assert missing(page, ["textarea[name=note]", "text:Add a note"]) == [
        "textarea[name=note]",
        "text:Add a note",
    ]
