"""Reading the pages of the site as a person or a browser does."""

from typing import Any

from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from wagtail.models import ModelLogEntry


def form_values(html: str) -> dict[str, str]:
    """What a browser would send from the page's only form that is posted."""
    form = BeautifulSoup(html, "html.parser").find("form", method="post")
    values = {}
    for field in form.find_all(["input", "textarea", "select"]):
        if field.get("type") in ("radio", "checkbox"):
            if field.has_attr("checked"):
                values[field["name"]] = field.get("value", "on")
        elif field.name == "textarea":
            values[field["name"]] = field.text.removeprefix("\n")
        else:
            values[field["name"]] = field.get("value", "")
    return values


def typed_values(html: str) -> dict[str, str]:
    """The same without the words that a booking form carries along."""
    return {name: value for name, value in form_values(html).items() if name != "form_words"}


def confirmed(response: Any) -> str:
    """The address of the confirmation, the same for the same request: without the code, which is encrypted
    anew each time."""
    address: str = response["Location"]
    return address.partition("&code=")[0]


def table(response: Any) -> list[list[str]]:
    """The list as a person reads it: the header and every row, without sort marks and buttons."""
    rows = BeautifulSoup(response.content, "html.parser").select("table.listing tr")
    return [
        [
            " ".join((cell.select_one(".title-wrapper") or cell).get_text(" ").split())
            for cell in row.select("th, td")
            if "desk-act" not in cell.get("class", [])
        ]
        for row in rows
    ]


def messages_of(response: Any) -> list[str]:
    return [str(message).strip() for message in get_messages(response.wsgi_request)]


def logged(prefix: str = "booking.") -> list[tuple[str, str, dict[str, Any], str | None]]:
    """(action, label, data, user) of every log entry, in the order written."""
    return [
        (entry.action, entry.label, entry.data, entry.user and entry.user.username)
        for entry in ModelLogEntry.objects.filter(action__startswith=prefix).order_by("pk")
    ]
