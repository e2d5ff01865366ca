"""The content version rises with all that staff do for readers, and with nothing else."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Locale, Page, PageViewRestriction, Site

from articles.models import ArticlePage, ArticleSource, Clinician
from articles.tests.editor import article_form
from booking.models import Location
from booking.tests.factories import add_question, close_clinic, close_location, open_on_weekdays
from booking.vault import keyring, lifecycle
from booking.vault.models import Grant, Vault
from clinic_site.models import ClinicImage
from clinic_site.remembered.version import content_version
from clinic_site.tests.fixtures import PASSPHRASES
from clinic_site.tests.test_media import make_image
from home.models import ClinicSettings
from home.tests.spanish import translate

pytestmark = pytest.mark.django_db
Do = Callable[[SimpleNamespace], Any]


@pytest.fixture
def site(site: SimpleNamespace) -> SimpleNamespace:
    """The small site, its pages published as staff publish them, with a picture."""
    for page in (site.home, site.articles, site.article, site.questions, site.book):
        page.save_revision().publish()
        page.refresh_from_db()
    site.picture = make_image()
    return site


def changed(instance: Any, **values: Any) -> None:
    """Saved with those values, as a form does."""
    for name, value in values.items():
        setattr(instance, name, value)
    instance.save()


def publish(page: Page, **values: Any) -> None:
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def again(instance: Any) -> Any:
    return type(instance).objects.get(pk=instance.pk)


DONE: dict[str, Do] = {
    "a page is published": lambda site: publish(site.questions, title="Questions"),
    "an article is published again as it was": lambda site: publish(site.article),
    "a page is unpublished": lambda site: site.questions.unpublish(),
    "a page expires": lambda site: changed(site.questions, live=False, expired=True),
    "a page is moved": lambda site: site.questions.move(site.articles, pos="last-child"),
    "pages change their order": lambda site: again(site.book).move(again(site.questions), "left"),
    "a page is deleted": lambda site: site.questions.delete(),
    "a page is copied": lambda site: site.questions.copy(update_attrs={"slug": "b"}),
    "a page is translated": lambda site: translate(site.home, title="Inicio"),
    "an alias is made": lambda site: site.questions.create_alias(update_slug="alias"),
    "an article gets a source": lambda site: ArticleSource.objects.create(
        page=site.article, title="A", publisher="B"
    ),
    "a page is kept for some": lambda site: PageViewRestriction.objects.create(
        page=site.questions, restriction_type="login"
    ),
    "a redirect is made": lambda site: Redirect.objects.create(old_path="/old", redirect_link="/"),
    "a site gets a name": lambda site: changed(Site.objects.get(), site_name="Clinic"),
    "a language is added": lambda site: Locale.objects.create(language_code="es"),
    "a location is added": lambda site: Location.objects.create(name="Plano", town="Plano"),
    "a location is renamed": lambda site: changed(site.location, name="Frisco"),
    "a location closes on holidays": lambda site: changed(
        site.location, closed_on_holidays=not site.location.closed_on_holidays
    ),
    "opening hours change": lambda site: open_on_weekdays(site.location),
    "opening hours go": lambda site: site.location.hours.first().delete(),
    "a location closes for a day": lambda site: close_location(
        site.location, "2026-11-27", "2026-11-27"
    ),
    "the clinic closes for a day": lambda site: close_clinic("2026-11-27", "2026-11-27"),
    "a clinician is renamed": lambda site: changed(site.clinician, name="Sam Sample"),
    "a clinician is published": lambda site: publish(site.clinician, name="Sam Sample"),
    "a clinician is unpublished": lambda site: site.clinician.unpublish(),
    "a clinician leaves": lambda site: Clinician.objects.create(name="A", role="B").delete(),
    "settings change": lambda site: changed(ClinicSettings.objects.get(), phone="(972) 555-0101"),
    "a question is added to the form": lambda site: add_question(site.book, "Colour"),
    "a picture is uploaded": lambda site: make_image("b.jpg", (90, 90)),
    "a picture is described": lambda site: changed(site.picture, description="Six chairs"),
    "a picture gets a focal point": lambda site: changed(
        site.picture, focal_point_x=9, focal_point_y=9, focal_point_width=5, focal_point_height=5
    ),
    "a picture is deleted": lambda site: site.picture.delete(),
    "renditions are dropped": lambda site: (
        site.picture.get_rendition("width-90"),
        site.picture.renditions.all().delete(),
    ),
    "a collection is made": lambda site: Collection.get_first_root_node().add_child(name="A"),
    "a group is made": lambda site: Group.objects.create(name="A"),
    "a group is renamed": lambda site: Group.objects.filter(name="Editors").update(name="A"),
    "a group may use the vault": lambda site: Group.objects.get(name="Editors").permissions.add(
        Permission.objects.get(codename="use_vault")
    ),
    "content is loaded from a file": lambda site: call_command(
        "loaddata", site.fixture, verbosity=0
    ),
    "somebody says so": lambda site: call_command("content_changed", stdout=site.output),
}


@pytest.mark.parametrize("do", DONE.values(), ids=DONE.keys())
def test_the_version_is_another_one_when(do: Do, site: SimpleNamespace, tmp_path: Any) -> None:
    site.fixture, site.output = tmp_path / "fixture.json", (tmp_path / "output").open("w")
    call_command("dumpdata", "booking.Location", output=str(site.fixture), verbosity=0)
    Location.objects.update(name="Elsewhere")
    seen = {content_version()}
    with site.output:
        do(site)
    assert content_version() not in seen


def test_it_is_another_one_when_keys_and_permissions_change(
    users: dict[str, Any], vault: Any
) -> None:
    name = "booking_reviewer"
    _, root = keyring.root_by_passphrase(users[name], PASSPHRASES[name])
    seen = [content_version()]

    def rises() -> None:
        assert content_version() not in seen
        seen.append(content_version())

    lifecycle.start_epoch(root, Vault.objects.get())
    rises()
    waiting = lifecycle.add_reviewer(
        Vault.objects.get(), users["administrator"], "violet trumpet lumber oyster"
    )
    rises()
    lifecycle.grant_access(root, waiting, by=users[name])
    rises()
    Grant.objects.get(reviewer=waiting).delete()
    rises()
    users["editor"].user_permissions.add(Permission.objects.get(codename="use_vault"))
    rises()
    users["editor"].groups.clear()
    rises()
    users["booking_administrator"].delete()
    rises()


# What readers do not see ------------------------------------------------------------------------


def autosave(client: Client, article: ArticlePage, **changes: Any) -> None:
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[article.pk]),
        article_form(slug=article.slug, **changes),
        headers={"accept": "application/json"},
    )
    assert response.json()["success"] is True


def test_an_autosave_of_a_published_page_raises_nothing(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    client, version = sign_in("administrator"), content_version()
    autosave(client, site.article, title="Typed", summary="Something else.")
    site.article.refresh_from_db()
    assert (site.article.draft_title, site.article.has_unpublished_changes) == ("Typed", True)
    assert content_version() == version


def test_an_autosave_of_a_page_that_was_never_published_raises_nothing(
    site: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("administrator")
    article = site.articles.add_child(instance=ArticlePage(title="New", slug="new", live=False))
    autosave(client, article, title="Half", sources=[])
    version = content_version()
    autosave(client, article, title="Half a title", summary="Something else.", sources=[])
    article.refresh_from_db()
    assert (article.title, article.summary) == ("Half a title", "Something else.")
    assert content_version() == version

    article.sources = [ArticleSource(title="A", publisher="B", year=2023)]
    publish(article, last_reviewed=date(2026, 9, 1), reviewer=site.clinician)
    assert content_version() != version


def test_a_draft_of_a_live_page_without_a_time_of_publishing_changes_what_the_sitemap_says(
    site: SimpleNamespace,
) -> None:
    Page.objects.filter(pk=site.questions.pk).update(last_published_at=None)
    version, page = content_version(), again(site.questions)
    page.save_revision()
    assert page.changed_at == page.latest_revision_created_at
    assert content_version() != version


def test_what_only_staff_see_raises_nothing(
    site: SimpleNamespace, users: dict[str, Any], send: Callable[..., Any]
) -> None:
    send()  # the first visit draws the pictures
    version = content_version()

    site.questions.save_revision()
    site.clinician.save_revision()
    later = timezone.now() + timedelta(days=1)
    changed(again(site.questions), locked=True, locked_at=timezone.now(), go_live_at=later)
    site.questions.wagtail_admin_comments.create(
        user=users["editor"], text="Why?", contentpath="title"
    )
    Client().login(username="editor", password="sign-in-password")
    get_user_model().objects.filter(username="editor").update(first_name="Ed")
    ClinicImage.objects.get(pk=site.picture.pk).get_rendition("width-90")
    send(message="Another one")
    Client().get("/")

    assert content_version() == version
