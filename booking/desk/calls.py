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
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET

from clinic_site.clinic_time import at_the_clinic

from .. import permissions
from ..choices import RECEIPT_FIELD
from ..locations.closings import announced_clinic_closings
from ..public.confirmations import code_of, confirmation_query
from ..public.form.answers import answers_of, typed_again
from ..public.form.form_words import in_this_language, signed_words
from ..public.form.forms import BookingForm
from ..public.form.tokens import new_token, read_reference, read_token
from ..public.page import BookingPage
from ..public.queries import published_form
from ..public.statement import line_above_form
from ..submissions.models import Submission
from ..submissions.queries import received_of
from ..submissions.receiving import take_down
from ..vault.manifests import VaultUnavailable, recent_key

logger = logging.getLogger(__name__)

CONSENT = gettext_lazy(
    "The caller agrees that the clinic stores this request, encrypted, and contacts them about it"
)
# A visitor's form that comes with the same token is another one.
OF_THE_DESK = b"call "


def call_form(page: BookingPage, *args: Any, **kwargs: Any) -> BookingForm:
    """The page's form without what only a visitor can do; the caller's consent is asked and noted.

    No browser keeps what is typed, or offers what somebody else said or who works here.
    """
    form: BookingForm = page.get_form(*args, **kwargs)
    form.fields.pop(RECEIPT_FIELD, None)
    form.fields["consent"].label = CONSENT
    for field in form.fields.values():
        field.widget.attrs["autocomplete"] = "off"
    return form


@method_decorator(
    [sensitive_post_parameters(), sensitive_variables(), at_the_clinic], name="dispatch"
)
class CallView(View):
    """Asks what a caller is asked, in the language of a booking page, and stores it as a visitor's request."""

    http_method_names = ("get", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not permissions.can_take_calls(request.user):
            raise PermissionDenied
        self.pages = {page.locale.language_code: page for page in _published()}
        self.page = self.pages.get(request.GET.get("language", "")) or published_form()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        reason = _closed(self.page)
        if reason or self.page is None:
            return self._shown(None, None, reason)
        return self._shown(self.page, call_form(self.page, initial={"token": new_token()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Nothing that was typed is lost, also where the page or the key is gone by now."""
        page = self.page or BookingPage.objects.first()
        if page is None:
            return self._shown(None, None, _closed(None))
        with translation.override(page.locale.language_code):
            # What is asked and what is stored are words of that page.
            if "switch" in request.POST:
                return self._in_another_language(page, request.POST)
            form = call_form(page, request.POST)
            answers = answers_of(form) if form.is_valid() else []
            if not read_token(form.data.get("token", "")).is_ours:
                form = _once_more(page, request.POST)
            elif reason := _closed(self.page):
                form.add_error(None, reason)
            elif answers and (query := _stored(request, page, form, answers)):
                return redirect(f"{reverse('booking_submission_called')}?{query}")
            return self._shown(page, form)

    def _in_another_language(self, page: BookingPage, posted: QueryDict) -> HttpResponse:
        here = in_this_language(posted, page.get_form_class().base_fields)
        return self._shown(page, call_form(page, initial=typed_again(call_form(page, here))))

    def _shown(
        self, page: BookingPage | None, form: BookingForm | None, reason: str = ""
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "page_title": _("Request by phone"),
            "header_icon": "plus",
            "form": form,
            "page": page,
            "reason": reason,
            "pages": [each for each in self.pages.values() if each != page],
            "clinic_closings": announced_clinic_closings(),
        }
        if page and form:
            context |= {
                "privacy_line": line_above_form(page),
                "form_words": signed_words(form),
            }
        template = "modeladmin/booking/submission/call.html"
        response = TemplateResponse(self.request, template, context)
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


def _once_more(page: BookingPage, posted: QueryDict) -> BookingForm:
    """The same answers in a form of ours."""
    fresh = posted.copy()
    fresh["token"] = new_token()
    form = call_form(page, fresh)
    form.add_error(None, _("Nothing was stored: this form was out of date. Press Save once more."))
    return form


def _stored(
    request: HttpRequest, page: BookingPage, form: BookingForm, answers: list[dict[str, Any]]
) -> str:
    """The query of the page that says what to tell the caller; empty, with the reason on the form, where
    nothing was stored."""
    location = form.cleaned_data["location"]
    secret = OF_THE_DESK + read_token(form.cleaned_data["token"]).secret
    try:
        reference = take_down(
            answers, page=page, location=location, form_secret=secret, by=request.user
        )
    except (VaultUnavailable, DatabaseError) as error:
        logger.error("A request by phone could not be stored: %s.", type(error).__name__)  # noqa: TRY400
        form.add_error(
            None, _("Nothing was stored. Everything typed is still below: press Save again.")
        )
        return ""
    return urlencode(confirmation_query(reference, secret, page, form))


@require_GET
@at_the_clinic
def called(request: HttpRequest) -> HttpResponse:
    """What the caller is to be told: the reference, by when somebody answers, and the code to withdraw."""
    if not permissions.can_take_calls(request.user):
        raise PermissionDenied
    reference = read_reference(request.GET.get("reference", ""))
    about = received_of(reference)
    stored = Submission.objects.filter(reference=reference).only("pk").first()
    if about is None or stored is None:
        return redirect(reverse("booking_submission_modeladmin_index"))
    code, asked_sooner = code_of(request, about)
    page = published_form()
    context = {
        "page_title": _("Tell the caller"),
        "header_icon": "plus",
        "about": about,
        "reference": reference,
        "code": code,
        "asked_sooner": asked_sooner,
        "request_address": reverse("booking_submission_modeladmin_inspect", args=[stored.pk]),
        "withdrawal_address": f"{page.full_url}withdraw/" if page else "",
    }
    template = "modeladmin/booking/submission/called.html"
    response = TemplateResponse(request, template, context)
    add_never_cache_headers(response)
    return response
