"""The clinic's own checks reach the editor with the preview, and nobody else."""

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, rich_text
from wagtail.users.models import UserProfile

from articles.tests.editor import article_form
from booking.tests.editor import booking_form, question
from home.models import ClinicSettings

ADDRESS = "/articles/how-does-ketamine-work-for-depression/"


def carried(response: HttpResponse) -> list[dict[str, str]] | None:
    """The findings that a page carries as data for the editor; None when it carries no data."""
    data = re.search(
        r'<script id="clinic-findings" type="application/json">(.*?)</script>',
        response.content.decode(),
    )
    return json.loads(data[1]) if data else None


def preview(client: Client, site: SimpleNamespace, **changes: Any) -> HttpResponse:
    """What the editor's frame shows of the article with those changes, which are not saved."""
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[site.article.pk])
    form = article_form(title=site.article.title, slug=site.article.slug, **changes)
    assert client.post(address, form).json()["is_valid"]
    return client.get(address, {"in_preview_panel": "true"})


def test_the_preview_carries_what_was_found_in_what_was_typed(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("editor")
    found = carried(preview(client, site, summary="A cure."))
    assert [finding["name"] for finding in found] == ["Promises too much", "Summary is short"]
    assert carried(preview(client, site, sources=[])) == []


def test_staff_change_the_list_of_words(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    clinic = ClinicSettings.objects.get()
    assert "cure" in clinic.overclaiming_list
    clinic.overclaiming_words = "wonder drug\n\n  new era \n"
    clinic.save()
    summary = "A cure of a new era: how ketamine is thought to work, and which risks to weigh."
    found = carried(preview(sign_in("editor"), site, summary=summary))
    assert [finding["help"][:11] for finding in found] == ["“new era” i"]


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_the_list_stands_in_the_settings(
    site: SimpleNamespace, sign_in: Callable[..., Client], role: str
) -> None:
    address = reverse("wagtailsettings:edit", args=["home", "clinicsettings"])
    response = sign_in(role).get(address, follow=True)
    assert 'name="overclaiming_words"' in response.content.decode()


def test_readers_are_sent_no_findings(
    site: SimpleNamespace, sign_in: Callable[..., Client], client: Client
) -> None:
    site.article.summary = "A cure."
    site.article.save()
    assert carried(client.get(ADDRESS)) is None
    assert carried(sign_in("editor").get(ADDRESS)) is None


def test_the_findings_are_told_in_the_language_of_whoever_edits(
    site: SimpleNamespace, users: dict[str, Any], sign_in: Callable[..., Client]
) -> None:
    UserProfile.objects.create(user=users["editor"], preferred_language="es")
    response = preview(sign_in("editor"), site, summary="A cure.")
    assert "Comprobaciones" in response.content.decode() or "Problemas" in response.content.decode()
    assert len(carried(response)) == 2


@pytest.mark.parametrize("name", ["home", "articles", "questions", "book"])
def test_every_kind_of_page_is_checked_in_its_preview(
    site: SimpleNamespace, sign_in: Callable[..., Client], name: str
) -> None:
    page = getattr(site, name)
    page.summary = "A cure."
    page.save_revision()
    address = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    found = carried(sign_in("clinical_reviewer").get(address))
    assert [finding["name"] for finding in found][:2] == ["Promises too much", "Summary is short"]


@pytest.mark.parametrize("mode", ["", "form", "landing"])
def test_both_previews_of_the_booking_page_carry_what_was_found_on_all_of_it(
    site: SimpleNamespace, sign_in: Callable[..., Client], mode: str
) -> None:
    client = sign_in("editor")
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[site.book.pk])
    typed = {"introduction": rich_text("<p>Text us.</p>"), "confirmation_text": "E-mail us."}
    typed["visit_kinds"] = inline_formset([{"label": "E-mail us", "ORDER": "1"}])
    form = booking_form(site.book, [question("Which?", choices="Fax us")], **typed)
    assert client.post(address, form).json()["is_valid"]
    found = carried(client.get(address, {"in_preview_panel": "true", "mode": mode}))
    assert [(finding["name"], finding["help"].split(". ")[0]) for finding in found] == [
        ("Leads past the form", "Introduction: take out “Text us”"),
        ("Leads past the form", "Confirmation text: take out “E-mail us”"),
        ("Leads past the form", "Question “Which?”: take out “Fax us”"),
        ("Leads past the form", "Kind of visit “E-mail us”: take out “E-mail us”"),
    ]


def test_a_clinician_has_wagtails_checks_alone(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    address = reverse("wagtailsnippets_articles_clinician:edit", args=[site.clinician.pk])
    response = sign_in("administrator").get(address)
    assert "checker-axe-configuration" in response.content.decode()
    assert carried(response) is None


def test_the_editor_loads_the_script_that_shows_them(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    address = reverse("wagtailadmin_pages:edit", args=[site.article.pk])
    soup = BeautifulSoup(sign_in("editor").get(address).content, "html.parser")
    assert [tag["type"] for tag in soup.select('script[src$="home/content_checks.js"]')] == [
        "module"
    ]
