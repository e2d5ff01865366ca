"""What a visitor sees when the database is away: the phone number, and everything typed so far."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from clinic_site.phones import phone_link

from ..choices import FORM_WORDS_FIELD, TRAP_FIELDS
from ..submissions.words import in_words
from .form import when, who
from .form.form_words import Words, read_words
from .form.typed_text import cleaned_query
from .views import RETRY_AFTER_SECONDS, for_its_visitor

logger = logging.getLogger(__name__)

# Questions of the booking form, and of no other form of the site.
FORM_SIGNS = frozenset({"contact_by", "preferred_day"})
# Ends of addresses at which a form is posted and not sent.
STEPS = ("/check/", "/change/")
# What a form carries beside its questions.
NEVER_TOLD = frozenset({*TRAP_FIELDS, FORM_WORDS_FIELD, "csrfmiddlewaretoken"})
# What Django answers with a page of its own.
ANSWERED_ELSEWHERE = (Http404, PermissionDenied, SuspiciousOperation)


class ServiceUnavailableMiddleware:
    """Answers 503 with a page that asks the database nothing, when the database is away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Whatever stops a filled-in booking form ends here: nothing was stored, and nothing is lost."""
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("The database is away.", exc_info=exception)
        elif is_filled_form(request) and not isinstance(exception, ANSWERED_ELSEWHERE):
            logger.error("A request could not be taken.", exc_info=exception)
        else:
            return None
        return unavailable(request)


def is_filled_form(request: HttpRequest) -> bool:
    """Whether a booking form was posted, by what it asks: its page cannot be looked up now."""
    return request.method == "POST" and not request.POST.keys().isdisjoint(FORM_SIGNS)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 page. A posted booking form comes back filled in, ready to be sent again."""
    is_filled = is_filled_form(request)
    context = {
        "phone": settings.CLINIC_PHONE,
        "phone_link": phone_link(settings.CLINIC_PHONE),
        "clinic_name": settings.CLINIC_NAME,
        "is_filled": is_filled,
        "is_sending": is_filled and not request.path.endswith(STEPS),
        "posted": posted(request.POST) if is_filled else [],
        "answers": typed_answers(request.POST) if is_filled else [],
        "action": request.get_full_path(),
    }
    response = render(None, "503.html", context, status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    # What a caller said is none of the desk's browser.
    if is_filled and not request.path.startswith(reverse("wagtailadmin_home")):
        return for_its_visitor(response)
    add_never_cache_headers(response)
    return response


def posted(data: QueryDict) -> list[tuple[str, str]]:
    """Name and value of everything that was posted, to be posted again."""
    return [(name, value) for name, values in cleaned_query(data).lists() for value in values]


def typed_answers(data: QueryDict) -> list[dict[str, Any]]:
    """Every question that was asked as {"label", "given"}, in words; the database is not asked for them."""
    data = cleaned_query(data)
    words = read_words(data.get(FORM_WORDS_FIELD, ""))
    answers = []
    not_told = {*NEVER_TOLD, *who.not_asked(data), *when.not_asked(data)}
    for name, values in data.lists():
        if name in not_told:
            continue
        known = words.get(name) or Words(name.replace("_", " ").capitalize(), {}, [])
        kind = "date" if name in {"preferred_day", "second_day"} else "text"
        given = "; ".join(
            in_words({"type": kind, "answer": known.of_values.get(value, value)})
            for value in values
            if value
        )
        answers.append({"label": known.label, "given": given or _("Not given")})
    return answers
