"""A draft always saves: what begins empty need not be given before readers get the page."""

from django.apps import apps
from django.forms import ModelForm
from wagtail.models import Page

from clinic_site.pages import BasePage

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


def test_nothing_that_begins_empty_keeps_a_draft_from_being_saved(site: object) -> None:
    for model in apps.get_models():
        if not (issubclass(model, BasePage) and model.is_creatable):
            continue
        form = model.get_edit_handler().get_form_class()(instance=model(), parent_page=Page())
        assert needed(form) <= IDENTITY, model
        for name, rows in form.formsets.items():
            assert needed(rows.empty_form) <= NEEDED_IN_ROWS.get(name, set()), (model, name)
