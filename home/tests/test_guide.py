"""What staff meet when they sign in: the dashboard, the menu, the guide and the article starter."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.admin.menu import admin_menu

from articles.models import ArticlePage
from articles.queries import article_starter
from articles.starter import STARTER_SLUG, left_over
from articles.tests.factories import ArticlePageFactory
from clinic_site.publishing.rules import problems_of
from clinic_site.tests.pages import messages_of
from home.models import ClinicSettings
from home.sample_content.starter import STARTER
from home.steps import STEPS, steps_for

pytestmark = pytest.mark.once

WRITING = ["add_article", "copy_starter", "pages"]
REQUESTS = ["requests", "vault"]
STEPS_OF = {
    "administrator": [step.name for step in STEPS],
    "editor": [*WRITING, "hours", "questions", "settings", "guide_pages"],
    "clinical_reviewer": ["review", *WRITING, "questions", "guide_pages"],
    "booking_reviewer": [*REQUESTS, "mails", "guide_requests"],
    "booking_administrator": [*REQUESTS, "export", "mails", "guide_requests"],
}
REPORTS = ["Clinical reviews", "Workflow tasks", "Site history"]
WRITING_HELP = ["How to write and edit", "Shortcuts"]
REQUESTS_HELP = ["How to work with requests", "Shortcuts"]
MENU_OF = {
    "editor": {
        "Pages": [],
        "Clinicians": [],
        "Locations and hours": [],
        "Clinic closing days": [],
        "Images": [],
        "Documents": [],
        "Reports": REPORTS,
        "Settings": ["Clinic settings"],
        "Help": WRITING_HELP,
    },
    "clinical_reviewer": {
        "Pages": [],
        "Clinicians": [],
        "Images": [],
        "Reports": REPORTS,
        "Help": WRITING_HELP,
    },
    "booking_reviewer": {"Requests": [], "Vault": [], "Help": REQUESTS_HELP},
    "booking_administrator": {
        "Requests": [],
        "Vault": [],
        "Reports": ["Requests in numbers"],
        "Help": REQUESTS_HELP,
    },
    "administrator": {
        "Pages": [],
        "Requests": [],
        "Vault": [],
        "Clinicians": [],
        "Locations and hours": [],
        "Clinic closing days": [],
        "Images": [],
        "Documents": [],
        "Reports": [
            "Clinical reviews",
            "Requests in numbers",
            "Mails and daily work",
            "Locked pages",
            "Workflows",
            "Workflow tasks",
            "Site history",
            "Aging pages",
            "Page types usage",
        ],
        "Settings": [
            "Clinic settings",
            "Redirects",
            "Locales",
            "Sites",
            "Collections",
            "Workflows",
            "Workflow tasks",
            "Users",
            "Groups",
        ],
        "Help": ["How to write and edit", "How to work with requests", "Shortcuts"],
    },
}


@pytest.fixture
def sample(sample_content: str, vault: object) -> None:
    """The content of the trial, and a vault."""


def soup_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address, follow=True)
    assert response.status_code == 200, address
    return BeautifulSoup(response.content, "html.parser")


# The dashboard and the menu --------------------------------------------------------------------


@pytest.mark.parametrize("role", STEPS_OF)
def test_the_dashboard_offers_each_group_what_it_can_do_and_nothing_else(
    sample: None, users: dict[str, Any], sign_in: Callable[..., Client], role: str
) -> None:
    steps = steps_for(users[role])
    assert [step.name for step in steps] == STEPS_OF[role]
    client = sign_in(role)
    page = soup_of(client, "/admin/")
    (panel,) = page.select(".next-steps")
    assert role in page.select_one("#to-do").get_text()
    assert [str(a["href"]) for a in panel.select("a")] == [step.url for step in steps]
    answers = {step.name: client.get(step.url, follow=True) for step in steps}
    # A refusal of Wagtail's is a redirect to the dashboard.
    ends = {name: answer.redirect_chain for name, answer in answers.items()}
    assert {name: chain for name, chain in ends.items() if ("/admin/", 302) in chain} == {}
    assert {answer.status_code for answer in answers.values()} == {200}


def test_what_is_not_offered_is_refused(
    sample: None, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    opened = {}
    for role in ("editor", "booking_reviewer"):
        client = sign_in(role)
        hidden = [step for step in STEPS if step.name not in STEPS_OF[role]]
        opened[role] = [step.name for step in hidden if client.get(step.url).status_code == 200]
    # The list of what waits for review is open to editors too; they cannot approve there. In the account,
    # which everybody has, they find no mails about requests.
    assert opened == {"editor": ["mails", "review"], "booking_reviewer": []}


def test_without_any_page_the_dashboard_still_opens(sign_in: Callable[..., Client]) -> None:
    names = [
        a.get_text(" ", strip=True)
        for a in soup_of(sign_in("editor"), "/admin/").select(".next-steps strong")
    ]
    assert names == [
        "Change a page",
        "Change opening hours",
        "Change the clinic’s name, phone or emergency text",
        "Read how to write and edit",
    ]


@pytest.mark.parametrize("role", MENU_OF)
def test_the_menu_shows_each_group_what_it_needs_and_no_more(
    site: SimpleNamespace, users: dict[str, Any], role: str
) -> None:
    request = RequestFactory().get("/admin/")
    request.user = users[role]
    items = sorted(admin_menu.menu_items_for_request(request), key=lambda item: item.order)
    assert {
        str(item.label): [str(sub.label) for sub in item.menu.menu_items_for_request(request)]
        if hasattr(item, "menu")
        else []
        for item in items
    } == MENU_OF[role]
    assert [str(item.label) for item in items] == list(MENU_OF[role])


def test_the_admin_bears_the_clinics_own_name(
    site: SimpleNamespace, sign_in: Callable[..., Client], client: Client
) -> None:
    ClinicSettings.objects.update(clinic_name="Sample Clinic")
    soup = soup_of(sign_in("editor"), "/admin/")
    template = soup.select_one("template[data-wagtail-sidebar-branding-logo]")
    assert template.get_text(strip=True) == "Sample Clinic"
    assert soup.title.get_text().split() == ["Dashboard", "-", "Sample", "Clinic"]
    assert soup.select_one("main h1").get_text(strip=True) == "Sample Clinic"
    login = soup_of(client, "/admin/login/")
    assert login.select_one("h1").get_text(strip=True) == "Sign in to Sample Clinic"
    assert "Wagtail" not in login.select_one("main").get_text()


def test_who_has_no_pages_gets_no_box_to_search_them(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    boxes = {}
    for role in STEPS_OF:
        main = soup_of(sign_in(role), "/admin/").select_one("main")
        assert len(main.select("h1")) == 1
        boxes[role] = len(main.select("form[role=search]"))
    assert boxes == {
        "administrator": 1,
        "editor": 1,
        "clinical_reviewer": 1,
        "booking_reviewer": 0,
        "booking_administrator": 0,
    }


# The guide -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "headings", "roles"),
    [
        (
            "guide_pages",
            [
                "Add an article",
                "Change a page",
                "Add a picture",
                "Change opening hours",
                "Add a question to the form",
                "When something went wrong",
            ],
            {"administrator", "editor", "clinical_reviewer"},
        ),
        (
            "guide_requests",
            [
                "See requests",
                "Read a request",
                "Keep track",
                "Export",
                "You forgot your passphrase",
            ],
            {"administrator", "booking_reviewer", "booking_administrator"},
        ),
    ],
)
def test_the_guide_explains_what_its_readers_do(
    sample: None, sign_in: Callable[..., Client], name: str, headings: list[str], roles: set[str]
) -> None:
    address = reverse(name)
    assert {role for role in MENU_OF if sign_in(role).get(address).status_code == 200} == roles
    soup = soup_of(sign_in("administrator"), address)
    guide = soup.select_one(".guide")
    assert [h.get_text(strip=True) for h in guide.select("h2")] == headings
    contents = [str(a["href"]) for a in guide.select("nav a")]
    assert contents == [f"#{heading['id']}" for heading in guide.select("h2")]
    links = {str(a["href"]) for a in guide.select("a")} - set(contents)
    client = sign_in("administrator")
    assert {client.get(link, follow=True).status_code for link in links} == {200}
    assert len(links) >= 3


def test_the_guide_links_to_nothing_that_its_reader_may_not_do(
    sample: None, sign_in: Callable[..., Client]
) -> None:
    export = reverse("booking_submission_export")
    found = {
        role: str(soup_of(sign_in(role), reverse("guide_requests"))).count(export)
        for role in ("booking_reviewer", "booking_administrator")
    }
    assert found == {"booking_reviewer": 0, "booking_administrator": 1}


@pytest.mark.parametrize(
    ("address", "anchor"),
    [
        (lambda s: reverse("wagtailadmin_pages:edit", args=[s.article.pk]), "add-an-article"),
        (lambda s: reverse("wagtailadmin_pages:edit", args=[s.questions.pk]), "change-a-page"),
        (lambda s: reverse("wagtailadmin_pages:edit", args=[s.book.pk]), "add-a-question"),
        (
            lambda s: reverse("wagtailsnippets_booking_location:edit", args=[s.location.pk]),
            "change-opening-hours",
        ),
    ],
)
def test_the_editor_links_to_the_part_of_the_guide_that_helps(
    site: SimpleNamespace,
    sign_in: Callable[..., Client],
    address: Callable[[Any], str],
    anchor: str,
) -> None:
    client = sign_in("editor")
    guide = reverse("guide_pages")
    links = [
        str(a["href"]) for a in soup_of(client, address(site)).select(f"main a[href^='{guide}']")
    ]
    assert links == [f"{guide}#{anchor}"]
    assert soup_of(client, guide).find(id=anchor) is not None


# The article starter ---------------------------------------------------------------------------

REFUSAL = "This is the starter for new articles, so it stays a draft. Copy it and edit the copy."


def test_an_editor_copies_the_starter_and_the_copy_is_a_draft_with_every_section(
    sample: None, sign_in: Callable[..., Client]
) -> None:
    starter = article_starter()
    assert starter is not None
    client = sign_in("editor")
    response = client.post(
        reverse("wagtailadmin_pages:copy", args=[starter.pk]),
        {
            "new_title": "Sleep and depression",
            "new_slug": "sleep",
            "new_parent_page": starter.get_parent().pk,
            "copy_subpages": "",
            "alias": "",
        },
    )
    copied = ArticlePage.objects.get(slug="sleep")
    edit = reverse("wagtailadmin_pages:edit", args=[copied.pk])
    assert (response.status_code, response["location"]) == (302, edit)
    assert (copied.title, copied.live) == ("Sleep and depression", False)
    assert [block.block_type for block in copied.body] == [
        "callout",
        "text",
        "benefits_risks",
        "callout",
        "steps",
        "faq",
        "cta",
    ]
    assert client.get(edit).status_code == 200


def test_the_starter_is_never_public(sample: None, client: Client) -> None:
    starter = article_starter()
    assert starter is not None
    with pytest.raises(ValidationError) as refusal:
        starter.save_revision().publish()
    assert refusal.value.messages == [REFUSAL]
    starter.refresh_from_db()
    assert starter.live is False
    assert client.get(f"/articles/{STARTER_SLUG}/").status_code == 404
    assert STARTER_SLUG not in client.get("/sitemap.xml").content.decode()


def test_the_bulk_action_says_why_the_starter_is_not_published(
    sample: None, sign_in: Callable[..., Client]
) -> None:
    starter = article_starter()
    assert starter is not None
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = sign_in("clinical_reviewer").post(f"{address}?id={starter.pk}&next=/admin/")
    assert response.status_code == 302
    refusal, outcome = messages_of(response)
    assert refusal.startswith("“Article starter” was not published:")
    assert refusal.count("<li>") == 1
    assert f"<li>{REFUSAL}</li>" in refusal
    assert outcome == "None of the chosen pages was published."
    assert not ArticlePage.objects.get(pk=starter.pk).live


def test_the_api_of_the_admin_says_why_the_starter_is_not_published(
    sample: None, sign_in: Callable[..., Client]
) -> None:
    starter = article_starter()
    assert starter is not None
    address = f"/admin/api/main/pages/{starter.pk}/action/publish/"
    response = sign_in("clinical_reviewer").post(address)
    assert (response.status_code, response.json()) == (400, {"__all__": [REFUSAL]})
    assert not ArticlePage.objects.get(pk=starter.pk).live


def test_a_copy_of_the_starter_is_refused_wherever_nothing_was_written(sample: None) -> None:
    starter = article_starter()
    assert starter is not None
    article = starter.copy(update_attrs={"slug": "sleep", "title": "Sleep"}, keep_live=False)
    named = [str(problem).partition(":")[0] for problem in problems_of(article)]
    assert named == [
        "Callout",
        "Text",
        "Benefits and risks",
        "Callout",
        "Steps",
        "Questions and answers",
        "Approval note",
        "Sources",
        "Summary",
    ]


def test_every_bracket_of_the_starter_is_known_as_a_placeholder() -> None:
    brackets = re.findall(r"\[[^]]*]", f"{STARTER.summary} {STARTER.body}")
    assert len(brackets) > 20
    assert [words for words in brackets if left_over(words) is None] == []


def test_the_editor_says_why_the_starter_is_not_published(
    site: SimpleNamespace, users: dict[str, Any]
) -> None:
    form_class = ArticlePage.get_edit_handler().get_form_class()
    refusals = {}
    for slug in (STARTER_SLUG, "sleep"):
        page = ArticlePageFactory(parent=site.articles, slug=slug, live=False)
        formsets = {
            f"{prefix}-{kind}_FORMS": "0"
            for prefix in ("sources", "comments")
            for kind in ("TOTAL", "INITIAL")
        }
        data = {"title": "A", "slug": slug, "body-count": "0", **formsets}
        form = form_class(
            data, instance=page, parent_page=site.articles, for_user=users["administrator"]
        )
        form.full_clean()
        refusals[slug] = REFUSAL in form.non_field_errors()
    assert refusals == {STARTER_SLUG: True, "sleep": False}
