"""The addresses that are no pages: the probes, and what search engines and reporters look for."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client

LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def answer(client: Client, address: str, **headers: str) -> tuple[int, str, str]:
    """Status, type and text."""
    response = client.get(address, headers=headers)
    return response.status_code, response.headers["Content-Type"], response.content.decode()


def test_the_process_is_up(client: Client) -> None:
    assert answer(client, "/healthz") == (200, "text/plain", "ok\n")


@pytest.mark.django_db
def test_not_ready_without_a_vault(client: Client) -> None:
    assert answer(client, "/readyz") == (503, "text/plain", "not ready: vault_can_seal\n")


def test_ready_with_database_and_vault(client: Client, vault: object) -> None:
    assert answer(client, "/readyz") == (200, "text/plain", "ready\n")


def test_not_ready_without_its_database(client: Client, vault: object) -> None:
    def refuse(*args: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse):
        everything = "not ready: database_answers, vault_can_seal\n"
        assert answer(client, "/readyz") == (503, "text/plain", everything)
        assert answer(client, "/healthz") == (200, "text/plain", "ok\n")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_probes_answer_whoever_asks_by_whatever_name(client: Client, address: str) -> None:
    asked = client.get(address, headers={"host": "10.0.0.7:8000"})

    assert asked.status_code == client.get(address).status_code
    assert (
        asked.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    )


def test_robots_are_told_where_the_pages_are(client: Client) -> None:
    assert answer(client, "/robots.txt") == (
        200,
        "text/plain; charset=utf-8",
        "User-agent: *\nDisallow: /admin/\nAllow: /\nSitemap: http://testserver/sitemap.xml\n",
    )


@time_machine.travel("2026-11-02T12:00:00Z", tick=False)
def test_a_weakness_can_be_reported(client: Client) -> None:
    assert answer(client, "/.well-known/security.txt") == (
        200,
        "text/plain; charset=utf-8",
        (
            "Contact: mailto:security@clinic.example\n"
            "Expires: 2027-05-01T00:00:00Z\n"
            "Preferred-Languages: en, es\n"
            "Canonical: http://testserver/.well-known/security.txt\n"
        ),
    )


def test_the_sitemap_lists_every_published_page(client: Client, site: SimpleNamespace) -> None:
    site.questions.unpublish()

    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)

    assert {node.text for node in tree.iter(LOCATION)} == {
        "http://localhost/",
        "http://localhost/articles/",
        "http://localhost/articles/how-does-ketamine-work-for-depression/",
        "http://localhost/book/",
    }


def test_the_sitemap_leaves_out_what_search_engines_shall_not_show(
    client: Client, site: SimpleNamespace
) -> None:
    site.article.reviewer = site.article.last_reviewed = None
    site.article.save_revision().publish()

    text = client.get("/sitemap.xml").content.decode()

    assert "how-does-ketamine-work" not in text


@pytest.mark.parametrize("address", ["/robots.txt", "/.well-known/security.txt"])
def test_files_are_read_only(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
