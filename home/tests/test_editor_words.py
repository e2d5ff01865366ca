"""What the editor tells staff: words and an example at every field, at every block, in every menu."""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel, Panel, PublishingPanel, get_edit_handler
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models

from articles.models import ArticlePage, Clinician
from booking.models import ClinicClosing, Location
from clinic_site.pages import BasePage
from home.blocks import StandardBody
from home.models import ClinicSettings, StandardPage

PAGE_TYPES = [model for model in get_page_models() if issubclass(model, BasePage)]
EDITED = [*PAGE_TYPES, Clinician, Location, ClinicClosing, ClinicSettings]
EXAMPLE = re.compile(r"\bExample\b.*: ?\S")


def is_explained(words: Any) -> bool:
    """Whether a help text says something and gives an example."""
    return bool(EXAMPLE.search(str(words or "")))


def block_fields(block: blocks.Block, path: str) -> Iterator[tuple[str, Any]]:
    """Every field inside a block, with its help text."""
    if isinstance(block, blocks.BaseStreamBlock | blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from block_fields(child, f"{path}.{name}")
    elif isinstance(block, blocks.ListBlock):
        if path.endswith(("benefits", "risks")):
            yield path, block.meta.help_text
        yield from block_fields(block.child_block, f"{path}.item")
    else:
        yield path, block.field.help_text


def panel_fields(panel: Panel, path: str) -> Iterator[tuple[str, Any]]:
    """Every field under a panel, with its help text. Wagtail itself explains the schedule."""
    if isinstance(panel, PublishingPanel):
        return
    if isinstance(panel, InlinePanel):
        path = f"{path}.{panel.relation_name}"
        yield path, panel.help_text
        yield from panel_fields(panel.child_edit_handler, path)
    elif isinstance(panel, FieldPanel):
        path = f"{path}.{panel.field_name}"
        field = panel.db_field
        yield path, panel.help_text or field.help_text
        if isinstance(field, StreamField):
            yield from block_fields(field.stream_block, path)
    for child in getattr(panel, "children", []):
        yield from panel_fields(child, path)


def fields_of(model: Any) -> list[tuple[str, Any]]:
    """Every field that staff can edit on a model, with its help text."""
    handler = model.get_edit_handler() if issubclass(model, Page) else get_edit_handler(model)
    return list(panel_fields(handler, model.__name__))


def unexplained(fields: Iterator[tuple[str, Any]]) -> list[str]:
    return sorted({path for path, words in fields if not is_explained(words)})


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model.__name__)
def test_every_field_has_words_and_an_example(model: type[models.Model]) -> None:
    fields = fields_of(model)
    assert len(fields) >= 4
    assert unexplained(iter(fields)) == []


class Specimen(blocks.StructBlock):
    told = blocks.CharBlock(help_text="Its name. Example: Allen")
    silent = blocks.CharBlock()
    points = blocks.ListBlock(blocks.CharBlock(help_text="Some words without any."))


def test_a_field_without_words_would_be_found() -> None:
    assert unexplained(block_fields(Specimen(), "block")) == ["block.points.item", "block.silent"]
    panel = FieldPanel("title").bind_to_model(Page)
    assert unexplained(panel_fields(panel, "Page")) == ["Page.title"]


def test_the_forms_for_pictures_and_documents_explain_themselves(
    sign_in: Callable[..., Client],
) -> None:
    client = sign_in("editor")
    for address in ("/admin/images/add/", "/admin/documents/add/"):
        form: forms.Form = client.get(address).context["form"]
        told = {field.name: field.help_text for field in form.visible_fields()}
        told.pop("collection", None)  # hidden while there is one
        assert {name for name, words in told.items() if not is_explained(words)} == set()


# Page types and menus --------------------------------------------------------------------------


def test_every_page_type_says_what_it_is_for() -> None:
    assert [m.__name__ for m in PAGE_TYPES if not str(m.get_page_description()).endswith(".")] == []


def test_no_menu_offers_more_than_three_types_of_pages(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    most = {model.__name__: len(model.allowed_subpage_models()) for model in PAGE_TYPES}
    assert {name: count for name, count in most.items() if count > 3} == {}
    offered = {}
    for name in ("home", "articles", "questions"):
        response = sign_in("editor").get(
            reverse("wagtailadmin_pages:add_subpage", args=[getattr(site, name).pk]), follow=True
        )
        offered[name] = [entry[0] for entry in response.context.get("page_types", [])]
    assert {name: len(types) for name, types in offered.items() if len(types) > 3} == {}


def test_blocks_come_in_groups_and_are_described() -> None:
    groups: dict[str, list[str]] = {}
    for body in (StandardBody(), ArticlePage._meta.get_field("body").stream_block):
        for name, block in body.child_blocks.items():
            assert str(block.get_description()).endswith("."), name
            groups.setdefault(str(block.meta.group), [])
            if name not in groups[str(block.meta.group)]:
                groups[str(block.meta.group)].append(name)
    assert groups == {
        "Basics": ["text", "steps", "faq", "image"],
        "Emphasis": ["callout", "cta"],
        "Facts of the site": ["team", "privacy_facts"],
        "Medical": ["benefits_risks", "clinician_note"],
    }


@pytest.mark.parametrize("model", [ArticlePage, StandardPage], ids=lambda model: model.__name__)
def test_every_block_shows_in_the_chooser_how_it_will_look(
    site: SimpleNamespace, sign_in: Callable[..., Client], model: type[BasePage]
) -> None:
    client = sign_in("editor")
    seen = {}
    for name, block in model._meta.get_field("body").stream_block.child_blocks.items():
        assert block.is_previewable, name
        response = client.get(
            reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}
        )
        soup = BeautifulSoup(response.content, "html.parser")
        styles = {str(link["href"]) for link in soup.select("link[rel=stylesheet]")}
        assert styles == {"/static/clinic/css/site.css"}
        seen[name] = len(soup.select_one("main").get_text(" ", strip=True)) + 10 * len(
            soup.select("svg")
        )
    assert {name: size for name, size in seen.items() if size < 10} == {}


# The editor's side panels ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["home", "articles", "article", "questions", "book"])
def test_every_page_type_can_be_previewed_and_commented_on(
    site: SimpleNamespace, sign_in: Callable[..., Client], name: str
) -> None:
    page = getattr(site, name)
    response = sign_in("editor").get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    soup = BeautifulSoup(response.content, "html.parser")
    panels = {str(tag["data-side-panel-toggle"]) for tag in soup.select("[data-side-panel-toggle]")}
    assert {"status", "preview", "checks", "comments"} <= panels
    modes = [str(tag["value"]) for tag in soup.select("#id_preview_mode option")]
    assert modes == (["form", "landing"] if name == "book" else [])


def preview(client: Client, page: Page, mode: str = "") -> HttpResponse:
    """What the side panel gets for what was typed and not saved."""
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    form = page.get_edit_handler().get_form_class()(instance=page)
    data = {name: form[name].value() or "" for name in form.fields}
    for formset in form.formsets.values():
        for part in (formset.management_form, *formset.forms):
            data |= {bound.html_name: bound.value() or "" for bound in part}
    data |= {"body-count": "0", "title": "Typed a moment ago"}
    response = client.post(address, {k: v for k, v in data.items() if not isinstance(v, list)})
    assert response.json()["is_available"], response.json()
    return client.get(address, {"mode": mode})


@pytest.mark.parametrize("name", ["articles", "article", "questions"])
def test_the_side_panel_shows_what_was_typed(
    site: SimpleNamespace, sign_in: Callable[..., Client], name: str
) -> None:
    response = preview(sign_in("editor"), getattr(site, name))
    assert "Typed a moment ago" in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


def test_a_page_is_shown_in_a_frame_only_to_who_edits_it(
    site: SimpleNamespace, client: Client
) -> None:
    response = client.get("/articles/")
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


# Counts ----------------------------------------------------------------------------------------


def test_every_admin_page_counts_characters(sign_in: Callable[..., Client]) -> None:
    soup = BeautifulSoup(sign_in("editor").get("/admin/").content, "html.parser")
    (script,) = soup.select("script[data-character-count]")
    assert (script["type"], str(script["src"])) == (
        "module",
        "/static/clinic/admin/character_count.js",
    )
    assert {name: script[f"data-{name}"] for name in ("left", "over")} == {
        "left": "Characters left: {count}",
        "over": "Characters too many: {count}",
    }


def test_fields_with_a_limit_say_so_to_the_counter(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    response = sign_in("editor").get(reverse("wagtailadmin_pages:edit", args=[site.article.pk]))
    soup = BeautifulSoup(response.content, "html.parser")
    limits = {
        str(tag["name"]): tag.get("maxlength") or tag.get("data-count-to")
        for tag in soup.select("[maxlength], [data-count-to]")
        if tag["name"] in {"summary", "seo_title", "search_description"}
    }
    assert limits == {"summary": "300", "seo_title": "255", "search_description": "160"}
    assert soup.select_one("[name=seo_title]")["data-count-to"] == "60"
