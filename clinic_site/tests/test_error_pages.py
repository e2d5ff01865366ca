"""The pages of bad days: each says what to do, and those of a broken site ask the database nothing."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver
from pytest_django import DjangoAssertNumQueries

from clinic_site.urls import handler500

PHONE = "tel:9725550100"


def links(response: HttpResponse) -> set[str]:
    soup = BeautifulSoup(response.content, "html.parser")
    assert [tag["content"] for tag in soup.select("meta[name=robots]")] == ["noindex"]
    assert len(soup.select("h1")) == 1
    return {a["href"] for a in soup.select("main a")}


def test_a_page_that_is_not_there_leads_on(site: SimpleNamespace, client: Client) -> None:
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert links(response) == {"/", "/articles/", "/book/", PHONE}


@pytest.mark.parametrize(("code", "error"), [(403, PermissionDenied()), (404, Http404())])
def test_a_refusal_names_the_phone(site: SimpleNamespace, code: int, error: Exception) -> None:
    handler = get_resolver().resolve_error_handler(code)
    response = handler(RequestFactory().get("/"), exception=error)
    assert response.status_code == code
    assert {"/", PHONE} <= links(response)


def test_a_fault_says_whom_to_call_and_asks_the_database_nothing(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = handler500(RequestFactory().get("/"))
    assert response.status_code == 500
    assert links(response) == {"/", PHONE}
    assert "NorTex Psychiatry" in response.content.decode()


def test_a_fault_anywhere_shows_that_page(site: SimpleNamespace) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError

    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(fail):
        response = client.get("/")
    assert (response.status_code, links(response)) == (500, {"/", PHONE})


def test_without_a_database_the_site_says_when_to_come_back(site: SimpleNamespace) -> None:
    def refuse(*args: object) -> None:
        raise OperationalError

    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(refuse):
        response = client.get("/articles/")
    assert (response.status_code, links(response)) == (503, {PHONE})
    assert response["Retry-After"] == "300"


def test_a_form_that_was_open_for_too_long_says_what_to_do(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/admin/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert links(response) == {"/"}
    assert "This page was open for too long" in response.content.decode()
