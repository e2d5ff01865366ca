"""The article starter: a draft with every section, for staff to copy. Never a page for readers."""

import re

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
                "words": match[0]
            }
    return None
