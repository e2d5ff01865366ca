"""The article starter: a draft with every section, for staff to copy. Never a page for readers."""

import re
from textwrap import shorten
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

STARTER_SLUG = "article-starter"
IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]")


def left_over(text: str) -> str | None:
    """What to do about the first placeholder of the starter in the text; None when there is none.

    The starter marks them as two words or more in square brackets, the first with one capital: "[First
    benefit]". A note of an author never reads so: [1], [FDA], [FDA alert], [sic], [the drug].
    """
    for match in IN_BRACKETS.finditer(text):
        first, _space, rest = match[1].partition(" ")
        if rest and first.istitle():
            return _("Put your own words in place of “%(words)s”, or delete it.") % {
                "words": shorten(match[0], 40, placeholder="…]")
            }
    return None


def open_copy(request: HttpRequest, page: Any, new_page: Any) -> HttpResponse | None:
    """Who copied the starter goes on with the copy, not with the list of articles."""
    return redirect("wagtailadmin_pages:edit", new_page.pk) if page.slug == STARTER_SLUG else None
