import re
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page, Revision, Site

from articles.models import ArticlePage, Clinician
from articles.starter import STARTER_SLUG
from booking.models import BookingPage, Location
from clinic_site.content_checks import OVERCLAIMING_WORDS, findings, overclaims
from clinic_site.readability import lix, page_text, words_of
from home.models import ClinicSettings, HomePage, StandardPage
from home.sample_content.drafts import DRAFT_MARK

ARTICLE_SLUG = "how-does-ketamine-work-for-depression"
ARTICLE = f"/articles/{ARTICLE_SLUG}/"
PUBLISHED = {
    "/",
    "/articles/",
    ARTICLE,
    "/common-questions/",
    "/team/",
    "/book/",
    "/privacy/",
    "/accessibility/",
}
DRAFTS = {
    "/privacy-notice/",
    "/hipaa-notice/",
    "/costs/",
    "/nondiscrimination/",
    "/how-we-write/",
}
MADE_NOTHING = "Sample content made: 0 pages, 0 drafts, 0 clinicians, 0 locations, 0 settings.\n"


def load() -> str:
    output = StringIO()
    call_command("load_sample_content", stdout=output)
    return output.getvalue()


@pytest.fixture
def sample(sample_content: str, db: None) -> str:
    """The sample in an empty site, as `migrate` leaves it; what the command said."""
    return sample_content


def sample_pages() -> list[Any]:
    return list(Page.objects.filter(depth__gt=1).specific())


def snapshot() -> dict[str, Any]:
    """How many rows every table has, and the latest revision of every page."""
    counts = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    revisions = dict(Page.objects.values_list("pk", "latest_revision_id"))
    return {"counts": counts, "revisions": revisions, "newest": Revision.objects.latest("pk").pk}


def links_on(client: Client, address: str) -> set[str]:
    """The addresses within the site that a page links to."""
    html = client.get(address).content.decode()
    return set(re.findall(r'<a [^>]*href="(/[^"#?]*)', html))


# What is there ---------------------------------------------------------------------------------


def test_it_says_how_much_it_made(sample: str) -> None:
    assert sample == (
        "Sample content made: 8 pages, 6 drafts, 2 clinicians, 4 locations, 1 settings.\n"
    )


def test_the_published_addresses_are_exactly_these(sample: str) -> None:
    assert {page.url for page in Page.objects.filter(depth__gt=1).live()} == PUBLISHED


def test_every_published_page_answers_with_one_heading_of_the_first_level(
    sample: str, vault: Any, client: Client
) -> None:
    answers = {address: client.get(address) for address in PUBLISHED}
    seen = {
        address: (answer.status_code, answer.content.count(b"<h1"))
        for address, answer in answers.items()
    }
    assert seen == dict.fromkeys(PUBLISHED, (200, 1))


def test_every_title_and_description_fits_a_search_result(
    sample: str, vault: Any, client: Client
) -> None:
    pattern = r'<title>(.*?)</title>.*?<meta name="description" content="(.*?)">'
    found = [
        re.search(pattern, client.get(address).content.decode(), re.DOTALL).groups()
        for address in sorted(PUBLISHED)
    ]
    assert len({title for title, _ in found}) == len(PUBLISHED)
    assert [title for title, _ in found if len(title) > 60] == []
    assert [text for _, text in found if not 70 <= len(text) <= 160] == []


def test_drafts_are_marked_and_not_public(sample: str, client: Client) -> None:
    drafts = StandardPage.objects.filter(live=False)
    assert {f"/{page.slug}/" for page in drafts} == DRAFTS
    assert {address: client.get(address).status_code for address in DRAFTS} == dict.fromkeys(
        DRAFTS, 404
    )
    assert {page.body[0].value["heading"] for page in drafts} == {DRAFT_MARK}


def test_the_welcome_page_makes_way_for_the_home_page(sample: str) -> None:
    assert [page.specific_class for page in Page.objects.filter(depth=2)] == [HomePage]
    site = Site.objects.get()
    assert (site.hostname, site.port, site.is_default_site) == ("127.0.0.1", 8000, True)
    assert site.root_page.specific == HomePage.objects.get()


def test_the_page_tree_is_sound(sample: str) -> None:
    assert Page.find_problems() == ([], [], [], [], [])


def test_the_menu_has_these_links_in_this_order(sample: str) -> None:
    menu = HomePage.objects.get().get_children().live().in_menu()
    assert [page.title for page in menu] == ["Articles", "Common questions", "Our team"]


def test_every_published_page_is_two_clicks_from_home_at_most(
    sample: str, vault: Any, client: Client
) -> None:
    first = links_on(client, "/") & PUBLISHED
    second = {link for address in first for link in links_on(client, address)} & PUBLISHED
    assert {"/"} | first | second == PUBLISHED


def test_every_link_within_the_site_leads_somewhere(
    sample: str, vault: Any, client: Client
) -> None:
    links = {link for address in PUBLISHED for link in links_on(client, address)}
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    assert [page for page in PUBLISHED if b"<a>" in client.get(page).content] == []


def test_the_clinicians_are_those_of_the_clinic(sample: str) -> None:
    people = Clinician.objects.all()
    assert [(person.full_name, person.role, person.live) for person in people] == [
        ("Clayton L. Allison, M.D.", "Psychiatrist", True),
        ("Brittany Huckaby, PHNP", "Nurse practitioner", True),
    ]


def test_the_locations_say_that_they_are_samples(sample: str) -> None:
    places = Location.objects.all()
    assert [place.name for place in places] == ["Allen", "McKinney", "Frisco", "Dallas"]
    assert {place.active for place in places} == {True}
    assert {"sample" in place.street and "Sample" in place.access_note for place in places} == {
        True
    }


def test_every_phone_number_is_one_that_rings_nowhere(sample: str) -> None:
    numbers = [
        *Location.objects.values_list("phone", flat=True),
        ClinicSettings.objects.get().phone,
    ]
    assert [number for number in numbers if not re.fullmatch(r"\(\d{3}\) 555-01\d\d", number)] == []


def test_the_emergency_text_names_the_three_lines(sample: str) -> None:
    text = words_of(ClinicSettings.objects.get().emergency_text)
    assert [line for line in ("988", "911", "press 1") if line not in text] == []


def test_the_booking_form_asks_one_more_question_and_does_not_need_it(sample: str) -> None:
    extra = BookingPage.objects.get().form_fields.all()
    assert [(field.field_type, field.required) for field in extra] == [
        ("multiline", False),
    ]


# The article -----------------------------------------------------------------------------------


def test_the_article_claims_neither_author_nor_review(sample: str, client: Client) -> None:
    article = ArticlePage.objects.get(slug=ARTICLE_SLUG)
    assert (article.author, article.reviewer, article.last_reviewed) == (None, None, None)
    html = client.get(ARTICLE).content.decode()
    assert "Not yet reviewed by a clinician" in html
    assert '<meta name="robots" content="noindex">' in html


def test_the_article_may_be_published(sample: str) -> None:
    article = ArticlePage.objects.get(slug=ARTICLE_SLUG)
    (weighed,) = [block.value for block in article.body if block.block_type == "benefits_risks"]
    assert len(weighed["risks"]) >= len(weighed["benefits"]) == 3
    assert article.approval_note
    assert article.sources.count() == 7


def test_the_article_says_what_a_clinic_must_say(sample: str) -> None:
    text = page_text(ArticlePage.objects.get(slug=ARTICLE_SLUG))
    needed = [
        "off-label",
        "esketamine",
        "schedule III",
        "October 2023",
        "abuse and misuse",
        "psychiatric events",
        "blood pressure",
        "slowed breathing",
        "bladder",
        "40 to 60 minutes",
        "glutamate",
        "drive",
        "Allen, McKinney, Frisco and Dallas, Texas",
    ]
    assert [phrase for phrase in needed if phrase not in text.replace("\n", " ")] == []


def test_clinicians_are_reported_and_never_quoted(sample: str) -> None:
    notes = [
        (block.value["clinician"].name, words_of(block.value["text"].source))
        for block in ArticlePage.objects.get(slug=ARTICLE_SLUG).body
        if block.block_type == "clinician_note"
    ]
    assert [name for name, _ in notes] == ["Clayton L. Allison", "Brittany Huckaby"] * 2
    assert [text for _, text in notes if re.search('["“”«»]', text)] == []


# How it reads ----------------------------------------------------------------------------------


def test_every_text_is_easy_to_read(sample: str) -> None:
    levels = {page.title: lix(page_text(page)) for page in sample_pages()}
    assert {title: level for title, level in levels.items() if level > 40} == {}


def test_no_text_promises_too_much(sample: str) -> None:
    found = {
        page.title: overclaims(
            f"{page.title}\n{page.summary}\n{page_text(page)}", OVERCLAIMING_WORDS
        )
        for page in sample_pages()
    }
    assert {title: words for title, words in found.items() if words} == {}


def test_the_checks_of_the_editor_find_nothing_on_a_published_page(sample: str) -> None:
    found = {page.title: findings(page) for page in sample_pages() if page.live}
    assert {title: list_ for title, list_ in found.items() if list_} == {}


# Loading again ---------------------------------------------------------------------------------


def test_loading_twice_changes_nothing(sample: str) -> None:
    before = snapshot()
    assert load() == MADE_NOTHING
    assert snapshot() == before


def test_what_staff_edited_stays(sample: str) -> None:
    article, team = (
        ArticlePage.objects.get(slug=ARTICLE_SLUG),
        StandardPage.objects.get(slug="team"),
    )
    article.title = "Ketamine, in short"
    article.save_revision().publish()
    team.unpublish()
    Location.objects.filter(name="Allen").update(phone="(972) 555-0199", active=False)
    Clinician.objects.filter(name="Brittany Huckaby").update(biography="Written by herself.")
    ClinicSettings.objects.update(phone="(972) 555-0198")

    assert load() == MADE_NOTHING

    assert ArticlePage.objects.get(slug=ARTICLE_SLUG).title == "Ketamine, in short"
    assert StandardPage.objects.get(slug="team").live is False
    allen = Location.objects.get(name="Allen")
    assert (allen.phone, allen.active) == ("(972) 555-0199", False)
    assert Clinician.objects.get(name="Brittany Huckaby").biography == "Written by herself."
    assert ClinicSettings.objects.get().phone == "(972) 555-0198"


def test_a_page_that_was_moved_is_not_made_again(sample: str) -> None:
    privacy, accessibility = (
        StandardPage.objects.get(slug=slug) for slug in ("privacy", "accessibility")
    )
    accessibility.move(privacy, pos="last-child")
    assert load() == MADE_NOTHING


def test_only_what_is_missing_is_made(sample: str) -> None:
    StandardPage.objects.get(slug="team").delete()
    Location.objects.get(name="Dallas").delete()
    assert load() == (
        "Sample content made: 1 pages, 0 drafts, 0 clinicians, 1 locations, 0 settings.\n"
    )


def test_settings_that_wagtail_made_empty_by_itself_are_filled(db: None) -> None:
    ClinicSettings.for_site(Site.objects.get())
    load()
    assert ClinicSettings.objects.get().clinic_name == "NorTex Psychiatry"


def test_the_editor_can_save_every_page_as_it_is(sample: str) -> None:
    for page in sample_pages():
        page.full_clean()
        if hasattr(page, "body"):
            body = page.body.stream_block
            clean = body.clean_deferred if page.slug == STARTER_SLUG else body.clean
            clean(page.body)


def test_published_pages_have_nothing_waiting(sample: str) -> None:
    live = [page for page in sample_pages() if page.live]
    assert [page.title for page in live if page.has_unpublished_changes] == []
    assert [page.title for page in live if page.live_revision_id != page.latest_revision_id] == []
