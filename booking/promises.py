"""What the booking page may not say, ask or do, because the privacy statement would be false.

A rule is a function that returns the reason for a refusal in plain words, or None. The page is held
to all of them when it is published, by whatever way; a draft always saves. Settings are no matter
of a page: system checks hold them (`checks.py`).

A vault that cannot be sealed to is no reason: the page may be published, and stays closed.
"""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic_site.publishing import Problem

from . import wording, wording_es

if TYPE_CHECKING:
    from .models import BookingFormField, BookingPage

# What a visitor reads around the form and in a question.
PAGE_TEXTS = (
    *("title", "seo_title", "search_description"),
    *("summary", "introduction", "next_steps", "confirmation_text"),
)
QUESTION_TEXTS = ("label", "help_text", "choices", "default_value")

# The types of question that staff may add. Left out: "hidden", an answer that nobody is asked for.
# A type that takes files is not to be added: what is uploaded would touch the disk.
QUESTION_TYPES = frozenset(
    {
        "singleline",
        "multiline",
        "email",
        "number",
        "url",
        "checkbox",
        "checkboxes",
        "dropdown",
        "multiselect",
        "radio",
        "date",
        "datetime",
    }
)

# What `wagtail.contrib.forms` gives a page that mails its answers.
MAILING_ATTRIBUTES = ("to_address", "from_address", "send_mail", "render_email")

_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_WRITTEN_LINK = re.compile(
    r"(?<![\w@.])(?:https?://|//|www\.)[^\s<>\"']+"
    r"|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|info|app)\b(?:/\S*)?",
    re.IGNORECASE,
)
_END_OF_BLOCK = re.compile(r"</(?:p|li|h\d)>|<br\s*/?>", re.IGNORECASE)


# Texts -----------------------------------------------------------------------------------------


def leads_elsewhere(text: str) -> str | None:
    """A link or an address by which a visitor would write past the form."""
    hrefs = [unescape(href) for href in _HREF.findall(text)]
    words = _words(text)
    address = _ADDRESS.search(words)
    written = [link.rstrip(".,;:!?)") for link in _WRITTEN_LINK.findall(_ADDRESS.sub(" ", words))]
    found = [link for link in hrefs + written if _is_away(link)] + ([address[0]] if address else [])
    if not found:
        return None
    return _(
        "“%(found)s” leads away from this form. What visitors send there would not be encrypted. "
        "Take it out: the form itself is the way to write to you."
    ) % {"found": found[0]}


def asks_for_ordinary_messages(text: str) -> str | None:
    """An invitation to send details by ordinary e-mail, text message or fax."""
    found = _first(
        wording.ORDINARY_MESSAGES + wording_es.ORDINARY_MESSAGES, _without_warnings(text)
    )
    if not found:
        return None
    return _(
        "“%(found)s” asks for a message outside this form. Such a message would not be encrypted. "
        "Ask for it in the form, or by phone."
    ) % {"found": found}


def claims_too_much(text: str) -> str | None:
    """A promise that this site cannot keep."""
    found = _first(wording.CLAIMS + wording_es.CLAIMS, _words(text))
    if not found:
        return None
    return _(
        "“%(found)s” promises more than this site can keep. Say what it does instead: what is sent "
        "is encrypted before it is stored."
    ) % {"found": found}


def says_what_the_page_says(text: str) -> str | None:
    """Who reads a request or when it is deleted, in words that nothing keeps true."""
    found = _first(wording.OWN_FACTS + wording_es.OWN_FACTS, _words(text))
    if not found:
        return None
    return _(
        "“%(found)s” may differ from the line above the form, which says who can open a request "
        "and when it is deleted, as this site is set up. Take it out: that line says it."
    ) % {"found": found}


TEXT_RULES = (
    leads_elsewhere,
    asks_for_ordinary_messages,
    claims_too_much,
    says_what_the_page_says,
)


# Questions -------------------------------------------------------------------------------------


def has_a_type_that_is_not_offered(question: "BookingFormField") -> str | None:
    """A hidden answer, or a type of question that the form is not made for."""
    if question.field_type == "hidden":
        return _(
            "A hidden field sends an answer that the visitor is not asked for and does not see. "
            "Choose another type, or remove the question."
        )
    if question.field_type not in QUESTION_TYPES:
        return _("“%(type)s” is not a type of question that this form takes. Choose another.") % {
            "type": question.field_type
        }
    return None


def asks_for_a_secret(text: str) -> str | None:
    """A password, the number of a card or an account, a social security number."""
    found = _first(wording.SECRETS + wording_es.SECRETS, _without_warnings(text))
    if not found:
        return None
    return _(
        "“%(found)s” must never be sent by a form, and no appointment needs it. Take it out."
    ) % {"found": found}


# The page ---------------------------------------------------------------------------------------


def is_deleted_too_late(page: "BookingPage") -> str | None:
    """No date of deletion, or one beyond what the site allows."""
    longest = settings.BOOKING_MAX_RETENTION_DAYS
    if 1 <= (page.retention_days or 0) <= longest:
        return None
    return _(
        "Requests must be deleted after 1 to %(longest)d days; the privacy page tells visitors when."
    ) % {"longest": longest}


def mails_answers(page: Any) -> str | None:
    """A booking page, or its class, that can mail what visitors send."""
    found = [name for name in MAILING_ATTRIBUTES if hasattr(page, name)]
    if not found:
        return None
    return _(
        "The booking page has “%(found)s”: it would send answers by e-mail, where anybody on the way "
        "can read them."
    ) % {"found": found[0]}


# Holding a page to them ------------------------------------------------------------------------


def page_problems(page: "BookingPage") -> Iterator[Problem]:
    """Everything that is wrong with a page, its questions apart."""
    for name in PAGE_TEXTS:
        label = capfirst(str(page._meta.get_field(name).verbose_name))  # noqa: SLF001  (public)
        text = getattr(page, name) or ""
        yield from (Problem(reason, name, label) for rule in TEXT_RULES if (reason := rule(text)))
    if reason := is_deleted_too_late(page):
        yield Problem(reason, "retention_days")
    if reason := mails_answers(page):
        yield Problem(reason)


def question_problems(question: "BookingFormField") -> Iterator[Problem]:
    """Everything that is wrong with an extra question."""
    place = _("Question “%(label)s”") % {"label": question.label}
    if reason := has_a_type_that_is_not_offered(question):
        yield Problem(reason, "field_type", place, question)
    for name in QUESTION_TEXTS:
        text = getattr(question, name) or ""
        rules = (*TEXT_RULES, asks_for_a_secret)
        reasons = (reason for rule in rules if (reason := rule(text)))
        yield from (Problem(reason, name, place, question) for reason in reasons)


def problems(page: "BookingPage") -> Iterator[Problem]:
    """Everything for which the page must not be live."""
    yield from page_problems(page)
    for question in page.get_form_fields():
        yield from question_problems(question)


# Reading ---------------------------------------------------------------------------------------


def _words(text: str) -> str:
    """The text as it is read: no tags, a line for each paragraph, one form for each letter."""
    plain = unescape(strip_tags(_END_OF_BLOCK.sub("\n", text)))
    return "".join(
        c for c in unicodedata.normalize("NFKC", plain) if unicodedata.category(c) != "Cf"
    )


def _without_warnings(text: str) -> str:
    return wording_es.WARNING.sub("", wording.WARNING.sub("", _words(text)))


def _first(patterns: tuple[str, ...], text: str) -> str:
    """What the first pattern that fits has found, as it stands in the text."""
    for pattern in patterns:
        if match := re.search(pattern, text, re.IGNORECASE):
            return match[0].strip(" .!?:;\n")
    return ""


def _is_away(address: str) -> bool:
    """Whether an address leads to another host or into another program than the phone."""
    if "//" not in address and not re.match(r"[a-z.+-]+:|[/#?]", address, re.IGNORECASE):
        address = f"//{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    if parts.scheme not in {"", "http", "https"}:
        return parts.scheme != "tel"
    own = [urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "", *settings.ALLOWED_HOSTS]
    host = parts.hostname or ""
    return bool(host) and not validate_host(host, [name for name in own if name not in {"", "*"}])
