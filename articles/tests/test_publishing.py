"""An article that breaks a rule is never published, by whatever road; drafts always save."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.log_actions import registry
from wagtail.models import Page, Revision
from wagtail.signals import page_published, page_unpublished

from articles.models import ArticlePage, ArticleSource
from articles.tests.factories import ArticlePageFactory
from clinic_site.publishing.gates import PublishingRefused
from clinic_site.publishing.rules import problems_of
from clinic_site.tests.pages import messages_of

from .editor import SOURCE, article_form, errors_of, weighed

POINT = {"title": "A point", "text": "Some words."}
NO_NOTE = "Approval note: Write what regulators have and have not approved for what this article describes."
NO_SOURCE = "Sources: Add at least one source, with its title, publisher and year."
TOGETHER = "The reviewer and the day of the review go together: give both or neither."
TWO_RISKS = (
    "Benefits and risks, Risks: Add at least 2 more risks: there must be as many risks as benefits."
)


def body(benefits: int, risks: int) -> list[tuple[str, Any]]:
    value = {"heading": "Weigh", "benefits": [POINT] * benefits, "risks": [POINT] * risks}
    return [("benefits_risks", {**value, "serious_risks": ""})]


def draft(site: SimpleNamespace, **values: Any) -> ArticlePage:
    """An article without fault that nobody can read yet, with those changes."""
    values = {"title": "Draft", "slug": "draft", "body": body(1, 1), **values}
    return ArticlePageFactory(parent=site.articles, live=False, **values)


def bad_draft(site: SimpleNamespace) -> ArticlePage:
    """A draft with three faults."""
    return draft(site, body=body(3, 1), approval_note="", sources=[])


ALL_THREE = [TWO_RISKS, NO_NOTE, NO_SOURCE]


# The rules -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({}, []),
        ({"body": []}, []),
        ({"body": body(2, 2)}, []),
        ({"body": body(1, 3)}, []),
        ({"body": body(3, 1)}, [TWO_RISKS]),
        (
            {"body": body(2, 1)},
            [TWO_RISKS.replace("2 more risks", "1 more risk")],
        ),
        (
            {
                "sources": [
                    ArticleSource(title="Alert", publisher="FDA", year=2023),
                    ArticleSource(),
                ]
            },
            [
                f"Sources 2, {name}: This field is required."
                for name in ("Title", "Publisher", "Year")
            ],
        ),
        ({"approval_note": ""}, [NO_NOTE]),
        ({"approval_note": " \n"}, [NO_NOTE]),
        ({"sources": []}, [NO_SOURCE]),
        ({"last_reviewed": date(2026, 9, 1)}, [f"Reviewer: {TOGETHER}"]),
    ],
)
def test_an_article_says_what_it_lacks(
    site: SimpleNamespace, values: dict[str, Any], reasons: list[str]
) -> None:
    assert [str(problem) for problem in problems_of(draft(site, **values))] == reasons


def test_a_reviewer_needs_the_day_of_the_review(site: SimpleNamespace) -> None:
    article = draft(site, reviewer=site.clinician)
    assert [str(problem) for problem in problems_of(article)] == [f"Last reviewed: {TOGETHER}"]
    article.last_reviewed = date(2026, 9, 1)
    assert problems_of(article) == []


def test_a_body_that_a_script_put_in_is_held_to_the_rules_of_its_blocks(
    site: SimpleNamespace,
) -> None:
    callout = {"level": "note", "heading": "", "text": "<p>Text.</p>"}
    steps = {"heading": "", "steps": [{"title": "One", "text": "<p>Text.</p>"}]}
    empty = {"heading": "Weigh", "benefits": [], "risks": [], "serious_risks": ""}
    article = draft(
        site, body=[("callout", callout), ("steps", steps), ("benefits_risks", empty), *body(1, 1)]
    )
    assert [str(problem) for problem in problems_of(article)] == [
        "Body: Benefits and risks: The maximum number of items is 1",
        "Callout, Heading: This field is required.",
        "Steps, Steps: The minimum number of items is 2",
        "Benefits and risks, Benefits: The minimum number of items is 1",
        "Benefits and risks, Risks: Add at least 1 more risk: there must be as many risks as benefits.",
    ]


OWN_WORDS = "Put your own words in place of “%s”, or delete it."


@pytest.mark.parametrize(
    "words",
    [
        "[First benefit]",
        "[A question that patients ask]?",
        "Some [What happens.]",
        "[1] [The cost]",
    ],
)
def test_words_left_over_from_the_starter_are_named_with_their_place(
    site: SimpleNamespace, words: str
) -> None:
    left = OWN_WORDS % words[words.rindex("[") : words.rindex("]") + 1]
    (weigh,) = body(1, 1)
    weigh[1]["risks"] = [{"title": "A point", "text": words}]
    question = {"question": words, "answer": "<p>Text.</p>"}
    faq = {"heading": "Questions", "questions": [question, question]}
    article = draft(
        site,
        summary=words,
        approval_note=words,
        body=[("text", f"<h2>Heading</h2><p>{words}</p>"), weigh, ("faq", faq)],
    )
    assert [str(problem) for problem in problems_of(article)] == [
        f"Text: {left}",
        f"Benefits and risks: {left}",
        f"Questions and answers: {left}",
        f"Summary: {left}",
        f"Approval note: {left}",
    ]


def test_a_long_placeholder_is_named_by_its_first_words(site: SimpleNamespace) -> None:
    words = "[Two sentences: what the reader finds here, and which risks to weigh.]"
    assert [str(problem) for problem in problems_of(draft(site, summary=words))] == [
        f"Summary: {OWN_WORDS % '[Two sentences: what the reader finds…]'}"
    ]


def test_brackets_of_an_author_are_no_placeholders(site: SimpleNamespace) -> None:
    words = (
        "Shown [1], [2, 3] and by the [FDA]; an [FDA alert] says [sic] that [the drug] acts [Kim]."
    )
    (weigh,) = body(1, 1)
    weigh[1]["risks"] = [{"title": words, "text": "Some words."}]
    article = draft(
        site, summary=words, approval_note=words, body=[("text", f"<p>{words}</p>"), weigh]
    )
    assert problems_of(article) == []
    article.sources.add(ArticleSource(title="[Letter to the editor]", publisher="A", year=2023))
    assert problems_of(article) == []


# In the editor ---------------------------------------------------------------------------------


@pytest.fixture
def reviewer(site: SimpleNamespace, sign_in: Callable[..., Client]) -> Client:
    return sign_in("clinical_reviewer")


def edit(client: Client, page: Page, action: str = "", **values: Any) -> HttpResponse:
    data = article_form(**values)
    if action:
        data[f"action-{action}"] = "1"
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


FAULTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"blocks": [weighed(3, 1)]}, ["Add at least 2 more risks"]),
    ({"blocks": [weighed(1, 1, "[First risk]")]}, ["Put your own words in place of"]),
    ({"summary": "[Two sentences]"}, ["Put your own words in place of"]),
    ({"approval_note": ""}, ["Write what regulators have and have not approved"]),
    ({"sources": []}, ["Add at least one source, with its title, publisher and year."]),
    ({"last_reviewed": "2026-09-01"}, [TOGETHER]),
    (
        {"approval_note": "", "sources": [], "last_reviewed": "2026-09-01"},
        ["Write what regulators", "Add at least one source", TOGETHER],
    ),
]


@pytest.mark.parametrize(("values", "reasons"), FAULTS)
def test_the_editor_refuses_with_every_reason_at_once_and_saves_the_draft(
    site: SimpleNamespace, reviewer: Client, values: dict[str, Any], reasons: list[str]
) -> None:
    article = draft(site, sources=[])
    response = edit(reviewer, article, "publish", **values)
    text = response.content.decode()
    assert response.status_code == 200
    assert [reason for reason in reasons if reason not in text] == []
    assert not ArticlePage.objects.get(pk=article.pk).live

    assert edit(reviewer, article, **values).status_code == 302
    assert ArticlePage.objects.get(pk=article.pk).revisions.count() == 1


def test_the_editor_refuses_a_missing_risk_beside_other_faults(
    site: SimpleNamespace, reviewer: Client
) -> None:
    response = edit(
        reviewer, draft(site, sources=[]), "publish", blocks=[weighed(2, 0)], approval_note=""
    )
    text = response.content.decode()
    assert response.status_code == 200
    assert "Add at least 2 more risks" in text
    assert "Write what regulators" in text


def test_the_head_of_the_page_names_every_fault_and_its_place(
    site: SimpleNamespace, reviewer: Client
) -> None:
    values = {"blocks": [weighed(3, 1)], "approval_note": "", "sources": []}
    response = edit(reviewer, draft(site, sources=[]), "publish", **values)
    soup = BeautifulSoup(response.content, "html.parser")
    assert [item.get_text() for item in soup.select(".messages .errorlist li")] == [
        f"Body: {TWO_RISKS}",
        NO_NOTE,
        NO_SOURCE,
        "Not ready for readers yet. What you typed is kept: “Save draft” always works.",
    ]


def test_the_editor_publishes_an_article_without_fault(
    site: SimpleNamespace, reviewer: Client
) -> None:
    article = draft(site, sources=[])
    response = edit(reviewer, article, "publish")
    assert response.status_code == 302, errors_of(response)
    stored = ArticlePage.objects.get(pk=article.pk)
    assert (stored.live, stored.sources.count()) == (True, 1)


def test_the_last_source_just_removed_is_missed(site: SimpleNamespace, reviewer: Client) -> None:
    article = draft(site)
    removed = {**SOURCE, "id": str(article.sources.get().pk), "DELETE": "1"}
    response = edit(reviewer, article, "publish", sources=[removed], initial_sources=1)
    assert (response.status_code, "Add at least one source" in errors_of(response)) == (200, True)
    assert edit(reviewer, article, sources=[removed], initial_sources=1).status_code == 302


def test_an_incomplete_source_is_asked_for_and_not_called_missing(
    site: SimpleNamespace, reviewer: Client
) -> None:
    half = {**SOURCE, "year": "", "id": ""}
    response = edit(reviewer, draft(site, sources=[]), "publish", sources=[half])
    assert response.status_code == 200
    assert "Add at least one source" not in response.content.decode()


def test_a_source_that_was_only_begun_is_kept_in_a_draft_and_keeps_it_from_readers(
    site: SimpleNamespace, reviewer: Client
) -> None:
    half = {"title": "Alert", "publisher": "", "year": "", "url": "", "id": ""}
    article = draft(site, sources=[])
    assert edit(reviewer, article, sources=[half]).status_code == 302
    article.refresh_from_db()
    [source] = article.get_latest_revision_as_object().sources.all()
    assert (source.title, source.publisher, source.year) == ("Alert", "", None)
    assert "Alert" in reviewer.get(f"/admin/pages/{article.pk}/view_draft/").content.decode()
    with pytest.raises(PublishingRefused, match="Sources 1, Year"):
        article.get_latest_revision().publish()


def test_a_new_article_is_refused_and_saved_as_a_draft(
    site: SimpleNamespace, reviewer: Client
) -> None:
    address = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", site.articles.pk])
    data = article_form(sources=[])
    refused = reviewer.post(address, {**data, "action-publish": "1"})
    assert refused.status_code == 200
    assert "Add at least one source" in errors_of(refused)
    assert not ArticlePage.objects.filter(slug="an-article").exists()
    assert reviewer.post(address, data).status_code == 302
    assert not ArticlePage.objects.get(slug="an-article").live


def test_a_draft_is_saved_without_an_address_and_with_one_that_is_taken(
    site: SimpleNamespace, reviewer: Client
) -> None:
    address = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", site.articles.pk])
    for slug in ("", "an-article", "an-article"):
        assert reviewer.post(address, article_form(slug=slug)).status_code == 302
    made = ArticlePage.objects.filter(title="An article").order_by("pk")
    assert [page.slug for page in made] == ["an-article", "an-article-2", "an-article-3"]

    # Readers may know the address of a published page: no number is put to it.
    refused = edit(reviewer, site.article, slug="an-article")
    assert (refused.status_code, "already in use" in errors_of(refused)) == (200, True)
    assert edit(reviewer, site.article, slug="another").status_code == 302


def test_autosave_keeps_what_may_not_be_published(site: SimpleNamespace, reviewer: Client) -> None:
    article = draft(site, sources=[])
    response = reviewer.post(
        reverse("wagtailadmin_pages:edit", args=[article.pk]),
        article_form(blocks=[weighed(3, 0)], sources=[], approval_note=""),
        headers={"accept": "application/json"},
    )
    assert response.json()["success"] is True


def test_a_later_time_is_refused_at_once(site: SimpleNamespace, reviewer: Client) -> None:
    article = draft(site, sources=[])
    later = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    refused = edit(reviewer, article, "publish", go_live_at=later, sources=[])
    assert (refused.status_code, "Add at least one source" in errors_of(refused)) == (200, True)
    taken = edit(reviewer, article, "publish", go_live_at=later)
    assert taken.status_code == 302
    assert ArticlePage.objects.get(pk=article.pk).approved_schedule


def test_an_old_version_that_breaks_the_rules_is_not_published_again(
    site: SimpleNamespace, reviewer: Client
) -> None:
    article = draft(site)
    article.approval_note = ""
    old = article.save_revision(clean=False)
    article.approval_note = "Not approved for depression."
    article.save_revision().publish()
    address = reverse("wagtailadmin_pages:revisions_revert", args=[article.pk, old.pk])
    shown = reviewer.get(address)
    assert shown.status_code == 200
    response = edit(reviewer, article, "publish", approval_note="", revision=str(old.pk))
    assert response.status_code == 200
    assert ArticlePage.objects.get(pk=article.pk).approval_note == "Not approved for depression."


# Roads without a form --------------------------------------------------------------------------


def refusals(call: Callable[[], Any]) -> list[str]:
    with pytest.raises(PublishingRefused) as refusal:
        call()
    return refusal.value.messages


def test_no_code_publishes_a_bad_article(site: SimpleNamespace) -> None:
    article = bad_draft(site)
    revision = article.save_revision()
    assert refusals(revision.publish) == ALL_THREE
    article.live = True
    assert refusals(article.save) == ALL_THREE
    assert refusals(lambda: article.save(clean=False)) == ALL_THREE
    assert refusals(lambda: article.save(update_fields=["live"])) == ALL_THREE
    assert not ArticlePage.objects.get(pk=article.pk).live


def test_no_code_publishes_a_bad_article_as_a_page_of_no_type(site: SimpleNamespace) -> None:
    for article, reasons in ((bad_draft(site), ALL_THREE), (draft(site, slug="good"), [])):
        page = Page.objects.get(pk=article.pk)
        page.live = True
        if reasons:
            assert refusals(page.save) == reasons
        else:
            page.save()
        assert Page.objects.get(pk=article.pk).live is not bool(reasons)


def test_an_old_article_is_moved_and_withdrawn_all_the_same(old_article: ArticlePage) -> None:
    old_article.get_parent().move(old_article.get_site().root_page, "last-child")
    page = Page.objects.get(pk=old_article.pk)
    page.save()
    assert page.live
    page.specific.unpublish()
    assert not Page.objects.get(pk=old_article.pk).live


def test_no_code_adds_a_bad_article_that_is_live(site: SimpleNamespace) -> None:
    article = ArticlePage(title="Import", slug="import", approval_note="Not approved.")
    assert refusals(lambda: site.articles.add_child(instance=article)) == [NO_SOURCE]
    article.sources = [ArticleSource(title="Alert", publisher="FDA", year=2023)]
    site.articles.refresh_from_db()
    site.articles.add_child(instance=article)
    assert ArticlePage.objects.get(slug="import").live


def test_a_bad_change_leaves_the_published_version(site: SimpleNamespace) -> None:
    article = draft(site)
    article.save_revision().publish()
    article = ArticlePage.objects.get(pk=article.pk)
    article.approval_note = ""
    revision = article.save_revision()
    assert refusals(revision.publish) == [NO_NOTE]
    assert ArticlePage.objects.get(pk=article.pk).approval_note


@pytest.mark.parametrize("live", [False, True])
def test_no_code_schedules_a_bad_article(site: SimpleNamespace, live: bool) -> None:
    article = draft(site)
    if live:
        article.save_revision().publish()
        article = ArticlePage.objects.get(pk=article.pk)
    article.approval_note = ""
    article.go_live_at = timezone.now() + timedelta(days=1)
    revision = article.save_revision()
    assert refusals(revision.publish) == [NO_NOTE]
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    article.approval_note = "Not approved."
    article.save_revision().publish()
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 1


def make_due(article: ArticlePage) -> None:
    """As if the article had been in order when it was scheduled."""
    revision = article.save_revision(clean=False)
    due = timezone.now() - timedelta(minutes=1)
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=due)


def test_publish_scheduled_goes_on_and_says_what_it_left_out(site: SimpleNamespace) -> None:
    bad = bad_draft(site)
    good = draft(site, title="Good", slug="good")
    make_due(bad)
    make_due(good)
    said = StringIO()
    with pytest.raises(CommandError, match=r"^1 page was left out\.$"):
        call_command("publish_scheduled", stderr=said)
    lines = ["Left out: “Draft”", *(f"  {reason}" for reason in ALL_THREE)]
    assert said.getvalue().splitlines() == lines
    stored = ArticlePage.objects.get(pk=bad.pk)
    assert (stored.live, stored.get_lock(), ArticlePage.objects.get(pk=good.pk).live) == (
        False,
        None,
        True,
    )
    (entry,) = registry.get_logs_for_instance(bad).filter(action="clinic_site.left_out")
    assert entry.data["reasons"] == ALL_THREE
    call_command("publish_scheduled")


def test_publish_scheduled_goes_on_where_one_page_cannot_be_published_or_taken_down(
    site: SimpleNamespace,
) -> None:
    def refuse(sender: Any, instance: Page, **kwargs: Any) -> None:
        if instance.slug in {"broken", site.article.slug}:
            raise KeyError(instance.slug)

    broken, good = (draft(site, title=slug.title(), slug=slug) for slug in ("broken", "good"))
    make_due(broken)
    make_due(good)
    past = timezone.now() - timedelta(minutes=1)
    kept, gone = site.article, site.questions
    Page.objects.filter(pk__in=[kept.pk, gone.pk]).update(expire_at=past)
    for signal in (page_published, page_unpublished):
        signal.connect(refuse)
    try:
        with pytest.raises(CommandError, match=r"^2 failed and are tried again\.$"):
            call_command("publish_scheduled")
    finally:
        for signal in (page_published, page_unpublished):
            signal.disconnect(refuse)

    def live() -> list[bool]:
        return [Page.objects.get(pk=each.pk).live for each in (broken, good, kept, gone)]

    assert live() == [False, True, True, False]
    call_command("publish_scheduled")
    assert live() == [True, True, False, False]


def test_a_page_whose_end_has_come_is_not_published_again_by_what_was_due_before(
    site: SimpleNamespace,
) -> None:
    make_due(site.article)
    Page.objects.filter(pk=site.article.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")

    assert Page.objects.get(pk=site.article.pk).live is False


def test_a_dry_run_names_what_would_be_left_out_and_changes_nothing(site: SimpleNamespace) -> None:
    make_due(bad_draft(site))
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("publish_scheduled", "--dryrun", stdout=StringIO(), stderr=said)
    assert "Left out: “Draft”" in said.getvalue()
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 1


def bulk_publish(client: Client, *pages: Page, **data: str) -> HttpResponse:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    chosen = "&".join(f"id={page.pk}" for page in pages)
    return client.post(f"{address}?{chosen}&next=/admin/", data)


def test_bulk_publishing_names_every_page_that_is_refused(
    site: SimpleNamespace, reviewer: Client
) -> None:
    bad, good = bad_draft(site), draft(site, title="Good", slug="good")
    response = bulk_publish(reviewer, bad, good)
    refusal, outcome = messages_of(response)
    assert [reason for reason in ALL_THREE if reason not in refusal] == []
    assert outcome == "None of the chosen pages was published."
    assert ArticlePage.objects.filter(live=True).count() == 1

    assert bulk_publish(reviewer, good).status_code == 302
    assert ArticlePage.objects.get(pk=good.pk).live


def test_bulk_publishing_looks_at_the_drafts_below(site: SimpleNamespace, reviewer: Client) -> None:
    bad = bad_draft(site)
    response = bulk_publish(reviewer, site.articles, include_descendants="on")
    assert "“Draft” was not published:" in messages_of(response)[0]
    assert not ArticlePage.objects.get(pk=bad.pk).live


def test_the_api_of_the_admin_refuses_with_the_reasons(
    site: SimpleNamespace, reviewer: Client
) -> None:
    bad = bad_draft(site)
    bad.save_revision()
    response = reviewer.post(f"/admin/api/main/pages/{bad.pk}/action/publish/")
    assert response.status_code == 400
    assert response.json() == {
        "body": [TWO_RISKS],
        "approval_note": [NO_NOTE],
        "sources": [NO_SOURCE],
    }
    assert not ArticlePage.objects.get(pk=bad.pk).live


# Copies ----------------------------------------------------------------------------------------


@pytest.fixture
def old_article(site: SimpleNamespace) -> ArticlePage:
    """A published article from before the rules."""
    ArticlePage.objects.filter(pk=site.article.pk).update(approval_note="")
    return ArticlePage.objects.get(pk=site.article.pk)


def copy_form(page: Page, **changes: str) -> dict[str, str]:
    parent = str(page.get_parent().pk)
    return {"new_title": "Copy", "new_slug": "copy", "new_parent_page": parent, **changes}


@pytest.mark.parametrize("choice", ["publish_copies", "alias"])
def test_the_copy_of_a_bad_article_is_not_published(
    reviewer: Client, old_article: ArticlePage, choice: str
) -> None:
    address = reverse("wagtailadmin_pages:copy", args=[old_article.pk])
    refused = reviewer.post(address, copy_form(old_article, **{choice: "on"}))
    assert refused.status_code == 200
    assert "Write what regulators" in refused.content.decode()
    assert reviewer.post(address, copy_form(old_article)).status_code == 302
    assert not ArticlePage.objects.get(slug="copy").live


@pytest.mark.parametrize("choice", ["publish_copies", "alias"])
def test_the_copy_of_a_good_article_is_published(
    site: SimpleNamespace, reviewer: Client, choice: str
) -> None:
    address = reverse("wagtailadmin_pages:copy", args=[site.article.pk])
    response = reviewer.post(address, copy_form(site.article, **{choice: "on"}))
    assert response.status_code == 302
    assert ArticlePage.objects.get(slug="copy").live


def test_no_code_copies_a_bad_article_as_live(old_article: ArticlePage) -> None:
    assert refusals(lambda: old_article.copy(update_attrs={"slug": "copy"}, keep_live=True)) == [
        NO_NOTE
    ]


def test_below_a_copied_page_a_bad_article_comes_along_as_a_draft(
    site: SimpleNamespace, old_article: ArticlePage
) -> None:
    copied = site.articles.copy(
        recursive=True, update_attrs={"slug": "more"}, to=site.home, keep_live=True
    )
    (article,) = copied.get_children().specific()
    assert (copied.live, article.live, article.has_unpublished_changes) == (True, False, True)


def test_an_alias_made_an_ordinary_page_is_held_to_the_rules(site: SimpleNamespace) -> None:
    alias = site.article.create_alias(update_slug="alias")
    page = ConvertAliasPageAction(alias).execute()
    page.approval_note = ""
    revision = page.save_revision()
    assert refusals(revision.publish) == [NO_NOTE]
    page.approval_note = "Not approved."
    page.save_revision().publish()
    assert ArticlePage.objects.get(slug="alias").approval_note == "Not approved."
