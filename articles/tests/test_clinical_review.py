"""Clinical review as three people live it: a writer, a clinical reviewer, an administrator."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.apps import apps
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowState
from wagtail.users.models import UserProfile

from articles.models import ArticlePage, ClinicalReviewTask, Clinician
from articles.tests.editor import article_form, errors_of
from articles.tests.factories import ArticlePageFactory, ClinicianFactory
from clinic_site.tests.pages import messages_of

# Late in the evening at the clinic, when it is the next day in Europe.
EVENING = "2026-11-24 04:30 +0000"
NOBODY = "Your account does not belong to a published clinician"


@pytest.fixture
def article(site: SimpleNamespace) -> ArticlePage:
    article = ArticlePageFactory(
        parent=site.articles, title="Draft", slug="an-article", live=False, body=[]
    )
    article.save_revision()
    return article


@pytest.fixture
def reviewer(site: SimpleNamespace, users: dict[str, Any]) -> Clinician:
    """The clinician that the clinical reviewer's account belongs to."""
    return ClinicianFactory(name="Rita Reviewer", user=users["clinical_reviewer"])


def edit(client: Client, article: ArticlePage, **data: str) -> HttpResponse:
    """Press a button of the editor; the article itself stays as it is."""
    source = article.sources.get()
    row = {
        "title": source.title,
        "publisher": source.publisher,
        "year": str(source.year),
        "url": "",
        "id": str(source.pk),
    }
    form = article_form(
        title=article.title, slug=article.slug, blocks=[], sources=[row], initial_sources=1
    )
    return client.post(reverse("wagtailadmin_pages:edit", args=[article.pk]), {**form, **data})


def submit(client: Client, article: ArticlePage) -> WorkflowState:
    response = edit(client, article, **{"action-submit": "1"})
    assert response.status_code == 302, errors_of(response)
    return article.workflow_states.latest("pk")


def act(
    client: Client, page: Page, action: str, *, dialog: bool = False, **data: str
) -> HttpResponse:
    """Approve or return from the dashboard, which shows no form of the page."""
    state = page.workflow_states.latest("pk").current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    headers = {"x-requested-with": "XMLHttpRequest"} if dialog else {}
    return client.post(address, data, headers=headers)


def facts(article: ArticlePage) -> tuple[Any, ...]:
    stored = ArticlePage.objects.get(pk=article.pk)
    reviewer = stored.reviewer and stored.reviewer.name
    return stored.live, reviewer, stored.last_reviewed, stored.next_review


UNTOUCHED = (False, None, None, None)
REVIEWED = (True, "Rita Reviewer", date(2026, 11, 23), date(2027, 11, 23))


# What the migration makes ----------------------------------------------------------------------


def test_every_page_and_clinician_goes_through_clinical_review(
    site: SimpleNamespace, article: ArticlePage
) -> None:
    workflows = [page.specific.get_workflow().name for page in (article, site.home, site.book)]
    assert workflows == ["Clinical review"] * 3
    assert Clinician.get_default_workflow().name == "Clinical review"
    (task,) = article.get_workflow().tasks.specific()
    assert isinstance(task, ClinicalReviewTask)
    assert [group.name for group in task.groups.all()] == ["Clinical reviewers"]


def test_the_workflow_of_wagtail_is_no_longer_offered(db: None) -> None:
    assert [workflow.name for workflow in Workflow.objects.active()] == ["Clinical review"]


migration = import_module("articles.migrations.0003_clinical_review_workflow")


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_making_it_again_changes_nothing(db: None) -> None:
    before = counts()
    migration.make_workflow(apps, None)
    assert counts() == before


def test_it_is_taken_back_and_made_again(
    site: SimpleNamespace, users: dict[str, Any], article: ArticlePage
) -> None:
    before = counts()
    article.get_workflow().start(article, users["editor"])
    migration.unmake_workflow(apps, None)
    page = Page.objects.get(pk=article.pk)
    assert (page.get_workflow().name, page.workflow_states.exists()) == (
        "Moderators approval",
        False,
    )
    migration.make_workflow(apps, None)
    assert Page.objects.get(pk=article.pk).get_workflow().name == "Clinical review"
    after = counts()
    assert {label: after[label] for label in before if "Workflow" in label or "Task" in label} == {
        label: before[label] for label in before if "Workflow" in label or "Task" in label
    }


def test_on_a_used_site_the_old_workflow_stays_for_what_was_submitted_to_it(
    users: dict[str, Any], site: SimpleNamespace
) -> None:
    migration.unmake_workflow(apps, None)
    site.questions.save_revision()
    site.questions.get_workflow().start(site.questions, users["editor"])
    migration.make_workflow(apps, None)
    active = {workflow.name for workflow in Workflow.objects.active()}
    assert active == {"Moderators approval", "Clinical review"}
    assert site.questions.current_workflow_state.workflow.name == "Moderators approval"
    assert Page.objects.get(pk=site.home.pk).get_workflow().name == "Clinical review"


def test_a_workflow_that_staff_chose_stays(db: None) -> None:
    own = Workflow.objects.create(name="Four eyes")
    WorkflowPage.objects.update(workflow=own)
    migration.make_workflow(apps, None)
    assert WorkflowPage.objects.get().workflow == own


# The writer ------------------------------------------------------------------------------------


def test_a_writer_cannot_publish(sign_in: Callable[..., Client], article: ArticlePage) -> None:
    client = sign_in("editor")
    response = edit(client, article, **{"action-publish": "1"})
    assert response.status_code == 302
    assert facts(article) == UNTOUCHED
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={article.pk}")
    client.post(f"/admin/api/main/pages/{article.pk}/action/publish/")
    assert facts(article) == UNTOUCHED


def test_the_first_button_is_the_one_that_takes_an_article_on(
    sign_in: Callable[..., Client], article: ArticlePage
) -> None:
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    first = {}
    for role in ("editor", "clinical_reviewer"):
        soup = BeautifulSoup(sign_in(role).get(address).content, "html.parser")
        first[role] = soup.select_one("footer .w-dropdown-button button").get_text(strip=True)
    assert first == {"editor": "Submit to Clinical review", "clinical_reviewer": "Save draft"}


def test_a_writer_submits_and_the_reviewers_get_a_mail(
    sign_in: Callable[..., Client], article: ArticlePage
) -> None:
    state = submit(sign_in("editor"), article)
    assert (state.status, state.current_task_state.task.name) == ("in_progress", "Clinical review")
    to = {message.to[0] for message in mail.outbox if "Clinical review" in message.subject}
    assert to == {"administrator@clinic.example", "clinical_reviewer@clinic.example"}


def test_a_writer_neither_approves_nor_edits_while_it_is_reviewed(
    sign_in: Callable[..., Client], article: ArticlePage
) -> None:
    client = sign_in("editor")
    submit(client, article)
    assert act(client, article, "approve").status_code == 302
    assert facts(article) == UNTOUCHED
    assert article.workflow_states.get().status == "in_progress"
    assert edit(client, article).status_code == 200
    assert article.revisions.count() == 2


def test_what_breaks_the_rules_is_not_submitted(
    sign_in: Callable[..., Client], article: ArticlePage
) -> None:
    response = edit(sign_in("editor"), article, approval_note="", **{"action-submit": "1"})
    assert response.status_code == 200
    assert "Write what regulators have and have not approved" in errors_of(response)
    assert not article.workflow_states.exists()


# The clinical reviewer -------------------------------------------------------------------------


@pytest.mark.parametrize("dialog", [False, True])
@pytest.mark.parametrize("zone", ["America/Chicago", "Europe/Madrid"])
def test_approval_sets_reviewer_and_dates_of_the_clinic_and_publishes(
    sign_in: Callable[..., Client],
    users: dict[str, Any],
    article: ArticlePage,
    reviewer: Clinician,
    dialog: bool,
    zone: str,
) -> None:
    UserProfile.objects.create(user=users["clinical_reviewer"], current_time_zone=zone)
    submit(sign_in("editor"), article)
    with time_machine.travel(EVENING, tick=False):
        response = act(
            sign_in("clinical_reviewer"), article, "approve", dialog=dialog, comment="Good."
        )
    assert response.status_code == (200 if dialog else 302)
    assert facts(article) == REVIEWED
    state = article.workflow_states.get()
    assert (state.status, state.current_task_state.comment) == ("approved", "Good.")
    stored = ArticlePage.objects.get(pk=article.pk)
    assert stored.live_revision_id == stored.latest_revision_id
    assert state.current_task_state.revision_id == stored.live_revision_id
    assert stored.live_revision.user == users["clinical_reviewer"]


def test_approval_in_the_editor_takes_the_reviewers_last_words_too(
    sign_in: Callable[..., Client], article: ArticlePage, reviewer: Clinician
) -> None:
    submit(sign_in("editor"), article)
    approve = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    with time_machine.travel(EVENING, tick=False):
        response = edit(
            sign_in("clinical_reviewer"), article, summary="Put more simply.", **approve
        )
    assert response.status_code == 302, errors_of(response)
    assert facts(article) == REVIEWED
    assert ArticlePage.objects.get(pk=article.pk).summary == "Put more simply."


def test_a_second_review_takes_the_place_of_the_first(
    sign_in: Callable[..., Client], site: SimpleNamespace, reviewer: Clinician
) -> None:
    article = site.article
    article.body = []
    article.save()
    submit(sign_in("editor"), article)
    with time_machine.travel(EVENING, tick=False):
        act(sign_in("clinical_reviewer"), article, "approve")
    assert facts(article) == REVIEWED


def test_a_page_goes_back_with_a_comment_and_never_without(
    sign_in: Callable[..., Client], article: ArticlePage
) -> None:
    submit(sign_in("editor"), article)
    client = sign_in("clinical_reviewer")
    silent = act(client, article, "reject", dialog=True, comment=" ")
    assert "This field is required." in json.loads(silent.content)["html"]
    assert article.workflow_states.get().status == "in_progress"

    mail.outbox.clear()
    act(client, article, "reject", dialog=True, comment="Say that it can wear off.")
    state = article.workflow_states.get()
    assert (state.status, facts(article)) == ("needs_changes", UNTOUCHED)
    (message,) = [message for message in mail.outbox if message.to == ["editor@clinic.example"]]
    assert "Say that it can wear off." in message.body
    assert submit(sign_in("editor"), article).status == "in_progress"


def test_the_dialog_says_what_approval_does(
    sign_in: Callable[..., Client], article: ArticlePage, reviewer: Clinician
) -> None:
    state = submit(sign_in("editor"), article).current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[article.pk, "approve", state.pk])
    shown = sign_in("clinical_reviewer").get(address).json()["html"]
    assert "Readers will see Rita Reviewer, M.D. as reviewer" in " ".join(shown.split())
    shown = sign_in("administrator").get(address).json()["html"]
    assert NOBODY in " ".join(shown.split())


def test_while_it_is_reviewed_an_article_is_published_by_approval_alone(
    sign_in: Callable[..., Client], article: ArticlePage, reviewer: Clinician
) -> None:
    client, address = sign_in("clinical_reviewer"), f"/admin/pages/{article.pk}/edit/"
    assert 'name="action-publish"' in client.get(address).content.decode()
    submit(sign_in("editor"), article)
    html = client.get(address).content.decode()
    assert ('name="action-publish"' in html, "Approve and Publish" in html) == (False, True)


@pytest.mark.parametrize("published", [None, False])
def test_approval_is_refused_to_an_account_without_a_published_clinician(
    sign_in: Callable[..., Client],
    users: dict[str, Any],
    article: ArticlePage,
    published: bool | None,
) -> None:
    if published is not None:
        ClinicianFactory(name="Draft", user=users["clinical_reviewer"], live=published)
    submit(sign_in("editor"), article)
    response = act(sign_in("clinical_reviewer"), article, "approve")
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[article.pk])
    (message,) = messages_of(response)
    assert ("“Draft” was not published:" in message, NOBODY in message) == (True, True)
    assert (facts(article), article.workflow_states.get().status) == (UNTOUCHED, "in_progress")


def test_an_approval_that_would_publish_a_bad_article_says_why(
    sign_in: Callable[..., Client], article: ArticlePage, reviewer: Clinician
) -> None:
    submit(sign_in("editor"), article)
    worse = article.get_latest_revision_as_object()
    worse.approval_note = ""
    worse.save_revision()
    client = sign_in("clinical_reviewer")
    response = act(client, article, "approve", dialog=True)
    edit_address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    assert response.json() == {"step": "success", "redirect": edit_address}
    (message,) = messages_of(response)
    assert "Approval note: Write what regulators" in message
    assert (facts(article), article.workflow_states.get().status) == (UNTOUCHED, "in_progress")


def test_an_approval_does_not_schedule_a_bad_article_either(
    sign_in: Callable[..., Client], article: ArticlePage, reviewer: Clinician
) -> None:
    submit(sign_in("editor"), article)
    worse = article.get_latest_revision_as_object()
    worse.approval_note, worse.go_live_at = "", timezone.now() + timedelta(days=1)
    worse.save_revision()
    (message,) = messages_of(act(sign_in("clinical_reviewer"), article, "approve"))
    assert "Approval note: Write what regulators" in message
    assert not ArticlePage.objects.get(pk=article.pk).approved_schedule


def test_approval_of_a_booking_page_that_breaks_its_promises_says_why(
    site: SimpleNamespace, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    page = site.book
    page.retention_days = 0
    page.save_revision(clean=False)
    page.get_workflow().start(page, users["editor"])
    response = act(sign_in("clinical_reviewer"), page, "approve")
    (message,) = messages_of(response)
    assert "deleted after 1 to 2555 days" in message
    page.refresh_from_db()
    assert page.retention_days == 365


# The administrator, and other pages ------------------------------------------------------------


def test_a_page_that_is_no_article_needs_no_clinician(
    site: SimpleNamespace, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    page = site.questions
    page.title = "Short answers"
    page.save_revision()
    page.get_workflow().start(page, users["editor"])
    act(sign_in("administrator"), page, "approve")
    page.refresh_from_db()
    assert (page.title, page.live) == ("Short answers", True)


def test_a_clinician_is_submitted_and_approved_too(
    site: SimpleNamespace, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    clinician = site.clinician
    clinician.role = "Psychiatrist and teacher"
    clinician.save_revision()
    state = clinician.get_workflow().start(clinician, users["editor"])
    address = reverse(
        "wagtailsnippets_articles_clinician:workflow_action",
        args=[clinician.pk, "approve", state.current_task_state.pk],
    )
    assert sign_in("clinical_reviewer").post(address).status_code == 302
    assert Clinician.objects.get(pk=clinician.pk).role == "Psychiatrist and teacher"


@pytest.mark.parametrize(
    ("role", "sees"), [("administrator", True), ("clinical_reviewer", False), ("editor", False)]
)
def test_only_administrators_say_which_account_is_which_clinician(
    site: SimpleNamespace, sign_in: Callable[..., Client], role: str, sees: bool
) -> None:
    address = reverse("wagtailsnippets_articles_clinician:edit", args=[site.clinician.pk])
    html = sign_in(role).get(address).content.decode()
    assert ('name="user"' in html) is sees
