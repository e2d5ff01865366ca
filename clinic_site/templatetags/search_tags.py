"""What search engines are told of a page, in its head."""

from textwrap import shorten
from typing import Any

from django import template
from django.utils.safestring import SafeString

from ..pages import TITLE_LENGTH
from ..structured_data import graph, script

register = template.Library()


@register.simple_tag
def search_title(page: Any, clinic_name: str) -> str:
    """The page's own title for search results, else its title with the clinic's name.

    At most 60 characters: the name gives way first, then the last words.
    """
    full = page.seo_title or f"{page.title} – {clinic_name}"
    if len(full) > TITLE_LENGTH:
        full = shorten(page.seo_title or page.title, TITLE_LENGTH, placeholder="…")
    return full


@register.simple_tag(takes_context=True)
def structured_data(context: dict[str, Any]) -> SafeString | str:
    """One JSON-LD graph: the clinic, the page, and the way to it. Nothing where there is no page."""
    nodes = context.get("structured_data")
    return script(graph([context["clinic"].structured_data, *nodes])) if nodes else ""
