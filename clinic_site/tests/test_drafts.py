"""A draft always saves: what begins empty need not be given before readers get the page."""

import pytest
from django.apps import apps
from django.forms import ModelForm
from wagtail.models import Page

from articles.models import ArticleIndexPage, ArticlePage
from booking.models import BookingPage
from clinic_site.pages import BasePage
from home.models import HomePage, StandardPage

PAGE_TYPES = [ArticleIndexPage, ArticlePage, BookingPage, HomePage, StandardPage]
IDENTITY = {"title", "slug"}  # Wagtail's pages have no drafts without
NEEDED_IN_ROWS = {
    "form_fields": {"field_type"},  # Wagtail's preview cannot draw a question that has no type
    "comments": {"text", "contentpath"},  # are written in a window of their own
}


def needed(form: ModelForm) -> set[str]:
    """The fields that even a draft must give and that do not come with a value."""
    form.defer_required_fields()
    return {
        name
        for name, field in form.fields.items()
        if field.required and form.get_initial_for_field(field, name) in (None, "")
    }


@pytest.mark.parametrize("model", PAGE_TYPES)
def test_nothing_that_begins_empty_keeps_a_draft_from_being_saved(
    site: object, model: type[BasePage]
) -> None:
    form = model.get_edit_handler().get_form_class()(instance=model(), parent_page=Page())
    assert needed(form) <= IDENTITY
    for name, rows in form.formsets.items():
        assert needed(rows.empty_form) <= NEEDED_IN_ROWS.get(name, set()), name


def test_every_type_of_page_is_asked() -> None:
    assert set(PAGE_TYPES) == {model for model in apps.get_models() if issubclass(model, BasePage)}
