"""What staff can do next: each step with who may do it and where. The dashboard and the guide ask here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from articles.queries import article_starter, published_index
from booking.models import BookingPage
from booking.permissions import can_export, can_list
from booking.vault.permissions import can_see_vault

from . import permissions
from .models import HomePage


@dataclass(frozen=True)
class Step:
    """One thing to do. `address` is asked only for somebody whom `is_for` lets do it."""

    name: str
    icon: str
    label: str | Promise
    text: str | Promise
    is_for: Callable[[Any], bool]
    address: Callable[[], str]

    @property
    def url(self) -> str:
        return self.address()


def steps_for(user: Any) -> list[Step]:
    """Everything that this person can do next, most common first."""
    return [step for step in STEPS if step.is_for(user)]


def _page_address(view: str, page: Page | None) -> str:
    return reverse(f"wagtailadmin_pages:{view}", args=[page.pk]) if page else ""


def _add_article() -> str:
    index = published_index()
    return reverse(
        "wagtailadmin_pages:add", args=["articles", "articlepage", index.pk if index else 0]
    )


def _can_copy_starter(user: Any) -> bool:
    return permissions.can_add_articles(user) and article_starter() is not None


def _home_pages() -> str:
    page = HomePage.objects.first()
    return (
        reverse("wagtailadmin_explore", args=[page.pk])
        if page
        else reverse("wagtailadmin_explore_root")
    )


STEPS = [
    Step(
        "requests",
        "mail",
        _("See requests"),
        _("Who asked for an appointment, when and where."),
        can_list,
        lambda: reverse("booking_submission_modeladmin_index"),
    ),
    Step(
        "vault",
        "lock",
        _("Unlock the vault"),
        _("Names and answers can be read only while it is unlocked."),
        can_see_vault,
        lambda: reverse("vault:index"),
    ),
    Step(
        "export",
        "download",
        _("Export requests"),
        _("As CSV or Excel workbook, with your passphrase."),
        can_export,
        lambda: reverse("booking_submission_export"),
    ),
    Step(
        "mails",
        "mail",
        _("Choose your mails"),
        _("Of new requests, and of those that are late."),
        can_list,
        lambda: f"{reverse('wagtailadmin_account')}#tab-notifications",
    ),
    Step(
        "review",
        "check",
        _("Review what was submitted"),
        _("Approve it, or send it back with a comment."),
        permissions.can_publish_pages,
        lambda: reverse("wagtailadmin_reports:workflow_tasks"),
    ),
    Step(
        "add_article",
        "doc-empty",
        _("Write an article"),
        _("It stays a draft until a clinical reviewer publishes it."),
        permissions.can_add_articles,
        _add_article,
    ),
    Step(
        "copy_starter",
        "copy",
        _("Begin with the article starter"),
        _("Copy a draft that has every section already."),
        _can_copy_starter,
        lambda: _page_address("copy", article_starter()),
    ),
    Step(
        "pages",
        "edit",
        _("Change a page"),
        _("Home page, common questions, notices."),
        permissions.can_edit_pages,
        _home_pages,
    ),
    Step(
        "hours",
        "time",
        _("Change opening hours"),
        _("And addresses, phone numbers, notes on access."),
        permissions.can_change_hours,
        lambda: reverse("wagtailsnippets_booking_location:list"),
    ),
    Step(
        "questions",
        "form",
        _("Add a question to the form"),
        _("Beside those that it always asks."),
        permissions.can_change_questions,
        lambda: _page_address("edit", BookingPage.objects.first()),
    ),
    Step(
        "settings",
        "cogs",
        _("Change the clinic’s name, phone or emergency text"),
        _("They stand on every page."),
        permissions.can_change_settings,
        lambda: reverse("wagtailsettings:edit", args=["home", "clinicsettings"]),
    ),
    Step(
        "users",
        "user",
        _("Give somebody an account"),
        _("And choose what they may do by their group."),
        permissions.can_manage_users,
        lambda: reverse("wagtailusers_users:index"),
    ),
    Step(
        "guide_pages",
        "help",
        _("Read how to write and edit"),
        _("Articles, pages, pictures, hours, questions."),
        permissions.can_edit_pages,
        lambda: reverse("guide_pages"),
    ),
    Step(
        "guide_requests",
        "help",
        _("Read how to work with requests"),
        _("Unlock, read, answer, lock."),
        can_list,
        lambda: reverse("guide_requests"),
    ),
]
