"""Whatever staff see beside a field or on a block has a name that the catalogue can translate."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.utils.functional import Promise
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel, Panel, get_edit_handler
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models

from articles.models import Clinician
from booking.models import ClinicClosing, Location
from clinic_site.pages import BasePage
from home.models import ClinicSettings

PAGE_TYPES = [model for model in get_page_models() if issubclass(model, BasePage)]
EDITED = [*PAGE_TYPES, Clinician, Location, ClinicClosing, ClinicSettings]


def unnamed_blocks(block: blocks.Block, path: str) -> Iterator[str]:
    """Every block in a stream whose label was made from its name."""
    if isinstance(block, blocks.ListBlock):
        yield from unnamed_blocks(block.child_block, f"{path}.item")
    for name, child in getattr(block, "child_blocks", {}).items():
        if not isinstance(child.label, Promise):
            yield f"{path}.{name}"
        yield from unnamed_blocks(child, f"{path}.{name}")


def unnamed_fields(panel: Panel, path: str) -> Iterator[str]:
    """Every field under a panel whose name was made from that of its attribute."""
    if isinstance(panel, InlinePanel):
        yield from unnamed_fields(panel.child_edit_handler, f"{path}.{panel.relation_name}")
    elif isinstance(panel, FieldPanel):
        field = panel.db_field
        path = f"{path}.{panel.field_name}"
        if not isinstance(panel.heading or None, Promise) and not isinstance(
            field.verbose_name, Promise
        ):
            yield path
        if isinstance(field, StreamField):
            yield from unnamed_blocks(field.stream_block, path)
    for child in getattr(panel, "children", []):
        yield from unnamed_fields(child, path)


def unnamed(model: Any) -> list[str]:
    handler = model.get_edit_handler() if issubclass(model, Page) else get_edit_handler(model)
    found = list(unnamed_fields(handler, model.__name__))
    return found if isinstance(model._meta.verbose_name, Promise) else [model.__name__, *found]


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model.__name__)
def test_every_field_block_and_type_has_a_name_to_translate(model: type[models.Model]) -> None:
    assert unnamed(model) == []


class Specimen(blocks.StructBlock):
    told = blocks.CharBlock(label=Clinician._meta.verbose_name)
    silent = blocks.CharBlock()
    points = blocks.ListBlock(blocks.StructBlock([("text", blocks.CharBlock())]))


def test_what_has_no_name_would_be_found(db: None) -> None:
    assert list(unnamed_blocks(Specimen(), "block")) == [
        "block.silent",
        "block.points",
        "block.points.item.text",
    ]
    panel = FieldPanel("content_type").bind_to_model(Page)
    field = panel.db_field
    assert list(unnamed_fields(panel, "Page")) == (
        [] if isinstance(field.verbose_name, Promise) else ["Page.content_type"]
    )
