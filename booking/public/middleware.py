"""What a visitor sees when the database is away: the phone number, and everything typed so far."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from clinic_site.phones import phone_link

from ..choices import CORE_FIELDS, TRAP_FIELDS
from .forms import BookingForm, cleaned_query
from .views import RETRY_AFTER_SECONDS

logger = logging.getLogger(__name__)


class ServiceUnavailableMiddleware:
    """Answers 503 with a page that asks the database nothing, when the database is away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.error("The database is away.", exc_info=exception)
        return unavailable(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 page. A posted booking form comes back filled in, ready to be sent again."""
    is_booking = request.method == "POST" and "preferred_day" in request.POST
    context = {
        "phone": settings.CLINIC_PHONE,
        "phone_link": phone_link(settings.CLINIC_PHONE),
        "clinic_name": settings.CLINIC_NAME,
        "answers": typed_answers(request.POST) if is_booking else [],
        "action": request.path,
    }
    response = render(None, "503.html", context, status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    add_never_cache_headers(response)
    return response


def typed_answers(data: QueryDict) -> list[dict[str, str]]:
    """Every posted value as {"name", "label", "value"}; labels come from code, not the database."""
    labels = {name: field.label for name, field in BookingForm.base_fields.items()}
    shown = [name for name in CORE_FIELDS if name not in {"location", "consent", "voicemail_ok"}]
    return [
        {
            "name": key,
            "label": str(labels[key]) if key in shown else "",
            "value": value,
        }
        for key, values in cleaned_query(data).lists()
        for value in values
        if key not in TRAP_FIELDS or key == "token"
    ]
