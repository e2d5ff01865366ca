"""No change that readers can see goes unnoticed, whatever model it is of and whoever makes it."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from wagtail.models import Page, RevisionMixin

from articles.models import ArticlePage, ArticleSource, Clinician
from booking.models import BookingFormField, PrivacyCheck
from clinic_site.models import ClinicRendition, ContentChange
from clinic_site.remembered import shown
from clinic_site.remembered.changes import missing_triggers, renew_triggers
from clinic_site.remembered.version import MARKS
from clinic_site.tests.rows import columns_of, noticed
from home.models import ClinicSettings

pytestmark = pytest.mark.django_db

# Each of these is asked by name below.
UNSEEN = {"insert": shown.DRAWN, "latest_revision_created_at": {"wagtailcore.Page"}}


def every_model() -> list[type[Model]]:
    """Every model that has a table of its own."""
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if not model._meta.proxy]


def expected(model: type[Model]) -> set[str]:
    """All that a reader could see of a row."""
    drafts = shown.DRAFT_COLUMNS if issubclass(model, RevisionMixin) else set()
    unseen = {what for what, labels in UNSEEN.items() if model._meta.label in labels}
    return {"insert", "delete", *columns_of(model)} - drafts - unseen


def left_out() -> set[str]:
    return {*shown.NOT_SHOWN, *shown.NOT_SHOWN_ON_SQLITE}


@pytest.mark.parametrize(
    "model",
    [model for model in every_model() if model._meta.label not in left_out()],
    ids=lambda model: model._meta.label,
)
def test_every_change_of_a_row_raises_the_version(model: type[Model]) -> None:
    assert noticed(model) == expected(model)


def test_what_is_left_out_is_there_and_raises_nothing() -> None:
    there = {model._meta.label: model for model in every_model()}
    on_sqlite = connection.vendor == "sqlite"
    assert {*shown.NOT_SHOWN, *(shown.NOT_SHOWN_ON_SQLITE if on_sqlite else ())} <= there.keys()
    assert there.keys() >= shown.DRAWN
    for label in shown.NOT_SHOWN - {"clinic_site.ContentChange", "wagtailsearch.IndexEntry"}:
        assert noticed(there[label]) == set(), label


def test_a_model_that_is_left_out_by_mistake_fails_the_proof(monkeypatch: Any) -> None:
    assert noticed(ClinicSettings) == expected(ClinicSettings)
    monkeypatch.setattr(shown, "NOT_SHOWN", shown.NOT_SHOWN | {"home.ClinicSettings"})
    assert renew_triggers()
    assert noticed(ClinicSettings) == set()


def test_a_column_that_is_left_out_by_mistake_fails_the_proof(monkeypatch: Any) -> None:
    monkeypatch.setattr(shown, "DRAFT_COLUMNS", shown.DRAFT_COLUMNS | {"credentials"})
    assert renew_triggers()
    assert {*columns_of(Clinician)} - shown.DRAFT_COLUMNS - noticed(Clinician) == set()
    assert "credentials" not in noticed(Clinician)


def test_a_model_that_nobody_thought_of_is_shown(monkeypatch: Any) -> None:
    assert noticed(PrivacyCheck) == set()
    monkeypatch.setattr(shown, "NOT_SHOWN", shown.NOT_SHOWN - {"booking.PrivacyCheck"})
    assert missing_triggers() == ["booking_privacycheck"]
    assert renew_triggers()
    assert noticed(PrivacyCheck) == expected(PrivacyCheck)


@pytest.mark.parametrize(
    ("model", "owner"),
    [(ArticlePage, "page_ptr_id"), (ArticleSource, "page_id"), (BookingFormField, "page_id")],
)
def test_what_a_page_says_that_is_not_live_is_not_seen(model: type[Model], owner: str) -> None:
    root = Page.objects.get(depth=1)
    draft = root.add_child(instance=Page(title="Draft", slug="draft", live=False))
    # To go to another page is: that one may be live.
    assert noticed(model, page=draft.pk) == {"insert", "delete", owner}


def test_drawing_a_picture_makes_a_row_that_no_reader_sees() -> None:
    assert "insert" not in noticed(ClinicRendition)


def test_the_marks_lie_where_they_are_looked_for() -> None:
    assert ContentChange._meta.db_table == MARKS
