"""The picture that is shown when a page is shared."""

from types import SimpleNamespace

from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.test import Client


def test_a_page_without_a_picture_is_shared_with_the_drawing(
    site: SimpleNamespace, client: Client
) -> None:
    page = BeautifulSoup(client.get("/articles/").content, "html.parser")
    (address,) = [tag["content"] for tag in page.select('meta[property="og:image"]')]
    assert address == "http://localhost/static/clinic/social.png"
    assert finders.find("clinic/social.png") is not None
    assert page.select_one('meta[property="og:image:alt"]')["content"] != ""


def test_a_page_that_was_not_found_has_no_picture(site: SimpleNamespace, client: Client) -> None:
    page = BeautifulSoup(client.get("/nothing-here/").content, "html.parser")
    assert page.select('meta[property="og:image"]') == []
