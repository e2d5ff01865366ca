"""What the address of a confirmation carries: the reference, the code to withdraw, and what was asked for sooner."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone

from ..locations.hours import answer_due
from ..submissions.queries import Received
from ..submissions.receiving import in_fours, withdrawal_code, withdrawal_digest
from .form.forms import BookingForm
from .form.tokens import decrypted_code, encrypted_code, sign_reference

if TYPE_CHECKING:
    from .page import BookingPage


def confirmation_query(
    reference: str, form_secret: bytes, page: "BookingPage", form: BookingForm
) -> dict[str, str]:
    """Of a request that was stored with that valid form. Nobody can make it up, and only this site reads the
    code in it, for an hour."""
    code = withdrawal_code(form_secret)
    is_sooner = asks_sooner(page, form) is not None
    return {
        "reference": sign_reference(reference),
        "code": encrypted_code(code, asks_sooner=is_sooner),
    }


def asks_sooner(page: "BookingPage", form: BookingForm) -> datetime | None:
    """By when an answer is promised, where a day was asked for that may come before it."""
    due = answer_due(form.cleaned_data["location"], timezone.now(), page.answer_working_days)
    return due if due and any(day <= due.date() for day in form.days_asked_for) else None


def code_of(request: HttpRequest, about: Received | None) -> tuple[str, bool]:
    """The code of the confirmation's address, and whether a day before the answer was asked for; an empty
    one where it is not the request's, or from long ago."""
    code, asked_sooner = decrypted_code(request.GET.get("code", ""))
    if about is None or about.is_withdrawn or withdrawal_digest(code) != about.withdrawal_digest:
        return "", False
    return in_fours(code), asked_sooner
