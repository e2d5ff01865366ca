"""A request that somebody makes on the phone, taken down by staff: the visitors' questions and their rules."""

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from clinic_site.clinic_time import at_the_clinic

from .. import permissions
from ..choices import RECEIPT_FIELD
from ..locations.hours import moment_in_words
from ..public.form.answers import answers_of
from ..public.form.forms import BookingForm
from ..public.form.tokens import new_token, read_token
from ..public.page import BookingPage
from ..public.queries import published_form
from ..submissions.models import Submission
from ..submissions.receiving import take_down
from ..vault.manifests import VaultUnavailable, recent_key

logger = logging.getLogger(__name__)

CONSENT = gettext_lazy(
    "The caller agrees that the clinic stores this request, encrypted, and contacts them about it"
)


def call_form(page: BookingPage, posted: QueryDict | None = None) -> BookingForm:
    """The page's form without what only a visitor can do; the caller's consent is asked and noted."""
    form: BookingForm
    initial = {"token": new_token()}
    form = page.get_form(initial=initial) if posted is None else page.get_form(posted)
    form.fields.pop(RECEIPT_FIELD, None)
    form.fields["consent"].label = CONSENT
    return form


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "POST"])
@at_the_clinic
def take_call(request: HttpRequest) -> HttpResponse:
    """Ask what a caller is asked, in the language of a booking page, and store it as a visitor's request."""
    if not permissions.can_take_calls(request.user):
        raise PermissionDenied
    pages = {page.locale.language_code: page for page in _published()}
    page = pages.get(request.GET.get("language", "")) or published_form()
    form, reason = None, _closed(page)
    if page and not reason:
        language = page.locale.language_code
        # What is asked and what is stored are words of that page.
        with translation.override(language):
            form = call_form(page, request.POST if request.method == "POST" else None)
            answers = answers_of(form) if form.is_valid() else []
        if answers and (reference := _store(request, page, form, answers)):
            return _onward(request, reference)
    context = {
        "page_title": _("Request by phone"),
        "header_icon": "mail",
        "form": form,
        "page": page,
        "reason": reason,
        "pages": [each for each in pages.values() if each != page],
    }
    response = TemplateResponse(request, "modeladmin/booking/submission/call.html", context)
    add_never_cache_headers(response)
    return response


def _published() -> Iterable[BookingPage]:
    return BookingPage.objects.live().select_related("locale").order_by("locale__pk")


def _closed(page: BookingPage | None) -> str:
    """Why no request can be taken at present; empty where one can."""
    if page is None:
        return _(
            "There is no published booking page: its questions are those that callers are asked."
        )
    try:
        recent_key()
    except VaultUnavailable:
        return _("The vault takes no requests at the moment. Write the call down on paper for now.")
    return ""


def _store(
    request: HttpRequest, page: BookingPage, form: BookingForm, answers: list[dict[str, Any]]
) -> str:
    """The reference; empty, with the reason on the form, where nothing was stored."""
    try:
        return take_down(
            answers,
            page=page,
            location=form.cleaned_data["location"],
            form_secret=read_token(form.cleaned_data["token"]).secret,
            by=request.user,
        )
    except (VaultUnavailable, DatabaseError) as error:
        logger.error("A request by phone could not be stored: %s.", type(error).__name__)  # noqa: TRY400
        form.add_error(
            None, _("Nothing was stored. Everything typed is still below: press Save again.")
        )
        return ""


def _onward(request: HttpRequest, reference: str) -> HttpResponse:
    """To the request as it is stored, with what the caller is to be told."""
    stored = Submission.objects.get(reference=reference)
    if stored.due_at:
        told = _(
            "Stored as %(reference)s. Tell the caller that, and by when somebody answers: %(due)s"
        )
    else:
        told = _("Stored as %(reference)s. Tell the caller that.")
    words = {"reference": reference, "due": stored.due_at and moment_in_words(stored.due_at)}
    told %= words
    messages.success(request, told)
    return redirect(reverse("booking_submission_modeladmin_inspect", args=[stored.pk]))
