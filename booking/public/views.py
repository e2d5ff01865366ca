"""The booking page as a visitor meets it: the form, and the confirmation."""

import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from wagtail.models import Site

from clinic_site.languages import translations_of
from clinic_site.remembered.answers import FinishedPage, still_true
from clinic_site.remembered.memory import recall

from ..choices import RECEIPT_FIELD, TRAP_FIELD, Doubt
from ..locations.closings import announced_clinic_closings
from ..locations.hours import answer_due
from ..locations.queries import active_locations
from ..submissions.queries import Received, received_of
from ..submissions.receiving import in_fours, receive
from ..vault.manifests import VaultUnavailable, recent_key
from .confirmations import asks_sooner, code_of, confirmation_query
from .form.answers import answers_of, given_answers, posted_values, typed_again
from .form.form_words import in_this_language, signed_words
from .form.forms import BookingForm
from .form.tokens import (
    FormToken,
    new_token,
    read_receipt,
    read_reference,
    read_token,
    sign_receipt,
)
from .receipts import send_receipt
from .statement import line_above_form

if TYPE_CHECKING:
    from .page import BookingPage

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 300
# Where each visitor's token goes on the page that is drawn for all; nobody can write it into a text.
TOKEN_PLACE = secrets.token_hex(32)
# What the editor's preview of the confirmation shows.
SAMPLE_REFERENCE = "SAMPLE"
SAMPLE_CODE = "SAMP" * 4
# By it the switch of languages, which stands outside the form, sends the form's answers.
FORM_ID = "request"

AnyResponse = TypeVar("AnyResponse", bound=HttpResponse)


class SeeOther(HttpResponseRedirectBase):
    """303: what was posted is done, and its outcome is read elsewhere (RFC 9110, 15.4.4)."""

    status_code = 303


@sensitive_post_parameters()
@sensitive_variables()
def ask(request: HttpRequest, page: "BookingPage") -> HttpResponse:
    """Show the form; on POST store the request and go on to the confirmation."""
    form: BookingForm
    if request.method == "POST":
        form = page.get_form(request.POST)
        if form.is_valid():
            return _store(request, page, form)
        return _form_page(request, page, form)
    if getattr(request, "is_preview", False):
        return _form_page(request, page, page.get_form(initial={"token": new_token()}))
    try:
        recent_key()
    except VaultUnavailable as error:
        # A state, not a fault: where it was noticed helps nobody.
        logger.error("The booking page is closed. %s", error)  # noqa: TRY400
        return _form_page(request, page, page.get_form(), is_closed=True)
    return _empty_form_page(request, page)


@sensitive_post_parameters()
@sensitive_variables()
def send(request: HttpRequest, page: "BookingPage") -> HttpResponse:
    """Where the form is posted to. Not to its own address: what is posted there makes a browser forget
    the form that it was shown, and Back would bring another one instead of the one to correct."""
    return ask(request, page) if request.method == "POST" else redirect(page.get_url(request))


def _empty_form_page(request: HttpRequest, page: "BookingPage") -> HttpResponse:
    """The page with nothing filled in: the same for everybody but for the token, drawn once for all."""

    def draw() -> FinishedPage:
        until = page.reads_the_same_until()  # before it is drawn: words of later hold longer
        form = page.get_form(initial={"token": TOKEN_PLACE})
        return FinishedPage(_form_page(request, page, form).render().content, until)

    site = Site.find_for_request(request)
    kept = recall(("empty form", page.pk, site and site.pk), draw, holds=still_true)
    html = kept.html.replace(TOKEN_PLACE.encode(), new_token().encode())
    return for_its_visitor(HttpResponse(html))


@sensitive_post_parameters()
@sensitive_variables()
def check_answers(request: HttpRequest, page: "BookingPage") -> HttpResponse:
    """Show all answers once more before they are sent. They travel with the page; nothing is stored."""
    if request.method != "POST":
        return redirect(page.get_url(request))
    form: BookingForm = page.get_form(_posted(request, page))
    if not form.is_valid():
        return _form_page(request, page, form)
    context = {
        **_carrying_over(page.get_context(request), "check/"),
        "posted": posted_values(form),
        "form_words": signed_words(form),
        "groups": given_answers(form),
        "location": form.cleaned_data["location"],
        "asked_sooner": asks_sooner(page, form),
        "alternates": [],
    }
    return for_its_visitor(TemplateResponse(request, page.check_template, context))


@sensitive_post_parameters()
@sensitive_variables()
def change_answers(request: HttpRequest, page: "BookingPage") -> HttpResponse:
    """Back from the check to the form, with everything that was typed, its token included."""
    if request.method != "POST":
        return redirect(page.get_url(request))
    typed = typed_again(page.get_form(_posted(request, page)))
    return _form_page(request, page, page.get_form(initial=typed))


def _posted(request: HttpRequest, page: "BookingPage") -> QueryDict:
    """What was posted to a step of the form, perhaps by the form of another language."""
    return in_this_language(request.POST, page.get_form_class().base_fields)


def _store(request: HttpRequest, page: "BookingPage", form: BookingForm) -> HttpResponse:
    token = read_token(form.cleaned_data["token"])
    doubt = _doubt(request, form, token)
    try:
        reference = receive(
            answers_of(form),
            page=page,
            location=form.cleaned_data["location"],
            form_secret=token.secret,
            doubt=doubt,
        )
    except VaultUnavailable as error:
        logger.error("A request could not be taken. %s", error)  # noqa: TRY400
        return _form_page(request, page, form, is_unavailable=True)
    except DatabaseError:
        logger.exception("A request could not be stored.")
        return _form_page(request, page, form, is_unavailable=True)
    query = confirmation_query(reference, token.secret, page, form)
    if form.cleaned_data.get(RECEIPT_FIELD):
        # What may be a machine's has nothing sent to an address that anybody may own.
        is_sent = not doubt and send_receipt(request, page, reference, form.cleaned_data["email"])
        query["receipt"] = sign_receipt(reference, is_sent=is_sent)
    return SeeOther(f"{page.get_url(request)}received/?{urlencode(query)}")


def _doubt(request: HttpRequest, form: BookingForm, token: FormToken) -> str:
    """Why a machine may have sent it; empty where nothing says so. How fast or late it came does not."""
    if form.cleaned_data[TRAP_FIELD]:
        return Doubt.TRAP
    if not token.is_ours:
        return Doubt.TOKEN
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return Doubt.ELSEWHERE
    return ""


def _form_page(
    request: HttpRequest, page: "BookingPage", form: BookingForm, **flags: bool
) -> TemplateResponse:
    """The booking page; 503 when nothing can be taken."""
    context: dict[str, Any] = {
        **page.get_context(request),
        "form": form,
        "clinic_closings": announced_clinic_closings(),
        **flags,
    }
    if not flags.get("is_closed"):
        context = _carrying_over(context, "change/")
        context |= {"privacy_line": line_above_form(page), "form_words": signed_words(form)}
    unavailable = any(flags.values())
    response = TemplateResponse(request, page.template, context, status=503 if unavailable else 200)
    if unavailable:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return for_its_visitor(response)


def _carrying_over(context: dict[str, Any], step: str) -> dict[str, Any]:
    """The context with a switch of languages that takes the answers along, to that step over there."""
    there = [
        replace(each, address=f"{each.address}{step}") if each.is_same_page else each
        for each in context["translations"]
    ]
    return {**context, "translations": there, "carried_form": FORM_ID}


def for_its_visitor(response: AnyResponse) -> AnyResponse:
    """With leave to be kept by the visitor's own browser, which then shows it again after Back with
    everything that was typed; asked anew for anything else, and kept by nobody in between."""
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _sample(page: "BookingPage", location: Any) -> Received:
    """Of a request that a preview makes up."""
    now = timezone.now()
    return Received(location, now, answer_due(location, now, page.answer_working_days))


def received(request: HttpRequest, page: "BookingPage") -> HttpResponse:
    """The confirmation. Reading it again, or with a made-up reference, stores and tells nothing."""
    reference = read_reference(request.GET.get("reference", ""))
    about = received_of(reference)
    code, asked_sooner = code_of(request, about)
    if getattr(request, "is_preview", False) and (location := active_locations().first()):
        reference, about = SAMPLE_REFERENCE, _sample(page, location)
        code = in_fours(SAMPLE_CODE)
    below = f"received/?{request.META.get('QUERY_STRING', '')}"
    context = {
        **page.get_context(request),
        "reference": reference,
        "about": about,
        "code": code,
        "asked_sooner": asked_sooner,
        # As the visitor came here: what the site's settings say of its address may be another one.
        "withdrawal_address": request.build_absolute_uri(f"{page.get_url(request)}withdraw/"),
        "receipt": read_receipt(request.GET.get("receipt", ""), reference),
        "answer_due": about and not about.is_withdrawn and about.due_at,
        "alternates": [],
        "translations": translations_of(page, request, below),
    }
    response = TemplateResponse(request, page.landing_page_template, context)
    response["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response
