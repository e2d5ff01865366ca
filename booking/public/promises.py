"""What the booking page may not ask or do, because the privacy statement would be false.

A rule is a function that returns the reason for a refusal in plain words, or None. The page is held
to all of them when it is published, by whatever way; a draft always saves. What its texts should
not say is advice (`content_checks.py`), and settings are held by system checks (`checks.py`).

A vault that cannot be sealed to is no reason: the page may be published, and stays closed.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from clinic_site.publishing.rules import Problem

from . import wording, wording_es

if TYPE_CHECKING:
    from .page import BookingFormField, BookingPage, VisitKind

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
    """A password, the number of a payment card, a social security number."""
    found = wording.found(wording.SECRETS + wording_es.SECRETS, text)
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


def question_problems(question: "BookingFormField") -> Iterator[Problem]:
    """Everything for which an extra question must not be asked."""
    place = place_of(question)
    if reason := has_a_type_that_is_not_offered(question):
        yield Problem(reason, "field_type", place, question)
    for name in ("label", "help_text", "choices"):
        if reason := asks_for_a_secret(getattr(question, name)):
            yield Problem(reason, name, place, question)


def problems(page: "BookingPage") -> Iterator[Problem]:
    """Everything for which the page must not be live."""
    if reason := is_deleted_too_late(page):
        yield Problem(reason, "retention_days")
    if reason := mails_answers(page):
        yield Problem(reason)
    for question in page.get_form_fields():
        yield from question_problems(question)
    for kind in page.visit_kinds.all():
        if reason := asks_for_a_secret(kind.label):
            yield Problem(reason, "label", place_of_kind(kind), kind)


def place_of_kind(kind: "VisitKind") -> str:
    """What staff call a kind of visit."""
    return _("Kind of visit “%(label)s”") % {"label": kind.label}


def place_of(question: "BookingFormField") -> str:
    """What staff call an extra question."""
    return _("Question “%(label)s”") % {"label": question.label}
