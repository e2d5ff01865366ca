"""Pages and locations that hold requests stay."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db.models import ProtectedError
from django.test import Client
from wagtail.models import Page

from booking.models import BookingPage, Location, Submission
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import messages_of

SignIn = Callable[..., Client]


REASON = (
    "“{title}” holds appointment requests and cannot be deleted. "
    "Unpublish it instead, or delete the requests first."
)


@pytest.mark.parametrize("name", ["book", "home"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_that_holds_requests_is_not_deleted(
    sign_in: SignIn, site: SimpleNamespace, kestrel: Submission, name: str, method: str
) -> None:
    page = getattr(site, name)
    pages = Page.objects.count()
    response = getattr(sign_in("administrator"), method)(f"/admin/pages/{page.pk}/delete/")
    assert response["Location"] == f"/admin/pages/{page.pk}/edit/"
    assert messages_of(response) == [REASON.format(title=page.title)]
    assert (Page.objects.count(), Submission.objects.count()) == (pages, 1)


def test_pages_that_hold_requests_are_not_deleted_in_bulk(
    sign_in: SignIn, site: SimpleNamespace, kestrel: Submission
) -> None:
    pages = Page.objects.count()
    query = f"id={site.questions.pk}&id={site.book.pk}"
    response = sign_in("administrator").post(f"/admin/bulk/wagtailcore/page/delete/?{query}")
    assert messages_of(response) == [REASON.format(title=site.book.title)]
    assert Page.objects.count() == pages


def test_a_page_without_requests_is_deleted(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    client = sign_in("administrator")
    client.post(f"/admin/pages/{site.book.pk}/delete/")
    client.post(f"/admin/bulk/wagtailcore/page/delete/?id={site.questions.pk}")
    assert BookingPage.objects.count() == 0
    assert not Page.objects.filter(pk=site.questions.pk).exists()


def test_the_database_refuses_as_well(site: SimpleNamespace, kestrel: Submission) -> None:
    for holder in (BookingPage.objects.get(), site.home.specific, site.location):
        with pytest.raises(ProtectedError):
            holder.delete()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "path", ["snippets/booking/location/delete/{}/", "bulk/booking/location/delete/?id={}"]
)
def test_a_location_that_has_requests_is_not_deleted(
    sign_in: SignIn, site: SimpleNamespace, kestrel: Submission, path: str, method: str
) -> None:
    client = sign_in("editor")
    response = getattr(client, method)("/admin/" + path.format(site.location.pk))
    assert response["Location"] == f"/admin/snippets/booking/location/edit/{site.location.pk}/"
    assert messages_of(response) == [
        (
            "“Allen” has appointment requests and cannot be deleted. "
            "Switch it off instead: it is then no longer offered."
        )
    ]
    assert Location.objects.get() == site.location


def test_a_location_without_requests_is_deleted(
    sign_in: SignIn, site: SimpleNamespace, vault: TestVault
) -> None:
    sign_in("editor").post(f"/admin/snippets/booking/location/delete/{site.location.pk}/")
    assert Location.objects.count() == 0
